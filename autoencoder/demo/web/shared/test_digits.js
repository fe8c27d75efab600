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

/** @returns {Promise<(index: number) => Float32Array>}  a digit's image (784) in [0, 1] */
export async function loadTestImages() {
  const { images } = await fetchArrays("test_images.safetensors");
  return (index) =>
    Float32Array.from(images.data.subarray(784 * index, 784 * (index + 1)), (pixel) => pixel / 255);
}
