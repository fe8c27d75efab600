// The dense code's three numbers as bars, within the range of all test digits, that can be dragged.

import { findAll } from "../../shared/find.js";
import { number, within } from "../../shared/format.js";
import { followDrag } from "./follow_drag.js";

const STEPS = 100; // of an arrow key, from end to end

/** What a key makes of a number. @type {Record<string, (value: number, step: number) => number>} */
const KEYS = {
  ArrowRight: (value, step) => value + step,
  ArrowUp: (value, step) => value + step,
  ArrowLeft: (value, step) => value - step,
  ArrowDown: (value, step) => value - step,
  PageUp: (value, step) => value + 10 * step,
  PageDown: (value, step) => value - 10 * step,
  Home: () => -Infinity,
  End: () => Infinity,
};

/**
 * @param {HTMLElement} element
 * @param {[number, number][]} ranges  of each number over all test digits
 * @param {(axis: number, value: number) => void} hold  called when a number is changed
 */
export function newBars(element, ranges, hold) {
  const bars = findAll(element, ".bar").map((bar, axis) => newBar(bar, axis));

  /** @param {HTMLElement} bar @param {number} axis */
  function newBar(bar, axis) {
    let [low, high] = ranges[axis];
    const [track, fill, zeroLine, own, knob, output] = ["i", "b", "s", "u", "em", "output"].map(
      (part) => findAll(bar, part)[0],
    );
    const place = (/** @type {number} */ value) =>
      within((100 * (value - low)) / (high - low), 0, 100);
    let zero = place(0);
    let shown = 0;

    /** @param {[number, number]} range */
    function setRange(range) {
      [low, high] = range;
      zero = place(0);
      zeroLine.style.left = `${zero}%`;
      track.ariaValueMin = String(low);
      track.ariaValueMax = String(high);
    }
    setRange(ranges[axis]);

    const move = (/** @type {{ x: number }} */ { x }) =>
      hold(axis, low + within(x, 0, 1) * (high - low));
    followDrag(track, { press: move, move });
    track.addEventListener("keydown", (event) => {
      const key = KEYS[event.key];
      if (!key || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      shown = within(key(shown, (high - low) / STEPS), low, high); // the next key may come sooner
      hold(axis, shown); // than this is shown
    });

    return {
      bar,
      setRange,
      /** @param {number} value @param {number} encoded  by the encoder */
      show(value, encoded) {
        shown = Number.isFinite(value) ? value : 0;
        const end = place(shown);
        fill.style.cssText = `left: ${Math.min(zero, end)}%; width: ${Math.abs(end - zero)}%`;
        knob.style.left = `${end}%`;
        own.style.left = `${place(encoded)}%`;
        output.textContent = number(value);
        track.ariaValueNow = String(shown);
        track.ariaValueText = number(value);
      },
      clear() {
        fill.style.width = "0";
        output.textContent = "\u2013";
      },
    };
  }

  return {
    /** @param {ArrayLike<number>} code  (3) @param {ArrayLike<number>} encoded  (3): the encoder's */
    show(code, encoded) {
      bars.forEach((bar, axis) => {
        bar.show(code[axis], encoded[axis]);
      });
    },
    /** Of another model's code. @param {[number, number][]} others  (3)
     * @param {number} count  how many bars there are */
    setRanges(others, count) {
      bars.forEach((bar, axis) => {
        bar.bar.hidden = axis >= count;
        bar.setRange(others[axis]);
      });
    },
    clear() {
      for (const bar of bars) bar.clear();
    },
  };
}
