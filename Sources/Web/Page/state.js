// What the page knows.

export const domains = [
  "prospect", "ab-tester", "scheduler", "content-mix", "youtube", "trends", "creators", "outreach", "remotion",
];
export const outcomes = [
  "open", "ok", "error", "timeout", "cancelled", "interrupted", "unknown", "skipped", "missed",
];
export const tokenKey = "actpd.token";

export const state = {
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
export function may(scope) {
  if (state.scopes) return state.scopes.has(scope);
  return state.token !== "" && !state.denied.has(scope);
}
