// How the numbers of a shape are arranged as a picture: a map after the other, or a square a number.

/**
 * @typedef {object} Tiling
 * @property {number} columns  of tiles
 * @property {number} rows
 * @property {number} width  of a tile, in squares
 * @property {number} height
 * @property {number} tiles
 */

/** @param {number[]} shape  (C, H, W): C tiles; else a tile a number
 * @returns {Tiling} */
export function tilingOf(shape) {
  const [tiles, height, width] = shape.length === 3 ? shape : [shape.reduce((a, b) => a * b), 1, 1];
  let rows = Math.floor(Math.sqrt(tiles));
  while (tiles % rows) rows -= 1;
  let columns = tiles / rows;
  if (columns > 3 * rows) {
    columns = Math.ceil(Math.sqrt(tiles));
    rows = Math.ceil(tiles / columns); // the last one has a gap
  }
  return { columns, rows, width, height, tiles };
}

/** Where a number's square is.
 * @param {Tiling} tiling @param {number} index @returns {[number, number]} */
export function squareOf({ columns, width, height }, index) {
  const tile = Math.floor(index / (width * height));
  const x = (tile % columns) * width + (index % width);
  const y = Math.floor(tile / columns) * height + (Math.floor(index / width) % height);
  return [x, y];
}

/** The number whose square is there; -1 where there is none.
 * @param {Tiling} tiling @param {number} x @param {number} y */
export function indexOf({ columns, rows, width, height, tiles }, x, y) {
  if (x < 0 || y < 0 || x >= columns * width || y >= rows * height) return -1;
  const tile = Math.floor(y / height) * columns + Math.floor(x / width);
  return tile < tiles ? (tile * height + (y % height)) * width + (x % width) : -1;
}
