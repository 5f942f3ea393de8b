// What went wrong, for whoever looks and whoever listens.

import { announce, byID } from "./elements.js";

export function showFailure(error) {
  if (error.status === 401) return;
  console.warn(error.message);
  announce(error.message);
  byID("runs-note").textContent = error.message;
}
