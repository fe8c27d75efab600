// A photo or a picture of a digit -> its ink, in the middle of the paper.

import { cut, inkBox, resized, round } from "../../drawing/prepare_digit.js";
import { PictureError, readPicture } from "../../drawing/read_picture.js";
import { SIDE } from "../../drawing/strokes.js";

/** @typedef {import("../../drawing/prepare_digit.js").Ink} Ink */

const MARGIN = 0.2; // paper around the ink, as a share of its longer side

/** Throws a PictureError for what can't be used.
 * @param {File} file
 * @returns {Promise<import("../../drawing/strokes.js").Picture>} */
export async function inkOfFile(file) {
  const square = centredSquare(await inBackground(await readPicture(file)));
  return {
    picture: Uint8Array.from(square.data, (value) => round(255 * value)),
    side: square.width,
  };
}

/** @param {{ colours: Float32Array, width: number, height: number }} picture
 * @returns {Promise<Ink>} */
function inBackground(picture) {
  const worker = new Worker(new URL("./photo_worker.js", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(picture, [picture.colours.buffer]);
  }).finally(() => worker.terminate());
}

/** @param {Ink} ink
 * @returns {Ink} */
function centredSquare(ink) {
  const box = inkBox(ink);
  if (!box) {
    throw new PictureError(
      "There is no digit to be seen on this picture; try one of ink on paper.",
    );
  }
  const { data, width, height } = cut(ink, box);
  const side = round(Math.max(width, height) * (1 + 2 * MARGIN));
  const square = { data: new Float32Array(side * side), width: side, height: side };
  const [left, top] = [Math.floor((side - width) / 2), Math.floor((side - height) / 2)];
  for (let row = 0; row < height; row++) {
    const line = data.subarray(row * width, (row + 1) * width);
    square.data.set(line, (top + row) * side + left);
  }
  return side > SIDE ? resized(square, SIDE / side) : square;
}
