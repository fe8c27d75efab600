// What lies on the pad's plane: small digits, a few at a time, so that the hand never waits for them,
// and behind them a shade where test digits are.

import { density, planeCodes } from "../../model/plane.js";
import { contextOf, paintDigit } from "../../shared/canvas.js";

/**
 * @typedef {import("../../model/plane.js").Plane} Plane
 * @typedef {import("../../model/autoencoder.js").Autoencoder} Autoencoder
 */

const SIZE = 15; // digits along each side
const CELLS = SIZE * SIZE;
const STRIDE = 97; // from one to the next that is painted: spread over the plane, until all are
const SLICE = 5; // milliseconds, after which the hand and the screen have their turn

export class PlaneOfDigits {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {Autoencoder | null} */
    this.model = null;
    /** @type {number[][]} */
    this.codes = [];
    this.cell = 0;
    this.left = 0; // cells that don't show this plane yet
    this.scheduled = false;
  }

  /** @param {Plane} plane @param {Autoencoder} model */
  show(plane, model) {
    this.model = model;
    this.codes = planeCodes(plane, SIZE);
    this.left = CELLS;
    this.schedule();
  }

  schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      this.paintSome();
    });
  }

  paintSome() {
    const end = performance.now() + SLICE;
    for (; this.model && this.left > 0 && performance.now() < end; this.left--) {
      this.cell = (this.cell + STRIDE) % CELLS;
      const image = this.model.decode(this.codes[this.cell]);
      paintDigit(this.canvas, image, this.cell % SIZE, Math.floor(this.cell / SIZE));
    }
    if (this.left > 0) this.schedule();
  }
}

/**
 * @param {HTMLCanvasElement} canvas @param {Float32Array} codes  of the test digits, (N, 3)
 * @param {Plane} plane
 */
export function paintDensity(canvas, codes, plane) {
  const image = new ImageData(canvas.width, canvas.height);
  density(codes, plane).forEach((share, i) => {
    image.data.set([60, 120, 255, 0.65 * 255 * share], 4 * i);
  });
  contextOf(canvas).putImageData(image, 0, 0);
}
