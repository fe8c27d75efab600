// What both models make of the digit, as it changes, and of the codes that the visitor takes hold of.

import { addressPart } from "../../shared/address.js";
import { find, findAll, pressed } from "../../shared/find.js";
import { testDigitOrigin } from "../../shared/format.js";
import {
  codeToDecode,
  drawing,
  drawingToFind,
  inside,
  openTab,
  ownModel,
} from "../../shared/state.js";
import { onceAFrame } from "../../shared/timing.js";
import { newBars } from "./bars.js";
import { newSmallMap } from "./small_map.js";
import { newSquares } from "./squares.js";
import { newView } from "./view.js";
import { nearestInWords, squareInWords, whereInWords } from "./words.js";

/**
 * @typedef {import("../../shared/state.js").DigitOnPaper} DigitOnPaper
 * @typedef {import("../../model/reconstruction.js").Rebuilt} Rebuilt
 * @typedef {Awaited<ReturnType<typeof import("./models.js").loadModels>>} Models
 * @typedef {import("../train/own_model.js").OwnModel} OwnModel
 * @typedef {{ digit: DigitOnPaper, dense: Rebuilt, conv: Rebuilt }} Reconstruction
 *
 * @typedef {object} Held  a code that the visitor has changed
 * @property {Float32Array} code
 * @property {Float32Array} image  (784) in [0, 1]: what the decoder makes of it
 * @property {number} mse  to the digit on the paper
 */

/** @param {HTMLElement} element @param {Record<string, any>} props  of draw.py */
export function mount(element, props) {
  const view = newView(element);
  const bars = newBars(element, props.ranges, (axis, value) => hold("dense", [[axis, value]]));
  const map = newSmallMap(element, /** @type {any} */ (props), (numbers) => hold("dense", numbers));
  const squares = newSquares(element, props.conv_scale, {
    point: () => showSoon.conv(),
    hold: (at, value) => hold("conv", [[at, value]]),
  });
  let shown = /** @type {Reconstruction | null} */ (fromPython(props.first, props.label));
  let models = /** @type {Models | null} */ (null);
  /** @type {Record<"dense" | "conv", Float32Array | null>} */
  const heldCodes = { dense: null, conv: null };
  let say = (/** @type {import("../../shared/address.js").State} */ _) => {}; // in the address
  /** @type {Record<"dense" | "conv", OwnModel | null>}  in the place of the page's */
  const own = { dense: null, conv: null };

  // ---- what is shown ----

  const show = {
    dense() {
      if (!shown) return;
      const { digit, dense } = shown;
      const code = heldCodes.dense ?? dense.code;
      const [at, encoded] = [code, dense.code].map((c) => own.dense?.coordinates(c) ?? c);
      bars.show(at, encoded);
      map.show(at, encoded);
      view.showModel("dense", digit, dense, held("dense"));
      const { words, testDigit } = digit.origin;
      const except = heldCodes.dense ? -1 : testDigit;
      const place = models?.place(code, props.usual_gap, except);
      if (!place) return view.showNearest(`${words}.`);
      const { digit: nearest, where } = place;
      const size = own.dense?.size ?? "3 numbers";
      view.showNearest(
        heldCodes.dense ? whereInWords(where) : nearestInWords(words, nearest, where, size),
      );
    },
    conv() {
      if (!shown) return;
      const { digit, conv } = shown;
      const code = heldCodes.conv ?? conv.code;
      squares.show(code, conv.code);
      view.showModel("conv", digit, conv, held("conv"));
      const at = models && squares.pointed;
      if (at === null || !models) return squares.say("");
      const deviation = (own.conv?.deviations ?? props.conv_deviations)[at];
      view.showEffect(at, models.effect(code, at, deviation));
      squares.say(squareInWords(at, code[at], conv.code[at], deviation));
    },
  };
  const showSoon = { dense: onceAFrame(show.dense), conv: onceAFrame(show.conv) };

  function showBoth() {
    if (shown) {
      view.showDigit(shown.digit);
      show.dense();
      show.conv();
    } else {
      view.showNothing();
      bars.clear();
      squares.clear();
    }
  }

  const follow = onceAFrame(() => {
    const digit = drawing.value;
    if (digit === undefined) return;
    heldCodes.dense = heldCodes.conv = null;
    sayHeld();
    if (digit === null || models) {
      shown = digit && models && rebuiltBy(models, digit);
      showBoth();
    } else if (!shown || !isAlike(digit.image, shown.digit.image)) {
      shown = null;
      view.showInput(digit);
      bars.clear();
      squares.clear();
    }
  });

  // ---- the models ----

  /** @param {OwnModel | null} used */
  function useModels(used) {
    if (!models?.testDigits) return;
    inside.set(null); // it shows the layers of the model before
    own.dense = used?.name === "dense" ? used : null;
    own.conv = used?.name === "conv" ? used : null;
    models.own = own;
    const { dense, conv } = own;
    bars.setRanges(dense?.ranges ?? props.ranges, dense?.directions.length ?? 3);
    map.setMap(dense?.flatMap ?? props.map);
    const { testDigits } = models;
    map.setDigits(dense?.points ?? testDigits.codes, dense?.labels ?? testDigits.labels);
    squares.setScale(conv?.latentDim ?? 64, conv?.scale ?? props.conv_scale);
    view.showOwner("dense", dense);
    view.showOwner("conv", conv);
    // Decode shows the visitor's model, to which this code would say nothing
    find(element, "[data-do=decode]").hidden = conv !== null;
    follow();
  }

  // ---- the code in the visitor's hand ----

  /** @param {"dense" | "conv"} name @param {[number, number][]} numbers  places in the code, values */
  function hold(name, numbers) {
    if (!models || !shown) return;
    let code = Float32Array.from(heldCodes[name] ?? shown[name].code);
    for (const [at, value] of numbers) {
      if (name === "dense" && own.dense) code = own.dense.moved(code, at, value);
      else code[at] = value;
    }
    heldCodes[name] = code;
    showSoon[name]();
    sayHeld();
  }

  function sayHeld() {
    const { dense, conv } = heldCodes;
    const changed =
      conv && [...conv.entries()].filter(([at, value]) => value !== shown?.conv.code[at]);
    say({ dense: dense ? [...dense] : undefined, conv: changed?.flat() });
  }

  /** @param {"dense" | "conv"} name @returns {Held | null} */
  function held(name) {
    const code = heldCodes[name];
    return code && models && shown && models.decode(name, code, shown.digit.image);
  }

  element.addEventListener("click", (event) => {
    const { do: what, model, part } = pressed(event);
    if (model && part) {
      const closes = inside.value?.model === model && inside.value.part === part;
      inside.set(closes ? null : /** @type {any} */ ({ model, part }));
    }
    if (what === "page-model") ownModel.set(null);
    if (!shown || !what) return;
    if (what === "back" && (model === "dense" || model === "conv")) {
      heldCodes[model] = null;
      show[model]();
      sayHeld();
      // the button has gone; the next key goes to what it was about
      if (event.detail === 0) find(element, model === "dense" ? ".bar i" : ".numbers").focus();
    } else if (what === "find") {
      drawingToFind.set(true);
      openTab("Latent space");
    } else if (what === "decode") {
      const code = heldCodes.dense ?? shown.dense.code;
      codeToDecode.set([...(own.dense?.coordinates(code) ?? code)]);
      openTab("Decode");
    }
  });

  // ---- looking inside ----

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

  showBoth();
  drawing.subscribe(element, follow);

  async function becomeLive() {
    const { loadModels } = await import("./models.js");
    models = await loadModels(view.showShare, () => view.showMissing("The models"));
    view.hideShares();
    if (!shown) follow(); // else it is the digit that came with the page, and so did its words
    say = addressPart(element, ["dense", "conv"], ({ dense = [], conv = [] }) => {
      heldCodes.dense = heldCodes.conv = null;
      if (dense.length) hold("dense", [...dense.entries()]);
      for (let i = 0; i < conv.length; i += 2) hold("conv", [[conv[i], conv[i + 1]]]);
      showBoth();
    });
    const { codes, labels } = await models.loadTestDigits(() =>
      view.showMissing("The test digits"),
    );
    view.showComplete();
    map.setDigits(codes, labels);
    if (shown) shown = rebuiltBy(models, shown.digit);
    showBoth();
    ownModel.subscribe(element, (used) => {
      if (used !== (own.dense ?? own.conv)) useModels(used);
    });
  }
  becomeLive().then(
    () => import("../../shared/preload.js"), // for the other tabs
    (error) => {
      view.showMissing("The models");
      throw error;
    },
  );
}

/** @param {Models} models @param {DigitOnPaper} digit */
function rebuiltBy(models, digit) {
  return {
    digit,
    dense: models.rebuild("dense", digit.image),
    conv: models.rebuild("conv", digit.image),
  };
}

/** @param {Float32Array} image @param {Float32Array} other */
function isAlike(image, other) {
  return image.every((pixel, i) => Math.abs(pixel - other[i]) < 0.01);
}

/** What draw.py computed of test digit 0: grey values to 255, null for what is no number.
 * @param {Record<string, any>} first @param {number} label  which digit it is
 * @returns {Reconstruction} */
function fromPython({ digit, dense, conv }, label) {
  const image = (/** @type {number[]} */ greys) => Float32Array.from(greys, (grey) => grey / 255);
  const [denseRebuilt, convRebuilt] = [dense, conv].map((model) => ({
    code: Float32Array.from(model.code, (number) => number ?? Number.NaN),
    image: image(model.image),
    mse: model.mse ?? Number.NaN,
    betterThan: model.better_than,
  }));
  return {
    digit: { ...digit, image: image(digit.image), origin: testDigitOrigin(label, 0) },
    dense: denseRebuilt,
    conv: convRebuilt,
  };
}
