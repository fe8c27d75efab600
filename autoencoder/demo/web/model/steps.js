// The forward pass with every layer's output, in steps: a layer with weights, and those without that
// follow it, as an activation. One unit can be switched off.

import { asCode, asImage } from "./autoencoder.js";
import { FORWARD } from "./layers.js";

/**
 * @typedef {import("./autoencoder.js").Autoencoder} Autoencoder
 * @typedef {import("./layers.js").Layer} Layer
 * @typedef {import("./layers.js").Activation} Activation
 *
 * @typedef {object} Step
 * @property {Layer[]} layers  the first has weights; but in step 0, which is what goes in, none has
 * @property {Activation[]} outputs  of each of its layers; step 0 has the input before them
 * @property {Activation} output  what goes on to the next step, as maps (C, H, W) if it ever was
 *
 * @typedef {{ step: number, unit: number }} Unit  a number of a dense layer, a map of a convolution
 */

/**
 * An image rebuilt, with each step of the encoder or of the decoder.
 * @param {Autoencoder} model @param {"encoder" | "decoder"} part
 * @param {Float32Array} image  (784) in [0, 1]
 * @param {Unit | null} [off]  of that part
 */
export function rebuildInSteps(model, part, image, off) {
  const input =
    part === "encoder" ? { data: image, shape: [1, 28, 28] } : vector(model.encode(image));
  const steps = forwardInSteps(model[part], input, off);
  const { data } = steps[steps.length - 1].output;
  return { steps, image: part === "encoder" ? model.decode(asCode(data)) : asImage(data) };
}

/**
 * @param {Layer[]} layers  with their weights
 * @param {Activation} input
 * @param {Unit | null} [off]  gives 0 whatever goes in
 * @returns {Step[]}
 */
export function forwardInSteps(layers, input, off) {
  /** @type {Step[]} */
  const steps = [{ layers: [], outputs: [input], output: input }];
  let x = input;
  layers.forEach((layer, at) => {
    if (layer.weight) steps.push({ layers: [], outputs: [], output: x });
    const step = steps[steps.length - 1];
    x = FORWARD[layer.kind](x, layer);
    step.layers.push(layer);
    step.outputs.push(x);
    if (at + 1 < layers.length && !layers[at + 1].weight) return; // the step goes on
    if (off?.step === steps.length - 1) x = withoutUnit(x, off.unit, unitsOf(step));
    const maps = step.outputs.findLast(({ shape }) => shape.length === 3);
    step.output = { data: x.data, shape: maps?.shape ?? x.shape };
  });
  return steps;
}

/** How many units a step has: the numbers of a dense layer, the maps of a convolution.
 * @param {Step} step */
export function unitsOf({ layers, outputs }) {
  return layers[0]?.weight ? outputs[0].shape[0] : 0;
}

/** @param {Activation} x @param {number} unit @param {number} units */
function withoutUnit({ data, shape }, unit, units) {
  const size = data.length / units;
  return { data: data.slice().fill(0, unit * size, (unit + 1) * size), shape };
}

/** @param {Float32Array} data @returns {Activation} */
function vector(data) {
  return { data, shape: [data.length] };
}
