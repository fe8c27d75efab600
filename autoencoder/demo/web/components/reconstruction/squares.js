// The convolutional code's numbers as squares: each can be pointed at, and changed.

import { clear, paintSigned } from "../../shared/canvas.js";
import { find } from "../../shared/find.js";
import { number, within } from "../../shared/format.js";
import { Announcement } from "../../shared/timing.js";
import { followDrag } from "./follow_drag.js";

const TRAVEL = 6; // squares that a finger goes up from zero to full colour
const STEPS = 20; // of the keys + and -, from zero to full colour
const INVITATION =
  "Each square is one number. Point at one; drag it up or down; press twice for zero.";

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {HTMLElement} element
 * @param {number} scale  the number that has the full colour
 * @param {object} tell
 * @param {() => void} tell.point  another number is pointed at, or none
 * @param {(at: number, value: number) => void} tell.hold  a number is changed
 */
export function newSquares(element, scale, { point, hold }) {
  const [lowest, highest] = [find(element, ".low"), find(element, ".high")];
  const squares = find(element, ".numbers");
  const canvas = find(squares, "canvas", HTMLCanvasElement);
  const own = find(squares, ".own", HTMLCanvasElement);
  const mark = find(squares, ".at");
  const said = find(element, ".said");
  const announcement = new Announcement(find(element, ".key .announcement"));
  let side = 8; // squares along it
  let code = /** @type {ArrayLike<number> | null} */ (null);
  let pointed = /** @type {number | null} */ (null);
  let focused = 0;
  let grip = { value: 0, y: 0 };

  /** @param {number | null} at */
  function pointAt(at) {
    if (at === pointed) return;
    pointed = at;
    mark.hidden = at === null;
    if (at !== null) {
      focused = at;
      mark.style.left = `${(100 * (at % side)) / side}%`;
      mark.style.top = `${(100 * Math.floor(at / side)) / side}%`;
    }
    point();
  }

  /** @param {import("./follow_drag.js").Place} place */
  function squareAt({ x, y }) {
    const cell = (/** @type {number} */ share) => within(Math.floor(side * share), 0, side - 1);
    return within(side * cell(y) + cell(x), 0, (code?.length ?? side * side) - 1);
  }

  /** @param {number} value */
  function set(value) {
    if (!code) return;
    code = Array.from(code, (old, i) => (i === focused ? value : old)); // shown a frame later
    hold(focused, value);
  }

  /** For codes of so many numbers, of which `full` has the full colour.
   * @param {number} count @param {number} full */
  function setScale(count, full) {
    scale = full;
    lowest.textContent = `\u2212${full}`;
    highest.textContent = `+${full}`;
    side = Math.ceil(Math.sqrt(count));
    squares.style.setProperty("--square", `${100 / side}%`);
    for (const picture of [canvas, own]) picture.width = picture.height = side;
    focused = 0;
    pointAt(null);
  }
  setScale(64, scale);

  followDrag(squares, {
    press(place) {
      pointAt(squareAt(place));
      grip = { value: code?.[focused] ?? 0, y: place.y };
    },
    move: ({ y }) => set(grip.value + ((grip.y - y) * side * scale) / TRAVEL),
  });
  squares.addEventListener("pointermove", (event) => {
    if (event.buttons || event.pointerType === "touch") return;
    pointAt(
      squareAt({ x: event.offsetX / squares.clientWidth, y: event.offsetY / squares.clientHeight }),
    );
  });
  squares.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch" && !squares.matches(":focus-visible")) pointAt(null);
  });
  squares.addEventListener("dblclick", () => set(0));
  squares.addEventListener("focus", () => pointAt(focused));
  squares.addEventListener("blur", () => pointAt(null));
  squares.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const value = code?.[focused] ?? 0;
    if (arrow) {
      const [x, y] = [(focused % side) + arrow[0], Math.floor(focused / side) + arrow[1]];
      const at = side * within(y, 0, side - 1) + within(x, 0, side - 1);
      if (at < (code?.length ?? 0)) pointAt(at);
    } else if (event.key === "+" || event.key === "=") set(value + scale / STEPS);
    else if (event.key === "-") set(value - scale / STEPS);
    else if (event.key === "0" || event.key === "Delete") set(0);
    else return;
    event.preventDefault();
  });

  return {
    setScale,
    /** The number that is pointed at, from 0; null if none is. */
    get pointed() {
      return code && pointed;
    },
    /** @param {Float32Array} shown  (N) @param {Float32Array} encoded  (N): the encoder's */
    show(shown, encoded) {
      code = shown;
      const inColour = (/** @type {Float32Array} */ numbers) =>
        Float32Array.from({ length: side * side }, (_, i) => (numbers[i] ?? 0) / scale);
      paintSigned(canvas, inColour(shown));
      paintSigned(own, inColour(encoded));
    },
    /** @param {string} words  on the number that is pointed at */
    say(words) {
      const text = words || INVITATION;
      if (said.textContent !== text) said.textContent = text;
      announcement.say(words);
    },
    clear() {
      code = null;
      clear(canvas);
      clear(own);
    },
  };
}
