// What is said of a digit and of what a model makes of it.

import { a, number } from "../../shared/format.js";

/** Of the dense model: what its code can say.
 * @param {string} origin  such as "You drew this"
 * @param {number} digit  that the code stands for
 * @param {string} where  the code lies, such as "among the 3s"
 * @param {string} size  of the code: "3 numbers" */
export function nearestInWords(origin, digit, where, size) {
  return `${origin}; with ${size} the nearest it can say is ${a(digit)}: it lands ${where}.`;
}

/** @param {number} mse @param {number} betterThan  a share of the test digits; NaN if unknown
 * @param {boolean} isTestDigit */
export function errorInWords(mse, betterThan, isTestDigit) {
  if (!Number.isFinite(mse)) return "This model gives no numbers: its training has failed.";
  if (betterThan < 0.01) {
    return isTestDigit
      ? "One of the 1 % of MNIST's test digits that it rebuilds worst."
      : "Rebuilt worse than 99 % of MNIST's test digits.";
  }
  if (Number.isNaN(betterThan)) return "";
  const share = Math.min(99, Math.round(100 * betterThan));
  return `Rebuilt better than ${share} % of MNIST's test digits.`;
}

/** Of a dense code that the visitor has changed.
 * @param {string} where  it lies */
export function whereInWords(where) {
  return `You hold the code: it lies ${where}.`;
}

/** Of any code that the visitor has changed.
 * @param {ArrayLike<number>} held @param {ArrayLike<number>} encoded */
export function heldInWords(held, encoded) {
  const changed = Array.from(held).filter((value, i) => value !== encoded[i]).length;
  return `${changed} of its ${held.length} numbers ${changed === 1 ? "is" : "are"} not the encoder's but yours.`;
}

/** Of a number of the convolutional code that is pointed at.
 * @param {number} at  from 0 @param {number} value @param {number} encoded  by the encoder
 * @param {number} deviation  of that number over all test digits */
export function squareInWords(at, value, encoded, deviation) {
  const from = value === encoded ? "" : `, the encoder's ${number(encoded)}`;
  const begin = `Number ${at + 1}: ${number(value)}${from}.`;
  if (!deviation) return `${begin} It is the same for all digits.`;
  return `${begin} The picture beside shows what ${number(deviation)} more adds and takes away.`;
}

export const PREPARED =
  "28 x 28 pixels: the digit, scaled to a box of 20 x 20, with its centre of mass, the cross, in the middle. For a small digit take the thin line.";
export const AS_IT_IS =
  "28 x 28 pixels, as they are: this is not scaled and moved to the middle, as drawings and MNIST's digits are.";
