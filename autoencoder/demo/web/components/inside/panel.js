// The open panel: every layer's output for the drawing, and of one unit where its number comes from.

import { rebuildInSteps, unitsOf } from "../../model/steps.js";
import { weightedSum } from "../../model/weighted_sum.js";
import { clear, paintInk, paintSigned } from "../../shared/canvas.js";
import { find, findAll, pressed } from "../../shared/find.js";
import { number } from "../../shared/format.js";
import { onceAFrame } from "../../shared/once_a_frame.js";
import { drawing, inside } from "../../shared/state.js";
import { NumbersPicture } from "./numbers_picture.js";
import { placeByPaper } from "./place.js";
import { captionOf, nameOf, shortName, sumInWords, weightsCaption } from "./words.js";

/**
 * @typedef {import("../../model/autoencoder.js").Autoencoder} Autoencoder
 * @typedef {import("../../model/steps.js").Unit} Unit
 * @typedef {import("../../model/steps.js").Step} Step
 * @typedef {NonNullable<typeof inside.value>} Open
 * @typedef {{ step: number, index: number }} Place  a number of a step's output
 */

const EMPTY_PAPER = new Float32Array(784);

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {HTMLElement} element @param {Record<"dense" | "conv", Autoencoder>} models */
export function newPanel(element, models) {
  const panel = find(element, ".panel");
  const template = find(element, "template", HTMLTemplateElement);
  const layers = find(element, ".layers");
  const about = find(element, ".unit");
  const name = find(about, ".name");
  const value = find(about, "h4 output");
  const words = find(about, ".words");
  const lines = find(about, ".python");
  const offButton = find(about, "[data-do=off]", HTMLButtonElement);
  const onButton = find(about, "[data-do=on]", HTMLButtonElement);
  const rebuilt = find(about, ".rebuilt canvas", HTMLCanvasElement);
  const rebuiltCaption = find(about, ".rebuilt figcaption");
  const change = find(about, ".change canvas", HTMLCanvasElement);
  const hint = find(about, ".hint");
  const weights = new NumbersPicture(template, "Its weights");
  const products = new NumbersPicture(template, "Times what goes in");
  find(about, ".effect").before(weights.figure, products.figure);

  let open = /** @type {Open | null} */ (null);
  let steps = /** @type {Step[]} */ ([]);
  let pictures = /** @type {NumbersPicture[]} */ ([]); // of the steps
  let chosen = /** @type {Place | null} */ (null);
  let pointed = /** @type {Place | null} */ (null); // is shown as long as the mouse is on it
  let off = /** @type {Unit | null} */ (null);

  // ---- every layer, for the drawing on the paper ----

  const refresh = onceAFrame(() => {
    if (!open) return;
    const model = models[open.model];
    const image = drawing.value?.image ?? EMPTY_PAPER;
    const result = rebuildInSteps(model, open.part, image, off);
    steps = result.steps;
    if (!pictures.length) arrange(open);
    steps.forEach(({ output }, at) => {
      if (isInk(at)) pictures[at].paintInk(output);
      else pictures[at].paint(output);
    });
    paintInk(rebuilt, result.image);
    if (off) {
      const whole = model.decode(model.encode(image));
      paintSigned(
        change,
        result.image.map((pixel, i) => pixel - whole[i]),
      );
    } else clear(change);
    hint.hidden = off !== null;
    onButton.style.visibility = off ? "" : "hidden";
    write(rebuiltCaption, off ? `Without ${shortName(steps[off.step], off.unit)}` : "Rebuilt");
    showUnit();
  });

  /** One picture a step. @param {Open} open */
  function arrange({ part }) {
    pictures = steps.map((step, at) => {
      const picture = new NumbersPicture(
        template,
        captionOf(step, part, at > 0 && at === steps.length - 1),
      );
      picture.arrange(step.output.shape);
      if (at > 0) {
        const keys = "arrow keys go from unit to unit, Enter switches one off and on";
        const label = `${step.layers[0].line}: ${picture.canvas.ariaLabel}; ${keys}`;
        picture.canvas.tabIndex = 0;
        picture.canvas.setAttribute("role", "application");
        picture.canvas.setAttribute("aria-label", label);
      }
      return picture;
    });
    layers.replaceChildren(...pictures.map(({ figure }) => figure), about);
    if (steps.length > 1) choose({ step: 1, index: strongest(1) });
  }

  /** The drawing that goes in, and the picture that comes out.
   * @param {number} at */
  function isInk(at) {
    if (open?.part === "encoder") return at === 0;
    return at === steps.length - 1 && steps[at].output.shape.join() === "1,28,28";
  }

  /** @param {number} step */
  function strongest(step) {
    const { data } = steps[step].output;
    return data.reduce((best, value, i) => (Math.abs(value) > Math.abs(data[best]) ? i : best), 0);
  }

  // ---- one unit ----

  const showUnit = onceAFrame(() => {
    const shown = pointed ?? chosen;
    if (!open || !shown) return;
    const step = steps[shown.step];
    const [layer] = step.layers;
    const sum = weightedSum(layer, steps[shown.step - 1].output, step.outputs[0], shown.index);
    write(name, nameOf(step, shown.index));
    write(value, number(step.output.data[shown.index], 2));
    const isOff = off?.step === shown.step && off.unit === unitAt(shown);
    offButton.disabled = isOff;
    write(
      words,
      sumInWords(sum, step, shown.index) + (isOff ? " Switched off: it passes 0 on." : ""),
    );
    write(lines, step.layers.map(({ line }) => line).join("\n"));
    weights.setCaption(weightsCaption(sum));
    products.paint(sum.products, 0.1 * weights.paint(sum.weights)); // no colour for next to nothing
    pictures.forEach((picture, at) => {
      const isShown = at === shown.step;
      picture.mark(
        "chosen",
        isShown ? [picture.tile(shown.index), picture.square(shown.index)] : [],
      );
      picture.mark("off", off?.step === at ? [picture.tile(firstOf(off))] : []);
      picture.mark(
        "seen",
        at === shown.step - 1 && sum.window ? picture.onEachMap(sum.window) : [],
      );
    });
  });

  /** @param {Place} place */
  function unitAt({ step, index }) {
    return Math.floor(index / sizeOf(step));
  }

  /** @param {Unit} unit */
  function firstOf({ step, unit }) {
    return unit * sizeOf(step);
  }

  /** How many numbers each unit of a step has. @param {number} step */
  function sizeOf(step) {
    return steps[step].output.data.length / unitsOf(steps[step]);
  }

  /** @param {Place} place */
  function choose(place) {
    chosen = place;
    pointed = null;
    const { figure } = pictures[place.step];
    if (figure.nextElementSibling !== about) {
      const { top } = figure.getBoundingClientRect();
      figure.after(about);
      panel.scrollTop += figure.getBoundingClientRect().top - top; // it stays under the finger
    }
    showUnit();
  }

  /** @param {boolean} isOff */
  function switchUnit(isOff) {
    off = isOff && chosen ? { step: chosen.step, unit: unitAt(chosen) } : null;
    refresh();
  }

  // ---- mouse, finger and keyboard ----

  /** @param {Event} event @returns {Place | null} */
  function placeAt(event) {
    const step = stepOf(event);
    if (step < 1 || !(event instanceof MouseEvent)) return null;
    const index = pictures[step].indexAt(event);
    return index < 0 ? null : { step, index };
  }

  /** @param {Event} event */
  function stepOf({ target }) {
    return pictures.findIndex(({ canvas }) => canvas === target);
  }

  layers.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    pointed = placeAt(event);
    showUnit();
  });
  layers.addEventListener("pointerleave", () => {
    pointed = null;
    showUnit();
  });
  layers.addEventListener("focusin", (event) => {
    const step = stepOf(event);
    if (step < 1 || chosen?.step === step || !pictures[step].canvas.matches(":focus-visible"))
      return;
    choose({ step, index: strongest(step) });
  });
  layers.addEventListener("keydown", (event) => {
    const step = stepOf(event);
    if (step < 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (chosen?.step !== step) choose({ step, index: strongest(step) });
    const { index } = /** @type {Place} */ (chosen);
    if (event.key in ARROWS) {
      const [right, down] = ARROWS[event.key];
      choose({ step, index: pictures[step].neighbour(index, right, down, event.shiftKey) });
    } else if (event.key === "Enter" || event.key === " ") {
      switchUnit(!(off?.step === step && off.unit === unitAt({ step, index })));
    } else return;
    event.preventDefault();
  });
  panel.addEventListener("click", (event) => {
    const place = placeAt(event);
    if (place) choose(place);
    const { do: action, model, part } = pressed(event);
    if (action === "close") inside.set(null);
    if (action === "off") {
      switchUnit(true);
      onButton.focus();
    }
    if (action === "on") {
      switchUnit(false);
      offButton.focus();
    }
    if (open && (model || part)) {
      inside.set(/** @type {Open} */ ({ ...open, ...(model ? { model } : { part }) }));
    }
  });

  /** @param {KeyboardEvent} event */
  function closeByKey(event) {
    if (event.key === "Escape" && !event.defaultPrevented) inside.set(null);
  }

  const place = () => placeByPaper(panel);

  drawing.subscribe(element, refresh);

  return {
    /** @param {Open | null} wanted  null closes the panel */
    show(wanted) {
      const wasOpen = open !== null;
      open = wanted;
      [off, chosen, pointed, pictures] = [null, null, null, []];
      panel.hidden = !open;
      for (const button of findAll(panel, "[data-model], [data-part]")) {
        const { model, part } = button.dataset;
        const isPressed = model ? model === open?.model : part === open?.part;
        button.setAttribute("aria-pressed", String(isPressed));
      }
      refresh();
      if (!open) {
        document.removeEventListener("keydown", closeByKey);
        removeEventListener("resize", place);
      } else if (!wasOpen) {
        document.addEventListener("keydown", closeByKey);
        addEventListener("resize", place);
        place();
        panel.focus({ preventScroll: true });
      }
    },
  };
}

/** Changes a text only if it is another one, which costs the browser less.
 * @param {Element} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
