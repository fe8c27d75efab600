// Where a digit comes from, which decides what may be said of it.

import { a } from "./format.js";

/**
 * @typedef {object} Origin
 * @property {string} words  the beginning of a sentence, such as "You drew this"
 * @property {boolean} byHand  the visitor drew it
 * @property {number} testDigit  the index of the test digit that it is, unchanged; -1 for none
 * @property {boolean} asItIs  the models see its 28x28 pixels as they are, not scaled and centred
 */

/** @param {number} label @param {number} index */
export function testDigitInWords(label, index) {
  return `${a(label)}, test digit ${index.toLocaleString("en")}`;
}

/** @param {number} label @param {number} index
 * @returns {Origin} */
export function testDigitOrigin(label, index) {
  const words = `This is ${testDigitInWords(label, index)}`;
  return { words, byHand: false, testDigit: index, asItIs: false };
}
