// Run history, page by page.

import { ask } from "./daemon.js";
import { fillDetail } from "./detail.js";
import { announce, byID, el, glyph } from "./elements.js";
import { showFailure } from "./failure.js";
import { kindOf } from "./outcome.js";
import { domains, outcomes, state } from "./state.js";
import { clip, moment, span } from "./text.js";

const runsPerPage = 25;

export async function loadRuns() {
  const { runs } = state;
  const query = new URLSearchParams({ limit: runsPerPage });
  if (byID("filter-domain").value) query.set("domain", byID("filter-domain").value);
  if (byID("filter-outcome").value) query.set("outcome", byID("filter-outcome").value);
  if (runs.cursors[runs.page]) query.set("cursor", runs.cursors[runs.page]);
  const asked = String(query);
  runs.asked = asked;
  const page = await ask(`/api/runs?${query}`);
  // Another page or filter was chosen meanwhile.
  if (runs.asked !== asked) return;
  runs.list = page.runs;
  runs.next = page.next;
  drawRuns();
}

function drawRuns() {
  const { runs } = state;
  const expanded = [...byID("runs-body").querySelectorAll("[aria-expanded=true]")];
  const open = new Set(expanded.map((button) => button.dataset.run));
  byID("runs-body").replaceChildren(...runs.list.flatMap((run) => runRow(run, open.has(run.id))));
  if (runs.list.length === 0) {
    byID("runs-body").append(el("tr", {}, el("td", { colspan: "6", class: "empty" }, "No run matches.")));
  }
  byID("runs-newer").disabled = runs.page === 0;
  byID("runs-older").disabled = !runs.next;
  byID("runs-page").textContent = runs.page === 0 ? "the newest" : `page ${runs.page + 1}`;
}

function runRow(run, isOpen = false) {
  const at = run.started_at ?? run.claimed_at;
  const why = run.reason ?? (kindOf(run) === "late" ? `started ${span(run.lateness_usec / 1000)} late` : "");
  const button = el("button", {
    type: "button", class: "plain", "data-run": run.id, "aria-expanded": "false",
    "aria-label": `Result: ${run.domain} ${run.task}, ${moment(at)}`, onclick: () => toggle(),
  }, "Result");
  const row = el("tr", { "data-row": run.id },
    el("td", {}, el("time", { datetime: at }, moment(at))),
    el("td", {}, `${run.domain} · ${run.task}`, el("small", {}, run.schedule ?? "")),
    el("td", {}, el("span", { class: "pill", "data-kind": kindOf(run) }, glyph(kindOf(run)), run.outcome),
      why ? el("small", {}, clip(why, 160)) : null),
    el("td", {}, span(run.duration_ms)), el("td", {}, run.trigger), el("td", {}, button));
  const toggle = () => {
    const wasOpen = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!wasOpen));
    button.textContent = wasOpen ? "Result" : "Hide";
    if (wasOpen) { row.nextElementSibling?.remove(); return; }
    const cell = el("td", { colspan: "6" }, "Reading…");
    row.after(el("tr", { class: "detail", "data-detail": run.id }, cell));
    fillDetail(cell, run.id);
  };
  // The detail row needs its place after the row, which has none before it is in the table.
  if (isOpen) queueMicrotask(toggle);
  return [row];
}

for (const domain of ["dispatch", ...domains]) byID("filter-domain").append(el("option", { value: domain }, domain));
for (const outcome of outcomes) byID("filter-outcome").append(el("option", { value: outcome }, outcome));
byID("runs-filter").addEventListener("change", () => {
  Object.assign(state.runs, { cursors: [null], page: 0 });
  loadRuns().then(() => announce(`${state.runs.list.length} runs shown`), showFailure);
});
byID("runs-filter").addEventListener("submit", (event) => event.preventDefault());
byID("runs-older").addEventListener("click", () => {
  const { runs } = state;
  runs.page += 1;
  runs.cursors[runs.page] = runs.next;
  loadRuns().catch(showFailure);
});
byID("runs-newer").addEventListener("click", () => {
  state.runs.page -= 1;
  loadRuns().catch(showFailure);
});

/** Whether a run belongs into the list that is shown. */
function isWanted(run) {
  const [domain, outcome] = [byID("filter-domain").value, byID("filter-outcome").value];
  const open = outcome === "open" && !run.finished_at;
  return (!domain || run.domain === domain) && (!outcome || open || run.outcome === outcome);
}

/** Brings the list up to date with a run: in its place, or on top of the newest page. */
export function listRun(run) {
  const at = state.runs.list.findIndex((shown) => shown.id === run.id);
  const row = byID("runs-body").querySelector(`[data-row="${CSS.escape(run.id)}"]`);
  if (at >= 0 && row) {
    state.runs.list[at] = run;
    const isOpen = row.nextElementSibling?.dataset.detail === run.id;
    const held = row.contains(document.activeElement);
    if (isOpen) row.nextElementSibling.remove();
    const [fresh] = runRow(run, isOpen);
    row.replaceWith(fresh);
    if (held) fresh.querySelector("button").focus();
  } else if (at < 0 && state.runs.page === 0 && isWanted(run)) {
    state.runs.list.unshift(run);
    state.runs.list.length = Math.min(state.runs.list.length, runsPerPage);
    byID("runs-body").querySelector(".empty")?.closest("tr").remove();
    byID("runs-body").prepend(...runRow(run));
    const dropped = byID("runs-body").querySelectorAll("[data-row]")[runsPerPage];
    if (dropped?.nextElementSibling?.dataset.detail) dropped.nextElementSibling.remove();
    dropped?.remove();
  }
}
