// Test digits for the paper: the next one, and one of any kind.

import { testDigitOrigin } from "../../shared/format.js";
import { loadTestDigits, loadTestImages } from "../../shared/test_digits.js";

/** @type {Record<string, number>} */
const nextOf = {}; // a digit -> which of its test digits comes next

/** @typedef {{ image: Float32Array, index: number, label: number }} TestDigit  image (784) in [0, 1] */

/** Throws an Error if the test digits can't be fetched.
 * @param {string} digit  "0" to "9", or "any"
 * @returns {Promise<TestDigit>} */
export async function nextTestDigit(digit) {
  if (digit === "any") return anyTestDigit();
  const [{ labels }, imageOf] = await Promise.all([loadTestDigits(), loadTestImages()]);
  const found = [...labels.keys()].filter((index) => labels[index] === Number(digit));
  const next = (nextOf[digit] ?? -1) + 1;
  nextOf[digit] = next;
  const index = found[next % found.length];
  return { image: imageOf(index), index, label: labels[index] };
}

/** @returns {Promise<TestDigit>} */
export async function anyTestDigit() {
  const [{ labels }, imageOf] = await Promise.all([loadTestDigits(), loadTestImages()]);
  const index = Math.floor(Math.random() * labels.length);
  return { image: imageOf(index), index, label: labels[index] };
}

/** An image that another tab asks for, as a step; -1 is the index of what is no test digit.
 * @param {{ image: Float32Array, index: number }} wanted */
export async function stepOf({ image, index }) {
  if (index < 0) return picture(image);
  const { labels } = await loadTestDigits();
  return picture(image, testDigitOrigin(labels[index], index));
}

/** @param {ArrayLike<number>} image  (side x side) in [0, 1]
 * @param {import("../../drawing/strokes.js").Origin} [origin]
 * @returns {import("../../drawing/strokes.js").Picture} */
export function picture(image, origin) {
  return {
    picture: Uint8Array.from(image, (value) => Math.round(255 * value)),
    side: Math.sqrt(image.length),
    ...(origin && { origin }),
  };
}
