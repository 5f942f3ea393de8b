// What became of a run: its kind, which decides mark and colour, and the words for it.

import { clip, span } from "./text.js";

/** A start this much after its time is late. */
const lateAfter = 60_000_000;

export const kinds = [
  // The worst first: where several runs share a place, it is what is shown.
  ["failed", "failed"], ["overdue", "overdue"], ["missed", "missed"], ["skipped", "skipped or cancelled"],
  ["running", "running"], ["waiting", "waiting"], ["late", "done, started late"], ["ok", "done"], ["next", "next"],
];
export const rank = new Map(kinds.map(([kind], index) => [kind, index]));

export function kindOf(run) {
  switch (run.outcome) {
    case "ok": return run.lateness_usec > lateAfter ? "late" : "ok";
    case "cancelled": case "skipped": return "skipped";
    case "missed": case "running": case "waiting": return run.outcome;
    default: return "failed";
  }
}

/** What became of a run, in a line or two. */
export function sentence(run) {
  const parts = [run.outcome === "missed" && run.missed > 1 ? `missed ${run.missed} slots` : run.outcome];
  if (run.duration_ms !== null && run.started_at) parts.push(`took ${span(run.duration_ms)}`);
  if (run.lateness_usec > lateAfter) parts.push(`started ${span(run.lateness_usec / 1000)} late`);
  if (run.attempts > 1) parts.push(`${run.attempts} attempts`);
  return parts.join(", ") + (run.reason ? `\n${clip(run.reason, 300)}` : "");
}

export const runTime = (run) => new Date(run.planned_at ?? run.claimed_at);

/** Of two readings of a run the one that knows its end. */
export const later = (known, read) => (known?.finished_at && !read.finished_at ? known : read);
