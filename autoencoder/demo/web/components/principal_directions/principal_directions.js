// The convolutional model's 64 numbers by their principal directions, around a chosen digit.

import { loadAutoencoder } from "../../model/autoencoder.js";
import { loadPrincipalDirections } from "../../model/principal_directions.js";
import { meanSquaredError } from "../../model/reconstruction.js";
import { addressPart } from "../../shared/address.js";
import { paintInk } from "../../shared/canvas.js";
import { DRAWING, fillChooser } from "../../shared/digit_chooser.js";
import { find, findAll, pressed } from "../../shared/find.js";
import { number, percent, within } from "../../shared/format.js";
import { FAILED, Loading } from "../../shared/loading.js";
import { drawing } from "../../shared/state.js";
import { indicesByDigit, loadTestDigits, loadTestImages } from "../../shared/test_digits.js";
import { Announcement, onceAFrame } from "../../shared/timing.js";
import { whenSeen } from "../../shared/when_seen.js";

/** @typedef {import("../../shared/digit_chooser.js").Chosen} Chosen */

const ALL = 64;
const REACH = 4; // of a slider, in standard deviations of the test digits' codes
const FIRST = 2; // the test digit that is shown first

/** @param {(share: number) => void} onProgress */
async function load(onProgress) {
  const [model, directions, { labels }, imageOf] = await Promise.all([
    loadAutoencoder("conv"),
    loadPrincipalDirections(),
    loadTestDigits(),
    loadTestImages(onProgress), // the largest
  ]);
  /** @type {Record<string, number[]>}  the indices of the digits, by what the list says */
  const digits = Object.fromEntries(indicesByDigit(labels).entries());
  digits.any = [...labels.keys()];
  return { model, directions, shares: directions.shares(), digits, imageOf };
}

/** @param {HTMLElement} element */
export function mount(element) {
  const sliders = findAll(element, ".sliders input", HTMLInputElement);
  const outputs = findAll(element, ".sliders output");
  const chooser = find(element, "select", HTMLSelectElement);
  const anotherButton = find(element, "[data-do=another]", HTMLButtonElement);
  const keep = find(element, ".keep input", HTMLInputElement);
  const count = find(element, ".count");
  const result = find(element, ".result");
  const announcement = new Announcement(find(element, ".announcement"));
  const original = find(element, ".original", HTMLCanvasElement);
  const whole = find(element, ".whole", HTMLCanvasElement);
  const steered = find(element, ".steered", HTMLCanvasElement);
  const trouble = find(element, ".trouble");
  /** @type {Float32Array | null} */
  let image = null; // of the chosen digit
  /** @type {number[]} */
  let scores = []; // its own
  let moved = false; // a slider was moved since the digit was chosen
  let directed = /** @type {Chosen} */ (FIRST);
  let onPaper = drawing.value; // when the digit was chosen
  let say = (/** @type {import("../../shared/address.js").State} */ _) => {}; // in the address

  const files = new Loading(load, {
    here: () => {
      trouble.textContent = "";
      showShares();
      if (chooser.value === "any") take(FIRST);
      else choose();
      say = addressPart(element, ["directed", "kept", "scores"], (said) => {
        if (said.directed !== undefined) {
          chooser.value = said.directed === DRAWING ? DRAWING : "any";
          anotherButton.disabled = said.directed === DRAWING;
          take(said.directed);
        }
        if (said.kept !== undefined) keep.value = String(said.kept);
        if (said.scores) {
          moved = true;
          sliders.forEach((slider, i) => {
            slider.value = String(said.scores?.[i] ?? scores[i]);
          });
        }
        refresh();
      });
    },
    failed: () => {
      trouble.textContent = FAILED;
    },
    underWay: (share) => {
      result.textContent = `The digits are on their way: ${percent(share)}.`;
    },
  });

  // ---- the digit ----

  /** @param {Chosen} digit */
  function take(digit) {
    const loaded = files.get();
    if (!loaded || Number(digit) >= loaded.digits.any.length) return;
    directed = digit;
    onPaper = drawing.value;
    image = digit === DRAWING ? (drawing.value?.image ?? image) : loaded.imageOf(digit);
    if (!image) return;
    const code = loaded.model.encode(image);
    scores = loaded.directions.scores(code);
    moved = false;
    sliders.forEach((slider, i) => {
      slider.value = String(scores[i]);
    });
    paintInk(original, image);
    paintInk(whole, loaded.model.decode(code));
    refresh();
  }

  function choose() {
    const { value } = chooser;
    anotherButton.disabled = value === DRAWING;
    const indices = files.get()?.digits[value];
    if (value === DRAWING) take(DRAWING);
    else if (indices) take(indices[Math.floor(Math.random() * indices.length)]);
    sayChanges();
  }

  function sayChanges() {
    const changed = moved ? sliders.map((slider) => Number(slider.value)) : undefined;
    say({ directed, kept: Number(keep.value), scores: changed });
  }

  const drawingChanged = whenSeen(element, () => {
    if (chooser.value === DRAWING && drawing.value !== onPaper) take(DRAWING);
  });
  fillChooser(chooser);
  chooser.value = drawing.value === null ? "any" : DRAWING;
  chooser.addEventListener("change", choose);
  drawing.subscribe(element, (digit) => {
    if (!digit || chooser.value !== DRAWING) return;
    say({ scores: undefined }); // they were another drawing's
    drawingChanged();
  });

  // ---- the changes ----

  for (const slider of sliders) {
    slider.addEventListener("input", () => {
      moved = true;
      refresh();
      sayChanges();
    });
  }
  keep.addEventListener("input", () => {
    refresh();
    sayChanges();
  });
  element.addEventListener("click", (event) => {
    const action = pressed(event).do;
    if (action === "another") choose();
    if (action === "back") {
      keep.value = String(ALL);
      moved = false;
      sliders.forEach((slider, i) => {
        slider.value = String(scores[i] ?? 0);
      });
      refresh();
      sayChanges();
    }
  });

  const refresh = onceAFrame(() => {
    const kept = Number(keep.value);
    count.textContent = String(kept);
    sliders.forEach((slider, i) => {
      outputs[i].textContent = number(Number(slider.value));
      slider.disabled = i >= kept;
      slider.parentElement?.classList.toggle("off", i >= kept);
    });
    const loaded = files.get();
    if (!loaded || !image) return;
    const changed = scores.slice();
    sliders.forEach((slider, i) => {
      if (moved) changed[i] = within(Number(slider.value), -REACH, REACH);
    });
    const rebuilt = loaded.model.decode(loaded.directions.code(changed, kept));
    paintInk(steered, rebuilt);
    result.textContent =
      `Error to the digit: ${meanSquaredError(rebuilt, image).toFixed(4)}. ` +
      told(kept, loaded.shares.slice(0, kept));
    announcement.say(result.textContent);
  });

  function showShares() {
    const shares = files.get()?.shares ?? [];
    findAll(element, ".sliders label .small").forEach((label, i) => {
      label.textContent = percent(shares[i]);
      sliders[i].setAttribute(
        "aria-label",
        `Direction ${i + 1}, ${percent(shares[i])} of the variance`,
      );
    });
  }

  result.textContent = "The digits are on their way.";
  refresh();
}

/** @param {number} kept @param {number[]} shares  of those that are kept */
function told(kept, shares) {
  if (kept === ALL) return "All directions are kept.";
  const share = shares.reduce((sum, one) => sum + one, 0);
  const carry = kept === 1 ? "direction carries" : "directions carry";
  return `${kept} ${carry} ${percent(share)} of the differences between the digits.`;
}
