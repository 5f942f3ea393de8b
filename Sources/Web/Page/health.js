// How the daemon is, and whether it can be heard.

import { stream } from "./daemon.js";
import { announce, byID, el } from "./elements.js";
import { state } from "./state.js";
import { clock, moment, span, whole, zoneName } from "./text.js";

export function drawConnection(how) {
  const banner = byID("connection");
  banner.hidden = how !== "lost";
  if (how === "lost") {
    // Said once; the next tries are silent.
    if (banner.dataset.since !== String(stream.lostAt)) {
      banner.dataset.since = String(stream.lostAt);
      const at = clock.format(stream.lostAt);
      banner.textContent = `Connection lost at ${at}. What you see is from then; trying again.`;
    }
  } else if (banner.dataset.since) {
    delete banner.dataset.since;
    if (how === "live") announce("Connected again");
  }
  drawStatus(how === "lost" ? "lost" : how === "token" ? "token" : null);
}

function drawStatus(connection) {
  const status = byID("status");
  const word = connection ?? state.health?.status ?? "connecting";
  const said = {
    ok: "All is well", degraded: "Degraded", failing: "Failing", lost: "Connection lost", token: "A token is needed",
    connecting: "Connecting",
  };
  status.dataset.status = word;
  byID("status-text").textContent = said[word] ?? word;
}

export function drawHealth(health) {
  const before = state.health;
  state.health = health;
  drawStatus(null);
  const next = [...state.schedules.values()].map((schedule) => schedule.next_at).filter(Boolean).sort()[0];
  const facts = [
    ["Running", whole.format(health.running)], ["Waiting", whole.format(health.waiting)],
    ["Schedules", whole.format(health.schedules)], ["Next start", next ? clock.format(new Date(next)) : "none"],
    ["Up for", span(Math.max(0, Date.now() - new Date(health.started_at)))],
  ];
  byID("facts").replaceChildren(...facts.map(([name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  const reasons = byID("reasons");
  reasons.hidden = health.reasons.length === 0;
  reasons.replaceChildren(...health.reasons.slice(0, 20).map((reason) =>
    el("li", {}, el("b", {}, reason.code), reason.message)));
  const since = moment(health.started_at);
  byID("version").textContent = `actpd ${health.version}, ready since ${since}. Times are ${zoneName}.`;
  if (before && before.status !== health.status) {
    announce(`The daemon is ${health.status}${health.reasons[0] ? `: ${health.reasons[0].message}` : ""}`);
  }
}
