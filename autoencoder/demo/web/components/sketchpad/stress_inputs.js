// Inputs that the models have never seen the like of, ready to be tried.

import { a, testDigitInWords } from "../../shared/format.js";
import { anyTestDigit, picture } from "./test_digits.js";

/** @typedef {import("../../drawing/strokes.js").Step} Step */

const SIDE = 28;
const SHIFT = 4; // pixels
const TURN = Math.PI / 6;
const M = [0.2, 0.8, 0.2, 0.8, 0.27, 0.2, 0.27, 0.2, 0.5, 0.65, 0.5, 0.65, 0.73, 0.2, 0.73, 0.2];

/** What each is, as a step of the drawing. Those of digits throw an Error if the test digits can't be
 * fetched.
 * @type {Record<string, (penWidth: number) => Step | Promise<Step>>} */
export const STRESS_INPUTS = {
  letter: (width) => ({
    points: [...M, 0.8, 0.8],
    width,
    alone: true,
    origin: origin("This is an M, no digit", false),
  }),

  noise: () =>
    picture(Float32Array.from({ length: SIDE * SIDE }, Math.random), origin("This is noise")),

  empty: () => picture(new Float32Array(SIDE * SIDE), origin("This is empty paper")),

  async shifted() {
    const { image, index, label } = await anyTestDigit();
    const words = `This is ${testDigitInWords(label, index)}, moved ${SHIFT} pixels to the right`;
    return picture(
      sampled(image, (x, y) => [x - SHIFT, y]),
      origin(words),
    );
  },

  async turned() {
    const { image, index, label } = await anyTestDigit();
    const words = `This is ${testDigitInWords(label, index)}, turned by 30 degrees`;
    const [cos, sin] = [Math.cos(TURN), Math.sin(TURN)];
    const middle = (SIDE - 1) / 2;
    const turned = sampled(image, (x, y) => {
      const [right, down] = [x - middle, y - middle];
      return [middle + cos * right + sin * down, middle - sin * right + cos * down];
    });
    return picture(turned, origin(words));
  },

  /** Side by side; they are prepared like a drawing. */
  async two() {
    const pair = [await anyTestDigit(), await anyTestDigit()];
    const both = new Float32Array(4 * SIDE * SIDE);
    pair.forEach(({ image }, i) => {
      for (let row = 0; row < SIDE; row++) {
        const line = image.subarray(row * SIDE, (row + 1) * SIDE);
        both.set(line, (row + SIDE / 2) * 2 * SIDE + i * SIDE);
      }
    });
    const labels = pair.map(({ label }) => a(label)).join(" and ");
    const indices = pair.map(({ index }) => index.toLocaleString("en")).join(" and ");
    return picture(both, origin(`These are ${labels}, test digits ${indices}`, false));
  },
};

/** @param {string} words @param {boolean} [asItIs]
 * @returns {import("../../drawing/strokes.js").Origin} */
function origin(words, asItIs = true) {
  return { words, byHand: false, testDigit: -1, asItIs };
}

/** An image of 28x28 whose pixels are taken from other places of it, which may lie between pixels.
 * @param {Float32Array} image
 * @param {(x: number, y: number) => [number, number]} from  where the pixel at x, y is taken from */
function sampled(image, from) {
  const pixel = (/** @type {number} */ x, /** @type {number} */ y) =>
    x >= 0 && x < SIDE && y >= 0 && y < SIDE ? image[y * SIDE + x] : 0;
  return image.map((_, i) => {
    const [x, y] = from(i % SIDE, Math.floor(i / SIDE));
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [right, down] = [x - left, y - top];
    return (
      (1 - right) * (1 - down) * pixel(left, top) +
      right * (1 - down) * pixel(left + 1, top) +
      (1 - right) * down * pixel(left, top + 1) +
      right * down * pixel(left + 1, top + 1)
    );
  });
}
