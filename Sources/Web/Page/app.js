// The page: asks the daemon's HTTP interface (openapi.json), draws what it answers, follows its event stream.
// All text of the daemon goes in as text, never as markup. Nothing is asked of anybody else.

const byID = (id) => document.getElementById(id);

// ---------------------------------------------------------------------------------------------------------- Elements

/** An element with attributes (`on…`: listeners, `class`, `data-…`) and children; texts become text nodes. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** An SVG element; numbers are rounded to a tenth of a pixel. */
function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    node.setAttribute(name, typeof value === "number" ? Math.round(value * 10) / 10 : value);
  }
  node.append(...children);
  return node;
}

/** The mark of a kind, from the sprite in the page. */
const glyph = (kind) => svg("svg", { "aria-hidden": "true" }, svg("use", { href: `#m-${kind}` }));

// -------------------------------------------------------------------------------------------------------------- Text

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const clockSeconds = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const dayName = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
const zoneName = Intl.DateTimeFormat().resolvedOptions().timeZone;
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

const compact = (number) => (number < 1000 ? whole : short).format(number);
const words = (name) => String(name).replaceAll("_", " ");
/** A name that may be broken after its underscores. */
const breakable = (name) => name.split("_").flatMap((part, index) => (index === 0 ? [part] : ["_", el("wbr"), part]));
const percent = (share) => `${Math.round(share * 100)}\u00a0%`;
const plural = (count, one, many = `${one}s`) => `${whole.format(count)} ${count === 1 ? one : many}`;
const clip = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** A moment as people say it: the hour if it is today, the day as well if it is not. */
function moment(text) {
  const date = new Date(text);
  const today = date >= state.dayStart && date < state.dayEnd;
  return today ? clockSeconds.format(date) : `${dayName.format(date)}, ${clock.format(date)}`;
}

function span(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return "";
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (seconds < 36000) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

// ------------------------------------------------------------------------------------------------------------- State

const domains = [
  "prospect", "ab-tester", "scheduler", "content-mix", "youtube", "trends", "creators", "outreach", "remotion",
];
const outcomes = [
  "open", "ok", "error", "timeout", "cancelled", "interrupted", "unknown", "skipped", "missed",
];
const tokenKey = "actpd.token";

const state = {
  token: sessionStorage.getItem(tokenKey) ?? "",
  /** What the token allows, as the daemon says; null while it has not said. */
  scopes: null,
  /** Scopes that were refused to this token. */
  denied: new Set(),
  agents: [], health: null,
  schedules: new Map(), nextSchedules: null,
  /** Today's runs by schedule (`null`: of no schedule), then by id. */
  dayRuns: new Map(), dayIsWhole: true, dayStart: new Date(), dayEnd: new Date(),
  runs: { list: [], cursors: [null], page: 0, next: null },
};

/** Whether the token allows what needs the scope. Without a token there is reading at most. */
function may(scope) {
  if (state.scopes) return state.scopes.has(scope);
  return state.token !== "" && !state.denied.has(scope);
}

// --------------------------------------------------------------------------------------------------------------- API

/** What the daemon refused, in its own words (RFC 9457). */
class Problem extends Error {
  constructor(status, body) {
    super([body.detail ?? body.title ?? `status ${status}`, ...(body.errors ?? [])].join("\n"));
    this.status = status;
    this.run = body.run ?? null;
  }
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Asks the daemon. A reading that came too often is repeated when the daemon says so. */
async function ask(path, { method = "GET", body, headers = {}, scope = "read", attempts = 4 } = {}) {
  const sent = { Accept: "application/json", ...headers };
  if (state.token) sent.Authorization = `Bearer ${state.token}`;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  const token = state.token;
  const answer = await fetch(path, {
    method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store",
  });
  if (answer.status === 429 && method === "GET" && attempts > 1) {
    await pause(Math.min(Number(answer.headers.get("Retry-After")) || 1, 30));
    return ask(path, { method, headers, scope, attempts: attempts - 1 });
  }
  const scopes = answer.headers.get("Actpd-Scopes");
  if (scopes !== null && token === state.token) learnScopes(new Set(scopes.split(/[\s,]+/).filter(Boolean)));
  const text = await answer.text();
  let value = {};
  try { value = text ? JSON.parse(text) : {}; } catch { value = { detail: clip(text, 200) }; }
  // A daemon that is not ready says so with 503 and its health.
  if (answer.ok || (answer.status === 503 && value.status && value.reasons)) return value;
  if (answer.status === 401) needToken(value.detail);
  if (answer.status === 403 && scope !== "read") { state.denied.add(scope); drawAllowed(); }
  throw new Problem(answer.status, value);
}

function learnScopes(scopes) {
  if (state.scopes && [...scopes].every((scope) => state.scopes.has(scope)) && scopes.size === state.scopes.size) return;
  state.scopes = scopes;
  drawAllowed();
}

/** Shows and hides what the token allows. */
function drawAllowed() {
  byID("run-open").hidden = !may("run") || state.agents.length === 0;
  for (const row of rows.values()) row.drawActions();
}

// ------------------------------------------------------------------------------------------------------------- Token

function needToken(why) {
  byID("token-panel").hidden = false;
  if (state.token) byID("token-error").textContent = why ?? "The daemon does not know this token.";
  else if (why) byID("token-why").textContent = why;
  stream.stop();
  drawConnection("token");
}

byID("token-open").addEventListener("click", () => {
  byID("token-panel").hidden = false;
  byID("token").focus();
});
byID("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  useToken(byID("token").value.trim());
});
byID("token-forget").addEventListener("click", () => useToken(""));

function useToken(token) {
  state.token = token;
  state.scopes = null;
  state.denied.clear();
  if (token) sessionStorage.setItem(tokenKey, token); else sessionStorage.removeItem(tokenKey);
  byID("token").value = "";
  byID("token-error").textContent = "";
  byID("token-panel").hidden = true;
  drawAllowed();
  stream.start();
}

// ---------------------------------------------------------------------------------------------------- Announcements

let announced = [];
let announcing = null;

/** Says it to a screen reader; several within two seconds become one sentence. */
function announce(text) {
  announced.push(text);
  announcing ??= setTimeout(() => {
    const shown = announced.slice(0, 3).join(". ");
    byID("announce").textContent = announced.length > 3 ? `${shown}. And ${announced.length - 3} more.` : shown;
    announced = [];
    announcing = null;
  }, 2000);
}

// ------------------------------------------------------------------------------------------------------ Event stream

/** The daemon's events, read with fetch because EventSource cannot send a token. */
const stream = {
  running: null, lastID: null, tries: 0, lostAt: null,

  start() {
    this.stop();
    this.lastID = null;
    this.running = new AbortController();
    this.follow(this.running);
  },
  stop() { this.running?.abort(); this.running = null; },

  async follow(control) {
    while (!control.signal.aborted) {
      try {
        await this.read(control);
        throw new Error("the daemon ended the stream");
      } catch (error) {
        if (control.signal.aborted) return;
        this.lostAt ??= new Date();
        const wait = Math.min(30, 2 ** this.tries++) * (0.75 + Math.random() / 2);
        drawConnection("lost", wait);
        await pause(wait);
      }
    }
  },

  async read(control) {
    const headers = { Accept: "text/event-stream" };
    if (state.token) headers.Authorization = `Bearer ${state.token}`;
    if (this.lastID) headers["Last-Event-ID"] = this.lastID;
    // The daemon sends a comment every 15 s; silence means that nobody is there.
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), 20000);
    const signal = AbortSignal.any([control.signal, silence.signal]);
    try {
      const answer = await fetch("/api/events", { headers, signal, cache: "no-store" });
      if (answer.status === 401) {
        needToken((await answer.json().catch(() => ({}))).detail);
        return;
      }
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.tries = 0;
      this.lostAt = null;
      drawConnection("live");
      // What happened before the stream began, or while there was none.
      loadAll();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), 45000);
        rest += value.replaceAll("\r", "");
        for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
          this.take(rest.slice(0, end));
          rest = rest.slice(end + 2);
        }
      }
    } finally {
      clearTimeout(timer);
    }
  },

  take(block) {
    let name = "message";
    const data = [];
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") name = value;
      if (field === "id") this.lastID = value;
      if (field === "data") data.push(value);
    }
    if (data.length === 0) return;
    try { happened(name, JSON.parse(data.join("\n"))); } catch (error) { console.warn("an event was not understood", error); }
  },
};

function happened(name, value) {
  if (name.startsWith("run.")) runChanged(value, name);
  else if (name === "health") drawHealth(value);
  else if (name === "schedule") {
    const schedule = state.schedules.get(value.schedule);
    if (schedule) { schedule.paused = value.paused; rows.get(schedule.name)?.draw(); }
  } else if (name === "reload") loadSchedules().catch(showFailure);
  else if (name === "resync") loadAll();
}

function drawConnection(how, wait) {
  const banner = byID("connection");
  banner.hidden = how !== "lost";
  if (how === "lost") {
    // Said once; the next tries are silent.
    if (banner.dataset.since !== String(stream.lostAt)) {
      banner.dataset.since = String(stream.lostAt);
      banner.textContent = `Connection lost at ${clock.format(stream.lostAt)}. What you see is from then; trying again.`;
    }
  } else if (banner.dataset.since) {
    delete banner.dataset.since;
    if (how === "live") announce("Connected again");
  }
  drawStatus(how === "lost" ? "lost" : how === "token" ? "token" : null);
}

// ------------------------------------------------------------------------------------------------------------ Health

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

function drawHealth(health) {
  const before = state.health;
  state.health = health;
  drawStatus(null);
  const next = [...state.schedules.values()].map((schedule) => schedule.next_at).filter(Boolean).sort()[0];
  const facts = [
    ["Running", whole.format(health.running)], ["Waiting", whole.format(health.waiting)],
    ["Schedules", whole.format(health.schedules)], ["Next start", next ? clock.format(new Date(next)) : "none"],
    ["Up for", span(Math.max(0, Date.now() - new Date(health.started_at)))],
  ];
  byID("facts").replaceChildren(...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  const reasons = byID("reasons");
  reasons.hidden = health.reasons.length === 0;
  reasons.replaceChildren(...health.reasons.slice(0, 20).map((reason) =>
    el("li", {}, el("b", {}, reason.code), reason.message)));
  byID("version").textContent = `actpd ${health.version}, ready since ${moment(health.started_at)}. Times are ${zoneName}.`;
  if (before && before.status !== health.status) {
    announce(`The daemon is ${health.status}${health.reasons[0] ? `: ${health.reasons[0].message}` : ""}`);
  }
}

// -------------------------------------------------------------------------------------------------------- Kinds of runs

/** A start this much after its time is late. */
const lateAfter = 60_000_000;

const kinds = [
  // The worst first: where several runs share a place, it is what is shown.
  ["failed", "failed"], ["overdue", "overdue"], ["missed", "missed"], ["skipped", "skipped or cancelled"],
  ["running", "running"], ["waiting", "waiting"], ["late", "done, started late"], ["ok", "done"], ["next", "next"],
];
const rank = new Map(kinds.map(([kind], index) => [kind, index]));

function kindOf(run) {
  switch (run.outcome) {
    case "ok": return run.lateness_usec > lateAfter ? "late" : "ok";
    case "cancelled": case "skipped": return "skipped";
    case "missed": case "running": case "waiting": return run.outcome;
    default: return "failed";
  }
}

/** What became of a run, in a line or two. */
function sentence(run) {
  const parts = [run.outcome === "missed" && run.missed > 1 ? `missed ${run.missed} slots` : run.outcome];
  if (run.duration_ms !== null && run.started_at) parts.push(`took ${span(run.duration_ms)}`);
  if (run.lateness_usec > lateAfter) parts.push(`started ${span(run.lateness_usec / 1000)} late`);
  if (run.attempts > 1) parts.push(`${run.attempts} attempts`);
  return parts.join(", ") + (run.reason ? `\n${clip(run.reason, 300)}` : "");
}

const runTime = (run) => new Date(run.planned_at ?? run.claimed_at);

/** Of two readings of a run the one that knows its end. */
const later = (known, read) => (known?.finished_at && !read.finished_at ? known : read);

// ---------------------------------------------------------------------------------------------------------- Timeline

const rows = new Map();
/** The row of runs that no schedule started. */
const unscheduled = { name: "not scheduled", isExtra: true, ahead: [], paused: null, next_at: null };

/** Up to so many rows are always drawn. Of more, each fills its track when it comes into view and empties it when it leaves. */
const rowsDrawn = 60;
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) entry.target.row.setVisible(entry.isIntersecting);
}, { rootMargin: "300px 0px" });

class Row {
  constructor(schedule) {
    this.schedule = schedule;
    this.title = el("strong", {}, ...breakable(schedule.name));
    this.about = el("span", {});
    this.track = el("div", { class: "track", role: "toolbar", onkeydown: (event) => this.move(event) });
    this.actions = el("div", { class: "acts" });
    this.node = el("li", { class: "row" }, el("div", { class: "name" }, this.title, this.about), this.actions, this.track);
    this.node.row = this;
    this.visible = false;
    this.drawActions();
    this.drawAbout();
    seen.observe(this.node);
  }

  get runs() { return state.dayRuns.get(this.schedule.isExtra ? null : this.schedule.name) ?? new Map(); }

  get isDrawn() { return this.visible || rows.size <= rowsDrawn; }

  setVisible(visible) {
    if (visible === this.visible) return;
    this.visible = visible;
    if (visible) this.draw();
    else if (!this.isDrawn && !this.track.contains(document.activeElement)) this.track.replaceChildren();
  }

  drawActions() {
    const { schedule } = this;
    const buttons = [];
    if (may("run") && !schedule.isExtra && schedule.domain !== "system") {
      buttons.push(["Run now", () => openRun(schedule.domain, schedule.task, schedule.params)]);
    }
    if (may("admin") && !schedule.isExtra) {
      buttons.push(schedule.paused
        ? ["Resume", () => resume(schedule)] : ["Pause", () => openPause(schedule)]);
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
    const about = [el("span", {}, `${schedule.domain} · ${schedule.task} · ${schedule.cron}`)];
    if (schedule.paused) {
      const until = schedule.paused.until ? `until ${moment(schedule.paused.until)}` : "until it is resumed";
      about.push(el("span", { class: "paused" }, `paused ${until}${schedule.paused.note ? `: ${schedule.paused.note}` : ""}`));
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
      onclick: () => { if (runs.length > 0) openRuns(this.schedule.name, runs); },
    }, glyph(worst.kind));
    node.style.left = `${(things.length === 1 ? place(worst.at) : (bin + 0.5) / count) * 100}%`;
    return node;
  }

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

/** How many slots ahead are read of each schedule; of denser ones the rest of the day is a dotted line. */
const slotsAhead = 24;
const schedulesPerPage = 200;

async function loadSchedules(cursor = null) {
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

async function loadDay() {
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

function keepOfDay(runs, run) {
  if (!runs.has(run.schedule)) runs.set(run.schedule, new Map());
  runs.get(run.schedule).set(run.id, run);
}

function drawTimeline() {
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

function drawTimelineNote() {
  const count = [...state.dayRuns.values()].reduce((sum, runs) => sum + runs.size, 0);
  const notes = [`${dayName.format(state.dayStart)}, ${zoneName}`];
  notes.push(state.dayIsWhole ? plural(count, "run") : `the last ${whole.format(count)} runs; earlier ones are under Runs`);
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

function drawHours() {
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

// --------------------------------------------------------------------------------------------------------------- Tip

const tip = byID("tip");
function showTip(target) {
  const text = target?.closest?.("[data-tip]")?.dataset.tip;
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  const box = target.closest("[data-tip]").getBoundingClientRect();
  const left = Math.min(innerWidth - tip.offsetWidth - 8, Math.max(8, box.left + box.width / 2 - tip.offsetWidth / 2));
  const above = box.top - tip.offsetHeight - 6;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 8 ? above : box.bottom + 6}px`;
}
document.addEventListener("pointerover", (event) => showTip(event.target));
document.addEventListener("focusin", (event) => showTip(event.target));
document.addEventListener("focusout", () => showTip(null));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") showTip(null); });
addEventListener("scroll", () => showTip(null), { passive: true });

// -------------------------------------------------------------------------------------------------------------- Runs

const runsPerPage = 25;

async function loadRuns() {
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
  const open = new Set([...byID("runs-body").querySelectorAll("[aria-expanded=true]")].map((button) => button.dataset.run));
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
  const button = el("button", {
    type: "button", class: "plain", "data-run": run.id, "aria-expanded": "false",
    "aria-label": `Result: ${run.domain} ${run.task}, ${moment(at)}`, onclick: () => toggle(),
  }, "Result");
  const row = el("tr", { "data-row": run.id },
    el("td", {}, el("time", { datetime: at }, moment(at))),
    el("td", {}, `${run.domain} · ${run.task}`, el("small", {}, run.schedule ?? "")),
    el("td", {}, el("span", { class: "pill", "data-kind": kindOf(run) }, glyph(kindOf(run)), run.outcome),
      run.reason ? el("small", {}, clip(run.reason, 160)) : null),
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

async function fillDetail(cell, id) {
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
      const data = clip(JSON.stringify(rest, null, 2), 40000);
      parts.push(el("details", {}, el("summary", {}, "All of the result"), el("pre", { tabindex: "0", "aria-label": "Result" }, data)));
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

for (const domain of ["system", ...domains]) byID("filter-domain").append(el("option", { value: domain }, domain));
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
  if (name === "run.ended") {
    pictures.get(run.domain)?.refreshSoon();
    if (kindOf(run) === "failed") announce(`${run.domain} ${run.task}: ${run.outcome}. ${run.reason ?? ""}`);
  }
  healthSoon();
}

/** Runs it at most once in so many seconds, at the end of them. */
function calmly(seconds, work) {
  let timer = null;
  return () => { timer ??= setTimeout(() => { timer = null; work(); }, seconds * 1000); };
}
const healthSoon = calmly(2, () => ask("/health").then(drawHealth).catch(() => {}));
const refreshSoon = calmly(10, () => loadSchedules().catch(() => {}));

// ----------------------------------------------------------------------------------------------------------- Dialogs

function openRuns(title, runs) {
  const dialog = el("dialog", { "aria-label": `Runs of ${title}` });
  const close = el("button", { type: "button", onclick: () => dialog.close() }, "Close");
  const shown = runs.slice(0, 30);
  const parts = shown.map((run) => {
    const cell = el("div", { class: "detail" });
    const part = el("details", { ontoggle: () => { if (part.open && !cell.hasChildNodes()) fillDetail(cell, run.id); } },
      el("summary", {}, `${clockSeconds.format(runTime(run))}, ${sentence(run).split("\n")[0]}`), cell);
    part.open = shown.length === 1;
    return part;
  });
  const more = runs.length > shown.length ? [el("p", { class: "quiet" }, `and ${runs.length - shown.length} more`)] : [];
  dialog.append(el("h2", {}, title), ...parts, ...more, el("div", { class: "dialog-actions" }, close));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** The order that the dialog stands for: one key, so that sending it twice runs it once. */
let order = { key: "" };

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function openRun(domain, task, params = {}) {
  order = { key: newKey() };
  byID("run-domain").value = domain ?? domains[0];
  drawTasks(task);
  drawParameters(params);
  byID("run-dry").checked = false;
  byID("run-error").textContent = "";
  byID("run-dialog").showModal();
}

const chosenAgent = () => state.agents.find((agent) => agent.domain === byID("run-domain").value);
const chosenTask = () => chosenAgent()?.tasks.find((task) => task.name === byID("run-task").value);

function drawTasks(wanted) {
  const tasks = (chosenAgent()?.tasks ?? []).filter((task) => task.available);
  byID("run-task").replaceChildren(...tasks.map((task) => el("option", { value: task.name }, task.name)));
  if (wanted) byID("run-task").value = wanted;
}

function drawParameters(values = {}) {
  const task = chosenTask();
  byID("run-summary").textContent = task ? `It ${task.summary}.` : "";
  byID("run-params").replaceChildren(...(task?.parameters ?? []).flatMap((parameter) => {
    const id = `parameter-${parameter.name}`;
    const value = values[parameter.name] ?? "";
    const isDefault = parameter.default !== null ? `, ${JSON.stringify(parameter.default)} if left out` : "";
    return [
      el("label", { for: id }, parameter.name),
      el("div", {},
        el("input", {
          id, value: typeof value === "object" ? JSON.stringify(value) : String(value), required: parameter.required,
          "data-parameter": parameter.name, autocomplete: "off", "aria-describedby": `${id}-help`,
        }),
        el("small", { id: `${id}-help` }, `${parameter.help}: ${parameter.allowed}${isDefault}`)),
    ];
  }));
  byID("run-once-row").hidden = task?.effect !== "once";
  byID("run-once").checked = false;
  byID("run-once").required = task?.effect === "once";
}

byID("run-open").addEventListener("click", () => openRun());
byID("run-domain").addEventListener("change", () => { drawTasks(); drawParameters(); order.key = newKey(); });
byID("run-task").addEventListener("change", () => { drawParameters(); order.key = newKey(); });
byID("run-cancel").addEventListener("click", () => byID("run-dialog").close());
byID("run-form").addEventListener("input", (event) => { if (event.target.id !== "run-once") order.key = newKey(); });
byID("run-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const submit = byID("run-submit");
  if (submit.disabled) return;
  submit.disabled = true;
  const params = {};
  for (const input of byID("run-params").querySelectorAll("input")) {
    // The daemon reads a text that spells a number or a truth value as one.
    if (input.value.trim() !== "") params[input.dataset.parameter] = input.value.trim();
  }
  const body = { domain: byID("run-domain").value, task: byID("run-task").value, params };
  if (byID("run-dry").checked) body.dry_run = true;
  try {
    const run = await ask("/api/dispatch", {
      method: "POST", body, headers: { "Idempotency-Key": order.key }, scope: "run",
    });
    order.key = newKey();
    byID("run-dialog").close();
    announce(`${run.domain} ${run.task} was started`);
    runChanged(run, "run.started");
  } catch (error) {
    byID("run-error").textContent = error instanceof Problem
      ? error.message : "The daemon could not be reached. Sending it again runs it once.";
    if (error.run) runChanged(error.run, "run.skipped");
  } finally {
    submit.disabled = false;
  }
});

let pausing = null;
function openPause(schedule) {
  pausing = schedule;
  byID("pause-title").textContent = `Pause ${schedule.name}`;
  byID("pause-error").textContent = "";
  byID("pause-dialog").showModal();
}
byID("pause-cancel").addEventListener("click", () => byID("pause-dialog").close());
byID("pause-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = {};
  if (byID("pause-until").value) body.until = byID("pause-until").value;
  if (byID("pause-note").value.trim()) body.note = byID("pause-note").value.trim();
  try {
    pausing.paused = await ask(`/api/schedules/${encodeURIComponent(pausing.name)}/pause`, {
      method: "POST", body, scope: "admin",
    });
    byID("pause-dialog").close();
    rows.get(pausing.name)?.draw();
    announce(`${pausing.name} is paused`);
  } catch (error) {
    byID("pause-error").textContent = error.message;
  }
});

async function resume(schedule) {
  try {
    await ask(`/api/schedules/${encodeURIComponent(schedule.name)}/resume`, { method: "POST", scope: "admin" });
    schedule.paused = null;
    rows.get(schedule.name)?.draw();
    announce(`${schedule.name} is resumed`);
    refreshSoon();
  } catch (error) {
    showFailure(error);
  }
}

// ---------------------------------------------------------------------------------------------------------- Pictures

const platformOrder = ["twitter", "tiktok", "instagram", "threads", "youtube", "linkedin"];
const byPlatform = (a, b) => (platformOrder.indexOf(a) + 1 || 99) - (platformOrder.indexOf(b) + 1 || 99) || (a < b ? -1 : 1);

/** A text of the drawing. Drawings are as wide as their card, so a text's size is that of the page. */
const label = (x, y, text, { kind = "", anchor = "start", tip: said } = {}) =>
  svg("text", { x, y, class: kind || null, "text-anchor": anchor, "data-tip": said }, text);
const rect = (x, y, width, height, kind, more = {}) =>
  svg("rect", { x, y, width: Math.max(0, width), height, rx: 3, class: kind, ...more });

/** A field that is the darker the larger its share is, and never so dark that its text cannot be read. */
function heat(x, y, width, height, share, more = {}) {
  const node = rect(x, y, width, height, "heat", more);
  node.style.setProperty("--share", String(Math.max(0, Math.min(1, share))));
  return node;
}

/**
 * What each domain's picture says in a sentence, shows as a drawing and holds as a table. `draw` gets the width in pixels
 * and returns the nodes and their height; `said` and `table` are the text alternatives.
 */
const drawings = {
  prospect: {
    title: "The funnel", wide: false,
    said: ({ stages, movement_days: days }) =>
      stages.map(({ stage, count }) => `${whole.format(count)} in ${stage}`).join(", ")
      + `; ${plural(stages.reduce((sum, stage) => sum + stage.entered, 0), "move")} in ${days} days.`,
    draw({ stages, score_tens: tens }, width) {
      const most = Math.max(1, ...stages.map((stage) => stage.count));
      const nodes = stages.flatMap(({ stage, count, entered, left }, index) => {
        const size = Math.max(4, (count / most) * width);
        const y = index * 58;
        return [
          label(0, y + 12, stage), label(width, y + 12, `▲ ${entered} in   ▼ ${left} out`, { anchor: "end", kind: "m" }),
          heat((width - size) / 2, y + 18, size, 28, (index + 1) / stages.length),
          label(width / 2, y + 37, whole.format(count), { anchor: "middle", kind: "over" }),
        ];
      });
      const top = stages.length * 58 + 24;
      const high = Math.max(1, ...tens);
      const step = width / 10;
      nodes.push(label(0, top - 6, "contacts by score", { kind: "m" }));
      tens.forEach((count, index) => {
        const size = (count / high) * 44;
        nodes.push(rect(index * step + 1, top + 48 - size, step - 2, Math.max(size, 1), "bar", {
          "data-tip": `score ${index * 10}–${index === 9 ? 100 : index * 10 + 9}: ${plural(count, "contact")}`,
        }));
        nodes.push(label(index * step + step / 2, top + 63, String(index * 10), { anchor: "middle", kind: "m" }));
      });
      return [nodes, top + 68];
    },
    table: ({ stages }) => [["Stage", "Contacts", "Entered", "Left"],
      stages.map(({ stage, count, entered, left }) => [stage, count, entered, left])],
  },

  "ab-tester": {
    title: "A/B tests", wide: false,
    said: ({ tests }) => {
      if (tests.length === 0) return "No test yet.";
      const known = tests.filter((test) => test.interval);
      const sure = known.filter((test) => test.interval[0] > 0 || test.interval[1] < 0);
      return `${plural(tests.length, "test")}; ${sure.length} of ${known.length} with figures tell the two posts apart.`;
    },
    draw({ tests }, width) {
      const known = tests.filter((test) => test.interval).slice(0, 12);
      if (known.length === 0) return [[], 0];
      // Ratios: twice as good lies as far to the right as half as good to the left.
      const log = (change) => Math.log(Math.max(0.05, 1 + change / 100));
      const limit = Math.min(2.4, Math.max(0.4, ...known.flatMap((test) => test.interval.map((end) => Math.abs(log(end))))));
      const x = (change) => width / 2 + (Math.max(-limit, Math.min(limit, log(change))) / limit) * (width / 2 - 8);
      const bottom = known.length * 40 + 6;
      const nodes = [svg("line", { x1: width / 2, x2: width / 2, y1: 0, y2: bottom, class: "zero" })];
      known.forEach((test, index) => {
        const y = index * 40;
        const [low, high] = test.interval;
        const kind = low > 0 || high < 0 ? "ok" : "off";
        nodes.push(
          label(0, y + 11, words(test.niche), { kind: "m" }),
          label(width, y + 11, `${test.estimate > 0 ? "+" : ""}${Math.round(test.estimate)} %`, { anchor: "end" }),
          svg("line", { x1: x(low), x2: x(high), y1: y + 24, y2: y + 24, class: "stroke", opacity: kind === "ok" ? 1 : 0.45 }),
          svg("circle", { cx: x(test.estimate), cy: y + 24, r: 5.5, class: kind === "ok" ? "bar" : "hollow" }),
          rect(0, y, width, 38, "hit", { "data-tip": `${test.sentence}\nA (${test.hook_a}): ${test.text_a}\nB (${test.hook_b}): ${test.text_b}` }));
      });
      nodes.push(label(0, bottom + 14, "A does better", { kind: "m" }),
        label(width, bottom + 14, "B does better", { anchor: "end", kind: "m" }));
      return [nodes, bottom + 20];
    },
    table: ({ tests }) => [["Begun", "Niche", "Status", "Winner", "B over A", "Interval", "What it is worth"],
      tests.map((test) => [
        moment(test.created_at), words(test.niche), test.status, test.winner ?? "",
        test.estimate === null ? "" : `${Math.round(test.estimate)} %`,
        test.interval ? `${Math.round(test.interval[0])} to ${Math.round(test.interval[1])}\u00a0%` : "", test.sentence,
      ])],
  },

  scheduler: {
    title: "Posting hours", wide: true,
    said({ platforms }) {
      if (platforms.length === 0) return "No platform has posting hours yet.";
      const hours = platforms.flatMap(({ platform, hours: list }) => list.map((hour) => ({ ...hour, platform })))
        .filter((hour) => hour.posts > 0).sort((a, b) => b.low - a.low);
      if (hours.length === 0) return "Nothing is learned yet: every hour is believed to be as good as any other.";
      const [best] = hours;
      return `${best.platform} at ${String(best.hour).padStart(2, "0")}:00 UTC is surest to do well: `
        + `${percent(best.mean)} of its posts beat the average (90 % belief ${percent(best.low)} to ${percent(best.high)}).`;
    },
    draw({ platforms }, width) {
      const sorted = [...platforms].sort((a, b) => byPlatform(a.platform, b.platform));
      const left = width < 520 ? 66 : 84;
      const step = (width - left) / 24;
      const height = Math.min(34, Math.max(20, step));
      const nodes = [];
      sorted.forEach(({ platform, hours }, row) => {
        const y = 18 + row * (height + 4);
        nodes.push(label(0, y + height / 2 + 4, platform));
        nodes.push(rect(left, y, width - left, height, "soft", { opacity: 0.6 }));
        for (const hour of hours) {
          // As large as it is certain, as dark as it is good.
          const size = 0.35 + 0.65 * Math.max(0, Math.min(1, hour.certainty));
          const [w, h] = [(step - 2) * size, (height - 2) * size];
          const at = [left + hour.hour * step + (step - w) / 2, y + (height - h) / 2];
          const said = `${platform}, ${String(hour.hour).padStart(2, "0")}:00 UTC${hour.chosen ? ", chosen" : ""}\n`
            + `${percent(hour.mean)} beat the average (90 %: ${percent(hour.low)}–${percent(hour.high)}), ${plural(hour.posts, "post")}`;
          nodes.push(heat(...at, w, h, hour.mean, { "data-tip": said }));
          if (hour.chosen) {
            nodes.push(rect(left + hour.hour * step + 0.5, y + 0.5, step - 1, height - 1, "ring", { "data-tip": said }));
          }
        }
      });
      for (let hour = 0; hour < 24; hour += width < 520 ? 6 : 3) {
        nodes.push(label(left + hour * step + step / 2, 11, String(hour).padStart(2, "0"), { anchor: "middle", kind: "m" }));
      }
      const bottom = 18 + sorted.length * (height + 4);
      nodes.push(label(0, bottom + 16, "stronger: does better · larger: surer · framed: chosen · hours are UTC", { kind: "m" }));
      return [nodes, bottom + 22];
    },
    table: ({ platforms }) => [["Platform", "Hour (UTC)", "Mean", "90 % belief", "Posts", "Chosen"],
      platforms.flatMap(({ platform, hours }) => hours.map((hour) => [
        platform, hour.hour, percent(hour.mean), `${percent(hour.low)} to ${percent(hour.high)}`, hour.posts,
        hour.chosen ? "yes" : "",
      ]))],
  },

  "content-mix": {
    title: "Content mix", wide: false,
    said({ niches, posts, days }) {
      if (posts === 0) return `Nothing with a niche was posted in ${days} days.`;
      const gaps = niches.filter((niche) => niche.target !== null && niche.target - niche.share > 0.005)
        .sort((a, b) => b.target - b.share - (a.target - a.share));
      return gaps.length === 0 ? `Every niche has its share of ${plural(posts, "post")}.`
        : `${words(gaps[0].niche)} is furthest below its target: ${percent(gaps[0].share)} of ${percent(gaps[0].target)}.`;
    },
    draw({ niches }, width) {
      const most = Math.max(0.1, ...niches.flatMap((niche) => [niche.share, niche.target ?? 0]));
      const x = (share) => (share / most) * (width - 4);
      const nodes = niches.flatMap(({ niche, share, target, posts }, index) => {
        const y = index * 42;
        const isShort = target !== null && target - share > 0.005;
        const said = `${words(niche)}: ${percent(share)} (${plural(posts, "post")})${target === null ? ", no target" : `, target ${percent(target)}`}`;
        return [
          label(0, y + 12, words(niche)),
          label(width, y + 12, target === null ? percent(share) : `${percent(share)} of ${percent(target)}${isShort ? " ▼" : ""}`,
            { anchor: "end", kind: isShort ? "late" : "m" }),
          rect(0, y + 18, width, 14, "soft", { "data-tip": said }),
          rect(0, y + 18, x(share), 14, isShort ? "late" : "bar", { "data-tip": said }),
          ...(target === null ? [] : [svg("line", { x1: x(target), x2: x(target), y1: y + 15, y2: y + 35, class: "target" })]),
        ];
      });
      return [nodes, niches.length * 42];
    },
    table: ({ niches }) => [["Niche", "Posts", "Share", "Target"],
      niches.map(({ niche, posts, share, target }) => [words(niche), posts, percent(share), target === null ? "" : percent(target)])],
  },

  youtube: {
    title: "Resonance", wide: true,
    choices: ({ cells }) => {
      const samples = new Map();
      for (const cell of cells) samples.set(cell.platform, (samples.get(cell.platform) ?? 0) + cell.samples);
      return [...samples].sort((a, b) => b[1] - a[1]).map(([platform]) => platform);
    },
    said({ cells }, platform) {
      const best = cells.filter((cell) => cell.platform === platform && cell.avg_views !== null)
        .sort((a, b) => b.avg_views - a.avg_views)[0];
      return best ? `${words(best.niche)} as ${words(best.content_type)} is seen most on ${platform}: `
        + `${compact(best.avg_views)} views on average of ${plural(best.samples, "post")}.` : "The matrix is empty.";
    },
    draw({ cells }, width, platform) {
      const shown = cells.filter((cell) => cell.platform === platform);
      const niches = [...new Set(shown.map((cell) => cell.niche))].sort();
      const types = [...new Set(shown.map((cell) => cell.content_type))].sort();
      if (shown.length === 0) return [[], 0];
      const most = Math.max(1, ...shown.map((cell) => cell.avg_views ?? 0));
      const left = width < 520 ? 92 : 130;
      const step = (width - left) / types.length;
      const nodes = types.map((type, index) => label(left + index * step + step / 2, 12,
        clip(words(type), Math.max(4, Math.floor(step / 7))), { anchor: "middle", kind: "m", tip: words(type) }));
      niches.forEach((niche, row) => {
        const y = 20 + row * 38;
        nodes.push(label(0, y + 22, clip(words(niche), Math.floor(left / 6.8)), { tip: words(niche) }));
        types.forEach((type, column) => {
          const x = left + column * step;
          const cell = shown.find((found) => found.niche === niche && found.content_type === type);
          if (!cell) { nodes.push(rect(x + 1, y + 1, step - 2, 34, "soft", { opacity: 0.5 })); return; }
          const share = (cell.avg_views ?? 0) / most;
          nodes.push(heat(x + 1, y + 1, step - 2, 34, share, {
            "data-tip": `${words(niche)}, ${words(type)}, ${platform}\n${whole.format(cell.avg_views ?? 0)} views, `
              + `${plural(cell.samples, "post")}${cell.top_hook ? `\n“${cell.top_hook}”` : ""}`,
          }), label(x + step / 2, y + 22, compact(cell.avg_views ?? 0),
            { anchor: "middle", kind: "over" }));
        });
      });
      return [nodes, 20 + niches.length * 38];
    },
    table: ({ cells }) => [["Platform", "Niche", "Content type", "Views", "Engagement", "Posts", "Offer"],
      cells.map((cell) => [
        cell.platform, words(cell.niche), words(cell.content_type), cell.avg_views === null ? "" : whole.format(cell.avg_views),
        cell.avg_engagement === null ? "" : whole.format(cell.avg_engagement), cell.samples, words(cell.offer),
      ])],
  },

  trends: {
    title: "Trends", wide: false,
    said: ({ trends }) => (trends.length === 0 ? "No niche trends on several platforms now."
      : `${words(trends[0].niche)} is strongest, on ${trends[0].platforms.join(", ")}.`),
    draw({ trends }, width) {
      const most = Math.max(1, ...trends.map((trend) => trend.strength));
      const nodes = trends.slice(0, 8).flatMap((trend, index) => {
        const y = index * 44;
        const said = `${words(trend.niche)}: strength ${whole.format(trend.strength)}, since ${moment(trend.detected_at)}`
          + `${trend.top_hook ? `\n“${trend.top_hook}”` : ""}`;
        return [
          label(0, y + 12, words(trend.niche)),
          label(width, y + 12, trend.platforms.join(" · "), { anchor: "end", kind: "m" }),
          rect(0, y + 18, width, 14, "soft", { "data-tip": said }),
          rect(0, y + 18, (trend.strength / most) * width, 14, "bar", { "data-tip": said }),
        ];
      });
      return [nodes, Math.min(8, trends.length) * 44];
    },
    table: ({ trends }) => [["Niche", "Strength", "Platforms", "Since"],
      trends.map((trend) => [words(trend.niche), whole.format(trend.strength), trend.platforms.join(", "), moment(trend.detected_at)])],
  },

  creators: {
    title: "Creators", wide: false,
    said({ tiers, fitting, fit_above: above, unknown }) {
      const known = tiers.flatMap((tier) => Object.values(tier.by_platform)).reduce((sum, count) => sum + count, 0);
      return `${plural(known + unknown, "creator")}, ${whole.format(fitting)} of them with a fit above ${above}.`;
    },
    draw({ tiers }, width) {
      const platforms = [...new Set(tiers.flatMap((tier) => Object.keys(tier.by_platform)))].sort(byPlatform);
      if (platforms.length === 0) return [[], 0];
      const most = Math.max(1, ...tiers.flatMap((tier) => Object.values(tier.by_platform)));
      const left = 92;
      const step = (width - left) / platforms.length;
      const nodes = platforms.map((platform, index) =>
        label(left + (index + 0.5) * step, 12, platform, { anchor: "middle", kind: "m" }));
      [...tiers].reverse().forEach((tier, row) => {
        const y = 22 + row * 44;
        nodes.push(label(0, y + 18, tier.tier), label(0, y + 33, `from ${compact(tier.from)}`, { kind: "m" }));
        platforms.forEach((platform, column) => {
          const count = tier.by_platform[platform] ?? 0;
          const x = left + (column + 0.5) * step;
          const size = Math.sqrt(count / most) * 20;
          if (count > 0) nodes.push(svg("circle", { cx: x, cy: y + 22, r: size, class: "dot" }));
          nodes.push(label(x, y + 26, count === 0 ? "·" : whole.format(count), { anchor: "middle", kind: count === 0 ? "m" : "" }));
        });
      });
      return [nodes, 22 + tiers.length * 44];
    },
    table: ({ best }) => [["Best fit", "Platform", "Niche", "Fit", "Engagement"],
      best.map((creator) => [`@${creator.handle}`, creator.platform, words(creator.niche), creator.icp_fit_score,
        whole.format(creator.engagement_score)])],
  },

  outreach: {
    title: "Outreach", wide: false,
    said({ platforms, due, days, enabled }) {
      const total = (state) => platforms.reduce((sum, { by_state: counts }) => sum + (counts[state] ?? 0), 0);
      const off = enabled ? "" : " Outreach is switched off.";
      return `${plural(total("pending"), "message")} waiting, ${whole.format(due)} of them due; ${whole.format(total("sent"))} sent in ${days} days.${off}`;
    },
    draw({ platforms, states, caps }, width) {
      const total = states.map((state) => platforms.reduce((sum, { by_state: counts }) => sum + (counts[state] ?? 0), 0));
      const most = Math.max(1, ...total);
      const kinds = { pending: "bar", sending: "bar", sent: "ok", failed: "bad", cancelled: "off", unknown: "late" };
      const left = 78;
      const nodes = states.flatMap((state, index) => {
        const y = index * 24;
        return [
          label(0, y + 13, state), rect(left, y + 3, (total[index] / most) * (width - left - 56), 13, kinds[state] ?? "bar"),
          label(width, y + 13, whole.format(total[index]), { anchor: "end" }),
        ];
      });
      const top = states.length * 24 + 22;
      nodes.push(label(0, top - 4, "sent in the last 24 hours, of what is allowed", { kind: "m" }));
      caps.forEach((cap, index) => {
        const y = top + 6 + index * 24;
        const share = cap.day_cap > 0 ? cap.day_used / cap.day_cap : 0;
        const said = `${cap.platform}: ${cap.hour_used} of ${cap.hour_cap} in the last hour, ${cap.day_used} of ${cap.day_cap} in 24 hours`;
        nodes.push(label(0, y + 13, cap.platform), rect(left, y + 3, width - left - 70, 13, "soft", { "data-tip": said }),
          rect(left, y + 3, Math.min(1, share) * (width - left - 70), 13, share >= 1 ? "bad" : "bar", { "data-tip": said }),
          label(width, y + 13, `${cap.day_used} of ${cap.day_cap}`, { anchor: "end" }));
      });
      return [nodes, top + 6 + caps.length * 24];
    },
    table: ({ platforms, states }) => [["Platform", ...states],
      platforms.map(({ platform, by_state: counts }) => [platform, ...states.map((state) => counts[state] ?? 0)])],
  },

  remotion: {
    title: "Renders", wide: true,
    said({ states, oldest_open: oldest }) {
      const count = (state) => states.find((found) => found.state === state)?.count ?? 0;
      const open = states.filter(({ state }) => !["failed", "distributed"].includes(state)).reduce((sum, { count }) => sum + count, 0);
      return `${plural(open, "render")} under way${oldest ? `, the oldest since ${moment(oldest)}` : ""}; `
        + `${whole.format(count("distributed"))} distributed, ${whole.format(count("failed"))} failed.`;
    },
    draw({ states }, width) {
      const line = states.filter(({ state }) => state !== "failed");
      const failed = states.filter(({ state }) => state === "failed");
      // Beside each other where there is room, else below each other; what failed stands apart.
      const isRow = width > 640;
      const gap = 26;
      const size = isRow ? (width - gap * line.length) / (line.length + 1) : width;
      const nodes = [...line, ...failed].flatMap(({ state, count }, index) => {
        const [x, y] = isRow ? [index * (size + gap), 0] : [0, index * 62];
        const kind = { distributed: "ok", failed: "bad" }[state] ?? "bar";
        const arrow = isRow ? `M${x + size + 6} 26h14m-4-4l4 4-4 4` : `M${width / 2} ${y + 50}v9m-4-4l4 4 4-4`;
        return [
          rect(x + 0.5, y + 0.5, size - 1, 48, "box"),
          ...(count > 0 ? [rect(x + 0.5, y + 0.5, 5, 48, kind)] : []),
          label(x + 16, y + 29, state), label(x + size - 12, y + 31, whole.format(count), { anchor: "end", kind: "big" }),
          ...(index < line.length - 1 ? [svg("path", { d: arrow, class: "arrow" })] : []),
        ];
      });
      return [nodes, isRow ? 50 : (line.length + failed.length) * 62 - 10];
    },
    table: ({ latest }) => [["Changed", "State", "Niche", "Platform", "Hook", "Error"],
      latest.map((job) => [job.updated_at ? moment(job.updated_at) : "", job.status ?? "", words(job.niche ?? ""), job.platform ?? "",
        job.hook ?? "", job.error ?? ""])],
  },
};

const pictures = new Map();
/** Pictures are read when they come into view, and again when a run of their domain has ended. */
const pictureSeen = new IntersectionObserver((entries) => {
  for (const entry of entries) entry.target.picture.setVisible(entry.isIntersecting);
}, { rootMargin: "200px 0px" });

class Picture {
  constructor(domain) {
    this.domain = domain;
    this.drawing = drawings[domain];
    this.said = el("p", { class: "said" }, "");
    this.choice = el("select", { "aria-label": `${this.drawing.title}: platform`, hidden: true, onchange: () => this.draw() });
    this.canvas = svg("svg", { role: "img", focusable: "false" });
    this.table = el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": `${this.drawing.title}, as a table` });
    this.details = el("details", { ontoggle: () => this.drawTable() }, el("summary", {}, "As a table"), this.table);
    this.details.hidden = true;
    this.node = el("article", { class: `picture${this.drawing.wide ? " wide" : ""}`, "aria-labelledby": `picture-${domain}` },
      el("h3", { id: `picture-${domain}` }, this.drawing.title), el("p", { class: "kind" }, domain),
      this.said, this.choice, this.canvas, this.details);
    this.node.picture = this;
    this.data = null;
    this.visible = false;
    this.stale = true;
    this.refreshSoon = calmly(3, () => { this.stale = true; this.read(); });
    pictureSeen.observe(this.node);
  }

  setVisible(visible) {
    this.visible = visible;
    this.read();
  }

  async read() {
    if (!this.visible || !this.stale) return;
    this.stale = false;
    try {
      this.data = await ask(`/api/pictures/${this.domain}`);
      this.draw();
    } catch (error) {
      this.stale = true;
      if (error.status !== 401) this.said.textContent = `There is no picture now: ${error.message}`;
    }
  }

  draw() {
    const { data, drawing } = this;
    if (!data) return;
    const choices = drawing.choices?.(data) ?? [];
    this.choice.hidden = choices.length < 2;
    const chosen = choices.includes(this.choice.value) ? this.choice.value : choices[0];
    this.choice.replaceChildren(...choices.map((choice) => el("option", { value: choice }, choice)));
    if (chosen) this.choice.value = chosen;
    const width = this.node.clientWidth - 2 * parseFloat(getComputedStyle(this.node).paddingLeft);
    const said = drawing.said(data, chosen) + (data.partial ? " There are more rows than were read." : "");
    const [nodes, height] = drawing.draw(data, width, chosen);
    this.said.textContent = said;
    this.canvas.setAttribute("viewBox", `0 0 ${width} ${Math.max(1, height)}`);
    this.canvas.setAttribute("aria-label", said);
    this.canvas.style.height = `${height}px`;
    this.canvas.replaceChildren(...nodes);
    this.details.hidden = false;
    this.drawTable();
  }

  /** The table is made when somebody wants it; at most so many rows. */
  drawTable() {
    if (!this.details.open || !this.data) { this.table.replaceChildren(); return; }
    const [head, body] = this.drawing.table(this.data);
    const shown = body.slice(0, 200);
    this.table.replaceChildren(el("table", {},
      el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, ...shown.map((cells) => el("tr", {}, ...cells.map((cell) => el("td", {}, String(cell))))))));
  }
}

// ------------------------------------------------------------------------------------------------------------- Start

function showFailure(error) {
  if (error.status === 401) return;
  console.warn(error.message);
  announce(error.message);
  byID("runs-note").textContent = error.message;
}

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

const pictureOrder = [
  "prospect", "ab-tester", "content-mix", "scheduler", "youtube", "trends", "creators", "outreach", "remotion",
];
for (const domain of pictureOrder) {
  const picture = new Picture(domain);
  pictures.set(domain, picture);
  byID("picture-list").append(picture.node);
}

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

stream.start();
