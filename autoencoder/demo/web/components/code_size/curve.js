// The test error over the size of the code, both on logarithmic axes: of the dense model and of PCA.

import { threeFigures, within } from "../../shared/format.js";

/** @typedef {import("./slider.js").CodeSize} CodeSize */

const HEIGHT = 240;
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 14, 10, 44]; // around the plot
const [BELOW, ABOVE] = [4, 2]; // by these factors the axis goes on, for a digit's own error

/**
 * @param {SVGSVGElement} svg
 * @param {Record<string, any>} props  of code_size.py
 * @param {(i: number) => void} choose  called with the size that is pressed or dragged to
 */
export function newCurve(svg, props, choose) {
  const sizes = /** @type {CodeSize[]} */ (props.sizes);
  const known = sizes.filter(({ error }) => error !== null);
  const dense = known.map(({ size, error }) => [size, Number(error)]);
  const pca = /** @type {[number, number][]} */ (props.pca);
  const errors = [...dense, ...pca].map(([, error]) => error);
  const [low, high] = [Math.min(...errors) / BELOW, Math.max(...errors) * ABOVE];
  const [first, last] = [sizes[0].size, sizes[sizes.length - 1].size];
  let width = 0;
  let marked = { at: 0, own: /** @type {number | null} */ (null) };

  const x = (/** @type {number} */ size) =>
    LEFT + ((width - LEFT - RIGHT) * Math.log(size / first)) / Math.log(last / first);
  const y = (/** @type {number} */ error) =>
    TOP + ((HEIGHT - TOP - BOTTOM) * Math.log(high / error)) / Math.log(high / low);

  function draw() {
    svg.setAttribute("height", String(HEIGHT));
    svg.replaceChildren();
    for (const error of ticks(low, high)) {
      add("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(error), y2: y(error) });
      add("text", { class: "end", x: LEFT - 8, y: y(error) + 5 }, `${error}`);
    }
    for (const { size } of sizes) add("text", { x: x(size), y: HEIGHT - BOTTOM + 20 }, `${size}`);
    add("text", { x: (LEFT + width - RIGHT) / 2, y: HEIGHT - 4 }, "numbers in the code");
    line("pca", pca);
    line("dense", dense);
    for (const [size, error] of dense) add("circle", { class: "dense", ...at(size, error), r: 4 });
    mark(marked.at, marked.own);
  }

  /** @param {string} name @param {number[][]} points  size and error of each */
  function line(name, points) {
    const places = points.map(([size, error]) => `${x(size)},${y(error)}`).join(" ");
    add("polyline", { class: name, points: places });
  }

  /** @param {number} size @param {number} error */
  function at(size, error) {
    return { cx: x(size), cy: within(y(error), TOP, HEIGHT - BOTTOM) };
  }

  /** The dot where one is, and the digit's own error.
   * @param {number} chosen @param {number | null} own */
  function mark(chosen, own) {
    marked = { at: chosen, own };
    for (const earlier of svg.querySelectorAll(".mark")) earlier.remove();
    if (!width) return;
    const { size, error } = sizes[chosen];
    if (error !== null) add("circle", { class: "mark dense", ...at(size, error), r: 8 });
    if (own) {
      const { cx, cy } = at(size, own);
      const points = `${cx},${cy - 8} ${cx + 8},${cy} ${cx},${cy + 8} ${cx - 8},${cy}`;
      add("polygon", { class: "mark own", points });
    }
  }

  /** @param {string} kind @param {Record<string, string | number>} attributes @param {string} [text] */
  function add(kind, attributes, text = "") {
    const part = document.createElementNS("http://www.w3.org/2000/svg", kind);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, String(value));
    part.textContent = text;
    svg.append(part);
  }

  /** @param {PointerEvent} event */
  function drag(event) {
    const place = event.clientX - svg.getBoundingClientRect().left;
    const distances = sizes.map(({ size }) => Math.abs(x(size) - place));
    choose(distances.indexOf(Math.min(...distances)));
  }
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    drag(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) drag(event);
  });

  const said = dense.map(([size, error]) => `${size}: ${threeFigures(error)}`).join(", ");
  svg.setAttribute("aria-label", `Test error of the dense model by numbers in the code: ${said}`);
  new ResizeObserver(() => {
    width = svg.clientWidth;
    if (width) draw();
  }).observe(svg);
  return { mark };
}

/** Round numbers between two: 0.01, 0.02, 0.05, 0.1, ...
 * @param {number} low @param {number} high */
function ticks(low, high) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const step of [1, 2, 5]) found.push(Number(`${step}e${power}`));
  }
  return found.filter((tick) => tick > low && tick < high);
}
