// What is shown beside the pointer while it rests on a point: the digit's picture and its place.

import { clear, paintInk } from "../../shared/canvas.js";
import { number, within } from "../../shared/format.js";

const WIDTH = 112;

/**
 * @param {HTMLElement} tip
 * @param {PointerEvent} event
 * @param {string} name
 * @param {ArrayLike<number>} code
 * @param {Float32Array | null} image  null while the pictures are on their way
 */
export function showTip(tip, event, name, code, image) {
  const canvas = /** @type {HTMLCanvasElement} */ (tip.querySelector("canvas"));
  if (image) paintInk(canvas, image);
  else clear(canvas);
  const about = /** @type {HTMLElement} */ (tip.querySelector(".about"));
  about.textContent = `${name} at ${Array.from(code, (value) => number(value)).join(", ")}`;
  if (!image) about.textContent += " (its picture is on its way)";
  tip.hidden = false;
  const { clientX, clientY } = event;
  const left = clientX + 16 + WIDTH > innerWidth ? clientX - WIDTH - 16 : clientX + 16;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${within(clientY - 70, 4, innerHeight - 160)}px`;
}
