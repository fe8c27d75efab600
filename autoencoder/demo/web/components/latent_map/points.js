// The test digits as the map has them: each digit's points together, as the scatter's traces are.

import { DIGITS } from "./map_state.js";

/** @typedef {import("../../shared/test_digits.js").TestDigits} TestDigits */

// From the least error to the worst. All are about as bright as each other, so that each can be seen
// on light and on dark ground.
export const ERROR_COLOURS = ["#1f87e0", "#8a80b0", "#c7742c", "#e0640a"];

export class Points {
  /** @param {TestDigits} digits
   * @param {number} worst  an error; larger ones have the same colour */
  constructor({ labels, codes, errors }, worst) {
    this.labels = labels;
    this.codes = codes;
    /** indices[digit][n] is the test digit that is the nth point of that digit's trace
     * @type {number[][]} */
    this.indices = DIGITS.map(() => []);
    for (let index = 0; index < labels.length; index++) this.indices[labels[index]].push(index);
    /** [digit][n], from 0 to 255, the worst */
    this.levels = this.indices.map((list) =>
      list.map((index) => Math.round(255 * Math.min(1, errors.dense[index] / worst) || 0)),
    );
  }

  /** @param {number} index */
  codeOf(index) {
    return this.codes.slice(3 * index, 3 * index + 3);
  }

  /** Numbers of each test digit, or of the first ones -> [digit][axis], (n) each.
   * @param {(index: number, axis: number) => number} value
   * @param {number} [count]  how many test digits */
  grouped(value, count = this.labels.length) {
    return this.indices.map((list) => {
      const inside = list.filter((index) => index < count);
      return [0, 1, 2].map((axis) => Float32Array.from(inside, (index) => value(index, axis)));
    });
  }
}

/** The colour of each level, from 0 to 255. */
export const SHADES = [...Array(256).keys()].map((level) => {
  const at = Math.min(2.999, (level / 255) * 3);
  const ends = [ERROR_COLOURS[Math.floor(at)], ERROR_COLOURS[Math.floor(at) + 1]];
  const channels = [1, 3, 5].map((i) => {
    const [low, high] = ends.map((hex) => parseInt(hex.slice(i, i + 2), 16));
    return Math.round(low + (high - low) * (at % 1));
  });
  return `rgb(${channels})`;
});
