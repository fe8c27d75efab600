// Colours -> ink, as find_ink.py in Python. On a photo the sheet and the light are found first.

import {
  blockMeans,
  border,
  chosen,
  maximumFilter,
  meanFilter,
  median,
  medianFilter,
  minimumFilter,
  quantile,
} from "./filters.js";
import { findSheet } from "./find_sheet.js";
import { round } from "./prepare_digit.js";
import { withoutRuledLines } from "./ruled_lines.js";

/** @typedef {import("./filters.js").Grid} Grid */
/** @typedef {import("./filters.js").Mask} Mask */
/** @typedef {import("./filters.js").Box} Box */
/** @typedef {import("./filters.js").Floats} Floats */

const MIN_CONTRAST = 0.1; // of the ink to the paper; less is no drawing
const SMALLEST_SHARE = 2e-4; // of a photo's pixels: less ink than that is no drawing
const LIGHT_SIDE = 40; // pixels: enough for the light on a photo's paper
const LIGHT_WINDOW = 25; // of these pixels
const WIDEST = 0.3; // of the sheet's shorter side: no stroke is wider

/**
 * Ink is whatever differs from its paper: darker, lighter, or of another colour. On even paper (a
 * drawing made with a computer) it is how far a pixel is from the paper, as a share of the farthest.
 * On a photo noise doesn't count.
 *
 * @param {ArrayLike<number>} colours  (height, width, 3) in [0, 1]
 * @param {number} width
 * @param {number} height
 * @returns {import("./prepare_digit.js").Ink}  all zeros if there is nothing to be seen
 */
export function findInk(colours, width, height) {
  const picture = [0, 1, 2].map((channel) => ({
    data: Float32Array.from({ length: width * height }, (_, i) => colours[3 * i + channel]),
    width,
    height,
  }));
  const { place, onSheet } = findSheet(picture);
  const sheet = picture.map((channel) => onlySheet(cutOut(channel, place), onSheet));
  const data = new Float32Array(width * height);
  const found = inkOfDrawing(sheet, onSheet) ?? inkOfPhoto(sheet, onSheet);
  for (let row = 0; row < found.height; row++) {
    const line = found.data.subarray(row * found.width, (row + 1) * found.width);
    data.set(line, (place.top + row) * width + place.left);
  }
  return { data, width, height };
}

/** @param {Grid} grid @param {Box} box
 * @returns {Grid} */
function cutOut(grid, { left, top, right, bottom }) {
  const [width, height] = [right - left, bottom - top];
  const data = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (top + row) * grid.width + left;
    data.set(grid.data.subarray(from, from + width), row * width);
  }
  return { data, width, height };
}

/** What lies beside the sheet gets its colour.
 * @param {Grid} channel @param {Mask} onSheet
 * @returns {Grid} */
function onlySheet(channel, onSheet) {
  const paper = median(chosen(channel.data, onSheet.data));
  const data = channel.data.map((value, i) => (onSheet.data[i] ? value : paper));
  return { ...channel, data };
}

// ---- a drawing ----

/** Or null if the paper is uneven: a photo.
 * @param {Grid[]} sheet @param {Mask} onSheet
 * @returns {Grid | null} */
function inkOfDrawing(sheet, onSheet) {
  const paper = commonest(sheet.map((channel) => border(channel)));
  const { width, height } = onSheet;
  const distance = { data: new Float64Array(width * height), width, height };
  let farthest = 0;
  for (let i = 0; i < distance.data.length; i++) {
    if (!onSheet.data[i]) continue;
    let squares = 0;
    for (let at = 0; at < 3; at++) squares += (sheet[at].data[i] - paper[at]) ** 2;
    distance.data[i] = Math.sqrt(squares / 3);
    farthest = Math.max(farthest, distance.data[i]);
  }
  // Between the paper and the ink a drawing has only the soft edges of its strokes.
  let between = 0;
  for (const far of distance.data) between += Number(far > 0.008 && far < 0.25 * farthest);
  if (between >= 0.1 * distance.data.length) return null;
  if (farthest < MIN_CONTRAST) return { ...distance, data: distance.data.fill(0) };
  const { data } = withoutRuledLines(distance, 0.1 * farthest, farthest);
  let strongest = 0;
  for (const value of data) strongest = Math.max(strongest, value);
  return { ...distance, data: data.map((value) => value / (strongest || 1)) };
}

/** The colour that most of them have, in steps of 1/255.
 * @param {Float64Array[]} channels */
function commonest([red, green, blue]) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (let i = 0; i < red.length; i++) {
    const [r, g, b] = [red[i], green[i], blue[i]].map((value) => round(255 * value));
    const colour = (r << 16) | (g << 8) | b;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const [colour] = [...counts].reduce((best, next) => {
    return next[1] > best[1] || (next[1] === best[1] && next[0] < best[0]) ? next : best;
  });
  return [(colour >> 16) / 255, ((colour >> 8) & 255) / 255, (colour & 255) / 255];
}

// ---- a photo ----

/** Where the light is uneven and the paper has noise.
 * @param {Grid[]} sheet @param {Mask} onSheet
 * @returns {Grid} */
function inkOfPhoto(sheet, onSheet) {
  const { width, height } = onSheet;
  const size = 2 * Math.floor(Math.max(width, height) / 500 + 0.5) + 1;
  const calm = sheet.map((channel) => meanFilter(meanFilter(channel, size), size));
  const direction = inkColour(calm, onSheet);
  const [red, green, blue] = calm.map(({ data }) => data);
  const along = { data: new Float64Array(width * height), width, height };
  const grey = { data: new Float64Array(width * height), width, height };
  for (let i = 0; i < along.data.length; i++) {
    along.data[i] = red[i] * direction[0] + green[i] * direction[1] + blue[i] * direction[2];
    grey.data[i] = (red[i] + green[i] + blue[i]) / 3;
  }
  const sign = direction[0] + direction[1] + direction[2] < 0 ? -1 : 1;
  const signed = { ...grey, data: grey.data.map((value) => sign * value) };

  /** @type {Grid} */
  let contrast = along;
  let [noise, strongest] = [0, 0];
  let window = WIDEST * Math.min(width, height);
  for (let time = 0; time < 2; time++) {
    const light = withoutStrokes(signed, window).data;
    const ground = withoutStrokes(along, window).data;
    const data = along.data.map((value, i) => (value - ground[i]) / Math.max(sign * light[i], 0.1));
    const middle = median(chosen(data, onSheet.data));
    contrast = { ...along, data: data.map((value, i) => (onSheet.data[i] ? value - middle : 0)) };
    noise = noiseOf(contrast);
    strongest = quantile(Float64Array.from(contrast.data), 1 - SMALLEST_SHARE);
    if (strongest < Math.max(MIN_CONTRAST, 6 * noise)) {
      return { ...contrast, data: new Float64Array(width * height) };
    }
    // The second time the window is only as wide as these strokes want it.
    window = Math.min(window, 4 * strokeWidth(contrast, 0.5 * strongest));
  }
  const least = Math.max(0.12 * strongest, 3 * noise);
  contrast = withoutRuledLines(contrast, least, strongest);
  const level = median(Float64Array.from(contrast.data).filter((value) => value > 0.5 * strongest));
  const [low, high] = [0.3 * level, 0.7 * level]; // a blurred stroke ends where it has half its ink
  const ink = (/** @type {number} */ value) =>
    Math.min(1, Math.max(0, (value - low) / (high - low)));
  return { ...contrast, data: contrast.data.map(ink) };
}

/** What differs between places that are close, but not so close that the blur made them alike. 1.05
 * makes it the standard deviation, if the noise is normal.
 * @param {Grid} contrast */
function noiseOf({ data, width, height }) {
  const step = Math.max(1, Math.floor(Math.max(width, height) / 100));
  const across = new Float64Array(height * (width - step));
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = step; x < width; x++) {
      across[count++] = Math.abs(data[y * width + x] - data[y * width + x - step]);
    }
  }
  return 1.05 * median(across);
}

/** In pixels: the area over half of the outline, whose length is 0.8 of its pixels' edges.
 * @param {Grid} contrast @param {number} least  of what is inked */
function strokeWidth({ data, width, height }, least) {
  let [area, edges] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const inked = data[at] > least;
      area += Number(inked);
      if (x > 0) edges += Number(inked !== data[at - 1] > least);
      if (y > 0) edges += Number(inked !== data[at - width] > least);
    }
  }
  return (2 * area) / (0.8 * Math.max(edges, 1));
}

/** The direction in which ink differs from its paper; its shares add up to 1, unsigned.
 * @param {Grid[]} calm @param {Mask} onSheet */
function inkColour(calm, onSheet) {
  const { width, height } = onSheet;
  const cell = Math.max(1, round(Math.max(width, height) / LIGHT_SIDE));
  const ground = calm.map((channel) => medianFilter(blockMeans(channel, cell), LIGHT_WINDOW));
  const direction = [0, 0, 0];
  const away = [0, 0, 0];
  for (let i = 0; i < width * height; i++) {
    if (!onSheet.data[i]) continue;
    const [x, y] = [Math.floor((i % width) / cell), Math.floor(i / width / cell)];
    for (let at = 0; at < 3; at++) {
      away[at] = calm[at].data[i] - ground[at].data[y * ground[at].width + x];
    }
    const far = (away[0] ** 2 + away[1] ** 2 + away[2] ** 2) ** 2; // far counts, near doesn't
    for (let at = 0; at < 3; at++) direction[at] += away[at] * far;
  }
  const sum = direction.reduce((all, value) => all + Math.abs(value), 0);
  return direction.map((value) => value / Math.max(sum, 1e-12));
}

/** What is higher than its surroundings, and narrower than the window, is cut down to them.
 * @param {Grid} along @param {number} window
 * @returns {Grid} */
function withoutStrokes(along, window) {
  const half = Math.max(1, round(window / 2));
  let wide = continued(along, half);
  for (const filter of [minimumFilter, maximumFilter]) {
    wide = filter(filter(wide, half, "down"), half, "across");
  }
  const { width, height } = along;
  return cutOut(wide, { left: half, top: half, right: half + width, bottom: half + height });
}

/** With a margin in which a slope goes on: mirrored, and upside down.
 * @param {Grid} grid @param {number} margin
 * @returns {Grid} */
function continued({ data, width, height }, margin) {
  const [wide, high] = [width + 2 * margin, height + 2 * margin];
  const result = new Float32Array(wide * high);
  for (let row = 0; row < height; row++) {
    result.set(data.subarray(row * width, (row + 1) * width), (margin + row) * wide + margin);
  }
  const [top, bottom] = [margin, margin + height - 1];
  for (let x = margin; x < margin + width; x++) {
    mirror(result, top * wide + x, -wide, height, margin);
    mirror(result, bottom * wide + x, wide, height, margin);
  }
  for (let y = 0; y < high; y++) {
    mirror(result, y * wide + margin, -1, width, margin);
    mirror(result, y * wide + margin + width - 1, 1, width, margin);
  }
  return { data: result, width: wide, height: high };
}

/** @param {Floats} data @param {number} edge @param {number} step  outwards @param {number} length
 * @param {number} margin */
function mirror(data, edge, step, length, margin) {
  for (let i = 1; i <= margin; i++) {
    const inside = edge - step * Math.min(i, length - 1);
    data[edge + step * i] = 2 * data[edge] - data[inside];
  }
}
