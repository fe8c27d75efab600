// A walk as an animated GIF: there and back, the three rows beside each other, with their names.

import { contextOf } from "../../shared/canvas.js";
import { GIFEncoder } from "../../vendor/gifenc.esm.js";

const ZOOM = 5; // pixels of the GIF for one of a digit's
const SIDE = 28 * ZOOM;
const GAP = 10;
const TOP = 16; // room for the names
const WIDTH = 3 * SIDE + 2 * GAP;
const HEIGHT = TOP + SIDE;
const WHITE = 255;
const DELAY = 160; // milliseconds

/**
 * @param {Float32Array[][]} rows  three, each with as many images (784) in [0, 1]
 * @param {string[]} names  of the three
 * @returns {Uint8Array<ArrayBuffer>}  the file's content
 */
export function walkAsGif(rows, names) {
  const greys = Array.from({ length: 256 }, (_, grey) => [grey, grey, grey]);
  const named = withNames(names);
  const frames = rows[0].map((_, step) => {
    const frame = named.slice();
    rows.forEach((row, i) => {
      paint(frame, row[step], i * (SIDE + GAP));
    });
    return frame;
  });
  const gif = GIFEncoder();
  [...frames, ...frames.slice(1, -1).reverse()].forEach((frame, i) => {
    gif.writeFrame(frame, WIDTH, HEIGHT, { palette: i === 0 ? greys : undefined, delay: DELAY });
  });
  gif.finish();
  return gif.bytes();
}

/** A digit below its name, each pixel a square.
 * @param {Uint8Array} frame @param {Float32Array} image @param {number} left */
function paint(frame, image, left) {
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const ink = image[28 * Math.floor(y / ZOOM) + Math.floor(x / ZOOM)];
      frame[WIDTH * (TOP + y) + left + x] = Math.round(255 * (1 - ink));
    }
  }
}

/** A white frame with the names on it.
 * @param {string[]} names */
function withNames(names) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, TOP];
  const context = contextOf(canvas);
  context.fillStyle = "white";
  context.fillRect(0, 0, WIDTH, TOP);
  context.fillStyle = "rgb(90 90 90)";
  context.font = "10px sans-serif";
  names.forEach((name, i) => {
    context.fillText(name, i * (SIDE + GAP) + 6, 12);
  });
  const { data } = context.getImageData(0, 0, WIDTH, TOP);
  const frame = new Uint8Array(WIDTH * HEIGHT).fill(WHITE);
  // Browsers that guard against being recognised give back noise: then the names are left out.
  for (let x = 0; x < WIDTH; x++) if (data[4 * x] !== WHITE) return frame;
  for (let i = 0; i < WIDTH * TOP; i++) frame[i] = data[4 * i];
  return frame;
}
