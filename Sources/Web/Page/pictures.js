// The pictures: each a card that reads its domain when it comes into view.

import { ask, stream } from "./daemon.js";
import { drawings } from "./drawings.js";
import { byID, calmly, el, svg } from "./elements.js";

export const pictures = new Map();
/** Pictures are read when they come into view, and again when a run of their domain has ended. */
const pictureSeen = new IntersectionObserver((entries) => {
  for (const entry of entries) entry.target.picture.setVisible(entry.isIntersecting);
}, { rootMargin: "200px 0px" });

class Picture {
  constructor(domain) {
    this.domain = domain;
    this.drawing = drawings[domain];
    this.said = el("p", { class: "said" }, "");
    const { title, wide } = this.drawing;
    this.choice = el("select", { "aria-label": `${title}: platform`, hidden: true, onchange: () => this.draw() });
    this.canvas = svg("svg", { role: "img", focusable: "false" });
    this.table = el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": `${title}, as a table` });
    this.details = el("details", { ontoggle: () => this.drawTable() }, el("summary", {}, "As a table"), this.table);
    this.details.hidden = true;
    this.node = el("article", { class: wide ? "picture wide" : "picture", "aria-labelledby": `picture-${domain}` },
      el("h3", { id: `picture-${domain}` }, title), el("p", { class: "kind" }, domain),
      this.said, this.choice, this.canvas, this.details);
    this.node.picture = this;
    this.data = null;
    this.visible = false;
    this.stale = true;
    this.refreshSoon = calmly(3, () => { this.stale = true; this.read(); });
    pictureSeen.observe(this.node);
  }

  setVisible(visible) {
    this.visible = visible;
    this.read();
  }

  async read() {
    if (!this.visible || !this.stale || !stream.isLive) return;
    this.stale = false;
    try {
      this.data = await ask(`/api/pictures/${this.domain}`);
      this.draw();
    } catch (error) {
      this.stale = true;
      if (error.status !== 401) this.said.textContent = `There is no picture now: ${error.message}`;
    }
  }

  draw() {
    const { data, drawing } = this;
    if (!data) return;
    const choices = drawing.choices?.(data) ?? [];
    this.choice.hidden = choices.length < 2;
    const chosen = choices.includes(this.choice.value) ? this.choice.value : choices[0];
    this.choice.replaceChildren(...choices.map((choice) => el("option", { value: choice }, choice)));
    if (chosen) this.choice.value = chosen;
    const width = this.node.clientWidth - 2 * parseFloat(getComputedStyle(this.node).paddingLeft);
    const said = drawing.said(data, chosen) + (data.partial ? " There are more rows than were read." : "");
    const [nodes, height] = drawing.draw(data, width, chosen);
    this.said.textContent = said;
    this.canvas.setAttribute("viewBox", `0 0 ${width} ${Math.max(1, height)}`);
    this.canvas.setAttribute("aria-label", said);
    this.canvas.style.height = `${height}px`;
    this.canvas.replaceChildren(...nodes);
    this.details.hidden = false;
    this.drawTable();
  }

  /** The table is made when somebody wants it; at most so many rows. */
  drawTable() {
    if (!this.details.open || !this.data) { this.table.replaceChildren(); return; }
    const [head, body] = this.drawing.table(this.data);
    const shown = body.slice(0, 200);
    this.table.replaceChildren(el("table", {},
      el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, ...shown.map((cells) => el("tr", {}, ...cells.map((cell) => el("td", {}, String(cell))))))));
  }
}

const pictureOrder = [
  "prospect", "ab-tester", "content-mix", "scheduler", "youtube", "trends", "creators", "outreach", "remotion",
];
for (const domain of pictureOrder) {
  const picture = new Picture(domain);
  pictures.set(domain, picture);
  byID("picture-list").append(picture.node);
}
