// The dialog that runs a task.

import { ask, hooks, Problem } from "./daemon.js";
import { announce, byID, el } from "./elements.js";
import { domains, state } from "./state.js";

/** The order that the dialog stands for: one key, so that sending it twice runs it once. */
let order = { key: "" };

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export function openRun(domain, task, params = {}) {
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
  const tasks = chosenAgent()?.tasks ?? [];
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
    hooks.happened("run.started", run);
  } catch (error) {
    byID("run-error").textContent = error instanceof Problem
      ? error.message : "The daemon could not be reached. Sending it again runs it once.";
    if (error.run) hooks.happened("run.skipped", error.run);
  } finally {
    submit.disabled = false;
  }
});
