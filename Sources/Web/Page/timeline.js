// Today: each schedule a row.

import { ask } from "./daemon.js";
import { byID, calmly, el, glyph } from "./elements.js";
import { showFailure } from "./failure.js";
import { drawHealth } from "./health.js";
import { kinds, later } from "./outcome.js";
import { Row, slotsAhead } from "./row.js";
import { state } from "./state.js";
import { dayName, plural, whole, zoneName } from "./text.js";

export const rows = new Map();
/** The row of runs that no schedule started. */
export const unscheduled = { name: "not scheduled", isExtra: true, ahead: [], paused: null, next_at: null };

const schedulesPerPage = 200;

export async function loadSchedules(cursor = null) {
  const query = new URLSearchParams({ limit: schedulesPerPage, ahead: slotsAhead });
  if (cursor) query.set("cursor", cursor);
  const page = await ask(`/api/schedules?${query}`);
  if (!cursor) state.schedules.clear();
  for (const schedule of page.schedules) state.schedules.set(schedule.name, schedule);
  state.nextSchedules = page.next;
  drawTimeline();
  if (state.health) drawHealth(state.health);
}

/** Today's runs, at most so many pages of 500: more marks than that nobody tells apart. */
const dayPages = 6;

export async function loadDay() {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const end = new Date(midnight);
  end.setDate(end.getDate() + 1);
  const before = state.dayStart.getTime() === midnight.getTime() ? state.dayRuns : new Map();
  [state.dayStart, state.dayEnd] = [midnight, end];
  const runs = new Map();
  let cursor = null;
  for (let page = 0; page < dayPages; page++) {
    const query = new URLSearchParams({ since: midnight.toISOString(), limit: 500 });
    if (cursor) query.set("cursor", cursor);
    const answer = await ask(`/api/runs?${query}`);
    for (const run of answer.runs) {
      const known = (before.get(run.schedule) ?? new Map()).get(run.id);
      keepOfDay(runs, later(known, run));
    }
    cursor = answer.next;
    if (!cursor) break;
  }
  state.dayRuns = runs;
  state.dayIsWhole = cursor === null;
  drawTimeline();
}

export function keepOfDay(runs, run) {
  if (!runs.has(run.schedule)) runs.set(run.schedule, new Map());
  runs.get(run.schedule).set(run.id, run);
}

export function drawTimeline() {
  const list = byID("timeline");
  const wanted = new Map(state.schedules);
  if (state.dayRuns.has(null)) wanted.set(unscheduled.name, unscheduled);
  for (const [name, row] of rows) {
    if (wanted.has(name)) continue;
    seen.unobserve(row.node);
    row.node.remove();
    rows.delete(name);
  }
  for (const [name, schedule] of wanted) {
    const row = rows.get(name);
    if (row) row.schedule = schedule; else rows.set(name, new Row(schedule));
  }
  const nodes = [...wanted.keys()].map((name) => rows.get(name).node);
  if (nodes.some((node, index) => list.children[index] !== node)) list.replaceChildren(...nodes);
  for (const row of rows.values()) row.draw();
  byID("timeline-more").hidden = !state.nextSchedules;
  drawTimelineNote();
  filterRows();
}

export function drawTimelineNote() {
  const count = [...state.dayRuns.values()].reduce((sum, runs) => sum + runs.size, 0);
  const notes = [`${dayName.format(state.dayStart)}, ${zoneName}`];
  const part = `the last ${whole.format(count)} runs; earlier ones are under Runs`;
  notes.push(state.dayIsWhole ? plural(count, "run") : part);
  byID("today-note").textContent = notes.join(" · ");
}

function filterRows() {
  const wanted = byID("schedule-filter").value.trim().toLowerCase();
  for (const { node, schedule } of rows.values()) {
    node.hidden = !`${schedule.name} ${schedule.domain} ${schedule.task}`.toLowerCase().includes(wanted);
  }
}
byID("schedule-filter").addEventListener("input", filterRows);
byID("timeline-more").addEventListener("click", () => loadSchedules(state.nextSchedules).catch(showFailure));

export function drawHours() {
  const wide = byID("today").clientWidth > 700;
  const scale = el("div", { class: "scale" });
  for (let hour = 0; hour <= 24; hour += wide ? 3 : 6) {
    const label = el("span", {}, String(hour).padStart(2, "0"));
    label.style.left = `${(hour / 24) * 100}%`;
    scale.append(label);
  }
  byID("hours").replaceChildren(scale);
}

byID("legend").append(...kinds.filter(([kind]) => kind !== "waiting").reverse().map(([kind, word]) =>
  el("li", {}, el("span", { "data-kind": kind }, glyph(kind)), word)));

export const refreshSoon = calmly(10, () => loadSchedules().catch(() => {}));
