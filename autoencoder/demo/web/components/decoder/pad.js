// The pad: a plane through the latent space, with the decoder's point on it, under the hand.

import { find } from "../../shared/find.js";
import { within } from "../../shared/format.js";

/** @typedef {import("../../model/plane.js").Plane} Plane */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STEPS = 60; // of an arrow key, from edge to edge

/**
 * Where a code lies on a plane: to the right and upwards, each in [0, 1].
 * @param {Plane} plane @param {ArrayLike<number>} code
 */
export function placeOf({ axes, low, high }, code) {
  const [right, up] = axes.map((axis) =>
    within((code[axis] - low[axis]) / (high[axis] - low[axis]), 0, 1),
  );
  return { right, up };
}

/**
 * The code at a place on a plane, each share in [0, 1].
 * @param {Plane} plane @param {number} right @param {number} up
 */
export function codeAt({ at, axes, low, high }, right, up) {
  const code = Array.from(at);
  [right, up].forEach((share, i) => {
    const axis = axes[i];
    code[axis] = low[axis] + within(share, 0, 1) * (high[axis] - low[axis]);
  });
  return code;
}

/**
 * @param {HTMLElement} element  the decoder
 * @param {Plane} plane  what the pad shows; whoever moves it changes this object
 * @param {object} tell
 * @param {(code: number[]) => void} tell.move  the point was moved
 * @param {(event: PointerEvent, code: number[]) => void} tell.hover  the pointer is over a place
 * @param {() => void} tell.leave  it no longer is
 */
export function mountPad(element, plane, { move, hover, leave }) {
  const pad = find(element, ".pad");
  const measure = () => {
    const { left, top, width, height } = pad.getBoundingClientRect();
    return { left: left + scrollX, top: top + scrollY, width, height }; // on the page
  };
  const under = (/** @type {PointerEvent} */ event, area = measure()) => {
    const down = (event.pageY - area.top) / area.height;
    return codeAt(plane, (event.pageX - area.left) / area.width, 1 - down);
  };
  // Where the pad is while it is dragged on: to measure it at each move, the browser would have to
  // lay out the page anew, as the last move has changed it.
  /** @type {ReturnType<typeof measure> | null} */
  let dragged = null;
  pad.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    pad.setPointerCapture(event.pointerId);
    dragged = measure();
    leave();
    move(under(event, dragged));
  });
  // Where there is "pointerrawupdate": "pointermove" waits for the screen's next frame.
  const moves = "onpointerrawupdate" in pad ? "pointerrawupdate" : "pointermove";
  pad.addEventListener(moves, (event) => {
    if (dragged) move(under(/** @type {PointerEvent} */ (event), dragged));
  });
  pad.addEventListener("pointermove", (event) => {
    if (!dragged && event.pointerType !== "touch") hover(event, under(event));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    pad.addEventListener(end, () => {
      dragged = null;
    });
  }
  pad.addEventListener("pointerleave", leave);
  pad.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const { right, up } = placeOf(plane, plane.at);
    move(codeAt(plane, right + arrow[0] / STEPS, up + arrow[1] / STEPS));
  });
}
