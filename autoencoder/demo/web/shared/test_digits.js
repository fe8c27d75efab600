// MNIST's 10,000 test digits: what the page knows of each, and their pictures.

import { fetchArrays } from "./request.js";

/**
 * @typedef {object} TestDigits
 * @property {Uint8Array} labels  (N)
 * @property {Float32Array} codes  (N, 3), of the dense model
 * @property {Record<"dense" | "conv", Float32Array>} errors  (N): of each model's reconstruction
 */

/** @returns {Promise<TestDigits>} */
export async function loadTestDigits() {
  const { labels, dense_codes, dense_errors, conv_errors } =
    await fetchArrays("test_digits.safetensors");
  return {
    labels: labels.data,
    codes: dense_codes.data,
    errors: { dense: dense_errors.data, conv: conv_errors.data },
  };
}

/**
 * @param {(share: number) => void} [onProgress]  told the share of the pictures that is here
 * @returns {Promise<(index: number) => Float32Array>}  a digit's image (784) in [0, 1]
 */
export async function loadTestImages(onProgress) {
  const { images } = await fetchArrays("test_images.safetensors", onProgress);
  return (index) =>
    Float32Array.from(images.data.subarray(784 * index, 784 * (index + 1)), (pixel) => pixel / 255);
}

/** The indices of the test digits that are a 0, of those that are a 1, and so on.
 * @param {Uint8Array} labels */
export function indicesByDigit(labels) {
  const indices = Array.from({ length: 10 }, () => /** @type {number[]} */ ([]));
  labels.forEach((label, index) => {
    indices[label].push(index);
  });
  return indices;
}
