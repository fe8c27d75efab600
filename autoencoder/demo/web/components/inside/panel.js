// The open panel: every layer's output for the drawing, and of one unit where its number comes from.

import { rebuildInSteps, unitsOf } from "../../model/steps.js";
import { weightedSum } from "../../model/weighted_sum.js";
import { paintInk } from "../../shared/canvas.js";
import { find, findAll, pressed } from "../../shared/find.js";
import { number } from "../../shared/format.js";
import { drawing, inside, ownModel } from "../../shared/state.js";
import { onceAFrame } from "../../shared/timing.js";
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
  const hint = find(about, ".hint");
  const weights = new NumbersPicture(template, "Its weights");
  const products = new NumbersPicture(template, "Times what goes in");
  const change = new NumbersPicture(template, "What it changes");
  change.figure.classList.add("change");
  find(change.figure, ".numbers").append(hint);
  const effect = find(about, ".effect");
  effect.before(weights.figure, products.figure);
  effect.append(change.figure);

  let open = /** @type {Open | null} */ (null);
  let steps = /** @type {Step[]} */ ([]);
  let pictures = /** @type {NumbersPicture[]} */ ([]); // of the steps
  let chosen = /** @type {Place | null} */ (null);
  let pointed = /** @type {Place | null} */ (null); // is shown as long as the mouse is on it
  let off = /** @type {Unit | null} */ (null);

  // ---- every layer, for the drawing on the paper ----

  const refresh = onceAFrame(() => {
    if (!open) return;
    const own = ownModel.value;
    const model = own?.name === open.model ? own.model : models[open.model];
    const image = drawing.value?.image ?? EMPTY_PAPER;
    const result = rebuildInSteps(model, open.part, image, off);
    steps = result.steps;
    if (!pictures.length) arrange(open);
    steps.forEach(({ output }, at) => {
      if (isInk(at)) pictures[at].paintInk(output);
      else pictures[at].paint(output);
    });
    paintInk(rebuilt, result.image);
    const whole = off ? model.decode(model.encode(image)) : result.image;
    const changes = result.image.map((pixel, i) => pixel - whole[i]);
    change.paint({ data: changes, shape: [1, 28, 28] }, 0.1);
    hint.hidden = off !== null;
    onButton.style.visibility = off ? "" : "hidden";
    write(rebuiltCaption, off ? `Without ${shortName(steps[off.step], off.unit)}` : "Rebuilt");
    showUnit();
  });

  /** One picture a step. @param {Open} open */
  function arrange({ part }) {
    pictures = steps.map((step, at) => {
      const caption = captionOf(step, part, at === steps.length - 1);
      const picture = new NumbersPicture(template, caption);
      picture.arrange(step.output.shape);
      if (at > 0) {
        const keys = "arrow keys go from unit to unit, Enter switches one off and on";
        const label = `${step.layers[0].line}: ${caption}; ${keys}`;
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
    const isOff = isTheOneOff(shown);
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
      const isBefore = at === shown.step - 1;
      picture.mark("chosen", isShown ? [boxOf(unitOf(shown)), picture.square(shown.index)] : []);
      picture.mark("off", off?.step === at ? [boxOf(off)] : []);
      picture.mark("seen", isBefore && sum.window ? picture.onEachMap(sum.window) : []);
    });
  });

  /** @param {Place} place @returns {Unit} */
  function unitOf({ step, index }) {
    return { step, unit: Math.floor(index / sizeOf(step)) };
  }

  /** @param {Place} place */
  function isTheOneOff(place) {
    return off?.step === place.step && off.unit === unitOf(place).unit;
  }

  /** Around a unit: a map, or a square. @param {Unit} unit */
  function boxOf({ step, unit }) {
    const size = sizeOf(step);
    return size > 1 ? pictures[step].tile(unit * size) : pictures[step].square(unit);
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
    off = isOff && chosen ? unitOf(chosen) : null;
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
      switchUnit(!isTheOneOff({ step, index }));
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

  drawing.subscribe(element, () => {
    if (open) refresh();
  });

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
      if (!open) {
        document.removeEventListener("keydown", closeByKey);
        removeEventListener("resize", place);
        return;
      }
      panel.scrollTop = 0;
      refresh();
      if (!wasOpen) {
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
