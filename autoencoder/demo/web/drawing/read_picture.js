// A picture's file -> its colours, as read_image in Python. The browser decodes it.

import { median } from "./filters.js";
import { round } from "./prepare_digit.js";

const MAX_BYTES = 20_000_000;
const MAX_PIXELS = 52_000_000; // a camera's 50 megapixels
const MIN_SIDE = 8;
const MAX_ELONGATION = 20; // the longer side over the shorter
const WORKING_SIDE = 1000; // pixels; a larger picture is shrunk to it
const GONE = "This file can't be opened; please choose a picture again.";
const UNREADABLE =
  "This is not a whole picture that can be read; please choose a PNG, JPEG, WebP, GIF or BMP.";

/** A picture can't be used; the message tells a visitor what is wrong and what to do. */
export class PictureError extends Error {
  name = "PictureError";
}

/**
 * Turned as its EXIF data says, transparent parts filled with paper, at most 1,000 pixels a side; of
 * an animation the first picture.
 * Throws a PictureError for whatever is not a whole picture of a usable size.
 *
 * @param {File} file
 * @returns {Promise<{ colours: Float32Array, width: number, height: number }>}  (height, width, 3) in
 *   [0, 1]
 */
export async function readPicture(file) {
  checkCanvas();
  if (file.size > MAX_BYTES) {
    const most = `at most ${MAX_BYTES / 1e6} MB`;
    throw new PictureError(`This file is too large; please choose a picture of ${most}.`);
  }
  // A folder, or a file that has gone, says so only when all of it is read.
  const { byteLength } = await file.arrayBuffer().catch(refuse(GONE));
  if (!byteLength) throw new PictureError("This file is empty; please choose a picture.");
  const { width, height } = await sizeOf(file);
  if (width * height > MAX_PIXELS) {
    const most = `${MAX_PIXELS / 1e6} megapixels or less`;
    throw new PictureError(`This picture has too many pixels; please shrink it to ${most}.`);
  }
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  if (short < MIN_SIDE || long > MAX_ELONGATION * short) {
    const size = `${width}x${height} pixels`;
    throw new PictureError(
      `A picture of ${size} is too narrow for a digit; please choose a larger one.`,
    );
  }
  const bitmap = await createImageBitmap(file).catch(refuse(UNREADABLE));
  const shrink = Math.min(1, WORKING_SIDE / long);
  const context = newContext(Math.round(width * shrink), Math.round(height * shrink));
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, context.canvas.width, context.canvas.height);
  bitmap.close();
  const { data, ...size } = pixelsOf(context);
  return { colours: onPaper(data), ...size };
}

/** Fills the transparent parts so that what is drawn can be seen.
 * @param {ArrayLike<number>} pixels  red, green, blue and opacity of each, to 255
 * @returns {Float32Array}  red, green and blue of each, in [0, 1] */
export function onPaper(pixels) {
  const count = pixels.length / 4;
  let [faintest, strongest] = [255, 0];
  for (let i = 0; i < count; i++) {
    faintest = Math.min(faintest, pixels[4 * i + 3]);
    strongest = Math.max(strongest, pixels[4 * i + 3]);
  }
  const paper = faintest < 255 ? paperOf(pixels, strongest >> 1) : [0, 0, 0];
  const colours = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) {
    const opacity = pixels[4 * i + 3];
    for (let channel = 0; channel < 3; channel++) {
      const ink = pixels[4 * i + channel] * opacity;
      colours[3 * i + channel] = Math.round((ink + paper[channel] * (255 - opacity)) / 255) / 255;
    }
  }
  return colours;
}

/** What is more opaque than `least` is seen, and decides on the paper's colour.
 * @param {ArrayLike<number>} pixels @param {number} least */
function paperOf(pixels, least) {
  /** @type {number[][]} */
  const seen = [[], [], []];
  for (let i = 0; i < pixels.length; i += 4) {
    if (pixels[i + 3] > least) for (let at = 0; at < 3; at++) seen[at].push(pixels[i + at]);
  }
  if (!seen[0].length) return [255, 255, 255];
  const middle = seen.map((channel) => median(Float64Array.from(channel)));
  const spans = seen.map((channel) => {
    let [low, high] = [255, 0];
    for (const value of channel) [low, high] = [Math.min(low, value), Math.max(high, value)];
    return high - low;
  });
  if (seen[0].length > pixels.length / 8 && Math.max(...spans) > 64) {
    return middle.map(round); // a picture with round corners: its own paper
  }
  const dark = middle[0] + middle[1] + middle[2] < 3 * 128; // ink on nothing
  return dark ? [255, 255, 255] : [0, 0, 0];
}

/** @param {OffscreenCanvasRenderingContext2D} context */
function pixelsOf(context) {
  const { width, height } = context.canvas;
  const { data } = context.getImageData(0, 0, width, height);
  return { data, width, height };
}

/** Of the picture as it will be seen; only the beginning of the file is decoded for it.
 * @param {File} file */
async function sizeOf(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
    }).catch(refuse(UNREADABLE));
    return { width: image.naturalWidth, height: image.naturalHeight };
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** Firefox with `privacy.resistFingerprinting`, LibreWolf and Tor Browser give noise for what is on a
 * canvas; there is no other way to a picture's pixels. */
function checkCanvas() {
  const context = newContext(16, 1);
  for (let x = 0; x < 16; x++) {
    context.fillStyle = `rgb(${16 * x} ${16 * x} ${16 * x})`;
    context.fillRect(x, 0, 1, 1);
  }
  const { data } = context.getImageData(0, 0, 16, 1);
  if (data.some((value, i) => Math.abs(value - (i % 4 === 3 ? 255 : 4 * (i - (i % 4)))) > 8)) {
    throw new PictureError(
      "This browser keeps pictures from pages, as a guard against being recognised. Please allow " +
        "this page to read canvases, or draw the digit: that works all the same.",
    );
  }
}

/** @param {number} width @param {number} height */
function newContext(width, height) {
  const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new PictureError("This browser can't read pictures; please draw the digit.");
  return context;
}

/** @param {string} message
 * @returns {(error: unknown) => never} */
function refuse(message) {
  return (cause) => {
    throw new PictureError(message, { cause });
  };
}
