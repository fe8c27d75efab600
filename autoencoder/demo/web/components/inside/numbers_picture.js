// A picture of a layer's numbers, or of weights, on one canvas; above it lines between the units, and
// marks.

import { asImage } from "../../model/autoencoder.js";
import { paintInk, paintSigned } from "../../shared/canvas.js";
import { find } from "../../shared/find.js";
import { indexOf, squareOf, tilingOf } from "./tiling.js";

/**
 * @typedef {import("../../model/layers.js").Activation} Activation
 * @typedef {[number, number, number, number]} Box  left, top, width, height, in squares
 */

const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]; // times a power of ten
const MOST_LINES = 256; // more tiles than that have no lines between them

export class NumbersPicture {
  /** @param {HTMLTemplateElement} template @param {string} caption */
  constructor(template, caption) {
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    this.figure = /** @type {HTMLElement} */ (copy.firstElementChild);
    this.canvas = find(this.figure, "canvas", HTMLCanvasElement);
    this.svg = find(this.figure, "svg", SVGElement);
    this.scale = find(this.figure, ".scale");
    this.shape = "";
    this.tiling = tilingOf([1]);
    this.setCaption(caption);
  }

  /** @param {string} caption */
  setCaption(caption) {
    const label = find(this.figure, "figcaption");
    if (label.textContent === caption) return;
    label.textContent = caption;
    this.canvas.setAttribute("aria-label", caption);
  }

  /** @param {number[]} shape */
  arrange(shape) {
    if (this.shape === shape.join()) return;
    this.shape = shape.join();
    this.tiling = tilingOf(shape);
    const { columns, rows, width, height, tiles } = this.tiling;
    const [across, down] = [columns * width, rows * height];
    this.canvas.width = across;
    this.canvas.height = down;
    this.svg.setAttribute("viewBox", `0 0 ${across} ${down}`);
    this.figure.style.setProperty("--across", String(across));
    this.figure.style.setProperty("--down", String(down));
    this.figure.style.setProperty("--grow", String(Math.sqrt(across / down)));
    const boxes = Array.from({ length: tiles }, (_, tile) => this.tile(tile * width * height));
    this.mark("lines", tiles > 1 && tiles <= MOST_LINES ? boxes : []);
  }

  /** Full colour is the end of the scale, which it returns.
   * @param {Activation} numbers @param {number} [least]  that the scale goes to */
  paint({ data, shape }, least = 0) {
    this.arrange(shape);
    const end = endOfScale(data, least);
    const squares = new Float32Array(this.canvas.width * this.canvas.height);
    data.forEach((value, index) => {
      const [x, y] = squareOf(this.tiling, index);
      squares[y * this.canvas.width + x] = value / end;
    });
    paintSigned(this.canvas, squares);
    const below = data.some((value) => value < 0);
    this.scale.classList.toggle("above", !below);
    const [low, high] = this.scale.querySelectorAll("output");
    write(low, below ? `\u2212${end}` : "0");
    write(high, below ? `+${end}` : String(end));
    return end;
  }

  /** @param {Activation} image  one map in [0, 1], 1 is ink */
  paintInk({ data, shape }) {
    this.arrange(shape);
    this.figure.classList.add("ink");
    paintInk(this.canvas, asImage(data));
  }

  /** Boxes around squares. @param {"lines" | "seen" | "off" | "chosen"} kind @param {Box[]} boxes */
  mark(kind, boxes) {
    const cross = (/** @type {Box} */ [x, y, w, h]) => `M${x},${y}l${w},${h}m0,${-h}l${-w},${h}`;
    const frame = (/** @type {Box} */ [x, y, w, h]) => `M${x},${y}h${w}v${h}h${-w}z`;
    const path = boxes.map(kind === "off" ? cross : frame).join("");
    const marks = find(this.svg, `.${kind}`, SVGElement);
    if (marks.getAttribute("d") !== path) marks.setAttribute("d", path);
  }

  /** The tile of a number. @param {number} index @returns {Box} */
  tile(index) {
    const { width, height } = this.tiling;
    const [x, y] = squareOf(this.tiling, index);
    return [x - (x % width), y - (y % height), width, height];
  }

  /** @param {number} index @returns {Box} */
  square(index) {
    return [...squareOf(this.tiling, index), 1, 1];
  }

  /** The same window on each map. @param {Box} window @returns {Box[]} */
  onEachMap([left, top, width, height]) {
    return Array.from({ length: this.tiling.tiles }, (_, tile) => {
      const [x, y] = this.tile(tile * this.tiling.width * this.tiling.height);
      return [x + left, y + top, width, height];
    });
  }

  /** The number under the pointer; -1 if there is none. @param {MouseEvent} event */
  indexAt({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const x = Math.floor(((clientX - left) / width) * this.canvas.width);
    const y = Math.floor(((clientY - top) / height) * this.canvas.height);
    return indexOf(this.tiling, x, y);
  }

  /** The number so many squares, or maps, away; the same one where there is none.
   * @param {number} index @param {number} right @param {number} down @param {boolean} byMap */
  neighbour(index, right, down, byMap) {
    const [x, y] = squareOf(this.tiling, index);
    const { width, height } = byMap ? this.tiling : { width: 1, height: 1 };
    const found = indexOf(this.tiling, x + right * width, y + down * height);
    return found < 0 ? index : found;
  }
}

/** The first round number that none of the numbers exceeds.
 * @param {Float32Array} numbers @param {number} least */
function endOfScale(numbers, least) {
  let most = least;
  for (const value of numbers) if (Math.abs(value) > most) most = Math.abs(value);
  if (most === 0 || most === Number.POSITIVE_INFINITY) return 1;
  const power = Math.floor(Math.log10(most));
  const end = ROUND.find((digit) => most <= digit * 10 ** power * (1 + 1e-9)) ?? 10;
  return Number((end * 10 ** power).toPrecision(2));
}

/** @param {Element} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
