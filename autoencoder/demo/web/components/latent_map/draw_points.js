// The cloud's points on a plain canvas.

import { SHADES } from "./points.js";

/**
 * @typedef {import("./map_state.js").Cloud} Cloud
 * @typedef {import("./map_state.js").MapState} MapState
 * @typedef {import("./points.js").Points} Points
 */

/**
 * @param {HTMLCanvasElement} canvas  fills its box, of any size
 * @param {Cloud} cloud
 * @param {MapState} map  which digits are shown, and what their colour means
 * @param {Points} points
 * @param {string[]} colours  of the digits
 * @param {(code: number[]) => { x: number, y: number }} place  in pixels of the page
 * @param {number} side  of a point, in pixels of the page
 */
export function drawPoints(canvas, cloud, map, points, colours, place, side) {
  fitToBox(canvas);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const dot = side * devicePixelRatio;
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (const digit of map.shown.value) {
    const [xs, ys, zs] = cloud.points[digit];
    const levels = map.colour.value === "error" ? points.levels[digit] : null;
    context.fillStyle = colours[digit];
    for (let n = 0; n < xs.length; n++) {
      if (levels) context.fillStyle = SHADES[levels[n]];
      const { x, y } = place([xs[n], ys[n], zs[n]]);
      context.fillRect(x * devicePixelRatio - dot / 2, y * devicePixelRatio - dot / 2, dot, dot);
    }
  }
}

/** As sharp as the screen is.
 * @param {HTMLCanvasElement} canvas */
function fitToBox(canvas) {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
