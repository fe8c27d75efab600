// A layer, a unit and the sum behind its number, in words.

import { unitsOf } from "../../model/steps.js";
import { number } from "../../shared/format.js";

/**
 * @typedef {import("../../model/steps.js").Step} Step
 * @typedef {import("../../model/weighted_sum.js").WeightedSum} WeightedSum
 */

const SHAPE_ONLY = ["Flatten", "Unflatten", "Dropout"]; // which change no number

/** @param {Step} step @param {"encoder" | "decoder"} part @param {boolean} isLast */
export function captionOf(step, part, isLast) {
  const units = unitsOf(step);
  const { data, shape } = step.output;
  if (!units) return part === "encoder" ? "The digit" : `The code: ${data.length}`;
  if (isLast) return part === "encoder" ? `The code: ${data.length}` : "Rebuilt";
  return isMaps(step) ? `${units} maps, ${shape[1]} x ${shape[2]}` : `${units} units`;
}

/** @param {Step} step @param {number} index */
export function nameOf(step, index) {
  const units = unitsOf(step);
  const size = step.output.data.length / units;
  const unit = Math.floor(index / size) + 1;
  if (!isMaps(step)) return `Unit ${unit} of ${units}`;
  const width = step.outputs[0].shape[2];
  const [row, column] = [Math.floor((index % size) / width) + 1, (index % width) + 1];
  return `Map ${unit} of ${units}, row ${row}, column ${column}`;
}

/** @param {Step} step @param {number} unit  from 0 */
export function shortName(step, unit) {
  return `${isMaps(step) ? "map" : "unit"} ${unit + 1}`;
}

/** @param {WeightedSum} sum */
export function weightsCaption({ weights: { shape }, window }) {
  if (!window) return "Its weights";
  const [maps, height, width] = shape;
  return maps === 1
    ? `Its kernel, ${height} x ${width}`
    : `Its ${maps} kernels, ${height} x ${width}`;
}

/** "784 inputs times their weights = 3.24, plus the bias 0.13 = 3.37. ReLU keeps it."
 * @param {WeightedSum} sum @param {Step} step @param {number} index */
export function sumInWords({ met, sum, bias }, step, index) {
  const values = step.outputs.map(({ data }) => data[index]);
  const plus = step.layers[0].bias
    ? `, plus the bias ${number(bias, 2)} = ${number(values[0], 2)}`
    : "";
  const sentences = [`${met} inputs times their weights = ${number(sum, 2)}${plus}.`];
  step.layers.forEach(({ kind }, at) => {
    if (at === 0 || SHAPE_ONLY.includes(kind)) return;
    const kept = values[at] === values[at - 1];
    sentences.push(kept ? `${kind} keeps it.` : `${kind} makes it ${number(values[at], 2)}.`);
  });
  return sentences.join(" ");
}

/** Whether a unit of the step is a map, of more than one number.
 * @param {Step} step */
function isMaps({ outputs }) {
  const { shape, data } = outputs[0];
  return shape.length === 3 && data.length > shape[0];
}
