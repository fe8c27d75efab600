// What lies on the pad's plane: small digits, a few at a time, so that the hand never waits for them,
// and behind them a shade where test digits are.

import { density, planeCodes } from "../../model/plane.js";
import { contextOf, paintDigit } from "../../shared/canvas.js";
import { placeOf } from "./plane_view.js";

/**
 * @typedef {import("../../model/plane.js").Plane} Plane
 * @typedef {Pick<import("../../model/autoencoder.js").Autoencoder, "decode">} Decoder
 */

const SIZE = 15; // digits along each side
const CELLS = SIZE * SIZE;
const STRIDE = 97; // from one to the next that is painted: spread over the plane, until all are
const SLICE = 5; // milliseconds, after which the hand and the screen have their turn
const REST = 80; // milliseconds without a zoom or a move, after which what came into view is decoded

export class PlaneOfDigits {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {Decoder | null} */
    this.model = null;
    /** @type {number[][]} */
    this.codes = [];
    this.cell = 0;
    this.left = 0; // cells that don't show this plane yet
    /** @type {Plane | null} */
    this.shown = null;
    this.from = 0; // when cells may be painted
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {Plane} plane @param {Decoder} model */
  show(plane, model) {
    if (this.shown && shift(this.canvas, this.shown, plane)) this.from = performance.now() + REST;
    this.shown = structuredClone(plane);
    this.model = model;
    this.codes = planeCodes(plane, SIZE);
    this.left = CELLS;
    this.schedule();
  }

  schedule() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.paintSome(), this.from - performance.now());
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

/** Moves what is painted to where it lies now, if another part of the plane is shown than before.
 * @param {HTMLCanvasElement} canvas @param {Plane} before @param {Plane} now
 * @returns {boolean}  whether it is another part */
function shift(canvas, before, now) {
  const corner = placeOf(now, before.low);
  const opposite = placeOf(now, before.high);
  const stays = corner.right === 0 && corner.up === 0 && opposite.right === 1 && opposite.up === 1;
  if (stays || before.axes.join() !== now.axes.join()) return false;
  const { width, height } = canvas;
  const context = contextOf(canvas);
  context.globalCompositeOperation = "copy"; // and what isn't covered is cleared
  context.drawImage(
    canvas,
    width * corner.right,
    height * (1 - opposite.up),
    width * (opposite.right - corner.right),
    height * (opposite.up - corner.up),
  );
  context.globalCompositeOperation = "source-over";
  return true;
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
