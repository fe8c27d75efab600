// An autoencoder as models.py has it: a list of layers in, and one out of the code.

import { models } from "../../data/page_data.js";
import { fetchArrays } from "../shared/request.js";
import { FORWARD } from "./layers.js";

/**
 * @typedef {import("./layers.js").Layer} Layer
 * @typedef {import("./layers.js").Activation} Activation
 */

const LARGEST = 1e9; // of a code's numbers, as diagnosis.py has it

export class Autoencoder {
  /** @param {Layer[]} encoder @param {Layer[]} decoder  with their weights */
  constructor(encoder, decoder) {
    this.encoder = encoder;
    this.decoder = decoder;
  }

  /** An image (784) in [0, 1], 1 is ink -> its code (latentDim).
   * @param {Float32Array} image */
  encode(image) {
    return asCode(forward(this.encoder, { data: image, shape: [1, 28, 28] }).data);
  }

  /** A code (latentDim) -> an image (784) in [0, 1].
   * @param {ArrayLike<number>} code */
  decode(code) {
    const data = Float32Array.from(code);
    return asImage(forward(this.decoder, { data, shape: [code.length] }).data);
  }
}

/** The encoder's output as a code. @param {Float32Array} output */
export function asCode(output) {
  return keepBetween(-LARGEST, LARGEST, output);
}

/** The decoder's output as an image. @param {Float32Array} output */
export function asImage(output) {
  return keepBetween(0, 1, output);
}

/** What a spoiled or a changed model gives can be shown all the same: 0 where it is no number.
 * As keep_between in diagnosis.py.
 * @param {number} low @param {number} high @param {Float32Array} numbers */
function keepBetween(low, high, numbers) {
  return numbers.map((x) => (Number.isNaN(x) ? 0 : Math.min(high, Math.max(low, x))));
}

/** One layer after the other.
 * @param {Layer[]} layers @param {Activation} x */
export function forward(layers, x) {
  for (const layer of layers) x = FORWARD[layer.kind](x, layer);
  return x;
}

/**
 * Fetches a model's weights, once.
 * @param {string} name  "dense", "conv", or the dense one with another code size: "dense-8"
 * @param {(share: number) => void} [onProgress]  told the share of the weights that is here
 */
export async function loadAutoencoder(name, onProgress) {
  return withWeights(name, await fetchArrays(`${name}.safetensors`, onProgress));
}

/** @param {string} name  of the model whose layers it has
 * @param {import("../shared/request.js").Arrays} weights  "encoder.1.weight" and so on */
export function withWeights(name, weights) {
  const { encoder, decoder } = models[name];
  /** @param {Layer[]} layers @param {string} part */
  const filled = (layers, part) =>
    layers.map((layer, at) => ({
      ...layer,
      weight: weights[`${part}.${at}.weight`],
      bias: weights[`${part}.${at}.bias`],
    }));
  return new Autoencoder(filled(encoder, "encoder"), filled(decoder, "decoder"));
}
