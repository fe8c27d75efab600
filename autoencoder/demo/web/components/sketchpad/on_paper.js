// The digit on the paper as the models see it, and where it comes from.

import { prepareDigit, unpreparedDigit } from "../../drawing/prepare_digit.js";
import { SIDE } from "../../drawing/strokes.js";

/** @typedef {import("../../drawing/strokes.js").Origin} Origin */

/** @param {import("../../drawing/strokes.js").Drawing} drawing
 * @returns {import("../../shared/state.js").DigitOnPaper | null}  null if the paper is empty */
export function digitOnPaper(drawing) {
  const origin = originOf(drawing.visible);
  if (origin.asItIs) return { ...unpreparedDigit(drawing.ink, SIDE), origin };
  const digit = prepareDigit(drawing.ink, SIDE, SIDE);
  return digit.box[2] ? { ...digit, origin } : null;
}

/** @param {import("../../drawing/strokes.js").Step[]} visible  the steps that can be seen
 * @returns {Origin} */
function originOf(visible) {
  const [first, ...added] = visible;
  const origins = visible.map((step) => ("origin" in step ? step.origin : undefined));
  const last = origins.at(-1);
  if (last && !origins.includes(undefined)) return last;
  const byHand = !origins[0] && ("points" in first || "clear" in first);
  const words =
    added.length && !byHand ? "You drew on this" : byHand ? "You drew this" : "This is from a file";
  return { words, byHand, testDigit: -1, asItIs: origins[0]?.asItIs ?? false };
}
