// What both models make of the drawing, as it changes.

import { rebuild } from "../../model/reconstruction.js";
import { codeToDecode, drawing, drawingToFind } from "../../shared/state.js";
import { openTab } from "../../shared/tabs.js";
import { loadModels } from "./load_models.js";
import { newSmallMap } from "./small_map.js";
import { newView } from "./view.js";

/**
 * @typedef {import("../../drawing/prepare_digit.js").PreparedDigit} PreparedDigit
 * @typedef {import("../../model/reconstruction.js").Rebuilt} Rebuilt
 * @typedef {{ digit: PreparedDigit, dense: Rebuilt, conv: Rebuilt }} Reconstruction
 */

/** @param {HTMLElement} element @param {Record<string, any>} props  of reconstruction.py */
export function mount(element, props) {
  const map = newSmallMap(element, props);
  const view = newView(element, props, map);
  let shown = /** @type {Reconstruction | null} */ (fromPython(props.first));
  let rebuilt = /** @type {PreparedDigit | null | undefined} */ (undefined); // the last one
  let rebuildBoth = /** @type {((digit: PreparedDigit) => Reconstruction) | null} */ (null);
  let nextFrame = 0; // if what it will show is computed already

  // At once, so that the next frame has it; but once a frame at most.
  function follow() {
    const digit = drawing.value;
    if (nextFrame || digit === rebuilt || digit === undefined) return;
    if (digit && !rebuildBoth) return showInput(digit);
    nextFrame = requestAnimationFrame(() => {
      nextFrame = 0;
      follow();
    });
    rebuilt = digit;
    shown = digit && rebuildBoth ? rebuildBoth(digit) : null;
    view.show(shown);
  }

  /** While the models are on their way.
   * @param {PreparedDigit} digit */
  function showInput(digit) {
    if (shown?.digit.image.every((pixel, i) => Math.abs(pixel - digit.image[i]) < 0.01)) return;
    shown = null;
    view.showInput(digit);
  }

  view.show(shown);
  drawing.subscribe(element, follow);
  loadModels(view.showShare, view.showFailure).then(({ dense, conv, testDigits }) => {
    const { codes, labels, errors } = testDigits;
    rebuildBoth = (digit) => ({
      digit,
      dense: rebuild(dense, digit.image, errors.dense),
      conv: rebuild(conv, digit.image, errors.conv),
    });
    view.hideShares();
    follow();
    map.setDigits(codes, labels);
  });

  element.addEventListener("click", ({ target }) => {
    const go = target instanceof Element && target.closest("button")?.dataset.go;
    if (!shown || !go) return;
    if (go === "find") {
      drawingToFind.set(true);
      openTab("Latent space");
    } else {
      codeToDecode.set([...shown.dense.code]);
      openTab("Decode");
    }
  });
}

/** What reconstruction.py computed of the first digit: grey values to 255, null for what is no number.
 * @param {Record<string, any>} first
 * @returns {Reconstruction} */
function fromPython({ digit, dense, conv }) {
  const image = (/** @type {number[]} */ greys) => Float32Array.from(greys, (grey) => grey / 255);
  const [denseRebuilt, convRebuilt] = [dense, conv].map((model) => ({
    code: Float32Array.from(model.code, (number) => number ?? Number.NaN),
    image: image(model.image),
    mse: model.mse ?? Number.NaN,
    betterThan: model.better_than,
  }));
  return {
    digit: { ...digit, image: image(digit.image) },
    dense: denseRebuilt,
    conv: convRebuilt,
  };
}
