// What the page's address says of the latent map.

import { addressPart } from "../../shared/address.js";
import { DRAWING as ON_PAPER } from "../../shared/digit_chooser.js";
import { DIGITS, DRAWING } from "./map_state.js";

/** @typedef {import("./camera.js").Vector} Vector */

/**
 * @param {Element} element @param {import("./map_state.js").MapState} map
 * @param {(index: number) => void} choose  picks a test digit, or -1: the drawing
 * @returns {(index: number) => void}  for the map to say what the visitor picked
 */
export function keepMap(element, map, choose) {
  const untouched = { form: map.form.value, colour: map.colour.value, shown: DIGITS };
  const say = addressPart(
    element,
    ["form", "colour", "shown", "picked"],
    (said) => {
      if (said.form) map.form.set(said.form);
      if (said.colour) map.colour.set(said.colour);
      if (said.shown) map.shown.set(new Set(said.shown));
      if (said.picked !== undefined) choose(said.picked === ON_PAPER ? DRAWING : said.picked);
    },
    { ...untouched, picked: ON_PAPER },
  );
  let begun = false; // what it is at first needn't be said
  map.form.subscribe(element, (form) => begun && say({ form }));
  map.colour.subscribe(element, (colour) => begun && say({ colour }));
  map.shown.subscribe(element, (shown) => begun && say({ shown: [...shown] }));
  begun = true;
  return (index) => say({ picked: index === DRAWING ? ON_PAPER : index });
}

/** @param {Element} element @param {import("./camera.js").Camera} camera */
export function keepCamera(element, camera) {
  const place = () => {
    const { eye, center, up } = camera.place;
    return { camera: [eye, center, up].flatMap(({ x, y, z }) => [x, y, z]) };
  };
  const say = addressPart(
    element,
    ["camera"],
    (said) => {
      const numbers = said.camera ?? [];
      const [eye, center, up] = [0, 3, 6].map((at) => vector(numbers.slice(at, at + 3)));
      if (looksAtSomething(eye, center, up)) camera.place = { eye, center, up };
    },
    place(),
  );
  camera.onMoved = () => say(place());
}

/** @param {number[]} numbers @returns {Vector} */
function vector([x, y, z]) {
  return { x, y, z };
}

/** Near enough, and not along the upward direction.
 * @param {Vector} eye @param {Vector} center @param {Vector} up */
function looksAtSomething(eye, center, up) {
  const [x, y, z] = [eye.x - center.x, eye.y - center.y, eye.z - center.z];
  const side = Math.hypot(y * up.z - z * up.y, z * up.x - x * up.z, x * up.y - y * up.x);
  return side > 0.01 && Math.hypot(eye.x, eye.y, eye.z) < 50;
}
