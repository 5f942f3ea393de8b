// Numbers, times and names as people read them.

import { el } from "./elements.js";
import { state } from "./state.js";

export const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const clockSeconds = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
export const dayName = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
export const zoneName = Intl.DateTimeFormat().resolvedOptions().timeZone;
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
export const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const compact = (number) => (number < 1000 ? whole : short).format(number);
export const words = (name) => String(name).replaceAll("_", " ");
/** A name that may be broken after its underscores. */
export const breakable = (name) =>
  name.split("_").flatMap((part, index) => (index === 0 ? [part] : ["_", el("wbr"), part]));
export const percent = (share) => `${Math.round(share * 100)}\u00a0%`;
/** A difference in percent with its sign. */
export function change(difference) {
  const size = Math.round(Math.abs(difference));
  return `${size === 0 ? "" : difference > 0 ? "+" : "−"}${size}\u00a0%`;
}
export const plural = (count, one, many = `${one}s`) => `${whole.format(count)} ${count === 1 ? one : many}`;
export const clip = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** A moment as people say it: the hour if it is today, the day as well if it is not. */
export function moment(text) {
  const date = new Date(text);
  const today = date >= state.dayStart && date < state.dayEnd;
  return today ? clockSeconds.format(date) : `${dayName.format(date)}, ${clock.format(date)}`;
}

export function span(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return "";
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (seconds < 36000) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}
