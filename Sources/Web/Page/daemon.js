// Asks the daemon, as openapi.json says, and follows its events. Nothing is asked of anybody else.

import { clip } from "./text.js";
import { state } from "./state.js";

/** What others do when the daemon has said something; `app.js` fills it in. */
export const hooks = {
  /** What the token allows has changed. */
  scopes() {},
  /** The daemon wants a token, or another one; it says why. */
  tokenNeeded() {},
  /** The event stream is `live` or `lost`. */
  connection() {},
  /** A stream has begun: whatever happened before it is not known. */
  connected() {},
  /** An event: its name and its value. */
  happened() {},
};

/** What the daemon refused, in its own words (RFC 9457). */
export class Problem extends Error {
  constructor(status, body) {
    super([body.detail ?? body.title ?? `status ${status}`, ...(body.errors ?? [])].join("\n"));
    this.status = status;
    this.run = body.run ?? null;
  }
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Asks the daemon. A reading that came too often is repeated when the daemon says so. */
export async function ask(path, { method = "GET", body, headers = {}, scope = "read", attempts = 4 } = {}) {
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
  // An answer to a token that was replaced meanwhile says nothing about the one there is.
  if (answer.status === 401 && token === state.token) hooks.tokenNeeded(value.detail);
  if (answer.status === 403 && scope !== "read") { state.denied.add(scope); hooks.scopes(); }
  throw new Problem(answer.status, value);
}

function learnScopes(scopes) {
  if (state.scopes?.size === scopes.size && scopes.isSubsetOf(state.scopes)) return;
  state.scopes = scopes;
  hooks.scopes();
}

/** The daemon's events, read with fetch because EventSource cannot send a token. */
export const stream = {
  running: null, lastID: null, tries: 0, lostAt: null,
  /** Whether the daemon is heard now. */
  isLive: false,

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
        hooks.connection("lost");
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
        hooks.tokenNeeded((await answer.json().catch(() => ({}))).detail);
        return;
      }
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.tries = 0;
      this.lostAt = null;
      this.isLive = true;
      hooks.connection("live");
      // What happened before the stream began, or while there was none.
      hooks.connected();
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
      this.isLive = false;
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
    try {
      hooks.happened(name, JSON.parse(data.join("\n")));
    } catch (error) {
      console.warn("an event was not understood", error);
    }
  },
};
