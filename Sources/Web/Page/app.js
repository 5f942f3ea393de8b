// The page: reads what it shows, follows the daemon's events, draws what has changed.

import { ask, hooks, stream } from "./daemon.js";
import { announce, byID, calmly, el } from "./elements.js";
import { showFailure } from "./failure.js";
import { drawConnection, drawHealth } from "./health.js";
import { kindOf, later, runTime } from "./outcome.js";
import { pictures } from "./pictures.js";
import { listRun, loadRuns } from "./runs.js";
import { may, state } from "./state.js";
import {
  drawHours, drawTimeline, drawTimelineNote, keepOfDay, loadDay, loadSchedules, refreshSoon, rows, unscheduled,
} from "./timeline.js";
import { needToken } from "./token.js";
import "./tip.js";

/** Shows and hides what the token allows. */
function drawAllowed() {
  byID("run-open").hidden = !may("run") || state.agents.length === 0;
  for (const row of rows.values()) row.drawActions();
}

function happened(name, value) {
  if (name.startsWith("run.")) runChanged(value, name);
  else if (name === "health") drawHealth(value);
  else if (name === "schedule") {
    const schedule = state.schedules.get(value.schedule);
    if (schedule) {
      schedule.paused = value.paused;
      rows.get(schedule.name)?.draw();
    }
    refreshSoon();
  } else if (name === "reload") {
    loadSchedules().catch(showFailure);
    healthSoon();
  } else if (name === "resync") loadAll();
}

/** A run began, ended or was skipped: the timeline, the list and the domain's picture follow. */
function runChanged(read, name) {
  const known = state.dayRuns.get(read.schedule)?.get(read.id);
  const run = later(known, read);
  const isNewRow = read.schedule === null && !state.dayRuns.has(null);
  if (runTime(run) < state.dayEnd) keepOfDay(state.dayRuns, run);
  const schedule = state.schedules.get(run.schedule);
  if (schedule) {
    schedule.ahead = schedule.ahead.filter((slot) => !run.planned_at || new Date(slot) > new Date(run.planned_at));
    schedule.next_at = schedule.ahead[0] ?? schedule.next_at;
    if (schedule.ahead.length === 0) refreshSoon();
  }
  if (isNewRow) drawTimeline(); else rows.get(run.schedule ?? unscheduled.name)?.draw();
  drawTimelineNote();
  listRun(run);
  if (name === "run.ended") {
    pictures.get(run.domain)?.refreshSoon();
    if (kindOf(run) === "failed") announce(`${run.domain} ${run.task}: ${run.outcome}. ${run.reason ?? ""}`);
  }
  healthSoon();
}

const healthSoon = calmly(2, () => ask("/health").then(drawHealth).catch(() => {}));

/** Reads everything that is shown; each part stands by itself. */
function loadAll() {
  byID("runs-note").textContent = "";
  ask("/api/agents").then(({ agents }) => {
    state.agents = agents;
    byID("run-domain").replaceChildren(...agents.map((agent) => el("option", { value: agent.domain }, agent.domain)));
    drawAllowed();
  }).catch(showFailure);
  ask("/health").then(drawHealth).catch(showFailure);
  Promise.all([loadSchedules(), loadDay()]).catch(showFailure);
  loadRuns().catch(showFailure);
  for (const picture of pictures.values()) { picture.stale = true; picture.read(); }
}

// A page that nobody sees keeps no stream open: a browser has few connections for one address.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) stream.stop();
  else if (!stream.running) stream.start();
});

/** The line of now moves on; at midnight a new day begins. */
setInterval(() => {
  if (new Date() >= state.dayEnd && state.dayEnd > state.dayStart) loadDay().catch(() => {});
  for (const row of rows.values()) if (row.isDrawn && !row.node.hidden) row.draw();
}, 30000);
// Slots move on without a word where nothing runs.
setInterval(() => { if (!stream.lostAt && stream.running) refreshSoon(); }, 300000);

let resized = null;
let knownWidth = 0;
new ResizeObserver(() => {
  if (document.body.clientWidth === knownWidth) return;
  knownWidth = document.body.clientWidth;
  cancelAnimationFrame(resized);
  resized = requestAnimationFrame(() => {
    drawHours();
    for (const row of rows.values()) if (row.isDrawn) row.draw();
    for (const picture of pictures.values()) picture.draw();
  });
}).observe(document.body);

Object.assign(hooks, {
  scopes: drawAllowed, tokenNeeded: needToken, connection: drawConnection, connected: loadAll, happened,
});
stream.start();
