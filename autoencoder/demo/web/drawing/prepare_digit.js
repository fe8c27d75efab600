// Ink of any size -> the 28x28 image that MNIST would have made of it, as prepare_digit.py in Python.

/**
 * @typedef {object} PreparedDigit  lengths are pixels of the 28x28
 * @property {Float32Array} image  (784) in [0, 1], 1 is ink
 * @property {[number, number, number, number]} box  of the ink: left, top, width, height
 * @property {[number, number]} centre  of the ink's mass: x, y; a pixel's middle is at .5
 *
 * @typedef {{ data: Float32Array, width: number, height: number }} Ink  in [0, 1], row by row
 */

const SIDE = 28;
const BOX_SIDE = 20;
const CENTRE = 14; // the pixel, counted from 0, in which each test digit's centre of mass lies
const INK_THRESHOLD = 0.1; // fainter ink does not count for the box
const SPECK = 0.02; // a separate part with less than this share of the largest part's ink is no ink
const CELLS = 20; // of the grid on which parts are told apart
const THIN = 1.2; // pixels of 28: strokes thinner than this are thickened ...
const THICKENED = 2; // ... to this; the median of MNIST's test digits is 2.3
const FINE = 4; // thickening happens on a grid that is finer by this factor

/**
 * @param {Float32Array} ink  in [0, 1], row by row
 * @param {number} width
 * @param {number} height
 * @returns {PreparedDigit}  all zeros if there is no ink
 */
export function prepareDigit(ink, width, height) {
  const cleaned = withoutSpecks({ data: ink, width, height });
  const box = inkBox(cleaned);
  if (!box) return { image: new Float32Array(SIDE * SIDE), box: [14, 14, 0, 0], centre: [14, 14] };
  let digit = thickened(cut(cleaned, box));
  const scale = BOX_SIDE / Math.max(digit.height, digit.width);
  digit = resized(digit, scale);
  const strongest = maximum(digit.data);
  digit.data = digit.data.map((value) => value / strongest); // MNIST's digits reach full ink, too

  const [x, y] = centreOfMass(digit);
  const left = Math.min(Math.max(round(CENTRE - x), 0), SIDE - digit.width);
  const top = Math.min(Math.max(round(CENTRE - y), 0), SIDE - digit.height);
  const image = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < digit.height; row++) {
    const line = digit.data.subarray(row * digit.width, (row + 1) * digit.width);
    image.set(line, (top + row) * SIDE + left);
  }
  return {
    image,
    box: [left, top, digit.width, digit.height],
    centre: [left + x + 0.5, top + y + 0.5],
  };
}

/** The same of an image that is 28x28 pixels already and is to be seen as it is, neither scaled nor
 * moved: each pixel is the mean of those that it covers.
 * @param {Float32Array} ink  in [0, 1], row by row
 * @param {number} side  a multiple of 28
 * @returns {PreparedDigit} */
export function unpreparedDigit(ink, side) {
  const small = resized({ data: ink, width: side, height: side }, SIDE / side);
  const box = inkBox(small);
  if (!box) return { image: small.data, box: [14, 14, 0, 0], centre: [14, 14] };
  const { left, top, right, bottom } = box;
  const [x, y] = centreOfMass(small);
  return {
    image: small.data,
    box: [left, top, right - left, bottom - top],
    centre: [x + 0.5, y + 0.5],
  };
}

/** Python's: of two whole numbers that are equally near, the even one.
 * @param {number} value */
export function round(value) {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

/** @param {ArrayLike<number>} values */
function maximum(values) {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]);
  return most;
}

/** @param {Ink} ink */
function centreOfMass({ data, width }) {
  let [mass, x, y] = [0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    mass += data[i];
    x += data[i] * (i % width);
    y += data[i] * Math.floor(i / width);
  }
  return [x / mass, y / mass];
}

/** @param {Ink} ink
 * @returns {{ left: number, top: number, right: number, bottom: number } | null} */
export function inkBox({ data, width, height }) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let i = 0; i < data.length; i++) {
    if (!(data[i] > INK_THRESHOLD)) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  return right ? { left, top, right, bottom } : null;
}

/** @param {Ink} ink @param {{ left: number, top: number, right: number, bottom: number }} box
 * @returns {Ink} */
export function cut(ink, { left, top, right, bottom }) {
  const [width, height] = [right - left, bottom - top];
  const data = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (top + row) * ink.width + left;
    data.set(ink.data.subarray(from, from + width), row * width);
  }
  return { data, width, height };
}

/** Each new pixel is the mean of those that it covers, so strokes get smooth edges. As Pillow's BOX.
 * @param {Ink} ink @param {number} scale
 * @returns {Ink} */
export function resized(ink, scale) {
  const width = Math.max(1, round(ink.width * scale));
  const height = Math.max(1, round(ink.height * scale));
  const columns = covered(ink.width, width);
  const rows = covered(ink.height, height);
  const narrow = new Float32Array(width * ink.height);
  for (let y = 0; y < ink.height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = columns[x].first; i < columns[x].end; i++) sum += ink.data[y * ink.width + i];
      narrow[y * width + x] = sum / (columns[x].end - columns[x].first);
    }
  }
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = rows[y].first; i < rows[y].end; i++) sum += narrow[i * width + x];
      data[y * width + x] = sum / (rows[y].end - rows[y].first);
    }
  }
  return { data, width, height };
}

/** Of `from` pixels in a row, those whose middles each of `to` new ones covers.
 * @param {number} from @param {number} to */
function covered(from, to) {
  const scale = from / to;
  const size = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const middle = (i + 0.5) * scale;
    const offset = (/** @type {number} */ pixel) => (pixel - middle + 0.5) * (1 / size);
    let first = Math.max(0, Math.floor(middle - size / 2 + 0.5));
    let end = Math.min(from, Math.floor(middle + size / 2 + 0.5));
    if (offset(first) <= -0.5) first += 1;
    if (offset(end - 1) > 0.5) end -= 1;
    return { first, end };
  });
}

/** Clears the parts that stand alone and hold next to nothing, such as dust on a photo. Parts are
 * told apart on a coarse grid over the ink's box; without the specks the box is smaller and the grid
 * finer, so it goes on until there are none.
 * @param {Ink} ink
 * @returns {Ink} */
function withoutSpecks(ink) {
  for (let box = inkBox(ink); box; box = inkBox(ink)) {
    const cell = Math.max(box.right - box.left, box.bottom - box.top) / CELLS;
    const [{ left, top }, { width }] = [box, ink];
    const cellOf = (/** @type {number} */ i) =>
      Math.floor((Math.floor(i / width) - top) / cell) * CELLS +
      Math.floor(((i % width) - left) / cell);
    const mass = new Float64Array(CELLS * CELLS);
    for (let i = 0; i < ink.data.length; i++) {
      if (ink.data[i] > INK_THRESHOLD) mass[cellOf(i)] += ink.data[i];
    }
    const parts = connected(mass);
    const masses = parts.map((part) => part.reduce((sum, at) => sum + mass[at], 0));
    const least = SPECK * Math.max(...masses);
    const specks = new Set(parts.filter((_, i) => masses[i] < least).flat());
    if (!specks.size) break;
    const data = ink.data.map((value, i) =>
      value > INK_THRESHOLD && specks.has(cellOf(i)) ? 0 : value,
    );
    ink = { ...ink, data };
  }
  return ink;
}

/** The parts of the grid with ink in them that touch, corners included, as lists of cells.
 * @param {Float64Array} mass */
function connected(mass) {
  const seen = new Set();
  const parts = [];
  for (let start = 0; start < mass.length; start++) {
    if (!mass[start] || seen.has(start)) continue;
    const part = [start];
    seen.add(start);
    for (const at of part) {
      const [x, y] = [at % CELLS, Math.floor(at / CELLS)];
      for (let row = Math.max(0, y - 1); row <= Math.min(CELLS - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(CELLS - 1, x + 1); column++) {
          const near = row * CELLS + column;
          if (!mass[near] || seen.has(near)) continue;
          seen.add(near);
          part.push(near);
        }
      }
    }
    parts.push(part);
  }
  return parts;
}

/** Ink cut to its box -> the same, or on a grid of 80 pixels with thicker strokes.
 * @param {Ink} ink
 * @returns {Ink} */
function thickened(ink) {
  const fine = padded(resized(ink, (FINE * BOX_SIDE) / Math.max(ink.height, ink.width)), FINE);
  const { data, width, height } = fine;
  let [area, outline] = [0, 0];
  for (let i = 0; i < data.length; i++) area += data[i];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const across = (data[at + 1] - data[at - 1]) / 2;
      const down = (data[at + width] - data[at - width]) / 2;
      outline += Math.hypot(across, down);
    }
  }
  // A stroke's outline is about twice its length, so this is its area over its length.
  const stroke = (2 * area) / outline / FINE;
  if (stroke >= THIN) return ink;
  let thick = fine;
  for (let i = round(((THICKENED - stroke) * FINE) / 2); i > 0; i--) thick = grown(thick);
  const box = inkBox(thick);
  return box ? cut(thick, box) : ink;
}

/** @param {Ink} ink @param {number} margin
 * @returns {Ink} */
function padded(ink, margin) {
  const [width, height] = [ink.width + 2 * margin, ink.height + 2 * margin];
  const data = new Float32Array(width * height);
  for (let row = 0; row < ink.height; row++) {
    const line = ink.data.subarray(row * ink.width, (row + 1) * ink.width);
    data.set(line, (row + margin) * width + margin);
  }
  return { data, width, height };
}

/** Each pixel becomes the strongest of the nine around it.
 * @param {Ink} ink
 * @returns {Ink} */
function grown({ data, width, height }) {
  const strongest = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let most = 0;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          most = Math.max(most, data[row * width + column]);
        }
      }
      strongest[y * width + x] = most;
    }
  }
  return { data: strongest, width, height };
}
