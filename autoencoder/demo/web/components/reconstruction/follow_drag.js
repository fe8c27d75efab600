// A mouse, a finger or a pen that is pressed on an element and drags what it shows.

/**
 * @typedef {object} Place
 * @property {number} x  share of the element's width, from the left; beyond 0 and 1 outside it
 * @property {number} y  share of its height, from the top
 */

/**
 * @param {HTMLElement} target
 * @param {object} on
 * @param {(place: Place) => void} [on.press]
 * @param {(place: Place) => void} on.move
 */
export function followDrag(target, { press, move }) {
  const measure = () => {
    const { left, top, width, height } = target.getBoundingClientRect();
    return { left: left + scrollX, top: top + scrollY, width, height }; // on the page
  };
  // Measured once: at each move the browser would have to lay out the page anew, as the last move
  // has changed it.
  let area = /** @type {ReturnType<typeof measure> | null} */ (null);
  const place = (/** @type {PointerEvent} */ { pageX, pageY }, on = measure()) => ({
    x: (pageX - on.left) / on.width,
    y: (pageY - on.top) / on.height,
  });

  target.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    target.setPointerCapture(event.pointerId);
    area = measure();
    press?.(place(event, area));
  });
  // Where there is "pointerrawupdate": "pointermove" waits for the screen's next frame.
  const moves = "onpointerrawupdate" in target ? "pointerrawupdate" : "pointermove";
  target.addEventListener(moves, (event) => {
    if (area) move(place(/** @type {PointerEvent} */ (event), area));
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
    target.addEventListener(end, () => {
      area = null;
    });
  }
}
