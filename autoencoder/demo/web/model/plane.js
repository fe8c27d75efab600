// A plane through the latent space, as plane.py has it: what lies on it, and how many test digits lie
// near it.

/**
 * A part of a plane: two numbers of the code grow along it, and the third leans with them.
 * @typedef {object} Plane
 * @property {ArrayLike<number>} at  a code (3) that it goes through
 * @property {[number, number]} axes  the numbers that grow to the right and upwards
 * @property {number[]} low  (3): where the part begins along each axis
 * @property {number[]} high  (3): where it ends
 * @property {[number, number]} slopes  how fast the third number grows with each of the two
 */

const MARGIN = 0.03; // between a code and the edge of the part, as a share of the part
const RIDGE = 0.02; // what a lean costs, against what the digits gain by being nearer

/** The code of the plane with these two numbers.
 * @param {Plane} plane @param {number} right @param {number} up
 * @returns {number[]}  (3) */
export function codeOn({ at, axes, slopes }, right, up) {
  const code = [0, 0, 0];
  code[axes[0]] = right;
  code[axes[1]] = up;
  const across = 3 - axes[0] - axes[1];
  code[across] = at[across] + slopes[0] * (right - at[axes[0]]) + slopes[1] * (up - at[axes[1]]);
  return code;
}

/**
 * The plane through a code (3) that passes nearest to the middles of the ten digits: a least squares
 * fit with a small ridge, each axis measured by the range that most codes have there. The part is
 * that range, and so much more that the code lies in it.
 * @param {ArrayLike<number>} at @param {[number, number]} axes
 * @param {{ low: number[], high: number[] }} core  that range
 * @param {number[][]} middles  (10, 3)
 * @returns {Plane}
 */
export function planeThrough(at, axes, core, middles) {
  const width = core.low.map((low, axis) => core.high[axis] - low);
  const low = core.low.map((low, axis) =>
    Math.min(low, (at[axis] - MARGIN * core.high[axis]) / (1 - MARGIN)),
  );
  const high = core.high.map((high, axis) =>
    Math.max(high, (at[axis] - MARGIN * core.low[axis]) / (1 - MARGIN)),
  );
  const [right, up] = axes;
  const across = 3 - right - up;
  const ridge = RIDGE * middles.length;
  let [rr, ru, uu, ra, ua] = [ridge, 0, ridge, 0, 0]; // the normal equations
  for (const middle of middles) {
    const way = width.map((wide, axis) => (middle[axis] - at[axis]) / wide);
    rr += way[right] * way[right];
    ru += way[right] * way[up];
    uu += way[up] * way[up];
    ra += way[right] * way[across];
    ua += way[up] * way[across];
  }
  const determinant = rr * uu - ru * ru;
  const slopes = /** @type {[number, number]} */ ([
    (((ra * uu - ua * ru) / determinant) * width[across]) / width[right],
    (((ua * rr - ra * ru) / determinant) * width[across]) / width[up],
  ]);
  return { at: Array.from(at), axes: [right, up], low, high, slopes };
}

/**
 * The codes of a square grid on the plane, row by row from the top; each belongs to the middle of
 * its cell.
 * @param {Plane} plane @param {number} size  cells along each side
 * @returns {number[][]}  (size * size, 3)
 */
export function planeCodes(plane, size) {
  const along = (/** @type {number} */ axis, /** @type {number} */ cell) =>
    plane.low[axis] + ((cell + 0.5) / size) * (plane.high[axis] - plane.low[axis]);
  const [right, up] = plane.axes;
  return Array.from({ length: size * size }, (_, cell) =>
    codeOn(plane, along(right, cell % size), along(up, size - 1 - Math.floor(cell / size))),
  );
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
export function density(codes, plane) {
  const { axes, low, high } = plane;
  const [right, up] = axes;
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
    const third = codeOn(plane, codes[i + right], codes[i + up])[across];
    const far = (codes[i + across] - third) / (SLICE * (high[across] - low[across]));
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
