// What drawings are made of. A drawing is as wide as its card in pixels, so that a text's size is that of the page.

import { svg } from "./elements.js";

const platformOrder = ["twitter", "tiktok", "instagram", "threads", "youtube", "linkedin"];
const place = (platform) => platformOrder.indexOf(platform) + 1 || platformOrder.length + 1;
/** Platforms in their usual order, unknown ones last. */
export const byPlatform = (a, b) => place(a) - place(b) || (a < b ? -1 : 1);

/** A text of the drawing. Drawings are as wide as their card, so a text's size is that of the page. */
export const label = (x, y, text, { kind = "", anchor = "start", tip: said } = {}) =>
  svg("text", { x, y, class: kind || null, "text-anchor": anchor, "data-tip": said }, text);
export const rect = (x, y, width, height, kind, more = {}) =>
  svg("rect", { x, y, width: Math.max(0, width), height, rx: 3, class: kind, ...more });

/** A field that is the darker the larger its share is, and never so dark that its text cannot be read. */
export function heat(x, y, width, height, share, more = {}) {
  const node = rect(x, y, width, height, "heat", more);
  node.style.setProperty("--share", String(Math.max(0, Math.min(1, share))));
  return node;
}
