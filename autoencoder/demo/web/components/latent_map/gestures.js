// What fingers and the wheel do over the cloud. The page scrolls past it with one finger and with the
// wheel; two fingers, or the wheel with Ctrl (which is also a trackpad's pinch), turn and zoom.

const STILL = 10; // pixels that a finger may move in a tap
const STEP = 0.002; // of the zoom, for each pixel that the wheel would scroll
const PIXELS = [1, 16, 400]; // of a wheel's unit: a pixel, a line, a page

/** @typedef {{ x: number, y: number, spread: number }} Fingers  their middle, and how far apart */

/**
 * @param {HTMLElement} element  in which the cloud is drawn, on a canvas
 * @param {object} on
 * @param {(right: number, down: number) => void} on.turn  by so many pixels
 * @param {(factor: number) => void} on.zoom  so many times as far away
 * @param {(x: number, y: number) => void} on.tap  at a place of the window
 * @param {(hint: string) => void} on.tried  somebody did what only scrolls the page
 */
export function listenToGestures(element, on) {
  element.addEventListener(
    "wheel",
    (event) => {
      event.stopPropagation(); // Plotly would zoom
      if (!event.ctrlKey) return on.tried("Ctrl and the wheel zoom the cloud; a drag turns it.");
      event.preventDefault(); // the browser would enlarge the page
      on.zoom(Math.exp(STEP * event.deltaY * PIXELS[event.deltaMode]));
    },
    { capture: true, passive: false },
  );

  /** @type {{ x: number, y: number } | null} */
  let pressed = null; // where the one finger is that may become a tap
  /** @type {Fingers | null} */
  let fingers = null;
  /** @param {string} name @param {(event: TouchEvent) => void} act */
  const listen = (name, act) =>
    element.addEventListener(
      name,
      (event) => {
        event.stopPropagation(); // Plotly would turn the cloud by one finger
        act(/** @type {TouchEvent} */ (event));
      },
      { capture: true, passive: false },
    );
  listen("touchstart", (event) => {
    const [{ clientX: x, clientY: y }] = event.touches;
    pressed = event.touches.length === 1 ? { x, y } : null;
    fingers = fingersOf(event);
    if (fingers) event.preventDefault();
  });
  listen("touchmove", (event) => {
    const [{ clientX, clientY }] = event.touches;
    if (pressed && Math.hypot(clientX - pressed.x, clientY - pressed.y) > STILL) {
      pressed = null;
      on.tried("Two fingers turn and zoom the cloud.");
    }
    const now = fingersOf(event);
    if (!now) return;
    event.preventDefault();
    if (fingers) {
      on.turn(now.x - fingers.x, now.y - fingers.y);
      on.zoom(fingers.spread / now.spread);
    }
    fingers = now;
  });
  listen("touchend", (event) => {
    fingers = fingersOf(event);
    if (!pressed || event.touches.length) return;
    event.preventDefault(); // no click beside the tap
    on.tap(pressed.x, pressed.y);
    pressed = null;
  });
  listen("touchcancel", () => {
    pressed = fingers = null; // the browser scrolls
  });
}

/** @param {TouchEvent} event
 * @returns {Fingers | null} */
function fingersOf({ touches }) {
  if (touches.length !== 2) return null;
  const [{ clientX: x, clientY: y }, { clientX, clientY }] = touches;
  const spread = Math.max(20, Math.hypot(clientX - x, clientY - y));
  return { x: (x + clientX) / 2, y: (y + clientY) / 2, spread };
}
