// The digit on the paper, rebuilt by the dense model with a code of the chosen size; and small, with
// each of the others.

import { loadAutoencoder } from "../../model/autoencoder.js";
import { meanSquaredError } from "../../model/reconstruction.js";
import { addressPart } from "../../shared/address.js";
import { clear, paintInk } from "../../shared/canvas.js";
import { find, findAll } from "../../shared/find.js";
import { percent, threeFigures } from "../../shared/format.js";
import { FAILED, Loading } from "../../shared/loading.js";
import { drawing } from "../../shared/state.js";
import { onceAFrame } from "../../shared/timing.js";
import { newCurve } from "./curve.js";

/**
 * @typedef {object} CodeSize
 * @property {string} name  of the model
 * @property {number} size  numbers in the code
 * @property {number | null} error  mean squared error per pixel, of all test digits
 */

const LOOKED_AT = 3000; // milliseconds in view, after which the models are fetched
const HOVERED = 300; // under the mouse, the same

/** @param {HTMLElement} element @param {Record<string, any>} props  of code_size.py */
export function show(element, props) {
  const sizes = /** @type {CodeSize[]} */ (props.sizes);
  const slider = find(element, "input", HTMLInputElement);
  const buttons = findAll(element, ".sizes button");
  const small = findAll(element, ".sizes canvas", HTMLCanvasElement);
  const original = find(element, ".original canvas", HTMLCanvasElement);
  const rebuilt = find(element, ".rebuilt canvas", HTMLCanvasElement);
  const title = find(element, ".rebuilt b");
  const words = find(element, ".words");
  const curve = newCurve(find(element, "svg", SVGSVGElement), props, choose);
  const own = sizes.findIndex(({ name }) => name === "dense"); // the page's own model, always there
  let chosen = Number(slider.value);
  let seen = false;
  let touched = false;

  // ---- the models, one after the other ----

  /** @type {string[]}  how each is on its way */
  const news = sizes.map(() => "");
  const models = sizes.map(({ name, size }, i) => {
    /** @param {string} said */
    const tell = (said) => {
      news[i] = said;
      if (i === chosen) showChosen();
    };
    return new Loading((onProgress) => loadAutoencoder(name, onProgress), {
      here: () => {
        stale.add(i);
        showOthers();
        tell("");
        fetchNext();
      },
      failed: () => tell(FAILED),
      underWay: (share) =>
        tell(`The model with ${numbers(size)} is on its way: ${percent(Math.min(share, 1))}.`),
    });
  });

  /** The chosen one, then those beside it, once somebody shows that they want them. */
  function fetchNext() {
    models[own].get();
    if (!touched) return;
    const { connection } = /** @type {any} */ (navigator);
    const missing = [...sizes.keys()].filter((i) => models[i].value === null);
    missing.sort((i, other) => Math.abs(i - chosen) - Math.abs(other - chosen));
    if (missing.length && !(connection?.saveData && missing[0] !== chosen))
      models[missing[0]].get();
  }

  function want() {
    touched = true;
    fetchNext();
  }

  // ---- what is chosen ----

  /** @param {number} i */
  function choose(i) {
    chosen = i;
    slider.value = String(i);
    want();
    showChosen();
    say({ size: sizes[i].size });
  }

  const showChosen = onceAFrame(() => {
    const { size, error } = sizes[chosen];
    const image = drawing.value?.image;
    const result = rebuild(chosen);
    slider.setAttribute("aria-valuetext", numbers(size));
    buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === chosen));
    });
    title.textContent = numbers(size);
    if (image) paintInk(original, image);
    else clear(original);
    if (result) paintInk(rebuilt, result.image);
    else clear(rebuilt);
    if (!image) words.textContent = "Draw a digit, and it is rebuilt here.";
    else if (result) words.textContent = told(size, result.mse, error);
    else words.textContent = news[chosen] || `The model with ${numbers(size)} is on its way.`;
    curve.mark(chosen, result?.mse ?? null);
  });

  /** What a model makes of the digit; null without either.
   * @param {number} i */
  function rebuild(i) {
    const model = models[i].value;
    const image = drawing.value?.image;
    if (!model || !image) return null;
    const rebuilt = model.decode(model.encode(image));
    return { image: rebuilt, mse: meanSquaredError(rebuilt, image) };
  }

  // ---- the small pictures, one a frame, so that they don't hold up the hand ----

  /** @type {Set<number>}  those that don't show what is on the paper */
  const stale = new Set();
  const showOthers = onceAFrame(() => {
    const [i] = stale;
    if (i === undefined || !seen) return;
    stale.delete(i);
    const result = rebuild(i);
    if (result) paintInk(small[i], result.image);
    else clear(small[i]);
    showOthers();
  });

  function follow() {
    if (!seen) return;
    showChosen();
    for (const i of sizes.keys()) stale.add(i);
    showOthers();
  }

  // ---- the visitor ----

  slider.addEventListener("input", () => choose(Number(slider.value)));
  buttons.forEach((button, i) => {
    button.addEventListener("click", () => choose(i));
  });
  element.addEventListener("pointerdown", want);
  element.addEventListener("focusin", want);
  const hovered = afterRest(HOVERED, want);
  element.addEventListener("pointerenter", hovered.begin);
  element.addEventListener("pointerleave", hovered.stop);
  const lookedAt = afterRest(LOOKED_AT, want);
  new IntersectionObserver((entries) => {
    seen = entries[entries.length - 1].isIntersecting;
    if (seen) lookedAt.begin();
    else lookedAt.stop();
    follow();
  }).observe(find(element, ".sizes"));

  fetchNext();
  showChosen();
  drawing.subscribe(element, follow);
  const say = addressPart(
    element,
    ["size"],
    (said) => {
      const i = sizes.findIndex(({ size }) => size === said.size);
      if (i >= 0) choose(i);
    },
    { size: sizes[chosen].size },
  );
}

/** Acts once, if it isn't stopped before.
 * @param {number} rest  milliseconds @param {() => void} act */
function afterRest(rest, act) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return {
    begin: () => {
      timer ??= setTimeout(act, rest);
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** @param {number} size */
function numbers(size) {
  return size === 1 ? "1 number" : `${size} numbers`;
}

/** @param {number} size @param {number} mse @param {number | null} average */
function told(size, mse, average) {
  const all = average === null ? "" : `; test digits with ${threeFigures(average)} on average`;
  const own = `this digit comes back with an error of ${threeFigures(mse)} (0 is a perfect copy)`;
  return `With ${numbers(size)} ${own}${all}.`;
}
