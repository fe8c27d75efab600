// The pad: a plane through the latent space, with the decoder's point on it, under the hand.

import { find } from "../../shared/find.js";
import { within } from "../../shared/format.js";
import { codeAt, pan, placeOf, zoom } from "./plane_view.js";

/** @typedef {import("../../model/plane.js").Plane} Plane */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STEPS = 60; // of an arrow key, from edge to edge
const LEAP = 0.2; // with Shift: what is shown moves, as a share of it
/** @type {Record<string, number>} */
const ZOOMS = { "+": 1 / 1.25, "=": 1 / 1.25, "-": 1.25, "\u2212": 1.25 };
const LINE = 16; // pixels, where the wheel counts lines

/**
 * @param {HTMLElement} element  the decoder
 * @param {Plane} plane  what the pad shows; the pad changes which part that is, others the point
 * @param {object} tell
 * @param {(code: ArrayLike<number>) => void} tell.drag  the point was moved, within what is shown
 * @param {(code: ArrayLike<number>) => void} tell.move  the point was moved, maybe out of it
 * @param {() => void} tell.look  another part is shown
 * @param {() => void} tell.reset  the part that was shown first is wanted
 * @param {(event: PointerEvent, code: number[]) => void} tell.hover  the pointer is over a place
 * @param {() => void} tell.leave  it no longer is
 */
export function mountPad(element, plane, { drag, move, look, reset, hover, leave }) {
  const pad = find(element, ".pad");
  const measure = () => {
    const { left, top, width, height } = pad.getBoundingClientRect();
    return { left: left + scrollX, top: top + scrollY, width, height }; // on the page
  };
  /** @param {{ pageX: number, pageY: number }} event */
  const shares = (event, area = measure()) => ({
    right: (event.pageX - area.left) / area.width,
    up: 1 - (event.pageY - area.top) / area.height,
  });
  /** @param {PointerEvent} event */
  const under = (event, area = measure()) => {
    const { right, up } = shares(event, area);
    return codeAt(plane, within(right, 0, 1), within(up, 0, 1));
  };

  // ---- one finger, or the mouse: the point ----

  // Where the pad is while it is dragged on: to measure it at each move, the browser would have to
  // lay out the page anew, as the last move has changed it.
  /** @type {ReturnType<typeof measure> | null} */
  let dragged = null;
  let before = plane.at; // the point, before the finger came
  pad.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    pad.setPointerCapture(event.pointerId);
    if (event.pointerType === "touch") fingers.set(event.pointerId, event);
    leave();
    if (fingers.size > 1) {
      dragged = null; // these fingers pinch: the first hadn't meant the point
      drag(before);
      return;
    }
    before = plane.at;
    dragged = measure();
    drag(under(event, dragged));
  });
  // Where there is "pointerrawupdate": "pointermove" waits for the screen's next frame.
  const moves = "onpointerrawupdate" in pad ? "pointerrawupdate" : "pointermove";
  pad.addEventListener(moves, (event) => {
    if (dragged) drag(under(/** @type {PointerEvent} */ (event), dragged));
  });
  pad.addEventListener("pointermove", (event) => {
    if (fingers.has(event.pointerId)) pinch(event);
    else if (!dragged) hover(event, under(event));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    pad.addEventListener(end, (event) => {
      fingers.delete(/** @type {PointerEvent} */ (event).pointerId);
      dragged = null;
    });
  }
  pad.addEventListener("pointerleave", leave);

  // ---- two fingers: what is shown ----

  /** @type {Map<number, PointerEvent>} */
  const fingers = new Map();

  /** @param {PointerEvent} event  of one of the fingers */
  function pinch(event) {
    const old = span([...fingers.values()]);
    fingers.set(event.pointerId, event);
    const now = span([...fingers.values()]);
    if (!old || !now) return;
    const [from, to] = [shares(old), shares(now)];
    zoom(plane, old.apart / now.apart, from.right, from.up);
    pan(plane, from.right - to.right, from.up - to.up);
    look();
  }

  // ---- the wheel and keys ----

  pad.addEventListener(
    "wheel",
    (event) => {
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
      if (event.ctrlKey || event.metaKey) {
        const { right, up } = shares(event);
        zoom(plane, Math.exp(within(0.01 * pixels * event.deltaY, -0.25, 0.25)), right, up);
      } else if (document.activeElement === pad) {
        const { width, height } = measure();
        const [x, y] =
          event.shiftKey && !event.deltaX ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
        pan(plane, (pixels * x) / width, (-pixels * y) / height);
      } else return; // the page scrolls
      event.preventDefault();
      leave();
      look();
    },
    { passive: false },
  );
  pad.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own
    const arrow = ARROWS[event.key];
    const { right, up } = placeOf(plane, plane.at);
    if (arrow && event.shiftKey) {
      pan(plane, LEAP * arrow[0], LEAP * arrow[1]);
      look();
    } else if (arrow) {
      move(codeAt(plane, right + arrow[0] / STEPS, up + arrow[1] / STEPS));
    } else if (event.key in ZOOMS) zoomInSight(ZOOMS[event.key]);
    else if (event.key === "Home") reset();
    else return;
    event.preventDefault();
  });
  element.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-zoom]");
    if (!(button instanceof HTMLElement)) return;
    if (button.dataset.zoom === "reset") reset();
    else zoomInSight(Number(button.dataset.zoom));
  });

  /** Zooms about the point, or about the middle if the point is out of sight.
   * @param {number} factor */
  function zoomInSight(factor) {
    const { right, up } = placeOf(plane, plane.at);
    const seen = [right, up].every((share) => share >= 0 && share <= 1);
    zoom(plane, factor, seen ? right : 0.5, seen ? up : 0.5);
    look();
  }
}

/** The middle between two fingers, and how far they are apart; null if they aren't two.
 * @param {PointerEvent[]} fingers */
function span([one, other]) {
  if (!one || !other) return null;
  return {
    pageX: (one.pageX + other.pageX) / 2,
    pageY: (one.pageY + other.pageY) / 2,
    apart: Math.max(1, Math.hypot(one.pageX - other.pageX, one.pageY - other.pageY)),
  };
}
