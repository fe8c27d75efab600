// What find_ink.js does with grids of numbers, as NumPy and SciPy's ndimage do it in Python.

/**
 * @typedef {Float32Array | Float64Array} Floats
 * @typedef {{ data: Floats, width: number, height: number }} Grid  row by row
 * @typedef {{ data: Uint8Array, width: number, height: number }} Mask  1 is true
 * @typedef {{ left: number, top: number, right: number, bottom: number }} Box  right and bottom are
 *   the first beyond
 */

/** The value below which a share of the values lies; between two of them in proportion. Reorders.
 * @param {Float64Array} values @param {number} share */
export function quantile(values, share) {
  const place = share * (values.length - 1);
  const low = Math.floor(place);
  const below = select(values, low);
  if (place === low) return below;
  let above = Infinity; // the least of those that `select` has put behind
  for (let i = low + 1; i < values.length; i++) above = Math.min(above, values[i]);
  return below + (above - below) * (place - low);
}

/** Reorders.
 * @param {Float64Array} values */
export function median(values) {
  return values.length ? quantile(values, 0.5) : Number.NaN;
}

/** The value that would stand at a place if they were sorted; the smaller ones are put before it.
 * @param {Float64Array} values @param {number} place */
export function select(values, place) {
  let [from, to] = [0, values.length - 1];
  while (from < to) {
    const pivot = values[(from + to) >> 1];
    let [i, j] = [from, to];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      [values[i], values[j]] = [values[j], values[i]];
      i++;
      j--;
    }
    if (place <= j) to = j;
    else if (place >= i) from = i;
    else break;
  }
  return values[place];
}

/** Those values of a grid whose place in the mask is true.
 * @param {ArrayLike<number>} data @param {ArrayLike<number | boolean>} mask */
export function chosen(data, mask) {
  let count = 0;
  const found = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) if (mask[i]) found[count++] = data[i];
  return found.subarray(0, count);
}

/** The median of the square around each value; beyond the edge its values go on.
 * @param {Grid} grid @param {number} size  odd
 * @returns {Grid} */
export function medianFilter({ data, width, height }, size) {
  const half = (size - 1) / 2;
  const around = new Float64Array(size * size);
  const result = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let count = 0;
      for (let row = y - half; row <= y + half; row++) {
        const line = within(row, height) * width;
        for (let column = x - half; column <= x + half; column++) {
          around[count++] = data[line + within(column, width)];
        }
      }
      result[y * width + x] = select(around, (count - 1) / 2);
    }
  }
  return { data: result, width, height };
}

/** The mean of the square around each value; beyond the edge its values go on.
 * @param {Grid} grid @param {number} size  odd
 * @returns {Grid}  of 32 bits, in between, too */
export function meanFilter({ data, width, height }, size) {
  const half = (size - 1) / 2;
  const down = new Float32Array(data.length);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      let sum = 0;
      for (let row = y - half; row <= y + half; row++) sum += data[within(row, height) * width + x];
      down[y * width + x] = sum / size;
    }
  }
  const result = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let column = x - half; column <= x + half; column++) {
        sum += down[y * width + within(column, width)];
      }
      result[y * width + x] = sum / size;
    }
  }
  return { data: result, width, height };
}

/** @param {number} place @param {number} length */
function within(place, length) {
  return Math.min(length - 1, Math.max(0, place));
}

/**
 * The greatest value within `half` to each side, along the rows or the columns.
 * @template {Grid | Mask} G
 * @param {G} grid @param {number} half @param {"across" | "down"} direction
 * @returns {G}
 */
export function maximumFilter(grid, half, direction) {
  return extremes(grid, half, direction, 1);
}

/**
 * @template {Grid | Mask} G
 * @param {G} grid @param {number} half @param {"across" | "down"} direction
 * @returns {G}
 */
export function minimumFilter(grid, half, direction) {
  return extremes(grid, half, direction, -1);
}

/** Keeps the places in the window that may still become the greatest, greatest first.
 * @template {Grid | Mask} G
 * @param {G} grid @param {number} half @param {"across" | "down"} direction
 * @param {1 | -1} sign  -1 for the least
 * @returns {G} */
function extremes(grid, half, direction, sign) {
  const { data, width, height } = grid;
  const [lines, length] = direction === "across" ? [height, width] : [width, height];
  const [lineStep, step] = direction === "across" ? [width, 1] : [1, width];
  const result = data.slice();
  const queue = new Int32Array(length);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    let [first, end] = [0, 0]; // of the queue
    for (let at = 0; at < length + half; at++) {
      if (at < length) {
        const value = sign * data[start + at * step];
        while (end > first && sign * data[start + queue[end - 1] * step] <= value) end--;
        queue[end++] = at;
      }
      const middle = at - half;
      if (middle < 0) continue;
      if (queue[first] < middle - half) first++;
      result[start + middle * step] = data[start + queue[first] * step];
    }
  }
  return { ...grid, data: result };
}

/** The means of square cells; the last ones may be smaller.
 * @param {Grid} grid @param {number} cell  pixels
 * @returns {Grid} */
export function blockMeans({ data, width, height }, cell) {
  const [columns, rows] = [Math.ceil(width / cell), Math.ceil(height / cell)];
  const sums = new Float64Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const line = Math.floor(y / cell) * columns;
    for (let x = 0; x < width; x++) sums[line + Math.floor(x / cell)] += data[y * width + x];
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const across = Math.min(width, (column + 1) * cell) - column * cell;
      const down = Math.min(height, (row + 1) * cell) - row * cell;
      sums[row * columns + column] /= across * down;
    }
  }
  return { data: sums, width: columns, height: rows };
}

/** The parts whose places touch, beside or above each other: each one's number from 1 on, 0 for none.
 * @param {Mask} mask
 * @returns {{ parts: Int32Array, boxes: Box[] }}  the boxes by number; the first is of none */
export function label({ data, width, height }) {
  const parts = new Int32Array(data.length);
  const boxes = [{ left: 0, top: 0, right: 0, bottom: 0 }];
  /** @type {number[]} */
  const waiting = [];
  for (let start = 0; start < data.length; start++) {
    if (!data[start] || parts[start]) continue;
    const number = boxes.length;
    const box = { left: width, top: height, right: 0, bottom: 0 };
    boxes.push(box);
    parts[start] = number;
    waiting.push(start);
    while (waiting.length) {
      const at = /** @type {number} */ (waiting.pop());
      const [x, y] = [at % width, Math.floor(at / width)];
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x + 1);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y + 1);
      const near = [
        x > 0 ? at - 1 : at,
        x < width - 1 ? at + 1 : at,
        y > 0 ? at - width : at,
        y < height - 1 ? at + width : at,
      ];
      for (const next of near) {
        if (!data[next] || parts[next]) continue;
        parts[next] = number;
        waiting.push(next);
      }
    }
  }
  return { parts, boxes };
}

/** Around what is true.
 * @param {Mask} mask
 * @returns {Box} */
export function bounds({ data, width, height }) {
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let i = 0; i < data.length; i++) {
    if (!data[i]) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x + 1);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y + 1);
  }
  return box;
}

/** The outermost values: the upper and the lower row, the left and the right column.
 * @param {{ data: ArrayLike<number>, width: number, height: number }} grid */
export function border({ data, width, height }) {
  const found = [];
  for (let x = 0; x < width; x++) found.push(data[x]);
  for (let x = 0; x < width; x++) found.push(data[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) found.push(data[y * width]);
  for (let y = 0; y < height; y++) found.push(data[y * width + width - 1]);
  return Float64Array.from(found);
}
