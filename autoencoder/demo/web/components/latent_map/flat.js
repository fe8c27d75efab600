// The map as three flat ones, two numbers at a time.

import { within } from "../../shared/format.js";
import { together } from "./map_state.js";
import { SHADES } from "./points.js";

/**
 * @typedef {import("./map_state.js").MapState} MapState
 * @typedef {import("./map_state.js").Cloud} Cloud
 * @typedef {import("./points.js").Points} Points
 */

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
      fitToBox(canvas);
      this.#drawPoints(canvas, cloud.value);
      if (cloud.value.finished) this.#drawRings(canvas, cloud.value);
      this.#nameClouds(canvas, cloud.value);
    }
  }

  /** @param {HTMLCanvasElement} canvas @param {Cloud} cloud */
  #drawPoints(canvas, cloud) {
    const [right, up] = axesOf(canvas);
    const context = contextOf(canvas);
    const { width, height } = canvas;
    const dot = 1.5 * devicePixelRatio;
    context.clearRect(0, 0, width, height);
    for (const digit of this.map.shown.value) {
      const [xs, ys] = [cloud.points[digit][right], cloud.points[digit][up]];
      const levels = this.map.colour.value === "error" ? this.points.levels[digit] : null;
      context.fillStyle = this.colours[digit];
      for (let n = 0; n < xs.length; n++) {
        if (levels) context.fillStyle = SHADES[levels[n]];
        const x = share(xs[n], cloud, right) * width;
        const y = (1 - share(ys[n], cloud, up)) * height;
        context.fillRect(x - dot / 2, y - dot / 2, dot, dot);
      }
    }
  }

  /** Around what is picked and around the drawing.
   * @param {HTMLCanvasElement} canvas @param {Cloud} cloud */
  #drawRings(canvas, cloud) {
    const [right, up] = axesOf(canvas);
    const context = contextOf(canvas);
    /** @type {(code: ArrayLike<number>, radius: number, ink: string) => void} */
    const ring = (code, radius, ink) => {
      const x = share(code[right], cloud, right) * canvas.width;
      const y = (1 - share(code[up], cloud, up)) * canvas.height;
      context.beginPath();
      context.arc(x, y, radius * devicePixelRatio, 0, 7);
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

  /** @param {HTMLCanvasElement} canvas @param {Cloud} cloud */
  #nameClouds(canvas, cloud) {
    const [right, up] = axesOf(canvas);
    const names = [...this.map.shown.value].map((digit) => {
      const name = document.createElement("b");
      name.textContent = String(digit);
      const middle = (/** @type {number} */ axis) =>
        cloud.finished ? this.middles[digit][axis] : mean(cloud.points[digit][axis]);
      name.style.left = `${100 * share(middle(right), cloud, right)}%`;
      name.style.top = `${100 * (1 - share(middle(up), cloud, up))}%`;
      return name;
    });
    canvas.nextElementSibling?.replaceChildren(...names);
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

/** @param {Float32Array} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

/** Fills its box, which has any size, as sharp as the screen is.
 * @param {HTMLCanvasElement} canvas */
function fitToBox(canvas) {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
