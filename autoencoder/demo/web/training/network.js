// An autoencoder that can be trained: its parameters, and its layers for a batch of some size.

import { LAYERS, sizeOf } from "./layers.js";
import { standardNormal } from "./random.js";

/**
 * @typedef {import("./layers.js").Tools} Tools
 * @typedef {import("./layers.js").Parameter} Parameter
 * @typedef {import("./layers.js").TrainedLayer} TrainedLayer
 * @typedef {import("../model/layers.js").Layer} Layer
 * @typedef {Omit<Layer, "weight" | "bias"> & { shapes: Record<string, number[]> }} LayerPlan
 *     a layer, and the shapes of its weight and bias
 * @typedef {{ encoder: LayerPlan[], decoder: LayerPlan[] }} Architecture  as architectures.js has it
 */

/** Weights and biases of all layers, in two arrays: their values, and the gradients of the loss. */
export class Parameters {
  /** @param {Architecture} architecture @param {(length: number) => Float32Array} array */
  constructor({ encoder, decoder }, array) {
    this.size = [...encoder, ...decoder]
      .flatMap(({ shapes }) => Object.values(shapes))
      .reduce((sum, shape) => sum + sizeOf(shape), 0);
    this.values = array(this.size);
    this.gradients = array(this.size);
    let taken = 0;
    /** @param {LayerPlan} plan @returns {TrainedLayer} */
    const withParameters = ({ shapes, ...layer }) => {
      const parameters = Object.entries(shapes).map(([name, shape]) => {
        const start = taken;
        taken += sizeOf(shape);
        const value = this.values.subarray(start, taken);
        return [name, { shape, value, gradient: this.gradients.subarray(start, taken) }];
      });
      return { ...layer, ...Object.fromEntries(parameters) };
    };
    this.encoder = encoder.map(withParameters);
    this.decoder = decoder.map(withParameters);
  }

  /** Draws the first weights, as `initialise` in training/loop.py: for linear layers those of He et
   * al. 2015, else PyTorch's own.
   * @param {() => number} random  in [0, 1) */
  initialise(random) {
    for (const { kind, weight, bias } of [...this.encoder, ...this.decoder]) {
      if (!weight) continue;
      const inputs = sizeOf(weight.shape.slice(1)); // PyTorch counts transposed convolutions so, too
      const linear = kind === "Linear";
      const bound = 1 / Math.sqrt(inputs);
      const uniform = () => bound * (2 * random() - 1);
      const normal = () => Math.sqrt(2 / inputs) * standardNormal(random);
      weight.value.forEach((_, i) => {
        weight.value[i] = linear ? normal() : uniform();
      });
      bias?.value.forEach((_, i) => {
        bias.value[i] = linear ? 0 : uniform();
      });
    }
  }
}

/** The layers for a batch of N images. Several networks can have the same parameters. */
export class Network {
  /** @param {Parameters} parameters @param {Tools} tools */
  constructor({ encoder, decoder }, tools) {
    this.batch = tools.batch;
    const images = tools.array(784 * tools.batch);
    this.input = { shape: [1, 28, 28], value: images, gradient: null }; // (784, N)
    /** @type {import("./layers.js").BatchLayer[]} */
    this.layers = [];
    /** @type {import("./layers.js").Activation} */
    let x = this.input;
    for (const layer of encoder) x = this.#add(layer, x, tools);
    this.code = x; // (latentDim, N)
    this.latentDim = sizeOf(x.shape);
    this.encoderLength = this.layers.length;
    for (const layer of decoder) x = this.#add(layer, x, tools);
    this.output = x; // (784, N)
  }

  /** @param {TrainedLayer} layer @param {import("./layers.js").Activation} x @param {Tools} tools */
  #add(layer, x, tools) {
    const made = LAYERS[layer.kind](x, layer, tools);
    this.layers.push(made);
    return made.y;
  }

  /** The code of `input`. */
  encode() {
    for (let at = 0; at < this.encoderLength; at++) this.layers[at].forward();
  }

  /** The code and the reconstruction of `input`. */
  forward() {
    for (const layer of this.layers) layer.forward();
  }

  /** From the gradient by the output to the gradient by every parameter. */
  backward() {
    for (let at = this.layers.length - 1; at >= 0; at--) this.layers[at].backward();
  }
}

/** The mean squared error of a reconstruction; its gradient is written into it.
 * @param {import("./layers.js").Activation} output @param {Float32Array} target */
export function meanSquaredError({ value, gradient }, target) {
  let sum = 0;
  for (let i = 0; i < value.length; i++) {
    const difference = value[i] - target[i];
    sum += difference * difference;
    if (gradient) gradient[i] = (2 * difference) / value.length;
  }
  return sum / value.length;
}

/** How many numbers are added at most to one number of a layer, or of its gradient.
 * @param {Architecture} architecture */
export function longestRow({ encoder, decoder }) {
  const lengths = [...encoder, ...decoder]
    .filter(({ shapes }) => shapes.weight)
    .map(({ shapes: { weight } }) => Math.max(weight[0], sizeOf(weight.slice(1))));
  return Math.max(...lengths);
}
