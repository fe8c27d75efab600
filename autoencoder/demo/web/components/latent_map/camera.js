// From where one looks at the cloud, and its slow turn.

import { within } from "../../shared/format.js";
import { cross, unit } from "./projection.js";

/** @typedef {Record<"x" | "y" | "z", number>} Vector */

const UP = { x: 0, y: 0, z: 1 };
const ROUND = 60_000; // milliseconds
const SMOOTH = 60; // milliseconds that a frame may take for the turn that begins by itself
const A_PIXEL = 0.007; // radians that one pixel of two fingers' way turns the cloud
const STEEPEST = 0.05; // radians from straight above, and from straight below
const [NEAREST, FARTHEST] = [0.2, 8]; // of the eye, in the units of the cloud's box

export class Camera {
  #far = 1;
  #turning = false;

  /**
   * @param {{ center: Vector, eye: Vector }} start
   * @param {() => void | Promise<void>} show  called after each change
   */
  constructor(start, show) {
    this.start = start;
    /** Plotly's scene.camera
     * @type {{ center: Vector, eye: Vector, up: Vector, projection?: object }} */
    this.value = { ...start, up: UP };
    this.show = show;
    /** Told whether it turns @type {(turning: boolean) => void} */
    this.onTurning = () => {};
    /** Told when the visitor has moved it */
    this.onMoved = () => {};
  }

  /** The visitor has moved it.
   * @param {Camera["value"] | undefined} value */
  moved(value) {
    if (!value) return;
    this.value = structuredClone(value);
    if (!this.#turning) this.onMoved();
  }

  /** From where it would look at a wide cloud; `place` takes the same. */
  get place() {
    const { center, eye, up } = this.value;
    return { center, eye: between(center, eye, 1 / this.#far), up };
  }

  set place({ center, eye, up }) {
    this.stop();
    this.value = { center, eye: between(center, eye, this.#far), up };
    this.show();
  }

  /** Looks from farther away, by this factor more than at a wide cloud.
   * @param {number} far */
  standBack(far) {
    const factor = far / this.#far;
    this.#far = far;
    const { center, eye } = this.value;
    this.value = { ...this.value, eye: between(center, eye, factor) };
  }

  /** Turns the cloud as if it were rolled by so many pixels.
   * @param {number} right @param {number} down */
  roll(right, down) {
    const { center, eye, up } = this.value;
    const level = rotated(difference(eye, center), up, -A_PIXEL * right);
    const steep = Math.acos(within(dot(unit(level), up), -1, 1)); // 0 is straight above
    const goal = within(steep - A_PIXEL * down, STEEPEST, Math.PI - STEEPEST);
    const looked = rotated(level, unit(cross(up, level)), goal - steep);
    this.#lookFrom(looked);
  }

  /** @param {number} factor  so many times as far away */
  zoom(factor) {
    const { center, eye } = this.value;
    const from = difference(eye, center);
    const distance = Math.sqrt(dot(from, from));
    const goal = within(distance * factor, NEAREST, FARTHEST) / distance;
    this.#lookFrom({ x: from.x * goal, y: from.y * goal, z: from.z * goal });
  }

  /** @param {Vector} from  the eye's place from the center */
  #lookFrom({ x, y, z }) {
    this.stop();
    const { center } = this.value;
    const eye = { x: center.x + x, y: center.y + y, z: center.z + z };
    this.value = { ...this.value, eye };
    this.show();
    this.onMoved();
  }

  /** @param {string} view  an axis to look along, from 0 to 2, or "start" */
  look(view) {
    this.stop();
    const { center, eye } = this.start;
    if (view === "start") {
      this.value = { center, up: UP, eye: between(center, eye, this.#far) };
    } else {
      const away = (view === "1" ? -2.3 : 2.3) * this.#far;
      const axis = /** @type {"x" | "y" | "z"} */ ("xyz"[Number(view)]);
      const up = view === "2" ? { x: 0, y: 1, z: 0 } : UP;
      this.value = { center, up, eye: { ...center, [axis]: center[axis] + away } };
    }
    this.show();
    this.onMoved();
  }

  stop() {
    if (this.#turning) this.onMoved();
    this.#turning = false;
    this.onTurning(false);
  }

  /** Turns, or stops that. Begun by itself, it also ends where the computer can't do it smoothly.
   * @param {() => boolean} visible @param {boolean} [byItself] */
  turn(visible, byItself = false) {
    if (this.#turning) return this.stop();
    this.#turning = true;
    this.onTurning(true);
    let before = performance.now();
    let slow = 0;
    const step = async (/** @type {number} */ now) => {
      if (!this.#turning) return;
      const passed = now - before;
      before = now;
      if (!visible() || (byItself && passed > SMOOTH && ++slow > 2)) return this.stop();
      const { center, eye } = this.value;
      const angle = (Math.min(passed, 200) / ROUND) * 2 * Math.PI;
      const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
      const [x, y] = [eye.x - center.x, eye.y - center.y];
      const turned = { x: center.x + x * cos - y * sin, y: center.y + x * sin + y * cos, z: eye.z };
      this.value = { ...this.value, eye: turned };
      await this.show();
      requestAnimationFrame(step);
    };
    requestAnimationFrame((now) => {
      before = now;
      step(now);
    });
  }

  get turning() {
    return this.#turning;
  }
}

/** On the line from one place through another, `share` of the way: 1 is the other.
 * @param {Vector} one @param {Vector} other @param {number} share
 * @returns {Vector} */
function between(one, other, share) {
  const along = (/** @type {"x" | "y" | "z"} */ axis) =>
    one[axis] + share * (other[axis] - one[axis]);
  return { x: along("x"), y: along("y"), z: along("z") };
}

/** @param {Vector} a @param {Vector} b */
function difference(a, b) {
  return { x: a.x - b.x, y: a.y - b.y, z: a.z - b.z };
}

/** @param {Vector} a @param {Vector} b */
function dot(a, b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

/** A vector turned about an axis of length 1 (Rodrigues' formula).
 * @param {Vector} vector @param {Vector} axis @param {number} angle  in radians
 * @returns {Vector} */
function rotated(vector, axis, angle) {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const aside = cross(axis, vector);
  const along = dot(axis, vector) * (1 - cos);
  const part = (/** @type {"x" | "y" | "z"} */ c) =>
    cos * vector[c] + sin * aside[c] + along * axis[c];
  return { x: part("x"), y: part("y"), z: part("z") };
}
