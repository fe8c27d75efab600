// A list from which a visitor chooses a digit: a test digit of a kind, or the drawing.

import { a } from "./format.js";
import { drawing } from "./state.js";

/** What the list says when the drawing is chosen. */
export const DRAWING = "drawing";

/** @typedef {number | typeof DRAWING} Chosen  a test digit's index, or the drawing */

/** Fills the list with the ten digits and the drawing, which can be chosen while there is one.
 * @param {HTMLSelectElement} chooser */
export function fillChooser(chooser) {
  for (let digit = 0; digit < 10; digit++) chooser.add(new Option(a(digit), String(digit)));
  const own = new Option("\u25c6 on the paper", DRAWING);
  chooser.add(own);
  drawing.subscribe(chooser, (digit) => {
    own.disabled = !digit;
  });
}
