// Puts on the page what both models make of the digit: pictures, errors and words.

import { clear, paintInk, paintSigned } from "../../shared/canvas.js";
import { find, findAll } from "../../shared/find.js";
import { Announcement } from "../../shared/timing.js";
import { AS_IT_IS, errorInWords, heldInWords, PREPARED } from "./words.js";

/**
 * @typedef {import("../../model/reconstruction.js").Rebuilt} Rebuilt
 * @typedef {import("./reconstruction.js").Held} Held
 * @typedef {import("../../shared/state.js").DigitOnPaper} DigitOnPaper
 * @typedef {import("../train/own_model.js").OwnModel} OwnModel
 * @typedef {"dense" | "conv"} ModelName
 */

const NAMES = { dense: "Dense model", conv: "Convolutional model" };
const SIZES = { dense: "3 numbers", conv: "64 numbers" };

/** @param {HTMLElement} element */
export function newView(element) {
  const seen = find(element, "#model-input canvas", HTMLCanvasElement);
  const box = find(element, ".box");
  const centre = find(element, ".centre");
  const explain = find(element, ".explain");
  const nearest = find(element, ".nearest");
  const trouble = find(element, ".trouble");
  const announcement = new Announcement(find(element, ".announcement"));
  const buttons = findAll(element, ".actions button", HTMLButtonElement);
  const models = { dense: partsOf("dense"), conv: partsOf("conv") };

  /** @param {ModelName} name */
  function partsOf(name) {
    const model = find(element, `.model.${name}`);
    return {
      model,
      rebuilt: find(model, ".rebuilt canvas", HTMLCanvasElement),
      difference: find(model, ".difference canvas", HTMLCanvasElement),
      shows: find(model, ".difference figcaption"),
      words: find(model, ".words"),
      mse: find(model, ".mse"),
      back: find(model, "[data-do=back]"),
      pageModel: find(model, "[data-do=page-model]"),
      arriving: find(model, ".arriving"),
    };
  }

  /** The verdict on both models, for a screen reader. */
  function announce() {
    const { dense, conv } = models;
    announcement.say(
      `${nearest.textContent} Dense model: ${dense.words.textContent} Convolutional model: ${conv.words.textContent}`,
    );
  }

  /** @param {ModelName} name @param {boolean} held  whether the visitor has changed its code */
  function toggleHeld(name, held) {
    element.classList.toggle(`${name}-held`, held);
    models[name].back.hidden = !held;
    // in the same place: what is found there is the digit's own code
    if (name === "dense") {
      find(element, "[data-do=find]").hidden = held || !models.dense.pageModel.hidden;
    }
  }

  /** What is left of the models' parts without an answer. @param {string} sentence */
  function clearModels(sentence) {
    write(nearest, "");
    for (const name of /** @type {const} */ (["dense", "conv"])) {
      const { model, rebuilt, difference, words, mse } = models[name];
      clear(rebuilt);
      clear(difference);
      model.classList.remove("unusual");
      toggleHeld(name, false);
      write(words, sentence);
      mse.textContent = "\u2013";
    }
  }

  /** @param {boolean} isThere  whether there is a digit, and what the models make of it */
  function enable(isThere) {
    for (const button of buttons) button.disabled = !isThere;
  }

  /** @param {DigitOnPaper} digit */
  function showDigit({ image, box: [left, top, width, height], centre: [x, y], origin }) {
    paintInk(seen, image);
    const percent = (/** @type {number} */ pixels) => `${(100 * pixels) / 28}%`;
    box.style.cssText = `left: ${percent(left)}; top: ${percent(top)};
      width: ${percent(width)}; height: ${percent(height)}`;
    centre.style.cssText = `left: ${percent(x)}; top: ${percent(y)}`;
    element.classList.toggle("as-it-is", origin.asItIs);
    write(explain, origin.asItIs ? AS_IT_IS : PREPARED);
    const back = `Back to ${origin.byHand ? "your drawing" : "the digit"}`;
    for (const model of Object.values(models)) write(model.back, back);
  }

  return {
    /** @param {DigitOnPaper} digit  which the models have rebuilt; `showModel` shows that */
    showDigit(digit) {
      element.classList.remove("empty", "waiting");
      enable(true);
      showDigit(digit);
    },

    /** What a model makes of the digit, or of the code that the visitor holds.
     * @param {ModelName} name @param {DigitOnPaper} digit
     * @param {Rebuilt} own  of the encoder's code
     * @param {Held | null} held */
    showModel(name, { image: input, origin }, own, held) {
      const { model, rebuilt, difference, shows, words, mse } = models[name];
      const { image, mse: error } = held ?? own;
      paintInk(rebuilt, image);
      paintSigned(
        difference,
        image.map((pixel, i) => pixel - input[i]),
      );
      write(shows, "Difference");
      mse.textContent = error.toFixed(4);
      const unusual = !held && own.betterThan < 0.01;
      const { mse: ownError, betterThan } = own;
      write(
        words,
        held
          ? heldInWords(held.code, own.code)
          : errorInWords(ownError, betterThan, origin.testDigit >= 0),
      );
      announce();
      model.classList.toggle("unusual", unusual);
      toggleHeld(name, held !== null);
    },

    /** Whose model this is: the visitor's own, or the page's.
     * @param {ModelName} name @param {OwnModel | null} own */
    showOwner(name, own) {
      const { model, pageModel } = models[name];
      model.classList.toggle("trained", own !== null);
      pageModel.hidden = own === null;
      const title = own ? `Your ${NAMES[name].toLowerCase()}` : NAMES[name];
      write(find(model, "h3 b"), title);
      write(find(model, "h3 span"), `keeps ${own?.size ?? SIZES[name]}`);
      write(find(model, ".from"), ` from ${own?.size ?? SIZES[name]}`);
      if (name === "conv") return;
      const three = !own || own.latentDim <= 3;
      write(find(model, ".drag"), three ? "Code: drag it" : "3 directions");
    },

    /** What the dense model's code can say. @param {string} sentence */
    showNearest(sentence) {
      write(nearest, sentence);
      announce();
    },

    /** Where in the picture a number of the convolutional code works, in the place of the difference.
     * @param {number} at  from 0 @param {Float32Array} effect  (784) in [-1, 1] */
    showEffect(at, effect) {
      const { difference, shows } = models.conv;
      paintSigned(difference, effect);
      write(shows, `Number ${at + 1} grows`);
    },

    /** The paper is empty. */
    showNothing() {
      element.classList.add("empty");
      element.classList.remove("waiting");
      enable(false);
      clear(seen);
      clearModels("Nothing to rebuild yet: draw a digit.");
    },

    /** A digit that the models, which are on their way, will rebuild when they are there.
     * @param {DigitOnPaper} digit */
    showInput(digit) {
      element.classList.remove("empty");
      element.classList.add("waiting");
      enable(false);
      showDigit(digit);
      clearModels("Will be rebuilt as soon as the model is here.");
    },

    /** @param {ModelName} name @param {number} share  of the model's weights that is here */
    showShare(name, share) {
      const { arriving } = models[name];
      find(arriving, "progress", HTMLProgressElement).value = share;
      find(arriving, "output").textContent = `${Math.floor(100 * share)} %`;
    },

    /** @param {string} what  can't be fetched */
    showMissing(what) {
      write(
        trouble,
        `${what} can't be fetched at the moment. Your drawing is safe; this page keeps trying.`,
      );
    },

    /** The models are there. */
    hideShares() {
      for (const { arriving } of Object.values(models)) arriving.hidden = true;
      write(trouble, "");
    },

    /** What the verdict is told by is there, too. */
    showComplete() {
      write(trouble, "");
      announcement.element.setAttribute("aria-busy", "false");
    },
  };
}

/** Leaves a text as it is that says so already.
 * @param {HTMLElement} output @param {string} text */
function write(output, text) {
  if (output.textContent !== text) output.textContent = text;
}
