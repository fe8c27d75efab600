// Where a code is seen on the page: Plotly's camera, written down. A test compares the two.

/**
 * @typedef {import("./map_state.js").Range} Range
 * @typedef {import("./camera.js").Vector} Vector
 * @typedef {{ x: number, y: number, depth: number }} Seen  pixels from the left and from the top of
 *   the scene; how far before the eye, behind which it is negative
 * @typedef {(code: ArrayLike<number>) => Seen} Projection
 */

const HALF_ANGLE = Math.PI / 8; // of what the camera sees, from its middle to its top

/**
 * @param {{ eye: Vector, center: Vector, up: Vector }} camera
 * @param {Range[]} ranges  of the three axes
 * @param {Vector} sides  of the box that they make, in the camera's units; its middle is at 0
 * @param {{ width: number, height: number }} scene  in pixels
 * @returns {Projection}
 */
export function projection({ eye, center, up }, ranges, sides, { width, height }) {
  const forward = unit(minus(center, eye));
  const right = unit(cross(forward, up));
  const upwards = cross(right, forward);
  const scale = height / 2 / Math.tan(HALF_ANGLE);
  const place = (/** @type {number} */ value, /** @type {Range} */ [low, high], side = 0) =>
    side * ((value - low) / (high - low) - 0.5);
  return (code) => {
    const x = place(code[0], ranges[0], sides.x) - eye.x;
    const y = place(code[1], ranges[1], sides.y) - eye.y;
    const z = place(code[2], ranges[2], sides.z) - eye.z;
    const depth = forward.x * x + forward.y * y + forward.z * z;
    return {
      x: width / 2 + (scale * (right.x * x + right.y * y + right.z * z)) / depth,
      y: height / 2 - (scale * (upwards.x * x + upwards.y * y + upwards.z * z)) / depth,
      depth,
    };
  };
}

/** @param {Vector} a @param {Vector} b @returns {Vector} */
function minus(a, b) {
  return { x: a.x - b.x, y: a.y - b.y, z: a.z - b.z };
}

/** @param {Vector} a @param {Vector} b @returns {Vector} */
export function cross(a, b) {
  return { x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x };
}

/** @param {Vector} a @returns {Vector} */
export function unit(a) {
  const length = Math.hypot(a.x, a.y, a.z);
  return { x: a.x / length, y: a.y / length, z: a.z / length };
}
