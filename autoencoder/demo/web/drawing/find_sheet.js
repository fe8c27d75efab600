// Where the paper lies on a picture, as find_sheet.py in Python.

import { blockMeans, border, bounds, chosen, label, median, medianFilter } from "./filters.js";
import { round } from "./prepare_digit.js";

/** @typedef {import("./filters.js").Grid} Grid */
/** @typedef {import("./filters.js").Mask} Mask */
/** @typedef {import("./filters.js").Box} Box */

const SHEET_CELLS = 100; // along the longer side: enough to see where a sheet ends

/**
 * The picture is cut into cells, and cells without an edge make even parts. A sheet is a part within
 * the picture that is nearly a rectangle, has another colour than the picture's border, and has
 * something on it. If there is none, the sheet is all but the strips along the sides that are neither
 * the largest part nor that in a shadow.
 *
 * @param {Grid[]} picture  red, green and blue, in [0, 1]
 * @returns {{ place: Box, onSheet: Mask }}  in pixels; of those in the box, which are on the sheet
 */
export function findSheet(picture) {
  const { width, height } = picture[0];
  const cell = Math.max(1, round(Math.max(width, height) / SHEET_CELLS));
  const cells = picture.map((channel) => blockMeans(channel, cell));
  const { parts, colours } = evenParts(cells);
  const areas = new Array(colours.length).fill(0);
  for (const part of parts.data) if (part) areas[part] += 1;

  const ground = cells.map((channel) => median(border(channel)));
  const rim = border(parts);
  const inner = areas.flatMap((area, part) => {
    const atBorder = rim.filter((found) => found === part).length / rim.length;
    const isSheet =
      area > Math.max(64, 0.04 * parts.data.length) &&
      atBorder < 0.05 &&
      colours[part].some((value, i) => Math.abs(value - ground[i]) > 0.08) &&
      looksLikeSheet(equal(parts, part), cells, colours[part]);
    return isSheet ? [part] : [];
  });
  /** @type {Mask} */
  let shape = { ...parts, data: new Uint8Array(parts.data.length).fill(1) };
  /** @type {Box} */
  let box;
  if (inner.length) {
    const smallest = inner.reduce((one, other) => (areas[other] < areas[one] ? other : one));
    shape = filled(equal(parts, smallest));
    box = bounds(shape);
  } else {
    box = withoutStrips(parts, areas, colours);
  }
  const place = {
    left: box.left * cell,
    top: box.top * cell,
    right: Math.min(box.right * cell, width),
    bottom: Math.min(box.bottom * cell, height),
  };
  const size = { width: place.right - place.left, height: place.bottom - place.top };
  const onSheet = { ...size, data: new Uint8Array(size.width * size.height) };
  for (let y = 0; y < size.height; y++) {
    const line = Math.floor((place.top + y) / cell) * shape.width;
    for (let x = 0; x < size.width; x++) {
      onSheet.data[y * size.width + x] = shape.data[line + Math.floor((place.left + x) / cell)];
    }
  }
  return { place, onSheet };
}

/** @typedef {{ data: Int32Array, width: number, height: number }} Parts  each cell's part */

/** The number of each cell's part, 0 for none, and the parts' colours.
 * @param {Grid[]} cells
 * @returns {{ parts: Parts, colours: number[][] }} */
function evenParts(cells) {
  const { width, height } = cells[0];
  const calm = cells.map((channel) => medianFilter(channel, 5).data); // without thin lines
  const step = (/** @type {number} */ from, /** @type {number} */ to) =>
    Math.max(...calm.map((channel) => Math.abs(channel[to] - channel[from])));
  /** @type {{ from: number, to: number, size: number }[]} */
  const steps = [];
  for (let at = 0; at < width * height; at++) {
    const [down, across] = [at + width, at + 1];
    if (down < width * height) steps.push({ from: at, to: down, size: step(at, down) });
    if (across % width) steps.push({ from: at, to: across, size: step(at, across) });
  }
  const most = Math.max(0.02, 5 * median(Float64Array.from(steps, ({ size }) => size)));
  const even = new Uint8Array(width * height).fill(1);
  for (const { from, to, size } of steps) if (!(size < most)) even[from] = even[to] = 0;
  const { parts, boxes } = label({ data: even, width, height });
  const colours = boxes.map((_, part) => {
    if (!part) return [0, 0, 0];
    const here = parts.map((found) => Number(found === part));
    return cells.map((channel) => median(chosen(channel.data, here)));
  });
  return { parts: { data: parts, width, height }, colours };
}

/** @param {Parts} parts @param {number} part
 * @returns {Mask} */
function equal(parts, part) {
  return { ...parts, data: Uint8Array.from(parts.data, (found) => Number(found === part)) };
}

/** Whether a part is nearly a rectangle, turned by 15 degrees at most, with something on it.
 * @param {Mask} part @param {Grid[]} cells @param {number[]} colour */
function looksLikeSheet(part, cells, colour) {
  const shape = filled(part);
  let [area, inPart, something] = [0, 0, 0];
  /** @type {[number, number][]} */
  const places = [];
  for (let i = 0; i < part.data.length; i++) {
    inPart += part.data[i];
    if (!shape.data[i]) continue;
    area += 1;
    places.push([i % part.width, Math.floor(i / part.width)]);
    if (cells.some(({ data }, channel) => Math.abs(data[i] - colour[channel]) > 0.1)) {
      something += 1;
    }
  }
  if (inPart < 0.5 * area || something < 0.003 * area) return false;
  for (let degrees = -15; degrees <= 15; degrees += 3) {
    const turn = (degrees * Math.PI) / 180;
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const across = extent(places.map(([x, y]) => x * cos + y * sin)) + 1;
    const down = extent(places.map(([x, y]) => y * cos - x * sin)) + 1;
    const [short, long] = [Math.min(across, down), Math.max(across, down)];
    if (area > 0.87 * across * down && long < 3 * short) return true;
  }
  return false;
}

/** @param {number[]} values */
function extent(values) {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return most - least;
}

/** A part with all that lies between two of its cells, beside or above each other.
 * @param {Mask} part
 * @returns {Mask} */
function filled({ data, width, height }) {
  const result = new Uint8Array(data.length);
  /** @param {number} start @param {number} step @param {number} length */
  const fill = (start, step, length) => {
    let [first, last] = [length, -1];
    for (let at = 0; at < length; at++) {
      if (!data[start + at * step]) continue;
      first = Math.min(first, at);
      last = at;
    }
    for (let at = first; at <= last; at++) result[start + at * step] = 1;
  };
  for (let y = 0; y < height; y++) fill(y * width, 1, width);
  for (let x = 0; x < width; x++) fill(x, width, height);
  return { data: result, width, height };
}

/** Around the rows and columns that have something of the largest part or of that in a shadow.
 * @param {Parts} parts @param {number[]} areas @param {number[][]} colours
 * @returns {Box} */
function withoutStrips({ data, width, height }, areas, colours) {
  const main = colours[areas.indexOf(Math.max(...areas))];
  const isPaper = colours.map((colour, part) => {
    const light = colour.map((value, i) => (value + 0.05) / (main[i] + 0.05));
    const mean = (light[0] + light[1] + light[2]) / 3;
    const shaded = Math.max(...light) < 1.3 * Math.min(...light) && mean > 0.25;
    return shaded && areas[part] > 0.01 * data.length;
  });
  const rows = new Array(height).fill(0);
  const columns = new Array(width).fill(0);
  for (let i = 0; i < data.length; i++) {
    if (!isPaper[data[i]]) continue;
    rows[Math.floor(i / width)] += 1 / width;
    columns[i % width] += 1 / height;
  }
  const [inRows, inColumns] = [rows, columns].map((all) => all.map((share) => share > 0.1));
  const share = (/** @type {boolean[]} */ all) => all.filter((is) => is).length / all.length;
  if (Math.min(share(inRows), share(inColumns)) < 0.3) {
    return { left: 0, top: 0, right: width, bottom: height }; // too little to be sure
  }
  return {
    left: inColumns.indexOf(true),
    top: inRows.indexOf(true),
    right: inColumns.lastIndexOf(true) + 1,
    bottom: inRows.lastIndexOf(true) + 1,
  };
}
