// Puts a moment of a run on the page: pictures, numbers and words.

import { clear, paintInk, paintSigned } from "../../shared/canvas.js";
import { find, findAll } from "../../shared/find.js";
import { percent, threeFigures } from "../../shared/format.js";

/** @typedef {import("./history.js").Moment} Moment */

/** What the map shows, by the numbers in the code. @type {Record<number, string>} */
const AXES = {
  1: "One number is a place on a line.",
  2: "Two numbers are a place on a plane.",
  3: "Three numbers are a place in space: drag to turn it.",
};
const MORE = "Along the two directions in which their codes differ most.";
const LEAST = 1e-4; // of full ink: a smaller change is shown as none

/** @param {HTMLElement} element */
export function newView(element) {
  const examples = findAll(element, ".ten canvas", HTMLCanvasElement);
  const own = findAll(element, ".own canvas", HTMLCanvasElement);
  const error = find(element, "output.error");
  const progress = find(element, ".progress");
  const from = find(element, ".digits .from");
  const change = find(element, ".change");
  const axes = find(element, ".axes");

  /** The strongest has the full colour. @param {Moment} moment */
  function showOwn({ paper, rebuilt, change: changes }) {
    if (!paper || !rebuilt || !changes) {
      for (const canvas of own) clear(canvas);
      write(change, "Draw a digit on the tab Draw, and it is rebuilt here.");
      return;
    }
    paintInk(own[0], unit(paper));
    paintInk(own[1], unit(rebuilt));
    const strongest = changes.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    paintSigned(
      own[2],
      changes.map((value) => value / Math.max(strongest, LEAST)),
    );
    write(
      change,
      strongest < LEAST
        ? "The next step changes almost nothing in it."
        : `Orange: the next step adds ink; blue: it takes ink away, up to ${percent(strongest)}.`,
    );
  }

  return {
    /** @param {Moment} moment @param {number} latentDim */
    show(moment, latentDim) {
      const { report, inputs, reconstructions } = moment;
      for (let digit = 0; digit < 10; digit++) {
        const pixels = [784 * digit, 784 * (digit + 1)];
        paintInk(examples[2 * digit], unit(inputs.subarray(...pixels)));
        paintInk(examples[2 * digit + 1], unit(reconstructions.subarray(...pixels)));
      }
      showOwn(moment);
      write(from, `from ${latentDim === 1 ? "1 number" : `${latentDim} numbers`}`);
      write(axes, AXES[latentDim] ?? MORE);
      const { validationError, images, totalImages, epoch, rate } = report;
      write(error, validationError === null ? "\u2013" : threeFigures(validationError));
      const speed = rate ? `, ${Math.round(rate).toLocaleString("en")} a second` : "";
      this.say(
        `${images.toLocaleString("en")} of ${totalImages.toLocaleString("en")} images seen` +
          `${speed}; epoch ${epoch.toFixed(1)}`,
      );
    },
    /** @param {string} words @param {boolean} [stopped]  whether a run ended by them */
    say(words, stopped = false) {
      write(progress, words);
      progress.classList.toggle("stopped", stopped);
    },
  };
}

/** @param {Uint8Array} greys */
function unit(greys) {
  return Float32Array.from(greys, (grey) => grey / 255);
}

/** @param {HTMLElement} output @param {string} text */
function write(output, text) {
  if (output.textContent !== text) output.textContent = text;
}
