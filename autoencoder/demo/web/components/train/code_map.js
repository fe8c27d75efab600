// The codes of 1,000 test digits at a moment of the run: three numbers in space, which turns; else
// along the two directions that they differ most along.

import { findAll } from "../../shared/find.js";
import { FlatMap } from "../latent_map/flat.js";
import { MapState } from "../latent_map/map_state.js";
import { Points } from "../latent_map/points.js";

const TURN = 0.006; // radians that a pixel of the hand turns
const STEP = 0.1; // that an arrow key does
const ROUND = 40_000; // milliseconds of a turn by itself
const FRAME = 30; // between two of its pictures, so that the training has the time
const MARGIN = 1.12;

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class CodeMap {
  /** @param {HTMLElement} element  .map @param {string[]} colours  of the digits
   * @param {Uint8Array} labels  of the test digits, (1000) */
  constructor(element, colours, labels) {
    this.map = new MapState();
    this.map.form.set("flat");
    const errors = {
      dense: new Float32Array(labels.length),
      conv: new Float32Array(labels.length),
    };
    this.points = new Points({ labels, codes: new Float32Array(), errors }, 1);
    new FlatMap(element, colours, [], this.map, this.points, { hover: () => {}, choose: () => {} });
    this.codes = new Float32Array();
    this.latentDim = 3;
    this.turned = 0.6; // about the axis upwards
    this.tilted = 0.35;
    this.turns = false; // by itself
    this.follow(element);
  }

  /** The hand. @param {HTMLElement} element */
  follow(element) {
    const [canvas] = findAll(element, "canvas");
    let hold = /** @type {{ x: number, y: number } | null} */ (null);
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      hold = { x: event.clientX, y: event.clientY };
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!hold) return;
      this.turn(TURN * (event.clientX - hold.x), TURN * (event.clientY - hold.y));
      hold = { x: event.clientX, y: event.clientY };
    });
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => {
        hold = null;
      });
    }
    element.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (!arrow || this.latentDim !== 3) return;
      event.preventDefault();
      this.turn(STEP * arrow[0], STEP * arrow[1]);
    });
  }

  /** By itself, slowly. @param {() => boolean} goesOn */
  turnWhile(goesOn) {
    if (this.turns || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.turns = true;
    let before = performance.now();
    const step = (/** @type {number} */ now) => {
      this.turns = goesOn();
      if (!this.turns) return;
      requestAnimationFrame(step);
      if (now - before < FRAME || this.latentDim !== 3) return;
      this.turn(((now - before) / ROUND) * 2 * Math.PI, 0);
      before = now;
    };
    requestAnimationFrame(step);
  }

  /** @param {number} right @param {number} down  in radians */
  turn(right, down) {
    this.turned += right;
    this.tilted = Math.min(Math.PI / 2, Math.max(-Math.PI / 2, this.tilted + down));
    this.show(this.codes, this.latentDim);
  }

  /** @param {Float32Array} codes  (1000 * 3) @param {number} latentDim  numbers in the code */
  show(codes, latentDim) {
    Object.assign(this, { codes, latentDim });
    if (!codes.length) return;
    const count = codes.length / 3;
    const middle = [0, 1, 2].map((axis) => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += codes[3 * i + axis];
      return sum / count;
    });
    const [sin, cos] = [Math.sin(this.turned), Math.cos(this.turned)];
    const [rise, keep] = [Math.sin(this.tilted), Math.cos(this.tilted)];
    const placed = new Float32Array(2 * count);
    const distances = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const [x, y, z] = middle.map((mean, axis) => codes[3 * i + axis] - mean);
      distances[i] = Math.hypot(x, y, z);
      const away = x * sin + y * cos; // into the picture
      placed[2 * i] = latentDim === 3 ? x * cos - y * sin : x;
      placed[2 * i + 1] = latentDim === 3 ? z * keep + away * rise : y;
    }
    const reach = MARGIN * (distances.sort()[Math.floor(0.99 * count)] || 1);
    this.map.cloud.set({
      points: this.points.grouped((index, axis) => (axis < 2 ? placed[2 * index + axis] : 0)),
      ranges: [0, 1, 2].map(() => [-reach, reach]),
      finished: false,
      moving: true,
    });
  }
}
