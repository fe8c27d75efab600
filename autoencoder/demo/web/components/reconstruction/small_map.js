// The dense model's latent space, small: all test digits on two of its axes, and the drawing's place.

import { contextOf } from "../../shared/canvas.js";
import { within } from "../../shared/format.js";

/**
 * @typedef {object} Flat  two axes of the latent space, as flat_map in reconstruction.py
 * @property {[number, number]} axes  to the right, upwards
 * @property {[number, number]} low  where the map begins along each of them
 * @property {[number, number]} high  where it ends
 * @property {[number, number][]} middles  of the ten digits' clouds, as shares of the map
 */

const MARGIN = 4; // per cent of the map's side

/** Shares of the range from low to high -> per cent of the map, from the left and from the top.
 * @param {number} x @param {number} y */
function onMap(x, y) {
  const inside = 100 - 2 * MARGIN;
  return [MARGIN + inside * x, 100 - MARGIN - inside * y];
}

/** @param {HTMLElement} element @param {Record<string, any>} props */
export function newSmallMap(element, props) {
  const map = /** @type {Flat} */ (props.map);
  const canvas = /** @type {HTMLCanvasElement} */ (element.querySelector(".map canvas"));
  const names = /** @type {HTMLElement} */ (element.querySelector(".map .names"));
  const here = /** @type {HTMLElement} */ (element.querySelector(".map .here"));
  /** @type {{ codes: Float32Array, labels: Uint8Array }} */
  let digits = { codes: new Float32Array(), labels: new Uint8Array() };

  /** @param {ArrayLike<number>} codes @param {number} [start]  where in them the code begins */
  function sharesOf(codes, start = 0) {
    const { axes, low, high } = map;
    const share = (/** @type {0 | 1} */ i) =>
      (codes[start + axes[i]] - low[i]) / (high[i] - low[i]);
    return [share(0), share(1)];
  }

  function paint() {
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (!side) return;
    canvas.width = canvas.height = side;
    const context = contextOf(canvas);
    context.globalAlpha = 0.7;
    const dot = 1.3 * devicePixelRatio;
    digits.labels.forEach((label, i) => {
      const [x, y] = sharesOf(digits.codes, 3 * i);
      if (!(x > 0 && x < 1 && y > 0 && y < 1)) return; // few lie beyond
      const [left, top] = onMap(x, y);
      context.fillStyle = props.colours[label];
      context.fillRect((left / 100) * side - dot / 2, (top / 100) * side - dot / 2, dot, dot);
    });
  }

  map.middles.forEach(([x, y], digit) => {
    const name = document.createElement("b");
    name.textContent = String(digit);
    const [left, top] = onMap(x, y);
    name.style.cssText = `left: ${left}%; top: ${top}%`;
    names.append(name);
  });
  new ResizeObserver(paint).observe(canvas, { box: "device-pixel-content-box" });

  return {
    /** @param {Float32Array} codes  (N, 3) @param {Uint8Array} labels  (N) */
    setDigits(codes, labels) {
      digits = { codes, labels };
      paint();
    },
    /** Moves the ring to a code (3), or to the edge that it lies beyond.
     * @param {ArrayLike<number>} code */
    moveRing(code) {
      const [x, y] = sharesOf(code);
      const [left, top] = onMap(within(x, -0.03, 1.03), within(y, -0.03, 1.03));
      here.style.cssText = `left: ${left}%; top: ${top}%`;
    },
  };
}
