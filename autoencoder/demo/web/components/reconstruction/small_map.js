// The dense model's latent space, small: all test digits on two of its axes, and a ring at a code,
// which can be dragged.

import { contextOf, inTheme } from "../../shared/canvas.js";
import { find } from "../../shared/find.js";
import { within } from "../../shared/format.js";
import { followDrag } from "./follow_drag.js";

/**
 * @typedef {object} Flat  two axes of the latent space, as flat_map in draw.py
 * @property {[number, number]} axes  to the right, upwards
 * @property {[number, number]} low  where the map begins along each of them
 * @property {[number, number]} high  where it ends
 * @property {[number, number][]} middles  of the ten digits' clouds, as shares of the map
 */

const MARGIN = 4; // per cent of the map's side
const BEYOND = 0.03; // of the range: how far the ring can go out of it
const STEPS = 60; // of an arrow key, from edge to edge

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Shares of the range from low to high -> per cent of the map, from the left and from the top.
 * @param {number} x @param {number} y */
function onMap(x, y) {
  const inside = 100 - 2 * MARGIN;
  return [MARGIN + inside * x, 100 - MARGIN - inside * y];
}

/**
 * @param {HTMLElement} element
 * @param {{ map: Flat, colours: { light: string[], dark: string[] } }} props
 * @param {(places: [number, number][]) => void} hold  told axes and their numbers when it is dragged
 */
export function newSmallMap(element, { map, colours }, hold) {
  let { axes, low, high } = map;
  const area = find(element, ".map");
  const canvas = find(area, "canvas", HTMLCanvasElement);
  const names = find(area, ".names");
  const here = find(area, ".here");
  const own = find(area, ".own");
  /** @type {{ codes: Float32Array, labels: Uint8Array }} */
  let digits = { codes: new Float32Array(), labels: new Uint8Array() };
  let [right, up] = [0, 0]; // the ring's place, as shares of the range

  /** @param {ArrayLike<number>} codes @param {number} [start]  where in them the code begins */
  function sharesOf(codes, start = 0) {
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
      context.fillStyle = inTheme(colours)[label];
      context.fillRect((left / 100) * side - dot / 2, (top / 100) * side - dot / 2, dot, dot);
    });
  }

  /** @param {HTMLElement} ring @param {number} x @param {number} y */
  function put(ring, x, y) {
    const [left, top] = onMap(x, y);
    ring.style.left = `${left}%`;
    ring.style.top = `${top}%`;
  }

  /** @param {number} x @param {number} y */
  function holdAt(x, y) {
    [right, up] = [x, y].map((share) => within(share, -BEYOND, 1 + BEYOND));
    hold([
      [axes[0], low[0] + right * (high[0] - low[0])],
      [axes[1], low[1] + up * (high[1] - low[1])],
    ]);
  }

  /** @param {import("./follow_drag.js").Place} place */
  function move({ x, y }) {
    const inside = 100 - 2 * MARGIN;
    holdAt((100 * x - MARGIN) / inside, (100 - MARGIN - 100 * y) / inside);
  }
  followDrag(area, { press: move, move });
  area.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    holdAt(right + arrow[0] / STEPS, up + arrow[1] / STEPS);
  });

  /** @param {Flat} flat */
  function setMap(flat) {
    ({ axes, low, high } = flat);
    names.replaceChildren();
    flat.middles.forEach(([x, y], digit) => {
      const name = document.createElement("b");
      name.textContent = String(digit);
      put(name, x, y);
      names.append(name);
    });
  }
  setMap(map);
  new ResizeObserver(paint).observe(canvas, { box: "device-pixel-content-box" });

  /** @param {ArrayLike<number>} code */
  function sharesNearby(code) {
    return sharesOf(code).map((share) => within(share, -BEYOND, 1 + BEYOND));
  }

  return {
    setMap,
    /** @param {Float32Array} codes  (N, 3) @param {Uint8Array} labels  (N) */
    setDigits(codes, labels) {
      digits = { codes, labels };
      paint();
    },
    /** Moves the ring to a code (3), and a hollow one to the encoder's; or to the edge that it lies
     * beyond.
     * @param {ArrayLike<number>} code @param {ArrayLike<number>} encoded */
    show(code, encoded) {
      [right, up] = sharesNearby(code);
      put(here, right, up);
      const [ownRight, ownUp] = sharesNearby(encoded);
      put(own, ownRight, ownUp);
    },
  };
}
