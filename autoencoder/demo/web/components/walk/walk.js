// A walk from one digit to another, through both latent spaces and through the pixels.

import { loadAutoencoder } from "../../model/autoencoder.js";
import { crossFade, fromCrossFade, passedBy, walk, walkCodes } from "../../model/walk.js";
import { addressPart } from "../../shared/address.js";
import { paintDigit, paintInk } from "../../shared/canvas.js";
import { DRAWING, fillChooser } from "../../shared/digit_chooser.js";
import { find, findAll, pressed } from "../../shared/find.js";
import { listed, percent, within } from "../../shared/format.js";
import { FAILED, Loading } from "../../shared/loading.js";
import { drawing } from "../../shared/state.js";
import { indicesByDigit, loadTestDigits, loadTestImages } from "../../shared/test_digits.js";
import { whenSeen } from "../../shared/when_seen.js";
import { walkAsGif } from "./gif.js";

/** @typedef {import("../../shared/digit_chooser.js").Chosen} Chosen */

const STEPS = 12;
const PAUSE = 160; // milliseconds from step to step
const NAMES = ["3 numbers", "64 numbers", "cross-fade"];

/** @param {(share: number) => void} onProgress */
async function load(onProgress) {
  const [dense, conv, digits, imageOf] = await Promise.all([
    loadAutoencoder("dense"),
    loadAutoencoder("conv"),
    loadTestDigits(),
    loadTestImages(onProgress), // the largest
  ]);
  return { dense, conv, digits, indices: indicesByDigit(digits.labels), imageOf };
}

/** @param {HTMLElement} element @param {{ usual_gap: number }} props  of the dense model's codes */
export function mount(element, { usual_gap: usualGap }) {
  const choosers = findAll(element, "[data-end]", HTMLSelectElement);
  const anothers = findAll(element, "[data-another]", HTMLButtonElement);
  const pictures = findAll(element, ".end canvas", HTMLCanvasElement);
  const names = findAll(element, ".end b");
  const strips = findAll(element, ".strip canvas", HTMLCanvasElement);
  const marks = findAll(element, ".strip i");
  const nows = findAll(element, ".now canvas", HTMLCanvasElement);
  const playButton = find(element, "[data-do=play]");
  const said = find(element, ".said");
  const trouble = find(element, ".trouble");
  /** @type {(Chosen | null)[]} */
  const ends = [null, null];
  /** @type {Float32Array[][]} */
  let rows = []; // dense, convolutional, cross-fade
  let step = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  let say = (/** @type {import("../../shared/address.js").State} */ _) => {}; // in the address

  const files = new Loading(load, {
    here: () => {
      trouble.textContent = "";
      choose(0);
      choose(1);
      go();
      say = addressPart(element, ["walk", "step"], (said) => {
        said.walk?.forEach(startOrEnd);
        if (said.step !== undefined) step = said.step;
        go();
      });
    },
    failed: () => {
      trouble.textContent = FAILED;
    },
    underWay: (share) => {
      for (const name of names) name.textContent = `on its way: ${percent(share)}`;
    },
  });

  // ---- the two ends ----

  choosers.forEach((chooser, i) => {
    fillChooser(chooser);
    chooser.value = [drawing.value === null ? "4" : DRAWING, "9"][i];
    chooser.addEventListener("change", () => {
      choose(i);
      go();
      sayEnds();
    });
  });

  /** Takes the digit that the list of an end says: the first of its kind, or any.
   * @param {number} i @param {boolean} [any] */
  function choose(i, any = false) {
    const { value } = choosers[i];
    anothers[i].disabled = value === DRAWING;
    const indices = files.get()?.indices[Number(value)];
    if (value === DRAWING) ends[i] = DRAWING;
    else if (!indices) ends[i] = null;
    else if (any) ends[i] = indices[Math.floor(Math.random() * indices.length)];
    else ends[i] = indices.find((index) => index !== ends[1 - i]) ?? indices[0];
  }

  /** @param {Chosen} which @param {number} i */
  function startOrEnd(which, i) {
    const digits = files.get()?.indices ?? [];
    const value = which === DRAWING ? which : digits.findIndex((list) => list.includes(which));
    if (value === -1) return;
    choosers[i].value = String(value);
    anothers[i].disabled = value === DRAWING;
    ends[i] = which;
  }

  function sayEnds() {
    say({ walk: ends.filter((end) => end !== null), step });
  }

  const drawingChanged = whenSeen(element, go);
  drawing.subscribe(element, (digit) => {
    if (digit && ends.includes(DRAWING)) drawingChanged();
  });

  // ---- the walk ----

  function go() {
    const loaded = files.get();
    if (!loaded) return;
    const [start, end] = ends.map((which) =>
      which === DRAWING ? drawing.value?.image : which !== null && loaded.imageOf(which),
    );
    if (!start || !end) return;
    rows = [
      walk(loaded.dense, start, end, STEPS),
      walk(loaded.conv, start, end, STEPS),
      crossFade(start, end, STEPS),
    ];
    rows.forEach((row, i) => {
      row.forEach((image, at) => {
        paintDigit(strips[i], image, at, 0);
      });
    });
    [start, end].forEach((image, i) => {
      paintInk(pictures[i], image);
      names[i].textContent = ends[i] === DRAWING ? "on the paper" : `test digit ${ends[i]}`;
    });
    const codes = walkCodes(loaded.dense, start, end, STEPS);
    const { near, digits } = passedBy(codes, { ...loaded.digits, usualGap });
    const [few, many] = rows.slice(0, 2).map(fromCrossFade).map(percent);
    said.textContent =
      `Through 3 numbers, ${near} of ${STEPS} steps lie as near to a test digit's code as those to each other: ` +
      `the walk passes through ${listed(digits.map((digit) => `${digit}s`))}. ` +
      `It differs from a cross-fade of its two ends by at most ${few} of what those differ by; through 64 numbers, by ${many}.`;
    showStep(step);
  }

  /** @param {number} which */
  function showStep(which) {
    step = which;
    rows.forEach((row, i) => {
      paintInk(nows[i], row[step]);
    });
    for (const mark of marks) mark.style.left = `${(100 * step) / STEPS}%`;
  }

  for (const strip of findAll(element, ".strip")) {
    strip.addEventListener("pointermove", (event) => {
      if (timer) return;
      const box = strip.getBoundingClientRect();
      const at = Math.floor(((event.clientX - box.left) / box.width) * STEPS);
      showStep(within(at, 0, STEPS - 1));
      sayEnds();
    });
  }

  function play() {
    let beat = step;
    timer = setInterval(() => {
      if (!element.isConnected || !element.clientWidth) return stop();
      beat = (beat + 1) % (2 * STEPS - 2); // there and back
      showStep(beat < STEPS ? beat : 2 * STEPS - 2 - beat);
    }, PAUSE);
    playButton.textContent = "\u25a0 Stop";
  }

  function stop() {
    clearInterval(timer);
    timer = undefined;
    playButton.textContent = "\u25b6 Play";
  }

  function save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([walkAsGif(rows, NAMES)], { type: "image/gif" }));
    link.download = "walk.gif";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  element.addEventListener("click", (event) => {
    const { another, do: action } = pressed(event);
    if (another) {
      choose(Number(another), true);
      go();
      sayEnds();
    }
    if (action && !files.get()) return;
    if (action === "play") timer ? stop() : play();
    if (action === "save") save();
  });

  for (const name of names) name.textContent = "on its way";
  files.get();
}
