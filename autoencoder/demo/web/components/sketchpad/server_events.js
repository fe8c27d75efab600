// For the components that still ask the server: the drawing as a PNG, and pictures as data URLs.

import { SIDE } from "../../drawing/strokes.js";
import { contextOf, newPicture, paintInk } from "../../shared/canvas.js";
import { drawing as newest } from "../../shared/state.js";

/** @param {HTMLElement} element @param {import("../../drawing/strokes.js").Drawing} drawing
 * @param {(image: Float32Array) => void} put */
export function serveEvents(element, drawing, put) {
  const png = () => {
    const ink = newPicture("");
    const white = newPicture("");
    for (const canvas of [ink, white]) canvas.width = canvas.height = SIDE;
    paintInk(ink, drawing.ink);
    const context = contextOf(white);
    context.fillStyle = "white";
    context.fillRect(0, 0, SIDE, SIDE);
    context.drawImage(ink, 0, 0);
    return white.toDataURL();
  };
  const tell = () => {
    document.dispatchEvent(new CustomEvent("sketch", { detail: newest.value && png }));
  };
  newest.subscribe(element, tell);
  document.addEventListener("sketch-wanted", tell);
  document.addEventListener("sketch-put", async (event) => {
    const image = new Image();
    image.src = /** @type {CustomEvent} */ (event).detail;
    await image.decode();
    const context = contextOf(newPicture(""));
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, 28, 28);
    put(Float32Array.from({ length: 784 }, (_, i) => data[4 * i + 3] / 255));
  });
}
