// What came of a run: read when somebody wants to know.

import { ask } from "./daemon.js";
import { el } from "./elements.js";
import { runTime, sentence } from "./outcome.js";
import { may } from "./state.js";
import { clip, clockSeconds, moment } from "./text.js";

export async function fillDetail(cell, id) {
  try {
    const run = await ask(`/api/runs/${encodeURIComponent(id)}`);
    const facts = [
      ["Outcome", sentence(run).replace("\n", ": ")], ["Planned", run.planned_at ? moment(run.planned_at) : "by hand"],
      ["Parameters", Object.keys(run.params).length === 0 ? "none" : JSON.stringify(run.params)], ["Run", run.id],
    ];
    const { stdout, ...rest } = run.result && typeof run.result === "object" ? run.result : {};
    const parts = [el("dl", {}, ...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]))];
    if (stdout) parts.push(el("pre", { tabindex: "0", "aria-label": "Output" }, clip(stdout, 20000)));
    if (Object.keys(rest).length > 0) {
      const data = el("pre", { tabindex: "0", "aria-label": "Result" }, clip(JSON.stringify(rest, null, 2), 40000));
      parts.push(el("details", {}, el("summary", {}, "All of the result"), data));
    }
    if (run.result === null) parts.push(el("p", { class: "quiet" }, "There is no result yet."));
    if (!run.finished_at && may("run")) {
      parts.push(el("button", { type: "button", onclick: (event) => cancelRun(run, event.target) }, "Cancel this run"));
    }
    cell.replaceChildren(...parts);
  } catch (error) {
    cell.replaceChildren(el("p", { class: "error" }, `The run could not be read: ${error.message}`));
  }
}

async function cancelRun(run, button) {
  button.disabled = true;
  try {
    await ask(`/api/runs/${encodeURIComponent(run.id)}/cancel`, { method: "POST", scope: "run" });
    button.textContent = "It was told to stop";
  } catch (error) {
    button.after(el("p", { class: "error", role: "alert" }, error.message));
  }
}

/** Runs that share a mark, each to be opened. `done` is called when they are closed. */
export function openRuns(title, runs, done) {
  const dialog = el("dialog", { "aria-label": `Runs of ${title}` });
  const close = el("button", { type: "button", onclick: () => dialog.close() }, "Close");
  const shown = runs.slice(0, 30);
  const parts = shown.map((run) => {
    const cell = el("div", { class: "detail" });
    const fill = () => {
      if (part.open && !cell.hasChildNodes()) fillDetail(cell, run.id);
    };
    const part = el("details", { ontoggle: fill },
      el("summary", {}, `${clockSeconds.format(runTime(run))}, ${sentence(run).split("\n")[0]}`), cell);
    part.open = shown.length === 1;
    return part;
  });
  const rest = runs.length - shown.length;
  const more = rest > 0 ? [el("p", { class: "quiet" }, `and ${rest} more`)] : [];
  dialog.append(el("h2", {}, title), ...parts, ...more, el("div", { class: "dialog-actions" }, close));
  dialog.addEventListener("close", () => {
    dialog.remove();
    done();
  });
  document.body.append(dialog);
  dialog.showModal();
}
