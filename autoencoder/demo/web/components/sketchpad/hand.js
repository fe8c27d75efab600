// What a mouse, a finger or a pen does on the paper, as strokes.

/** @typedef {import("../../drawing/strokes.js").Stroke} Stroke */

const ERASER = 5; // the button that a stylus is said to press when it is turned over
const FINENESS = 1e4; // places are whole multiples of one of so many parts of the paper's side

/**
 * @param {HTMLCanvasElement} paper
 * @param {object} on
 * @param {(point: number[], turned: boolean) => void} on.begin  told whether a stylus is turned over
 * @param {(points: number[]) => void} on.extend  x, y, x, y, ... as shares of the paper's side
 * @param {() => void} on.end
 * @returns {() => void}  ends the stroke that is under way, if one is
 */
export function followHand(paper, { begin, extend, end }) {
  /** The finger that draws; others are ignored meanwhile.
   * @type {number | null} */
  let pointer = null;
  let button = 1; // as a bit of `buttons`
  /** @type {DOMRect | null} */
  let frame = null; // the paper's place on the page while a stroke is drawn
  let [lastX, lastY] = [0, 0];

  /** @param {PointerEvent[]} events */
  function places(events) {
    frame ??= paper.getBoundingClientRect();
    const points = [];
    for (const { clientX, clientY } of events) {
      const x = Math.round((FINENESS * (clientX - frame.left)) / frame.width) / FINENESS;
      const y = Math.round((FINENESS * (clientY - frame.top)) / frame.height) / FINENESS;
      if (x !== lastX || y !== lastY) points.push(x, y);
      [lastX, lastY] = [x, y];
    }
    return points;
  }

  function lift() {
    if (pointer === null) return;
    pointer = null;
    end();
  }

  paper.addEventListener("pointerdown", (event) => {
    if (event.pointerId === pointer) lift(); // its end was not told
    if (pointer !== null || (event.button > 0 && event.button !== ERASER)) return;
    pointer = event.pointerId;
    button = event.button === ERASER ? 32 : 1;
    frame = null;
    [lastX, lastY] = [Number.NaN, Number.NaN];
    paper.setPointerCapture(pointer); // a stroke that leaves the paper goes on when it comes back
    begin(places([event]), event.button === ERASER);
  });

  // Not "pointermove" where there is better: that one waits for the screen's next frame.
  const moved = "onpointerrawupdate" in paper ? "pointerrawupdate" : "pointermove";
  paper.addEventListener(moved, (event) => {
    if (!(event instanceof PointerEvent) || event.pointerId !== pointer) return;
    if (!(event.buttons & button)) return lift();
    const all = event.getCoalescedEvents?.() ?? [];
    const points = places(all.length ? all : [event]);
    if (points.length) extend(points);
  });

  // A menu, another button or the system may end a stroke without a "pointerup".
  for (const name of /** @type {const} */ (["pointermove", "pointerup", "lostpointercapture"])) {
    paper.addEventListener(name, (event) => {
      if (event.pointerId !== pointer) return;
      if (name === "lostpointercapture" || !(event.buttons & button)) lift();
    });
  }
  paper.addEventListener("pointercancel", (event) => {
    if (event.pointerId === pointer) lift();
  });
  paper.addEventListener("contextmenu", (event) => {
    if (pointer !== null) event.preventDefault();
  });
  // Selected text would be dragged, which ends the stroke.
  paper.addEventListener("dragstart", (event) => event.preventDefault());

  for (const name of ["scroll", "resize"]) {
    window.addEventListener(
      name,
      () => {
        frame = null; // the ink stays under the pointer
      },
      { capture: true, passive: true },
    );
  }
  return lift;
}
