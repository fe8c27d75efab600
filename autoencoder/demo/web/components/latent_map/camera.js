// From where one looks at the cloud, and its slow turn.

/** @typedef {Record<"x" | "y" | "z", number>} Vector */

const UP = { x: 0, y: 0, z: 1 };
const ROUND = 60_000; // milliseconds
const SMOOTH = 60; // milliseconds that a frame may take for the turn that begins by itself

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
