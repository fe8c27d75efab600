// All that the panel tells of an image: what both models make of it, and what lies near it.

import { nearest } from "../../model/neighbours.js";
import { within } from "../../shared/format.js";

/**
 * @typedef {import("../../model/autoencoder.js").Autoencoder} Autoencoder
 * @typedef {import("./map_state.js").Pick} Pick
 */

const LARGEST = 1e9; // of a code's numbers; a model that a training spoiled gives infinite ones

/**
 * @param {Record<"dense" | "conv", Autoencoder>} models
 * @param {{ codes: Float32Array, labels: Uint8Array }} latent  of the test digits
 * @param {Float32Array} image  (784) in [0, 1]
 * @param {number} index  of the test digit that it is; -1 for none
 * @returns {Pick}
 */
export function pick(models, latent, image, index) {
  const codes = {
    dense: finite(models.dense.encode(image), -LARGEST, LARGEST),
    conv: finite(models.conv.encode(image), -LARGEST, LARGEST),
  };
  const rebuilt = (/** @type {"dense" | "conv"} */ name) => {
    const rebuiltImage = finite(models[name].decode(codes[name]), 0, 1);
    return { image: rebuiltImage, error: meanSquaredError(rebuiltImage, image) };
  };
  return {
    index,
    image,
    code: codes.dense,
    rebuilt: { dense: rebuilt("dense"), conv: rebuilt("conv") },
    neighbours: nearest(latent, codes.dense, index),
  };
}

/** @param {Float32Array} numbers @param {number} low @param {number} high */
function finite(numbers, low, high) {
  return numbers.map((value) => within(value || 0, low, high)); // 0 for what is no number
}

/** @param {Float32Array} image @param {Float32Array} other */
function meanSquaredError(image, other) {
  let sum = 0;
  for (let i = 0; i < image.length; i++) sum += (image[i] - other[i]) ** 2;
  return sum / image.length;
}
