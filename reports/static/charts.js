// Draws every chart of a page from the specification kept beside it, at the width the page has. It fetches nothing, and
// needs no eval: Vega's expressions are interpreted (ast).
"use strict";

const NARROW = 520;

// On a phone "Trauma and Orthopaedics, Lancashire Teaching" stands in two lines, and its row is as high as they are; a
// legend has one column, whatever it has elsewhere.
function folded(spec, width) {
  const rows = Object.values(spec.datasets).flat();
  const words = (field) => rows.map((row) => String(row[field] ?? ""));
  const linesOf = (field) => Math.max(1, ...words(field).map((word) => word.split(", ").length));
  const long = (field) => words(field).some((word) => word.length > 24);
  let lines = 1;
  const walk = (part, change) => {
    if (part === null || typeof part !== "object" || part === spec.datasets) return;
    change(part);
    for (const inner of Object.values(part)) walk(inner, change);
  };
  walk(spec, ({ y, legend }) => {
    if (legend && legend.columns) legend.columns = 1;
    if (!y || y.axis === null || !y.field || (y.axis && y.axis.labelExpr)) return;
    if (!(y.axis && y.axis.labelLimit >= 240) && !(y.type === "nominal" && linesOf(y.field) > 1 && long(y.field))) return;
    lines = Math.max(lines, linesOf(y.field));
    const split = { labelLimit: Math.round(width * 0.42), labelFontSize: 12, labelExpr: "split(datum.label, ', ')" };
    y.axis = Object.assign({}, y.axis, split);
  });
  walk(spec, ({ height }) => {
    if (height && height.step) height.step = Math.max(height.step, lines * 14 + 4);
  });
}

// A phone has no room for long labels or legends in one row, nor for small charts side by side.
function fitted(spec, width) {
  const config = spec.config;
  if (width < NARROW) {
    config.axisY = Object.assign({ labelLimit: Math.round(width * 0.34), titleLimit: 220 }, config.axisY);
    config.axisX = Object.assign({}, config.axisX, { labelAngle: 0, labelOverlap: "greedy" });
    for (const { encoding } of spec.layer || [spec]) {
      const axis = encoding && encoding.y && encoding.y.axis;
      if (axis && axis.labelLimit) axis.labelLimit = Math.min(axis.labelLimit, Math.round(width * 0.6));
    }
    for (const kind of ["axisXTemporal", "axisXQuantitative"]) {
      config[kind] = Object.assign({}, config[kind], { tickCount: 4 });
    }
    Object.assign(config.axisXQuantitative, { titleAnchor: "end", titleAlign: "right", titleLimit: width - 64 });
    folded(spec, width);
    const layout = { top: { anchor: "end", direction: "vertical" } }; // long words then stand over the labels, not beyond the plot
    config.legend = Object.assign({}, config.legend, { columns: 1, labelLimit: width - 40, layout });
  }
  const across = spec.facet && spec.facet.column;
  if (across && spec.spec && typeof spec.spec.width === "number") {
    const columns = Math.max(1, Math.floor(width / (spec.spec.width + 70)));
    spec.facet = across;
    spec.columns = columns;
    spec.spec.width = Math.floor(width / columns) - (columns > 1 ? 60 : 100); // the axis stands beside it
  }
  if (spec.facet && spec.facet.field && spec.spec && typeof spec.spec.width === "number") {
    const fit = Math.max(1, Math.floor(width / (spec.spec.width + 40)));
    if (fit < (spec.columns || Infinity)) {
      spec.columns = fit;
      spec.spec.width = Math.min(spec.spec.width, width - 100);
    }
  }
  if (spec.vconcat) {
    for (const part of spec.vconcat) if (part.width === undefined) part.width = width - 90;
  }
  return spec;
}

// A part that a specification says again is a reference to the one place where it is said.
function spelt(part, parts) {
  if (Array.isArray(part)) return part.map((one) => spelt(one, parts));
  if (part === null || typeof part !== "object") return part;
  if (part.$same !== undefined) return spelt(parts[part.$same], parts);
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, spelt(value, parts)]));
}

// The page says what all charts share once, and what one chart repeats once a chart; data are kept by columns.
function whole({ datasets = {}, parts = [], ...rest }) {
  const spec = spelt(rest, parts);
  spec.config = spec.config || JSON.parse(document.getElementById("look").textContent);
  spec.datasets = {};
  for (const [name, set] of Object.entries(datasets)) {
    const columns = columnsOf(set);
    spec.datasets[name] = Array.from({ length: set.rows }, (_, row) =>
      Object.fromEntries(set.fields.map((field, at) => [field, columns[at][row]])),
    );
  }
  return spec;
}

// The views that stand one under the other, each with a width of its own.
function stacked(spec) {
  if (spec.vconcat) return spec.vconcat.filter((part) => typeof part.width === "number");
  const one = spec.spec && !spec.columns && !(spec.facet && spec.facet.column) ? spec.spec : null;
  return one && typeof one.width === "number" ? [one] : [];
}

// The sliders of a chart stand above it, in a form of their own; what they set is said in words too, to who does not see
// the chart. One form a chart, however often it is drawn.
function sliders(holder, spec) {
  if (!(spec.params || []).some((param) => param.bind)) return null;
  let form = holder.parentElement.querySelector("form.sliders");
  if (!form) {
    form = document.createElement("form");
    form.className = "sliders";
    form.setAttribute("aria-label", "Settings of the chart");
    form.addEventListener("submit", (event) => event.preventDefault());
    const said = document.createElement("p");
    said.className = "unseen";
    said.setAttribute("role", "status");
    holder.before(form, said);
  }
  form.replaceChildren();
  return form;
}

// What the chart answers in words is in its marks named answer, spread and beside.
function told(holder) {
  const words = holder.querySelectorAll("[class*='answer_'] text, [class*='spread_'] text, [class*='beside_'] text");
  return [...words].map((word) => word.textContent).join(". ");
}

// Vega works out every mark a second time, once it knows how wide the axes are. What a mark says and how it is painted are
// the same at any width: half of that work is spared where no reader can set anything that might change them.
const WORDS = ["tooltip", "description", "ariaRoleDescription", "text"];
const ONCE = [...WORDS, "shape", "fill", "stroke", "opacity", "strokeWidth", "strokeDash"];

function saidOnce(marks = []) {
  for (const { encode, marks: inner } of marks) {
    saidOnce(inner);
    if (!encode || !encode.update) continue;
    for (const channel of ONCE.filter((one) => encode.update[one] !== undefined)) {
      encode.enter = Object.assign({}, encode.enter, { [channel]: encode.update[channel] });
      delete encode.update[channel];
    }
  }
}

function embed(holder, spec) {
  const form = sliders(holder, spec);
  return vegaEmbed(holder, spec, {
    bind: form || undefined,
    actions: false,
    ast: true,
    defaultStyle: false,
    mode: "vega-lite",
    patch: (vega) => {
      if (!spec.params) saidOnce(vega.marks);
      return vega;
    },
    renderer: "svg",
    tooltip: { disableDefaultStyle: true },
  }).then((drawn) => {
    const say = () => drawn.view.runAsync().then(() => (form.nextElementSibling.textContent = told(holder)));
    if (form) for (const input of form.elements) input.addEventListener("input", say);
    return drawn;
  });
}

// Views that stand in a column take the room that their labels leave, or give back what they need: how wide the labels are
// is known once they are drawn. Their width is then a signal of the dataflow, and nothing need be compiled again; views that are
// all as wide share the one of the whole.
const WIDTH = /^(child_|concat_\d+_)width$/;

function resized(drawn, holder, spec) {
  if (!stacked(spec).length) return drawn;
  const room = holder.clientWidth - holder.querySelector("svg").getBoundingClientRect().width;
  if (Math.abs(room) < 8) return drawn;
  const { width, signals = [] } = drawn.vgSpec;
  for (const { name, value } of [{ name: "width", value: width }, ...signals.filter((one) => WIDTH.test(one.name))]) {
    if (typeof value === "number") drawn.view.signal(name, Math.max(120, value + room));
  }
  return drawn.view.resize().runAsync().then(() => drawn); // else the drawing stays as wide as it was
}

// On a phone, words that stand after the end of a mark may reach beyond the drawing, which would cut them off: the plot then
// leaves them as much room. What stands in its middle moves by less than the plot gives way, hence more than once.
function roomForWords(drawn, holder, passes = 3) {
  if (holder.clientWidth >= NARROW || !passes) return drawn;
  const svg = holder.querySelector("svg");
  const edge = svg.getBoundingClientRect().right;
  const over = Math.max(0, ...[...svg.querySelectorAll("text")].map((text) => text.getBoundingClientRect().right - edge));
  if (over < 1) return drawn;
  const padding = drawn.view.padding();
  drawn.view.padding(Object.assign({}, padding, { right: padding.right + Math.ceil(over) }));
  return drawn.view.resize().runAsync().then(() => roomForWords(drawn, holder, passes - 1));
}

function draw(holder) {
  const figure = holder.closest("figure");
  const said = figure.querySelector("script[type='application/json']").textContent;
  const spec = fitted(whole(JSON.parse(said)), holder.clientWidth);
  return embed(holder, spec)
    .then((drawn) => resized(drawn, holder, spec))
    .then((drawn) => roomForWords(drawn, holder))
    .then(
      () => holder.setAttribute("data-chart", "drawn"),
      () => {
        holder.setAttribute("data-chart", "failed");
        holder.textContent = "This chart could not be drawn; its numbers are below.";
        const numbers = figure.querySelector("details");
        if (numbers) numbers.open = true;
      },
    );
}

// Nearest first to where the reader is by now, each that is seen shown before the next is drawn; then, whenever there is
// time, what is folded: so that a search of the page, a screen reader and paper find every chart. Some browsers give
// a folded one no width until it is opened: it waits for that.
const waiting = new Set(document.querySelectorAll("[data-chart]"));
const FOLD = "details.more:not([open])";

function drawOnce(holder) {
  return waiting.delete(holder) ? draw(holder) : Promise.resolve();
}

// Pixels between a chart and the window: none where it is seen.
function away(holder) {
  const { top, bottom } = holder.getBoundingClientRect();
  return Math.max(0, top - innerHeight, -bottom);
}

function nearest() {
  const open = [...waiting].filter((holder) => !holder.closest(FOLD));
  const places = new Map(open.map((holder) => [holder, away(holder)]));
  const next = open.sort((one, other) => places.get(one) - places.get(other))[0];
  return next || [...waiting].find((holder) => holder.clientWidth);
}

function drawNext() {
  const next = nearest();
  if (next) drawOnce(next).then(() => goOn(next));
}

// Between two charts out of sight the page need not be painted, unless somebody waits for an answer, as far as the browser tells.
function goOn(last) {
  const next = nearest();
  if (!next) return;
  const unseen = away(last) && away(next) && navigator.scheduling && !navigator.scheduling.isInputPending();
  if (next.closest(FOLD) && window.requestIdleCallback) requestIdleCallback(drawNext, { timeout: 200 });
  else if (unseen) drawNext();
  else setTimeout(drawNext);
}

for (const more of document.querySelectorAll(FOLD)) {
  more.addEventListener("toggle", () => more.querySelectorAll("[data-chart]").forEach(drawOnce), { once: true });
}
addEventListener("beforeprint", () => waiting.forEach(drawOnce));
drawNext();
