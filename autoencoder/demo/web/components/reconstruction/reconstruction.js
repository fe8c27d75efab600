// What both models make of the drawing, as it changes.

import { findAll, pressed } from "../../shared/find.js";
import { onceAFrame } from "../../shared/once_a_frame.js";
import { codeToDecode, drawing, drawingToFind, inside } from "../../shared/state.js";
import { openTab } from "../../shared/tabs.js";
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
  let rebuildBoth = /** @type {((digit: PreparedDigit) => Reconstruction) | null} */ (null);

  const follow = onceAFrame(() => {
    const digit = drawing.value;
    if (digit === undefined) return;
    if (digit === null || rebuildBoth) {
      shown = digit && rebuildBoth ? rebuildBoth(digit) : null;
      view.show(shown);
    } else if (!shown || !isAlike(digit.image, shown.digit.image)) {
      shown = null;
      view.showInput(digit);
    }
  });

  view.show(shown);
  drawing.subscribe(element, follow);

  async function becomeLive() {
    // Not needed for the first view.
    const { loadModels } = await import("./load_models.js");
    const { dense, conv, rebuild, testDigits } = await loadModels(view.showShare, view.showFailure);
    const { codes, labels, errors } = testDigits;
    rebuildBoth = (digit) => ({
      digit,
      dense: rebuild(dense, digit.image, errors.dense),
      conv: rebuild(conv, digit.image, errors.conv),
    });
    view.hideShares();
    follow();
    map.setDigits(codes, labels);
  }
  becomeLive().catch((error) => {
    view.showFailure();
    throw error;
  });

  const coders = findAll(element, ".coder", HTMLButtonElement);
  /** @type {HTMLButtonElement | undefined} */
  let opened;
  inside.subscribe(element, (open) => {
    if (!open) opened?.focus();
    opened = coders.find(
      ({ dataset }) => dataset.model === open?.model && dataset.part === open?.part,
    );
    for (const coder of coders) coder.setAttribute("aria-expanded", String(coder === opened));
  });

  element.addEventListener("click", (event) => {
    const { go, model, part } = pressed(event);
    if (model) {
      const closes = inside.value?.model === model && inside.value.part === part;
      inside.set(closes ? null : /** @type {any} */ ({ model, part }));
    }
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

/** @param {Float32Array} image @param {Float32Array} other */
function isAlike(image, other) {
  return image.every((pixel, i) => Math.abs(pixel - other[i]) < 0.01);
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
