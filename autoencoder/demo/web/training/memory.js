// All arrays of a training in one memory: they are made once, before the first step.

import { kernelMatmul, plainMatmul } from "./matmul.js";

/**
 * @template T
 * @param {BufferSource | null} kernel  matmul.wasm; null: plain loops do its work
 * @param {number} longest  the largest k of the matrix products
 * @param {(matmul: import("./matmul.js").Matmul, array: (length: number) => Float32Array) => T} build
 *     asks for its arrays; called twice, the first time to find out how long the memory must be
 */
export function inOneMemory(kernel, longest, build) {
  let length = 0;
  build(plainMatmul(0), (size) => {
    length += size;
    return new Float32Array(0);
  });
  const matmul = kernel ? kernelMatmul(kernel, length, longest) : plainMatmul(length);
  let taken = 0;
  return build(matmul, (size) => {
    taken += size;
    return matmul.memory.subarray(taken - size, taken);
  });
}
