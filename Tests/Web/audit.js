// What the page's tests look at inside the page: evaluated there, answers with lists of complaints.
(() => {
  const parse = (text) => {
    const numbers = (text.match(/[\d.]+/g) ?? []).map(Number);
    const scale = text.startsWith("color(") ? 255 : 1;
    return { r: numbers[0] * scale, g: numbers[1] * scale, b: numbers[2] * scale, a: numbers[3] ?? 1 };
  };
  const over = (top, bottom) => ({
    r: top.r * top.a + bottom.r * (1 - top.a), g: top.g * top.a + bottom.g * (1 - top.a),
    b: top.b * top.a + bottom.b * (1 - top.a), a: 1,
  });
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const isShown = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  };
  /** What lies behind an element: the backgrounds of its ancestors, and in a drawing the shapes painted before it. */
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      if (at instanceof HTMLElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    }
    let color = layers.reverse().reduce((below, layer) => over(layer, below), { r: 255, g: 255, b: 255, a: 1 });
    const drawing = node.ownerSVGElement;
    if (drawing && node.tagName === "text") {
      const box = node.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      for (const shape of drawing.querySelectorAll("rect, circle")) {
        if (shape === node) break;
        if (!(shape.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
        const area = shape.getBoundingClientRect();
        if (x < area.left || x > area.right || y < area.top || y > area.bottom) continue;
        const style = getComputedStyle(shape);
        if (style.fill === "none") continue;
        const fill = parse(style.fill);
        color = over({ ...fill, a: fill.a * Number(style.fillOpacity) * Number(style.opacity) }, color);
      }
    }
    return color;
  };
  const where = (node) => {
    const text = (node.textContent ?? "").trim().slice(0, 40);
    const id = node.id ? `#${node.id}` : "";
    return `${node.tagName.toLowerCase()}${id}.${node.getAttribute("class") ?? ""} “${text}”`;
  };

  return {
    /** Texts that contrast with what lies behind them by less than WCAG's AA, and marks by less than 3. */
    contrast() {
      const found = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const looked = new Set();
      while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || looked.has(node) || node.tagName === "NOSCRIPT") continue;
        looked.add(node);
        if (!isShown(node) || node.closest(":disabled, .visually-hidden, .skip-link:not(:focus)")) continue;
        const style = getComputedStyle(node);
        const isSVG = node instanceof SVGElement;
        const color = parse(isSVG ? style.fill : style.color);
        const back = behind(node);
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const ratio = contrast(over(color, back), back);
        if (ratio < (isLarge ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${where(node)}`);
      }
      for (const mark of document.querySelectorAll(".mark, .legend [data-kind], .pill svg, #status .glyph")) {
        if (!isShown(mark)) continue;
        const back = behind(mark.tagName === "svg" ? mark.parentElement : mark);
        const own = mark.matches(".glyph") ? behind(mark.parentElement) : back;
        const ratio = contrast(over(parse(getComputedStyle(mark).color), own), own);
        if (ratio < 3) found.push(`${ratio.toFixed(2)} mark ${mark.dataset.kind ?? ""} ${where(mark)}`);
      }
      return { looked: looked.size, found };
    },

    /** Things that stick out of the page sideways. */
    overflow() {
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= width) return [];
      return [...document.querySelectorAll("body *")].filter((node) =>
        node.getBoundingClientRect().right > width + 1 && !node.closest(".scroller, pre")).slice(0, 5).map(where);
    },

    /** Headings that leave out a level, and ids that are there twice. */
    structure() {
      const found = [];
      let level = 0;
      for (const heading of document.querySelectorAll("main h1, main h2, main h3, .top h1")) {
        const own = Number(heading.tagName[1]);
        if (own > level + 1) found.push(`${where(heading)} follows a heading of level ${level}`);
        level = own;
      }
      const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
      const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
      found.push(...twice.map((id) => `id ${id} is there twice`));
      for (const node of document.querySelectorAll("[aria-labelledby], [aria-describedby]")) {
        const named = ["aria-labelledby", "aria-describedby"].map((name) => node.getAttribute(name) ?? "").join(" ");
        for (const id of named.trim().split(/\s+/)) {
          if (!document.getElementById(id)) found.push(`${where(node)} names ${id}, which is not there`);
        }
      }
      return found;
    },

    /** Whether the element that has the focus shows it. */
    focus() {
      const node = document.activeElement;
      if (!node || node === document.body) return null;
      const style = getComputedStyle(node);
      const box = node.getBoundingClientRect();
      return {
        where: where(node), label: node.getAttribute("aria-label"), isMark: node.classList.contains("mark"),
        shows: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        onScreen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      };
    },
  };
})()
