// The map as three flat ones, two numbers at a time.

import { within } from "../../shared/format.js";
import { drawPoints } from "./draw_points.js";
import { mean, together } from "./map_state.js";
import { showNames } from "./names.js";

/**
 * @typedef {import("./map_state.js").MapState} MapState
 * @typedef {import("./map_state.js").Cloud} Cloud
 * @typedef {import("./points.js").Points} Points
 * @typedef {(code: ArrayLike<number>) => { x: number, y: number }} Placing
 */

const MANY = 2000; // points: fewer are larger
const REACH = 9; // pixels: as near as this the pointer finds a point

export class FlatMap {
  /**
   * @param {HTMLElement} element  .flat
   * @param {string[]} colours  of the digits
   * @param {number[][]} middles  of the finished model's clouds
   * @param {MapState} map
   * @param {Points} points
   * @param {object} on  what the visitor does
   * @param {(index: number | null, event: PointerEvent | null) => void} on.hover
   * @param {(index: number) => void} on.choose
   */
  constructor(element, colours, middles, map, points, on) {
    this.canvases = [...element.querySelectorAll("canvas")];
    this.colours = colours;
    this.middles = middles;
    this.map = map;
    this.points = points;
    const update = together(() => this.#draw());
    for (const store of [map.form, map.cloud, map.colour, map.shown, map.picked, map.drawing]) {
      store.subscribe(element, update);
    }
    new ResizeObserver(update).observe(element);
    for (const canvas of this.canvases) {
      /** @type {number | null} */
      let hovered = null;
      canvas.addEventListener("pointermove", (event) => {
        hovered = this.#nearest(event);
        on.hover(hovered, event);
      });
      canvas.addEventListener("pointerleave", () => {
        hovered = null;
        on.hover(null, null);
      });
      canvas.addEventListener("click", (event) => {
        const index = hovered ?? this.#nearest(event); // a touch hovers over nothing before
        if (index !== null) on.choose(index);
      });
    }
  }

  #draw() {
    const { cloud, form } = this.map;
    if (form.value !== "flat" || !cloud.value) return;
    for (const canvas of this.canvases) {
      const place = placing(canvas, cloud.value);
      const size = this.points.labels.length > MANY ? 1.5 : 3;
      drawPoints(canvas, cloud.value, this.map, this.points, this.colours, place, size);
      if (cloud.value.finished) this.#drawRings(canvas, place);
      this.#nameClouds(canvas, cloud.value, place);
    }
  }

  /** Around what is picked and around the drawing.
   * @param {HTMLCanvasElement} canvas @param {Placing} place */
  #drawRings(canvas, place) {
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** @type {(code: ArrayLike<number>, radius: number, ink: string) => void} */
    const ring = (code, radius, ink) => {
      const { x, y } = place(code);
      context.beginPath();
      context.arc(x * devicePixelRatio, y * devicePixelRatio, radius * devicePixelRatio, 0, 7);
      for (const [width, colour] of /** @type {const} */ ([
        [4, "white"],
        [2, ink],
      ])) {
        context.lineWidth = width * devicePixelRatio;
        context.strokeStyle = colour;
        context.stroke();
      }
    };
    const { picked, drawing } = this.map;
    if (picked.value) ring(picked.value.code, 8, "black");
    if (drawing.value) ring(drawing.value.code, 4, "#d00");
  }

  /** @param {HTMLCanvasElement} canvas @param {Cloud} cloud @param {Placing} place */
  #nameClouds(canvas, cloud, place) {
    const names = [...this.map.shown.value].map((digit) => {
      const middle = cloud.finished ? this.middles[digit] : cloud.points[digit].map(mean);
      return { digit, ...place(middle) };
    });
    const box = { width: canvas.clientWidth, height: canvas.clientHeight };
    const element = /** @type {HTMLElement} */ (canvas.nextElementSibling);
    showNames(element, names, this.colours, box);
  }

  /** The test digit whose point is nearest to the pointer, or null if none is near.
   * @param {MouseEvent} event */
  #nearest(event) {
    const { cloud, shown } = this.map;
    if (!cloud.value || !(event.target instanceof HTMLCanvasElement)) return null;
    const [right, up] = axesOf(event.target);
    const box = event.target.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    let nearest = (REACH / box.width) ** 2;
    let found = null;
    for (const digit of shown.value) {
      const [xs, ys] = [cloud.value.points[digit][right], cloud.value.points[digit][up]];
      for (let n = 0; n < xs.length; n++) {
        const across = share(xs[n], cloud.value, right) - x;
        const down = 1 - share(ys[n], cloud.value, up) - y;
        const square = across * across + down * down;
        if (square >= nearest) continue;
        nearest = square;
        found = this.points.indices[digit][n];
      }
    }
    return found;
  }
}

/** Where a code is on one of the maps, in pixels of the page.
 * @param {HTMLCanvasElement} canvas @param {Cloud} cloud
 * @returns {Placing} */
function placing(canvas, cloud) {
  const [right, up] = axesOf(canvas);
  const { clientWidth, clientHeight } = canvas;
  return (code) => ({
    x: share(code[right], cloud, right) * clientWidth,
    y: (1 - share(code[up], cloud, up)) * clientHeight,
  });
}

/** How far along an axis a value is: from 0 to 1.
 * @param {number} value @param {Cloud} cloud @param {number} axis */
function share(value, { ranges }, axis) {
  const [low, high] = ranges[axis];
  return within((value - low) / (high - low), 0, 1);
}

/** @param {HTMLCanvasElement} canvas  @returns the axis to the right and the one upwards */
function axesOf(canvas) {
  return (canvas.dataset.axes ?? "").split(" ").map(Number);
}
