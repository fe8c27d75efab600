// What the latent map shows. Its parts look at it, and draw what has changed.

import { Store } from "../../shared/state.js";

/**
 * @typedef {[number, number]} Range  low, high
 *
 * @typedef {object} Cloud  the points at one moment of the training
 * @property {Float32Array[][]} points  [digit][axis]: (n) each
 * @property {Range[]} ranges  of the three axes
 * @property {boolean} finished  whether it is the finished model's, with all test digits
 * @property {boolean} moving  whether the training is being played
 *
 * @typedef {object} Pick  a test digit or the drawing, with all that the panel tells of it
 * @property {number} index  of the test digit; -1 for the drawing
 * @property {Float32Array} image  (784) in [0, 1]
 * @property {Float32Array} code  (3), the dense model's
 * @property {Record<"dense" | "conv", { image: Float32Array, error: number }>} rebuilt
 * @property {import("../../model/neighbours.js").Neighbour[]} neighbours
 */

export const DIGITS = [...Array(10).keys()];
export const DRAWING = -1;

export class MapState {
  form = new Store(/** @type {"space" | "flat"} */ ("space"));
  colour = new Store(/** @type {"digit" | "error"} */ ("digit"));
  shown = new Store(new Set(DIGITS));
  cloud = new Store(/** @type {Cloud | null} */ (null));
  picked = new Store(/** @type {Pick | null} */ (null));
  drawing = new Store(/** @type {Pick | null} */ (null));
}

/** A function that calls `act` once, after all changes that come together.
 * @param {() => void} act */
export function together(act) {
  let awaited = false;
  return () => {
    if (awaited) return;
    awaited = true;
    queueMicrotask(() => {
      awaited = false;
      act();
    });
  };
}

/** @param {Float32Array} values */
export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
