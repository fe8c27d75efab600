// What is true of each of the ten digits: how their codes lie among each other, as
// LatentSpace.clouds in latent.py, and how well they are rebuilt, as `measured` in evaluation.py.

import { likeliest, nearest } from "./neighbours.js";

/** @typedef {{ codes: Float32Array, labels: Uint8Array }} Latent  a LatentSpace's */

const AT_A_TIME = 200; // digits, between which the page can do something else

/**
 * Looks at the eight nearest neighbours of each test digit, which takes a second or so.
 * @param {Latent} latent
 * @param {number} usualGap
 * @returns {Promise<{ shares: number[][], standsFor: Uint8Array }>}  `shares` (10, 10): of the
 *     neighbours of each digit, how many are each; `standsFor` (N): the likeliest digit for each code
 */
export async function lookAround({ codes, labels }, usualGap) {
  const size = codes.length / labels.length;
  const counts = Array.from({ length: 10 }, () => Array(10).fill(0));
  const standsFor = new Uint8Array(labels.length);
  for (let index = 0; index < labels.length; index++) {
    if (index % AT_A_TIME === 0) await new Promise((resolve) => setTimeout(resolve));
    const code = codes.subarray(size * index, size * (index + 1));
    const neighbours = nearest({ codes, labels }, code, index);
    for (const { label } of neighbours) counts[labels[index]][label] += 1;
    standsFor[index] = likeliest(neighbours, usualGap);
  }
  const shares = counts.map((row) => {
    const sum = row.reduce((total, count) => total + count, 0) || 1;
    return row.map((count) => count / sum);
  });
  return { shares, standsFor };
}

/** Of the ten, the digit that is most often confused with another, and that one.
 * @param {number[][]} shares  (10, 10) */
export function mostAlike(shares) {
  let pair = [0, 1];
  for (let digit = 0; digit < 10; digit++) {
    for (let other = 0; other < 10; other++) {
      if (digit !== other && shares[digit][other] > shares[pair[0]][pair[1]]) pair = [digit, other];
    }
  }
  return pair;
}

/** The mean error of the 0s, the 1s, ...
 * @param {Float32Array} errors  (N) @param {Uint8Array} labels  (N) */
export function meanErrors(errors, labels) {
  const sums = Array(10).fill(0);
  const counts = Array(10).fill(0);
  labels.forEach((label, index) => {
    sums[label] += errors[index];
    counts[label] += 1;
  });
  return sums.map((sum, digit) => sum / counts[digit]);
}
