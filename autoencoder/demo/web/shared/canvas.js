// Pictures of few pixels on canvases.

/** @typedef {[number, number, number]} Colour  red, green, blue, each to 255 */

const BELOW_ZERO = /** @type {Colour} */ ([33, 102, 172]);
const ABOVE_ZERO = /** @type {Colour} */ ([224, 122, 16]);

/** Black ink on clear ground.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} image  in [0, 1], 1 is ink, as many pixels as the canvas has */
export function paintInk(canvas, image) {
  paint(canvas, (i) => Math.round(255 * image[i]) << 24);
}

/** A digit's image (784) in [0, 1] onto a canvas that has several, 28x28 pixels each.
 * @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} image
 * @param {number} column @param {number} row */
export function paintDigit(canvas, image, column, row) {
  const cell = new ImageData(28, 28);
  const pixels = new Uint32Array(cell.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.round(255 * image[i]) << 24;
  contextOf(canvas).putImageData(cell, 28 * column, 28 * row);
}

/** Blue below zero, orange above it, clear at zero; full colour from -1 and 1 on.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values  as many as the canvas has pixels */
export function paintSigned(canvas, values) {
  paint(canvas, (i) => {
    const [red, green, blue] = values[i] < 0 ? BELOW_ZERO : ABOVE_ZERO;
    const opacity = Math.round(255 * Math.min(1, Math.abs(values[i])));
    return (opacity << 24) | (blue << 16) | (green << 8) | red;
  });
}

/** @param {HTMLCanvasElement} canvas */
export function clear(canvas) {
  contextOf(canvas).clearRect(0, 0, canvas.width, canvas.height);
}

/** For pictures of few pixels the way to the graphics card and back is longer than the drawing.
 * @param {HTMLCanvasElement} canvas */
export function contextOf(canvas) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser gives no canvas to draw on.");
  return context;
}

/** What suits the page's ground.
 * @template T @param {{ light: T, dark: T }} choice */
export function inTheme({ light, dark }) {
  return document.body.classList.contains("dark") ? dark : light;
}

/** A canvas of 28x28 pixels.
 * @param {string} label  what it shows, for those who can't see it */
export function newPicture(label) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 28;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  return canvas;
}

/** `colour(i)` is a pixel in one number, as ImageData holds it: opacity in the highest byte, then
 * blue, green and red.
 * @param {HTMLCanvasElement} canvas @param {(i: number) => number} colour */
function paint(canvas, colour) {
  const image = new ImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = colour(i);
  contextOf(canvas).putImageData(image, 0, 0);
}
