// The note beside what the pointer is on, or the focus.

import { byID } from "./elements.js";

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
