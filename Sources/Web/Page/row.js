// A schedule's row of the timeline: its name, its day with a mark for what lies there, and what can be done with it.

import { openRuns } from "./detail.js";
import { el, glyph } from "./elements.js";
import { openRun } from "./order.js";
import { kindOf, rank, runTime, sentence } from "./outcome.js";
import { openPause, resume } from "./pausing.js";
import { may, state } from "./state.js";
import { breakable, clip, clock, moment, plural } from "./text.js";

/** How many slots ahead are read of each schedule; of denser ones the rest of the day is a dotted line. */
export const slotsAhead = 24;

/** Up to so many rows are always drawn. Of more, each fills its track when it comes into view, and empties it after. */
const rowsDrawn = 60;
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) entry.target.row.setVisible(entry.isIntersecting);
}, { rootMargin: "300px 0px" });

export class Row {
  constructor(schedule) {
    this.schedule = schedule;
    this.title = el("strong", {}, ...breakable(schedule.name));
    this.about = el("span", {});
    this.track = el("div", { class: "track", role: "toolbar", onkeydown: (event) => this.move(event) });
    this.actions = el("div", { class: "acts" });
    const name = el("div", { class: "name" }, this.title, this.about);
    this.node = el("li", { class: "row" }, name, this.actions, this.track);
    this.node.row = this;
    this.visible = false;
    this.drawActions();
    this.drawAbout();
    seen.observe(this.node);
  }

  get runs() { return state.dayRuns.get(this.schedule.isExtra ? null : this.schedule.name) ?? new Map(); }

  get isDrawn() { return this.visible || state.schedules.size <= rowsDrawn; }

  setVisible(visible) {
    if (visible === this.visible) return;
    this.visible = visible;
    if (visible) this.draw();
    else if (!this.isDrawn && !this.track.contains(document.activeElement)) this.track.replaceChildren();
  }

  drawActions() {
    const { schedule } = this;
    const buttons = [];
    if (may("run") && state.agents.some((agent) => agent.domain === schedule.domain)) {
      buttons.push(["Run now", () => openRun(schedule.domain, schedule.task, schedule.params)]);
    }
    if (may("admin") && !schedule.isExtra) {
      const draw = () => this.draw();
      buttons.push(schedule.paused
        ? ["Resume", () => resume(schedule, draw)] : ["Pause", () => openPause(schedule, draw)]);
    }
    const held = this.actions.contains(document.activeElement);
    this.actions.replaceChildren(...buttons.map(([text, act]) =>
      el("button", { type: "button", class: "plain", "aria-label": `${text}: ${schedule.name}`, onclick: act }, text)));
    if (held) this.actions.lastElementChild?.focus();
  }

  drawAbout() {
    const { schedule } = this;
    if (schedule.isExtra) {
      this.about.textContent = "by hand, by HTTP, by the sweep";
      return;
    }
    const about = [el("span", {}, `${schedule.domain} · ${schedule.task} · `, el("code", {}, schedule.cron))];
    if (schedule.paused) {
      const until = schedule.paused.until ? `until ${moment(schedule.paused.until)}` : "until it is resumed";
      const why = schedule.paused.note ? `: ${schedule.paused.note}` : "";
      about.push(el("span", { class: "paused" }, `paused ${until}${why}`));
    } else if (!schedule.enabled) about.push(el("span", { class: "paused" }, "switched off"));
    else if (schedule.next_at && new Date(schedule.next_at) >= state.dayEnd) {
      about.push(el("span", {}, `next ${moment(schedule.next_at)}`));
    }
    this.about.replaceChildren(...about);
  }

  /** What lies at which place of the day: runs, and the slots ahead. */
  things(now) {
    const things = [...this.runs.values()].map((run) => ({ at: runTime(run), kind: kindOf(run), run }));
    const known = new Set(things.map((thing) => thing.at.getTime()));
    const { schedule } = this;
    if (schedule.paused || schedule.enabled === false) return things;
    for (const slot of schedule.ahead) {
      const at = new Date(slot);
      if (known.has(at.getTime()) || at >= state.dayEnd) continue;
      things.push({ at, kind: now - at > 60000 ? "overdue" : "next" });
    }
    return things;
  }

  draw() {
    this.drawAbout();
    this.drawActions();
    if (!this.isDrawn) return;
    const now = new Date();
    const width = this.track.clientWidth || 600;
    const day = state.dayEnd - state.dayStart;
    const place = (date) => Math.min(1, Math.max(0, (date - state.dayStart) / day));
    const bins = new Map();
    const count = Math.max(8, Math.floor(width / 15));
    for (const thing of this.things(now)) {
      const bin = Math.min(count - 1, Math.floor(place(thing.at) * count));
      if (!bins.has(bin)) bins.set(bin, []);
      bins.get(bin).push(thing);
    }
    const focused = this.track.contains(document.activeElement) ? document.activeElement.dataset.bin : null;
    const marks = [...bins].sort(([a], [b]) => a - b).map(([bin, things]) => this.mark(bin, count, things, place));
    const current = marks.filter((mark) => Number(mark.dataset.bin) <= place(now) * count).at(-1) ?? marks[0];
    if (current) current.tabIndex = 0;
    const past = el("div", { class: "past" });
    past.style.width = `${place(now) * 100}%`;
    this.track.replaceChildren(past, ...this.lines(place), ...marks);
    const total = this.runs.size;
    this.track.setAttribute("aria-label", `${this.schedule.name}, today: ${plural(total, "run")}; arrow keys move`);
    if (focused !== null) (marks.find((mark) => mark.dataset.bin === focused) ?? current)?.focus();
  }

  /** Stretches: slots that were missed together, and slots that go on beyond those that were read. */
  lines(place) {
    const lines = [];
    const line = (name, from, to) => {
      const node = el("div", { class: name });
      node.style.left = `${place(from) * 100}%`;
      node.style.width = `${(place(to) - place(from)) * 100}%`;
      lines.push(node);
    };
    for (const run of this.runs.values()) {
      if (run.outcome === "missed" && run.missed_through) line("gap", runTime(run), new Date(run.missed_through));
    }
    const last = this.schedule.ahead.at(-1);
    if (last && this.schedule.ahead.length >= slotsAhead && new Date(last) < state.dayEnd) {
      line("later", new Date(last), state.dayEnd);
    }
    return lines;
  }

  mark(bin, count, things, place) {
    things.sort((a, b) => a.at - b.at);
    const worst = things.reduce((worst, thing) => (rank.get(thing.kind) < rank.get(worst.kind) ? thing : worst));
    let text;
    if (things.length === 1) {
      const said = worst.run ? sentence(worst.run) : worst.kind === "next" ? "next start" : "overdue: not started yet";
      text = `${clock.format(worst.at)}  ${said}`;
    } else {
      const tally = new Map();
      for (const thing of things) {
        const word = thing.run?.outcome ?? thing.kind;
        tally.set(word, (tally.get(word) ?? 0) + 1);
      }
      const counts = [...tally].map(([word, number]) => `${number} ${word}`).join(", ");
      text = `${clock.format(things[0].at)}–${clock.format(things.at(-1).at)}  ${counts}`;
      if (worst.run?.reason) text += `\n${clock.format(worst.at)}: ${clip(worst.run.reason, 300)}`;
    }
    const runs = things.map((thing) => thing.run).filter(Boolean);
    const node = el("button", {
      type: "button", class: "mark", tabindex: "-1", "data-kind": worst.kind, "data-bin": bin, "data-tip": text,
      "data-many": things.length > 1, "aria-label": text.replaceAll("\n", ". "),
      "aria-disabled": runs.length === 0 ? "true" : null,
      onclick: () => { if (runs.length > 0) openRuns(this.schedule.name, runs, () => this.focus(bin)); },
    }, glyph(worst.kind));
    node.style.left = `${(things.length === 1 ? place(worst.at) : (bin + 0.5) / count) * 100}%`;
    return node;
  }

  /** The mark may have been drawn anew since. */
  focus(bin) { this.track.querySelector(`[data-bin="${bin}"]`)?.focus(); }

  /** One stop for the Tab key; the arrows go from mark to mark. */
  move(event) {
    const marks = [...this.track.querySelectorAll(".mark")];
    const at = marks.indexOf(document.activeElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: marks.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const target = marks[Math.min(marks.length - 1, Math.max(0, to))];
    for (const mark of marks) mark.tabIndex = mark === target ? 0 : -1;
    target.focus();
  }
}
