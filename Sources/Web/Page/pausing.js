// Pausing a schedule, and lifting the pause.

import { ask } from "./daemon.js";
import { announce, byID } from "./elements.js";
import { showFailure } from "./failure.js";

/** The schedule that the dialog is about, and who draws it. */
let pausing = null;
export function openPause(schedule, draw) {
  pausing = { schedule, draw };
  byID("pause-title").textContent = `Pause ${schedule.name}`;
  byID("pause-error").textContent = "";
  byID("pause-dialog").showModal();
}
byID("pause-cancel").addEventListener("click", () => byID("pause-dialog").close());
byID("pause-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { schedule, draw } = pausing;
  const body = {};
  if (byID("pause-until").value) body.until = byID("pause-until").value;
  if (byID("pause-note").value.trim()) body.note = byID("pause-note").value.trim();
  try {
    schedule.paused = await ask(`/api/schedules/${encodeURIComponent(schedule.name)}/pause`, {
      method: "POST", body, scope: "admin",
    });
    byID("pause-dialog").close();
    draw();
    announce(`${schedule.name} is paused`);
  } catch (error) {
    byID("pause-error").textContent = error.message;
  }
});

export async function resume(schedule, draw) {
  try {
    await ask(`/api/schedules/${encodeURIComponent(schedule.name)}/resume`, { method: "POST", scope: "admin" });
    schedule.paused = null;
    draw();
    announce(`${schedule.name} is resumed`);
  } catch (error) {
    showFailure(error);
  }
}
