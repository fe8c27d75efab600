// A plane through the latent space: what lies on it decoded, as plane and plane_codes in latent.py,
// and how many test digits lie near it, as density.

/** @typedef {import("./autoencoder.js").Autoencoder} Autoencoder */

/**
 * @typedef {object} Plane
 * @property {ArrayLike<number>} at  a code (D) that the plane goes through
 * @property {[number, number]} axes  to the right, upwards
 * @property {number[]} low  (D): where the plane begins along each axis
 * @property {number[]} high  (D): where it ends
 */

/**
 * The codes of a square grid on the plane, row by row from the top; each belongs to the middle of
 * its cell.
 * @param {Plane} plane @param {number} size  cells along each side
 * @returns {number[][]}  (size * size, D)
 */
export function planeCodes({ at, axes: [right, up], low, high }, size) {
  const along = (/** @type {number} */ axis, /** @type {number} */ cell) =>
    low[axis] + ((cell + 0.5) / size) * (high[axis] - low[axis]);
  return Array.from({ length: size * size }, (_, cell) => {
    const code = Array.from(at);
    code[right] = along(right, cell % size);
    code[up] = along(up, size - 1 - Math.floor(cell / size));
    return code;
  });
}

const DENSITY = 45; // squares along each side
const SLICE = 0.16; // how thick the plane is that the density is taken from, as a share of the range
const KERNEL = [1 / 9, 2 / 9, 3 / 9, 2 / 9, 1 / 9];

/**
 * How many test digits lie near the plane, smoothed.
 * @param {Float32Array} codes  (N, 3)
 * @param {Plane} plane
 * @returns {Float64Array}  (45 * 45) in [0, 1], row by row from the top
 */
export function density(codes, { at, axes: [right, up], low, high }) {
  const across = 3 - right - up;
  /** @type {Float64Array} */
  let counts = new Float64Array(DENSITY * DENSITY);
  const cell = (/** @type {number} */ value, /** @type {number} */ axis) => {
    const share = (value - low[axis]) / (high[axis] - low[axis]);
    return share === 1 ? DENSITY - 1 : Math.floor(share * DENSITY);
  };
  for (let i = 0; i < codes.length; i += 3) {
    const column = cell(codes[i + right], right);
    const row = DENSITY - 1 - cell(codes[i + up], up);
    if (column < 0 || column >= DENSITY || row < 0 || row >= DENSITY) continue;
    const far = (codes[i + across] - at[across]) / (SLICE * (high[across] - low[across]));
    counts[row * DENSITY + column] += Math.exp(-0.5 * far * far);
  }
  counts = smoothed(smoothed(counts, 1), DENSITY);
  const most = Math.max(4, ...counts);
  return counts.map((count) => Math.sqrt(count / most));
}

/** Along the rows (step 1) or the columns (step DENSITY).
 * @param {Float64Array} counts @param {number} step */
function smoothed(counts, step) {
  return counts.map((_, i) => {
    const place = Math.floor(i / step) % DENSITY;
    let sum = 0;
    KERNEL.forEach((weight, k) => {
      const near = place + k - 2;
      if (near >= 0 && near < DENSITY) sum += weight * counts[i + (k - 2) * step];
    });
    return sum;
  });
}
