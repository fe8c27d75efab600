// What the page's address says of the drawing: a test digit, strokes, or strokes on a test digit.

import { strokesAsText, textAsStrokes } from "../../drawing/stroke_text.js";
import { testDigitOrigin } from "../../shared/format.js";
import { loadTestDigits, loadTestImages } from "../../shared/test_digits.js";
import { picture } from "./test_digits.js";

/** @typedef {import("../../drawing/strokes.js").Step} Step */
/** @typedef {{ digit?: number, strokes?: string }} Said */

const ORIGIN = { words: "This is a drawing", byHand: false, testDigit: -1, asItIs: false };

/** An address can't hold a photo, nor a very long drawing.
 * @param {Step[]} visible  the steps that can be seen
 * @returns {Said} */
export function inAddress([first, ...others]) {
  const nothing = { digit: undefined, strokes: undefined };
  const onPicture = "picture" in first;
  const digit = onPicture ? first.origin?.testDigit : undefined;
  if (onPicture && !((digit ?? -1) >= 0)) return nothing;
  const strokes = [first, ...others].filter((step) => "points" in step);
  const text = strokesAsText(strokes);
  if (text === null) return nothing;
  return { digit, strokes: onPicture && !strokes.length ? undefined : text };
}

/** The steps that an address says; none if it can't be understood. Throws an Error if the test
 * digits can't be fetched.
 * @param {Said} said
 * @returns {Promise<Step[]>} */
export async function stepsOf({ digit, strokes = "" }) {
  const drawn = textAsStrokes(strokes)?.map((stroke) => ({ ...stroke, origin: ORIGIN }));
  if (!drawn) return [];
  if (digit === undefined) {
    const [first, ...others] = drawn;
    return first ? [{ ...first, alone: true }, ...others] : [{ clear: true }];
  }
  const [{ labels }, imageOf] = await Promise.all([loadTestDigits(), loadTestImages()]);
  if (digit >= labels.length) return [];
  return [picture(imageOf(digit), testDigitOrigin(labels[digit], digit)), ...drawn];
}
