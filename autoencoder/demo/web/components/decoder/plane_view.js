// The part of the plane that the pad shows: places on it, zoomed, moved, and numbered at its edges.

import { codeOn } from "../../model/plane.js";
import { within } from "../../shared/format.js";

/** @typedef {import("../../model/plane.js").Plane} Plane */

const NARROWEST = 0.01; // of the part that is shown, in the code's own units
const WIDEST = 1e5;
const MARGIN = 0.03; // between the point and the edge, as a share of what is shown
const TICKS = 5; // about as many numbers along an edge

/**
 * Where a code lies on the part that is shown: to the right and upwards, in [0, 1] if it is in sight.
 * @param {Plane} plane @param {ArrayLike<number>} code
 */
export function placeOf({ axes, low, high }, code) {
  const [right, up] = axes.map((axis) => (code[axis] - low[axis]) / (high[axis] - low[axis]));
  return { right, up };
}

/**
 * The code at a place on the plane.
 * @param {Plane} plane @param {number} right @param {number} up
 */
export function codeAt(plane, right, up) {
  const [x, y] = [right, up].map((share, i) => {
    const axis = plane.axes[i];
    return plane.low[axis] + share * (plane.high[axis] - plane.low[axis]);
  });
  return codeOn(plane, x, y);
}

/**
 * Shows more of the plane, or less, about a place that stays where it is.
 * @param {Plane} plane @param {number} factor  of the width that is shown; below 1 is nearer
 * @param {number} right @param {number} up
 */
export function zoom({ axes, low, high }, factor, right, up) {
  const widths = axes.map((axis) => factor * (high[axis] - low[axis]));
  if (factor < 1 && Math.min(...widths) < NARROWEST) return;
  if (factor > 1 && Math.max(...widths) > WIDEST) return;
  [right, up].forEach((share, i) => {
    const axis = axes[i];
    low[axis] += share * (high[axis] - low[axis] - widths[i]);
    high[axis] = low[axis] + widths[i];
  });
}

/**
 * Shows what lies beside: by shares of what is shown.
 * @param {Plane} plane @param {number} right @param {number} up
 */
export function pan({ axes, low, high }, right, up) {
  [right, up].forEach((share, i) => {
    const axis = axes[i];
    const way = share * (high[axis] - low[axis]);
    low[axis] += way;
    high[axis] += way;
  });
}

/** Moves what is shown just as far as brings the point of the plane well into sight.
 * @param {Plane} plane */
export function follow(plane) {
  const { right, up } = placeOf(plane, plane.at);
  const beyond = (/** @type {number} */ share) => share - within(share, MARGIN, 1 - MARGIN);
  pan(plane, beyond(right), beyond(up));
}

/**
 * Round numbers along an axis, and as many decimals as tell them apart.
 * @param {number} low @param {number} high
 */
export function ticks(low, high) {
  const least = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
  const first = Math.ceil(low / step);
  const values = Array.from(
    { length: Math.floor(high / step) - first + 1 },
    (_, i) => (first + i) * step,
  );
  return { values, places: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}
