// The token: typed in, kept for the tab, sent with each request.

import { hooks, stream } from "./daemon.js";
import { byID } from "./elements.js";
import { drawConnection } from "./health.js";
import { state, tokenKey } from "./state.js";

/** Asks for a token; until there is one, there is nothing else to see. */
export function needToken(why) {
  stream.stop();
  drawConnection("token");
  document.body.dataset.locked = "";
  byID("token-panel").hidden = false;
  const said = why ?? "The daemon wants a token.";
  byID("token-error").textContent = state.token ? said : "";
  byID("token-said").textContent = state.token ? "" : `The daemon says: ${said}`;
  if (document.activeElement === document.body) byID("token").focus();
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
  delete document.body.dataset.locked;
  hooks.scopes();
  stream.start();
}
