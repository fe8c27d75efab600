// One point of the dense model's latent space, moved by sliders, by the pad or by a start point; and
// the digit that it decodes to. Or of the visitor's own model, by its three coordinates.

import { loadAutoencoder } from "../../model/autoencoder.js";
import { nearest, whereabouts } from "../../model/neighbours.js";
import { codeOn, planeThrough } from "../../model/plane.js";
import { addressPart } from "../../shared/address.js";
import { paintInk } from "../../shared/canvas.js";
import { find, findAll, pressed } from "../../shared/find.js";
import { a, number, percent, within } from "../../shared/format.js";
import { FAILED, Loading } from "../../shared/loading.js";
import { codeToDecode, drawing, ownModel } from "../../shared/state.js";
import { loadTestDigits, loadTestImages } from "../../shared/test_digits.js";
import { Announcement, onceAFrame } from "../../shared/timing.js";
import { whenSeen } from "../../shared/when_seen.js";
import { showAxisNumbers } from "./axis_numbers.js";
import { mountPad } from "./pad.js";
import { PlaneOfDigits, paintDensity } from "./plane_pictures.js";
import { follow, placeOf } from "./plane_view.js";

/**
 * @typedef {object} Props  as LatentSpace in latent.py has them
 * @property {number[]} code  (3): where the decoder stands until there is a drawing
 * @property {[number, number]} axes  of the plane: to the right, upwards
 * @property {number[]} low  (3), of all test digits' codes
 * @property {number[]} high
 * @property {number[]} core_low  (3), of nine tenths along each axis
 * @property {number[]} core_high
 * @property {number[][]} middles  (11, 3): of each digit's codes, and of all
 * @property {number} usual_gap
 */

const ORDINALS = ["1st", "2nd", "3rd"];

/** @param {HTMLElement} element @param {Props} props */
export function mount(element, props) {
  const { low, high, core_low: coreLow, core_high: coreHigh } = props;
  const ofPage = {
    range: { low, high },
    core: { low: coreLow, high: coreHigh },
    middles: props.middles,
    pointGap: props.usual_gap,
  };
  /** @type {import("../train/own_model.js").OwnModel | null} */
  let own = null;
  const space = () => own ?? ofPage;
  /** @type {import("../../model/plane.js").Plane} */
  const plane = planeOf(props.code, props.axes);
  /** @type {keyof typeof starts | null} */
  let awaited = null; // a start point whose files are on their way
  let arrived = true; // at the newest drawing, or the point was moved since
  let shownPlane = ""; // which it is, its part, and what was there to paint it with
  let shownDigit = -1;

  const sliders = findAll(element, ".sliders input", HTMLInputElement);
  const outputs = findAll(element, ".sliders output");
  const pickers = findAll(element, "[data-axis]", HTMLSelectElement);
  const drawingButton = find(element, "[data-start=drawing]", HTMLButtonElement);
  const here = find(element, ".here");
  const below = find(element, ".below");
  const beside = find(element, ".beside");
  const decoded = find(element, ".decoded canvas", HTMLCanvasElement);
  const near = find(element, ".near canvas", HTMLCanvasElement);
  const label = find(element, ".label");
  const words = find(element, ".words");
  const announcement = new Announcement(find(element, ".announcement"));
  const distance = find(element, ".distance");
  const shade = find(element, ".density", HTMLCanvasElement);
  const planeOfDigits = new PlaneOfDigits(find(element, ".plane", HTMLCanvasElement));
  const trouble = find(element, ".trouble");

  // ---- what it computes with ----

  const tell = {
    here: () => {
      trouble.textContent = "";
      refresh();
    },
    failed: () => {
      trouble.textContent = FAILED;
    },
  };
  const model = new Loading((onProgress) => loadAutoencoder("dense", onProgress), {
    ...tell,
    underWay: (share) => {
      words.textContent = `The model is on its way: ${percent(share)}.`;
    },
  });
  const testDigits = new Loading(loadTestDigits, tell);
  const usedModel = () => own?.ofThree ?? model.get();
  const usedDigits = () => {
    const digits = own ?? testDigits.get();
    return digits && { codes: own?.points ?? digits.codes, labels: digits.labels };
  };
  const testImages = new Loading(loadTestImages, tell);

  // ---- moving the point ----

  /** @param {ArrayLike<number>} code */
  function move(code) {
    arrived = true;
    stand(code);
    follow(plane);
    refresh();
  }

  /** @param {ArrayLike<number>} code */
  function stand(code) {
    plane.at = Array.from(code);
    awaited = null;
    if (arrived) sayPoint(); // at its start it is by itself, and the address may know better
    arrived = true;
  }

  /** @param {ArrayLike<number>} code @param {[number, number]} axes */
  function planeOf(code, axes) {
    const { core, middles } = space();
    return planeThrough(code, axes, core, middles.slice(0, 10));
  }

  /** The plane through a point, as it is shown first.
   * @param {ArrayLike<number>} code */
  function openPlane(code) {
    Object.assign(plane, planeOf(code, plane.axes));
    say({ plane: undefined });
    stand(code);
    refresh();
  }

  function fitSliders() {
    const { low, high } = space().range;
    sliders.forEach((slider, axis) => {
      slider.min = String(Math.floor(10 * low[axis]) / 10);
      slider.max = String(Math.ceil(10 * high[axis]) / 10);
      slider.step = "0.1";
      slider.disabled = own !== null && axis >= own.latentDim;
    });
  }
  fitSliders();
  sliders.forEach((slider, axis) => {
    slider.addEventListener("input", () => {
      move(Array.from(plane.at, (value, i) => (i === axis ? Number(slider.value) : value)));
    });
  });

  pickers.forEach((picker, i) => {
    picker.value = String(plane.axes[i]);
    picker.addEventListener("change", () => {
      const chosen = Number(picker.value);
      if (plane.axes[1 - i] === chosen) plane.axes[1 - i] = plane.axes[i]; // they change places
      plane.axes[i] = chosen;
      pickers.forEach((other, k) => {
        other.value = String(plane.axes[k]);
      });
      openPlane(plane.at);
    });
  });

  /** @param {import("../../shared/address.js").State} said */
  function takeAddress({ code, axes, slopes, plane: part }) {
    if (axes && axes[0] !== axes[1]) {
      plane.axes = [axes[0], axes[1]];
      pickers.forEach((picker, i) => {
        picker.value = String(plane.axes[i]);
      });
    }
    Object.assign(plane, planeOf(code ?? plane.at, plane.axes));
    if (slopes) plane.slopes = [slopes[0], slopes[1]];
    if (part && part[0] < part[1] && part[2] < part[3]) {
      plane.axes.forEach((axis, i) => {
        [plane.low[axis], plane.high[axis]] = part.slice(2 * i, 2 * i + 2);
      });
    }
    move(code ?? plane.at);
  }
  const say = addressPart(element, ["code", "axes", "slopes", "plane"], takeAddress, {
    axes: props.axes,
  });

  function sayPoint() {
    const code = own ? undefined : Array.from(plane.at);
    say({ code, axes: [...plane.axes], slopes: own ? undefined : [...plane.slopes] });
  }

  function sayPart() {
    sayPoint();
    if (!own) say({ plane: plane.axes.flatMap((axis) => [plane.low[axis], plane.high[axis]]) });
  }

  // Each gives a code, or nothing as long as what it needs is on its way.
  const starts = {
    digit: () => {
      const codes = usedDigits()?.codes;
      if (!codes) return;
      const index = Math.floor((Math.random() * codes.length) / 3);
      return codes.subarray(3 * index, 3 * index + 3);
    },
    point: () => {
      const { low, high } = space().core;
      return low.map((from, axis) => from + Math.random() * (high[axis] - from));
    },
    drawing: () => drawing.value && usedModel()?.encode(drawing.value.image),
  };
  element.addEventListener("click", (event) => {
    const { middle, start, do: what } = pressed(event);
    if (what === "page-model") ownModel.set(null);
    if (middle) openPlane(space().middles[Number(middle)]);
    if (start) {
      awaited = /** @type {keyof typeof starts} */ (start);
      refresh();
    }
  });
  const arrive = whenSeen(element, () => {
    if (arrived) return;
    awaited = "drawing";
    refresh();
  });
  drawing.subscribe(element, (digit) => {
    drawingButton.disabled = !digit;
    arrived = !digit;
    // where it will be follows from what is on the paper
    if (digit) say({ code: undefined, slopes: undefined, plane: undefined });
    arrive();
  });

  // ---- what is shown of it ----

  const refresh = onceAFrame(() => {
    const started = awaited && starts[awaited]();
    if (started) return openPlane(started);
    showPoint();
    const dense = usedModel();
    if (dense) paintInk(decoded, dense.decode(plane.at));
    const digits = usedDigits();
    if (dense && digits) showWhere(digits);
    const { axes, slopes, low: from, high: to } = plane;
    // where it crosses the third axis, rounded, as a point that moves on it moves by rounded numbers
    const crossing = codeOn(plane, 0, 0)[3 - axes[0] - axes[1]].toFixed(6);
    const wanted = [...axes, ...slopes, ...from, ...to, crossing, !!dense, !!digits].join();
    if (wanted === shownPlane) return;
    shownPlane = wanted;
    showAxisNumbers(below, beside, plane);
    if (dense) planeOfDigits.show(plane, dense);
    if (digits) paintDensity(shade, digits.codes, plane);
  });

  function showPoint() {
    sliders.forEach((slider, axis) => {
      const value = plane.at[axis];
      // a slider under the hand stays where the hand has put it
      const held = document.activeElement === slider;
      if (!held || Math.abs(Number(slider.value) - value) > 0.1) slider.value = String(value);
      write(outputs[axis], number(value));
    });
    const { right, up } = placeOf(plane, plane.at);
    here.style.left = `${100 * right}%`;
    here.style.top = `${100 * (1 - up)}%`;
  }

  /** @param {{ codes: Float32Array, labels: Uint8Array }} digits */
  function showWhere(digits) {
    const neighbours = nearest(digits, plane.at);
    const sentence = whereabouts(neighbours, space().pointGap);
    write(words, `${sentence[0].toUpperCase()}${sentence.slice(1)}.`);
    write(label, a(neighbours[0].label));
    announcement.say(words.textContent ?? "");
    write(distance, neighbours[0].distance.toFixed(2));
    const imageOf = testImages.get();
    if (!imageOf || neighbours[0].index === shownDigit) return;
    shownDigit = neighbours[0].index;
    paintInk(near, imageOf(shownDigit));
  }

  // ---- the pad ----

  const tip = find(element, ".tip");
  const tipPicture = find(tip, "canvas", HTMLCanvasElement);
  const about = find(tip, ".about");
  /** @type {{ event: PointerEvent, code: number[] } | null} */
  let hovered = null;
  const preview = onceAFrame(() => {
    const dense = usedModel();
    if (!dense || !hovered) return;
    const { event, code } = hovered;
    paintInk(tipPicture, dense.decode(code));
    const digits = usedDigits();
    write(about, digits ? whereabouts(nearest(digits, code), space().pointGap) : "");
    const fits = event.clientX + 18 + 112 <= innerWidth;
    tip.style.left = `${event.clientX + (fits ? 18 : -130)}px`;
    tip.style.top = `${within(event.clientY - 140, 4, innerHeight - 180)}px`;
    tip.hidden = false;
  });
  mountPad(element, plane, {
    drag: (code) => {
      stand(code);
      refresh();
    },
    move,
    look: () => {
      refresh();
      sayPart();
    },
    reset: () => openPlane(plane.at),
    hover: (event, code) => {
      hovered = { event, code };
      preview();
    },
    leave: () => {
      hovered = null;
      tip.hidden = true;
    },
  });

  words.textContent = "The model is on its way.";

  // ---- whose model it is ----

  const owner = find(element, ".owner");
  const title = find(element, ".sliders h3 b");
  const about3 = find(element, ".sliders h3 span");
  const source = find(element, ".decoded .source");
  const gap = find(element, ".gap");

  ownModel.subscribe(element, (used) => {
    const changed = used !== own;
    own = used;
    owner.hidden = own === null;
    const isLong = own !== null && own.latentDim > 3;
    find(owner, "span").textContent = own ? ownInWords(own) : "";
    title.textContent = isLong ? "Three directions" : "Three numbers";
    about3.textContent = isLong ? `(of the code's ${own?.size})` : "(the code)";
    for (const { options } of pickers) {
      for (const option of options) {
        option.text = `${ORDINALS[option.index]} ${isLong ? "direction" : "number"}`;
      }
    }
    source.textContent = isLong ? "this place" : "these 3 numbers";
    gap.textContent = space().pointGap.toFixed(2);
    fitSliders();
    if (!changed) return refresh();
    [shownPlane, shownDigit] = ["", -1];
    openPlane(own ? own.middles[10] : props.code);
    arrived = !drawing.value;
    arrive();
  });
  codeToDecode.subscribe(element, (code) => {
    if (!code) return;
    codeToDecode.set(null);
    openPlane(code);
  });
}

/** @param {import("../train/own_model.js").OwnModel} own */
function ownInWords({ name, size, latentDim }) {
  const kind = name === "dense" ? "dense" : "convolutional";
  const along =
    latentDim > 3 ? ", moved along the three directions in which its codes differ most" : "";
  return (
    `This is your own ${kind} model with ${size}${along}. The walk and the 64 numbers further down ` +
    "are still of this page's models."
  );
}

/** Changes a text only if it is another one, which costs the browser less.
 * @param {Element} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
