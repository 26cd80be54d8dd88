// What the charts of the page are drawn with: lca/page/svg.py in JavaScript, function by function.

const PALETTE = ["#0072B2", "#56B4E9", "#F0E442", "#D55E00", "#E69F00", "#CC79A7", "#009E73", "#999999"];
const INKS = ["white", "#1a1a1a", "#1a1a1a", "white", "#1a1a1a", "#1a1a1a", "#1a1a1a", "#1a1a1a"];
const SIZE = 12, SMALL = 11, LINE = 16;
const SOFT = ".72", FAINT = ".16";
const HIDDEN = /[\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"};
const NARROW = new Set(`ijltfrI.,:;'|!()[] /${THIN}${BLANK}`);
const WIDE = new Set("ABCDEFGHIJKLMNOPQRSTUVWXYZmw@%×₂éÉ…");

const escape = text => text.replace(HIDDEN, "�").replace(/[&<>"']/g, sign => ENTITIES[sign]);

const px = number => String(Math.floor(number * 10 + 0.5) / 10);

const tag = (name, attributes, ...inside) => {
  let written = "";
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null) written += ` ${key.replaceAll("_", "-")}="${typeof value === "string" ? escape(value) : px(value)}"`;
  }
  return inside.length ? `<${name}${written}>${inside.join("")}</${name}>` : `<${name}${written}/>`;
};

const words = (x, y, text, attributes = {}) => tag("text", {x, y, ...attributes}, escape(text));

const drawing = (width, height, label, inside, more = {}) => tag("svg", {
  xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${px(width)} ${px(height)}`, width,
  height, role: "img", aria_label: label, font_size: SIZE, fill: "currentColor", ...more,
}, ...inside);

const bar = (start, end, y, height, fill, attributes = {}) => {
  const long = Math.abs(end - start), gap = long > 2 ? 1 : 0;
  return long >= 0.3 && long < Infinity ? tag("rect", {x: Math.min(start, end), y, width: long - gap, height, fill, ...attributes}) : "";
};

const rule = (x1, y1, x2, y2, ink = null) => tag("line", {x1, y1, x2, y2, stroke: "currentColor", stroke_opacity: ink});

const scale = (low, high, start, end) => value => start + (value - low) / (high - low) * (end - start);

const domain = values => {
  const finite = values.filter(Number.isFinite);
  if (!finite.length) return [0, 1];
  const low = Math.min(...finite), high = Math.max(...finite);
  if (high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high))) return [low, high];
  const around = Math.abs(high) / 2 || 1;
  return [low - around, high + around];
};

const stack = values => {
  let up = 0, down = 0;
  return values.map(value => {
    const start = value >= 0 ? up : down, end = start + value;
    if (value >= 0) up = end; else down = end;
    return [start, end];
  });
};

const ends_of = values => {
  const ends = stack(values).map(([, end]) => end);
  return [Math.min(0, ...ends), Math.max(0, ...ends)];
};

const segment = (ends, x, top, tall, colour, texts, attributes = {}) => {
  const [start, end] = ends.map(x);
  const made = bar(start, end, top, tall, PALETTE[colour], attributes), text = made && fitting(texts, Math.abs(end - start) - 6);
  if (!text) return made;
  const place = (start + end) / 2, down = top + tall / 2 + 4;
  return made + words(place, down, text, {text_anchor: "middle", font_size: SMALL, fill: INKS[colour]});
};

const width_of = (text, size = SIZE) => {
  let long = 0;
  for (const c of text) long += NARROW.has(c) ? 0.36 : WIDE.has(c) ? 0.82 : c < "\u2e80" ? 0.61 : 1.05;
  return size * long;
};

const cut = (text, width, size = SIZE) => {
  if (width_of(text, size) <= width) return text;
  const signs = [...text];
  while (signs.length && width_of(signs.join("") + "…", size) > width) signs.pop();
  return signs.join("") + "…";
};

const fitting = (texts, width, size = SMALL) => texts.find(text => width_of(text, size) <= width) ?? "";

const heading = (y, width, name, value, strong = false) => {
  const room = width - width_of(value) - 12, weight = strong ? "700" : null;
  return words(0, y, cut(name, room), {font_weight: weight}) +
    words(width, y, value, {text_anchor: "end", fill_opacity: SOFT});
};

const key = (names, swatch, width) => {
  let made = "", x = 0, y = 0;
  names.forEach((name, place) => {
    const shown = cut(name, width - 34, SMALL), long = 18 + width_of(shown, SMALL);
    if (x && x + long > width) [x, y] = [0, y + LINE];
    made += swatch(place, x, y) + words(x + 17, y + 10, shown, {font_size: SMALL});
    x += long + 14;
  });
  return [made, y + LINE + 6];
};

const square = (x, y, fill) => tag("rect", {x, y, width: 11, height: 11, rx: 2, fill});

const across = (marks, x, top, y, width, caption) => {
  let made = "", last = -Infinity;
  marks.at.forEach((value, place) => {
    const at = x(value), half = width_of(marks.labels[place], SMALL) / 2;
    const centre = Math.max(half, Math.min(width - half, at));
    made += rule(at, top, at, y + 4, FAINT);
    if (centre - half > last + 6) {
      last = centre + half;
      made += words(centre, y + 16, marks.labels[place], {text_anchor: "middle", font_size: SMALL, fill_opacity: SOFT});
    }
  });
  caption = cut(caption, width, SMALL);
  return made + words(width, y + 32, caption, {text_anchor: "end", font_size: SMALL, fill_opacity: SOFT});
};

const upward = (marks, y, left, right) => marks.at.map((value, place) =>
  rule(left, y(value), right, y(value), FAINT) +
  words(left - 6, y(value) + 4, marks.labels[place], {text_anchor: "end", font_size: SMALL, fill_opacity: SOFT})
).join("");
