// Puts a reconstruction on the page: both models' pictures, codes, errors and words, all at once.

import { clear, paintInk, paintSigned } from "../../shared/canvas.js";
import { findAll } from "../../shared/find.js";
import { number, within } from "../../shared/format.js";

/**
 * @typedef {import("./reconstruction.js").Reconstruction} Reconstruction
 * @typedef {import("./reconstruction.js").Rebuilt} Rebuilt
 * @typedef {import("./reconstruction.js").PreparedDigit} PreparedDigit
 * @typedef {"dense" | "conv"} ModelName
 */

/**
 * @param {HTMLElement} element
 * @param {Record<string, any>} props  of reconstruction.py
 * @param {{ moveRing: (code: ArrayLike<number>) => void }} map
 */
export function newView(element, props, map) {
  /** @param {string} selector @returns {any} */
  const find = (selector) => element.querySelector(selector);
  const seen = find("#model-input canvas");
  const box = find(".box");
  const centre = find(".centre");
  const numbers = find(".numbers canvas");
  const trouble = find(".trouble");
  const buttons = findAll(element, "[data-go]", HTMLButtonElement);
  const models = { dense: partsOf("dense"), conv: partsOf("conv") };
  const bars = [...element.querySelectorAll(".bar")].map((bar, axis) => newBar(bar, axis));

  /** @param {ModelName} name */
  function partsOf(name) {
    const row = find(`.model.${name}`);
    /** @param {string} selector @returns {any} */
    const part = (selector) => row.querySelector(selector);
    return {
      row,
      rebuilt: part(".rebuilt canvas"),
      difference: part(".difference canvas"),
      words: part(".words"),
      mse: part(".mse"),
      arriving: part(".arriving"),
    };
  }

  /** A number of the dense code, as a bar from zero within the range of the test digits' codes.
   * @param {Element} bar @param {number} axis */
  function newBar(bar, axis) {
    const [low, high] = props.ranges[axis];
    const place = (/** @type {number} */ value) =>
      high > low ? within((100 * (value - low)) / (high - low), 0, 100) : 50;
    const zero = place(0);
    const fill = /** @type {HTMLElement} */ (bar.querySelector("b"));
    const output = /** @type {HTMLElement} */ (bar.querySelector("output"));
    /** @type {HTMLElement} */ (bar.querySelector("s")).style.left = `${zero}%`;
    return {
      /** @param {number} value */
      show(value) {
        const end = Number.isFinite(value) ? place(value) : zero;
        fill.style.cssText = `left: ${Math.min(zero, end)}%; width: ${Math.abs(end - zero)}%`;
        output.textContent = number(value);
      },
      clear() {
        fill.style.width = "0";
        output.textContent = "\u2013";
      },
    };
  }

  /** @param {PreparedDigit} digit */
  function showDigit({ image, box: [left, top, width, height], centre: [x, y] }) {
    paintInk(seen, image);
    const percent = (/** @type {number} */ pixels) => `${(100 * pixels) / 28}%`;
    box.style.cssText = `left: ${percent(left)}; top: ${percent(top)};
      width: ${percent(width)}; height: ${percent(height)}`;
    centre.style.cssText = `left: ${percent(x)}; top: ${percent(y)}`;
  }

  /** @param {ModelName} name @param {Rebuilt} rebuilt @param {Float32Array} input */
  function showModel(name, { image, mse, betterThan }, input) {
    const { row, rebuilt, difference, words, mse: error } = models[name];
    paintInk(rebuilt, image);
    paintSigned(
      difference,
      image.map((pixel, i) => pixel - input[i]),
    );
    error.textContent = mse.toFixed(4);
    write(words, inWords(mse, betterThan));
    row.classList.toggle("unusual", betterThan < 0.01);
  }

  /** What is left of the models' parts without an answer. @param {string} sentence */
  function clearModels(sentence) {
    for (const { row, rebuilt, difference, words, mse } of Object.values(models)) {
      clear(rebuilt);
      clear(difference);
      row.classList.remove("unusual");
      write(words, sentence);
      mse.textContent = "\u2013";
    }
    for (const bar of bars) bar.clear();
    clear(numbers);
  }

  /** @param {boolean} isThere  whether there is a drawing, and what the models make of it */
  function enable(isThere) {
    for (const button of buttons) button.disabled = !isThere;
  }

  const scale = props.conv_scale;
  find(".low").textContent = `\u2212${scale}`;
  find(".high").textContent = `+${scale}`;

  return {
    /** @param {Reconstruction | null} reconstruction  null: the paper is empty */
    show(reconstruction) {
      element.classList.toggle("empty", !reconstruction);
      element.classList.toggle("waiting", false);
      enable(reconstruction !== null);
      if (!reconstruction) {
        clear(seen);
        clearModels("Nothing to rebuild yet: draw a digit.");
        return;
      }
      const { digit, dense, conv } = reconstruction;
      showDigit(digit);
      showModel("dense", dense, digit.image);
      showModel("conv", conv, digit.image);
      bars.forEach((bar, axis) => {
        bar.show(dense.code[axis]);
      });
      map.moveRing(dense.code);
      paintSigned(
        numbers,
        conv.code.map((value) => value / scale),
      );
    },

    /** A digit that the models, which are on their way, will rebuild when they are there.
     * @param {PreparedDigit} digit */
    showInput(digit) {
      element.classList.toggle("empty", false);
      element.classList.toggle("waiting", true);
      enable(false);
      showDigit(digit);
      clearModels("Will be rebuilt as soon as the model is here.");
    },

    /** @param {ModelName} name @param {number} share  of the model's weights that is here */
    showShare(name, share) {
      const { arriving } = models[name];
      arriving.querySelector("progress").value = share;
      arriving.querySelector("output").textContent = `${Math.floor(100 * share)} %`;
    },

    showFailure() {
      write(
        trouble,
        "The models can't be fetched at the moment. Your drawing is safe; this page keeps trying.",
      );
    },

    /** The models are there. */
    hideShares() {
      for (const { arriving } of Object.values(models)) arriving.hidden = true;
      write(trouble, "");
    },
  };
}

/** @param {number} mse @param {number} betterThan */
function inWords(mse, betterThan) {
  if (!Number.isFinite(mse)) return "This model gives no numbers: its training has failed.";
  if (betterThan < 0.01) {
    return "Rebuilt worse than 99 % of MNIST's test digits: an unusual digit, or none at all.";
  }
  const share = Math.min(99, Math.round(100 * betterThan));
  return `Rebuilt better than ${share} % of MNIST's test digits.`;
}

/** Leaves a text as it is that says so already.
 * @param {HTMLElement} output @param {string} text */
function write(output, text) {
  if (output.textContent !== text) output.textContent = text;
}
