// Elements of the page, and how often they are drawn. All text of the daemon goes in as text, never as markup.

export const byID = (id) => document.getElementById(id);

/** An element with attributes (`on…`: listeners, `class`, `data-…`) and children; texts become text nodes. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** An SVG element; numbers are rounded to a tenth of a pixel. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    node.setAttribute(name, typeof value === "number" ? Math.round(value * 10) / 10 : value);
  }
  node.append(...children);
  return node;
}

/** The mark of a kind, from the sprite in the page. */
export const glyph = (kind) => svg("svg", { "aria-hidden": "true" }, svg("use", { href: `#m-${kind}` }));

/** Runs it at most once in so many seconds, at the end of them. */
export function calmly(seconds, work) {
  let timer = null;
  return () => { timer ??= setTimeout(() => { timer = null; work(); }, seconds * 1000); };
}

let announced = [];
let announcing = null;

/** Says it to a screen reader; several within two seconds become one sentence. */
export function announce(text) {
  announced.push(text);
  announcing ??= setTimeout(() => {
    const shown = announced.slice(0, 3).join(". ");
    byID("announce").textContent = announced.length > 3 ? `${shown}. And ${announced.length - 3} more.` : shown;
    announced = [];
    announcing = null;
  }, 2000);
}
