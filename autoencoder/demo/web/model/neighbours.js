// The test digits nearest to a point of the latent space, and where that point lies, in words.
// As LatentSpace in latent.py.

import { a } from "../shared/format.js";

/**
 * @typedef {object} Neighbour
 * @property {number} index  of the test digit
 * @property {number} label
 * @property {number} distance  Euclidean, between the codes
 *
 * @typedef {object} LatentSpace
 * @property {Float32Array} codes  (N, D), a code after the other
 * @property {Uint8Array} labels  (N)
 * @property {number} usualGap  99 of 100 digits have another one within it
 */

const NEIGHBOURS = 8;
const FAR = 4; // usual gaps: a point with nothing nearer is far from the data

/**
 * @param {{ codes: Float32Array, labels: Uint8Array }} latent  a LatentSpace's
 * @param {ArrayLike<number>} code  (D)
 * @param {number} [except]  a digit that is left out
 * @returns {Neighbour[]}  eight, the nearest first
 */
export function nearest({ codes, labels }, code, except = -1) {
  const size = code.length;
  /** @type {{ index: number, square: number }[]} */
  const found = [];
  for (let index = 0; index < labels.length; index++) {
    let square = 0;
    for (let axis = 0; axis < size; axis++)
      square += (codes[index * size + axis] - code[axis]) ** 2;
    if (index === except || square >= (found[NEIGHBOURS - 1]?.square ?? Infinity)) continue;
    let place = found.length;
    while (place > 0 && found[place - 1].square > square) place -= 1;
    found.splice(place, 0, { index, square });
    found.length = Math.min(found.length, NEIGHBOURS);
  }
  return found.map(({ index, square }) => ({
    index,
    label: labels[index],
    distance: Math.sqrt(square),
  }));
}

/**
 * Where a point lies: among digits, if it is as near to them as they are to each other.
 * @param {Neighbour[]} neighbours  of the point
 * @param {number} usualGap
 */
export function whereabouts(neighbours, usualGap) {
  const [[first, count], second, third] = labelCounts(neighbours);
  const { distance, label } = neighbours[0];
  if (distance > FAR * usualGap) return `far from anything in the data; the nearest is ${a(label)}`;
  if (distance > usualGap) return `outside the data, beside the ${first}s`;
  if (count >= 7) return `among the ${first}s`;
  if (count + second[1] >= 6) return `between ${a(first)} and ${a(second[0])}`;
  return `where ${a(first)}, ${a(second[0])} and ${a(third[0])} meet`;
}

/**
 * The digit that a point stands for: the one that most of its neighbours are; far from the data,
 * the nearest.
 * @param {Neighbour[]} neighbours
 * @param {number} usualGap
 */
export function likeliest(neighbours, usualGap) {
  const { distance, label } = neighbours[0];
  return distance > FAR * usualGap ? label : labelCounts(neighbours)[0][0];
}

/** Each digit among the neighbours and how often it is, the most frequent first.
 * @param {Neighbour[]} neighbours */
function labelCounts(neighbours) {
  /** @type {Map<number, number>} */
  const counts = new Map(); // in the order in which the labels come, as the nearest has precedence
  for (const { label } of neighbours) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1]);
}
