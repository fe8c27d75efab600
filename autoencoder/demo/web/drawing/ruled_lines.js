// The lines of ruled and squared paper are no ink, as without_ruled_lines in drawing/ruled_lines.py.

import { label, maximumFilter, median, minimumFilter } from "./filters.js";
import { round } from "./prepare_digit.js";

/** @typedef {import("./filters.js").Grid} Grid */
/** @typedef {import("./filters.js").Mask} Mask */

/**
 * Clears the lines; where a stroke crosses them it stays. A line is level or upright within two
 * degrees, thin, and more than half as long as the sheet; it is fainter than the ink, or one of
 * several.
 *
 * @param {Grid} contrast @param {number} least  less is no ink @param {number} strongest
 * @returns {Grid}
 */
export function withoutRuledLines(contrast, least, strongest) {
  const { data, width, height } = contrast;
  if (Math.min(width, height) < 200) return contrast; // a stroke is as thin
  const inked = { ...contrast, data: Uint8Array.from(data, (value) => Number(value > least)) };
  const level = ruledLines(inked, contrast, strongest).data;
  const left = { ...inked, data: inked.data.map((is, i) => Number(is && !level[i])) };
  const upright = turned(ruledLines(turned(left), turned(contrast), strongest)).data;
  return { ...contrast, data: data.map((value, i) => (level[i] || upright[i] ? 0 : value)) };
}

/** Rows become columns.
 * @template {Grid | Mask} G @param {G} grid
 * @returns {G} */
function turned(grid) {
  const { data, width, height } = grid;
  const result = data.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) result[x * height + y] = data[y * width + x];
  }
  return { ...grid, data: result, width: height, height: width };
}

/** The pixels of the level ones.
 * @param {Mask} inked @param {Grid} contrast @param {number} strongest
 * @returns {Mask} */
function ruledLines(inked, contrast, strongest) {
  const { width, height } = inked;
  const longer = Math.max(width, height);
  const slack = Math.max(1, round(longer / 400));
  const thick = maximumFilter(inked, slack, "down");
  const half = round(0.04 * width);
  const long = minimumFilter(thick, half, "across");
  const { parts, boxes } = label(maximumFilter(long, half, "across"));
  const runs = runLengths(inked);
  const found = [];
  for (const [line, { left, right, top, bottom }] of boxes.entries()) {
    if (!line || right - left < 0.6 * width) continue;
    const here = [];
    const lengths = [];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const at = y * width + x;
        if (parts[at] !== line || !inked.data[at]) continue;
        here.push(at);
        const begins = y === 0 || !inked.data[at - width];
        if (begins) lengths.push(runs[at]); // each run counts once
      }
    }
    const thickness = median(Float64Array.from(lengths));
    if (thickness > 0.015 * longer) continue;
    const thin = here.filter((at) => runs[at] <= 2 * thickness + 1);
    const strength = median(Float64Array.from(thin, (at) => contrast.data[at]));
    found.push({ thin, faint: strength < 0.7 * strongest });
  }
  const gone = { ...inked, data: new Uint8Array(inked.data.length) };
  for (const { thin, faint } of found) {
    if (faint || found.length > 2) for (const at of thin) gone.data[at] = 1;
  }
  const beside = maximumFilter(gone, slack, "down").data;
  return { ...gone, data: gone.data.map((is, i) => is | (beside[i] & (1 - inked.data[i]))) };
}

/** For each inked pixel, how many of them touch each other in its column there.
 * @param {Mask} inked */
function runLengths({ data, width, height }) {
  const runs = new Int32Array(data.length);
  for (let x = 0; x < width; x++) {
    let from = 0;
    for (let y = 0; y <= height; y++) {
      if (y < height && data[y * width + x]) continue;
      for (let row = from; row < y; row++) runs[row * width + x] = y - from;
      from = y + 1;
    }
  }
  return runs;
}
