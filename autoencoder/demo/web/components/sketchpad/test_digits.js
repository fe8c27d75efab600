// Which of MNIST's test digits comes next on the paper.

import { loadTestDigits, loadTestImages } from "../../shared/test_digits.js";

/** @type {Record<string, number>} */
const nextOf = {}; // a digit -> which of its test digits comes next

/** Throws an Error if the test digits can't be fetched.
 * @param {string} digit  "0" to "9", or "any"
 * @returns {Promise<Float32Array>}  its image (784) in [0, 1] */
export async function nextTestDigit(digit) {
  const [{ labels }, imageOf] = await Promise.all([loadTestDigits(), loadTestImages()]);
  if (digit === "any") return imageOf(Math.floor(Math.random() * labels.length));
  const found = [...labels.keys()].filter((index) => labels[index] === Number(digit));
  const next = (nextOf[digit] ?? -1) + 1;
  nextOf[digit] = next;
  return imageOf(found[next % found.length]);
}
