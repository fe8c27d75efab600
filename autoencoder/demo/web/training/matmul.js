// Matrix products: by matmul.wasm, which is made of matmul.wat, or by plain loops, which say what is
// computed. Matrices are Float32Arrays, row by row, in one memory that the kernel can read, too.

/**
 * @typedef {(c: Float32Array, a: Float32Array, b: Float32Array, m: number, k: number, n: number) => void} Product
 *     writes C (m, n), which is A (m, k) times B (k, n)
 *
 * @typedef {object} Matmul
 * @property {Float32Array} memory  where all matrices lie
 * @property {Product} product  n must be a multiple of 8
 * @property {Product} productAT  the same, with A stored as its transpose, (k, m)
 * @property {Product} productBT  with B stored as its transpose, (n, k); k must be a multiple of 4
 */

const PAGE = 65536; // bytes, in which WebAssembly counts memory
const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Whether this browser runs the kernel, which needs SIMD. @param {BufferSource} kernel */
export function runs(kernel) {
  return WebAssembly.validate(kernel);
}

/**
 * @param {BufferSource} kernel  matmul.wasm
 * @param {number} length  numbers in the memory
 * @param {number} longest  the largest k
 * @returns {Matmul}
 */
export function kernelMatmul(kernel, length, longest) {
  const panel = length * BYTES; // behind the matrices, for the kernel alone: 8 columns of B
  const memory = new WebAssembly.Memory({
    initial: Math.ceil((panel + 8 * longest * BYTES) / PAGE),
  });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(kernel), { page: { memory } });
  const { product, product_bt } = /** @type {Record<string, any>} */ (instance.exports);
  return {
    memory: new Float32Array(memory.buffer, 0, length),
    product: (c, a, b, m, k, n) =>
      product(c.byteOffset, a.byteOffset, b.byteOffset, m, k, n, k * BYTES, BYTES, panel),
    productAT: (c, a, b, m, k, n) =>
      product(c.byteOffset, a.byteOffset, b.byteOffset, m, k, n, BYTES, m * BYTES, panel),
    productBT: (c, a, b, m, k, n) => product_bt(c.byteOffset, a.byteOffset, b.byteOffset, m, k, n),
  };
}

/** @param {number} length @returns {Matmul} */
export function plainMatmul(length) {
  return {
    memory: new Float32Array(length),
    product(c, a, b, m, k, n) {
      for (let i = 0; i < m; i++) addRows(c, i, n, b, k, (at) => a[i * k + at]);
    },
    productAT(c, a, b, m, k, n) {
      for (let i = 0; i < m; i++) addRows(c, i, n, b, k, (at) => a[at * m + i]);
    },
    productBT(c, a, b, m, k, n) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let at = 0; at < k; at++) sum += a[i * k + at] * b[j * k + at];
          c[i * n + j] = sum;
        }
      }
    },
  };
}

/** Row i of C: all rows of B, each times its factor, added.
 * @param {Float32Array} c @param {number} i @param {number} n
 * @param {Float32Array} b @param {number} k @param {(at: number) => number} factor */
function addRows(c, i, n, b, k, factor) {
  c.fill(0, i * n, (i + 1) * n);
  for (let at = 0; at < k; at++) {
    const x = factor(at);
    for (let j = 0; j < n; j++) c[i * n + j] += x * b[at * n + j];
  }
}
