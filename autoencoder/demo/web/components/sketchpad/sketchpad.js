// The sketchpad: what is done with its paper, its tools and the keyboard becomes a drawing, and the
// digit on it is told to the other components.

import { Drawing } from "../../drawing/strokes.js";
import { addressPart } from "../../shared/address.js";
import { find, pressed } from "../../shared/find.js";
import { testDigitOrigin } from "../../shared/format.js";
import { imageToDraw, drawing as newest } from "../../shared/state.js";
import { onceAFrame } from "../../shared/timing.js";
import { demonstrate } from "./demonstration.js";
import { followHand } from "./hand.js";
import { digitOnPaper } from "./on_paper.js";
import { Paper } from "./paper.js";
import { bytes, isReload, keep, kept } from "./session.js";

// Shares of the paper's side. A digit that fills three quarters of its height then has strokes as
// wide as the 10th, 50th and 90th percentile of MNIST's test digits.
const PEN_WIDTHS = [0.06, 0.085, 0.12];
const ERASER = 1.6; // times as wide as the pen
const PATIENCE = 500; // milliseconds until the visitor is told that something is on its way
const NO_DIGITS = "The test digits can't be fetched at the moment; please try again.";
const NO_PICTURE = "No picture can be read at the moment; please try again.";

/** @typedef {import("../../drawing/strokes.js").Step} Step */

/**
 * @param {HTMLElement} element
 * @param {{ first: string, label: number }} props  test digit 0, for the opening: base64 of 784
 *     bytes, 255 is ink; and which digit it is
 */
export function mount(element, props) {
  const canvas = find(element, "canvas", HTMLCanvasElement);
  const picker = find(element, "[data-choose=digit]", HTMLSelectElement);
  const stress = find(element, "[data-choose=stress]", HTMLSelectElement);
  const file = find(element, "input[type=file]", HTMLInputElement);
  const note = find(element, ".note");
  const hint = find(element, ".hint");
  const buttons = {
    undo: find(element, "[data-do=undo]", HTMLButtonElement),
    redo: find(element, "[data-do=redo]", HTMLButtonElement),
    clear: find(element, "[data-do=clear]", HTMLButtonElement),
  };

  /** @type {Step} */
  const first = {
    picture: bytes(props.first),
    side: 28,
    example: true,
    origin: testDigitOrigin(props.label, 0),
  };
  const found = kept();
  const drawing = new Drawing(found?.steps ?? [first], found?.done);
  const paper = new Paper(canvas, drawing);
  let tool = "pen";
  let width = 1;

  // ---- what is on the paper ----

  const tell = onceAFrame(() => newest.set(digitOnPaper(drawing)));

  function changed() {
    const empty = "clear" in drawing.last;
    buttons.undo.disabled = drawing.done < 2;
    buttons.redo.disabled = drawing.done === drawing.steps.length;
    buttons.clear.disabled = empty;
    hint.hidden = !empty && drawing.steps.some(isOfHand);
    hint.classList.toggle("above", !empty);
    tell();
  }

  const hand = {
    /** @param {number[]} point @param {boolean} turned */
    begin(point, turned) {
      stopDemonstration();
      const erase = tool === "eraser" || turned;
      const { last } = drawing;
      note.textContent = "";
      drawing.begin({
        points: point,
        width: PEN_WIDTHS[width] * (erase ? ERASER : 1),
        ...(erase && { erase }),
        ...(!erase && "example" in last && { alone: true }),
      });
      paper.redraw();
      changed();
    },
    /** @param {number[]} points */
    extend(points) {
      const stroke = drawing.growing;
      if (!stroke) return;
      const from = stroke.points.length - 2;
      drawing.extend(points);
      paper.draw(stroke, from);
      tell();
    },
    end() {
      drawing.end();
      paper.redraw(); // the stroke in one go, as undo and redo will draw it
      changed();
      remember();
    },
  };
  const endStroke = followHand(canvas, hand);

  // Written in the place of the opening's digit, so that there is nothing to undo, and not kept.
  const stopDemonstration =
    found || matchMedia("(prefers-reduced-motion: reduce)").matches
      ? () => {}
      : demonstrate({
          begin(points) {
            const origin = {
              words: "This wrote itself",
              byHand: false,
              testDigit: -1,
              asItIs: false,
            };
            [drawing.steps, drawing.done] = [[], 0];
            drawing.begin({ points, width: PEN_WIDTHS[1], alone: true, example: true, origin });
            paper.redraw();
            changed();
          },
          extend: hand.extend,
          end() {
            drawing.end();
            paper.redraw();
            changed();
          },
          giveUp() {
            drawing.growing = null;
            [drawing.steps, drawing.done] = [[first], 1];
            drawing.redraw();
            paper.redraw();
            changed();
          },
        });

  /** @param {() => void} act  changes the steps */
  function change(act) {
    stopDemonstration();
    endStroke();
    act();
    paper.redraw();
    changed();
    remember();
  }

  /** @param {Step[]} steps */
  function put(...steps) {
    change(() => {
      for (const step of steps) drawing.add(step);
    });
    note.textContent = "";
  }

  function undo() {
    if (drawing.done > 1) change(() => drawing.undo());
  }

  function redo() {
    if (drawing.done < drawing.steps.length) change(() => drawing.redo());
  }

  function clear() {
    if (!("clear" in drawing.last)) put({ clear: true });
  }

  // ---- what is kept of it ----

  // then what the session has kept is at least as new as the address
  let reloaded = found !== null && isReload();
  if (reloaded) {
    setTimeout(() => {
      reloaded = false;
      remember();
    });
  }

  const say = addressPart(element, ["digit", "strokes"], async (said) => {
    if (reloaded || (said.digit === undefined && said.strokes === undefined)) return;
    stopDemonstration();
    const { inAddress, stepsOf } = await drawingInAddress();
    const { digit, strokes } = inAddress(drawing.visible);
    if (digit === said.digit && strokes === said.strokes) return; // and with all that can be undone
    const steps = await stepsOf(said).catch(console.error);
    if (steps?.length) put(...steps);
    else if (!steps) note.textContent = NO_DIGITS;
  });

  function remember() {
    keep(drawing);
    const { visible } = drawing;
    drawingInAddress().then(({ inAddress }) => say(inAddress(visible)), console.error);
  }

  // ---- pictures ----

  /** Puts a picture on the paper when it is there, or says why it can't be.
   * @param {() => Promise<Step>} load
   * @param {string} failed  what to say if `load` fails, and not with a PictureError */
  async function bring(load, failed) {
    const patience = setTimeout(() => {
      note.textContent = "One moment\u2026";
    }, PATIENCE);
    /** @type {Step} */
    let step;
    try {
      step = await load();
    } catch (error) {
      const unusable = error instanceof Error && error.name === "PictureError";
      note.textContent = unusable ? error.message : failed;
      if (!unusable) console.error(error);
      return;
    } finally {
      clearTimeout(patience);
    }
    put(step);
    note.textContent = "origin" in step && step.origin ? `${step.origin.words}.` : "";
  }

  function testDigit() {
    bring(async () => {
      const { nextTestDigit, picture } = await testDigits();
      const { image, index, label } = await nextTestDigit(picker.value);
      return picture(image, testDigitOrigin(label, index));
    }, NO_DIGITS);
  }

  function stressInput() {
    const { value } = stress;
    stress.value = ""; // the same may be chosen again
    bring(async () => {
      // Not needed for the first view.
      const { STRESS_INPUTS } = await import("./stress_inputs.js");
      return STRESS_INPUTS[value](PEN_WIDTHS[1]);
    }, NO_DIGITS);
  }

  /** @param {File} picture */
  function fromFile(picture) {
    bring(async () => {
      // Not needed for the first view.
      const { inkOfFile } = await import("./photo.js");
      return inkOfFile(picture);
    }, NO_PICTURE);
  }

  // ---- tools and keys ----

  /** @param {"tool" | "width"} name @param {string} chosen */
  function press(name, chosen) {
    for (const button of element.querySelectorAll(`[data-${name}]`)) {
      button.setAttribute("aria-pressed", String(button.getAttribute(`data-${name}`) === chosen));
    }
  }

  /** @type {Record<string, () => void>} */
  const actions = { undo, redo, clear, digit: testDigit, file: () => file.click() };

  element.addEventListener("click", (event) => {
    const chosen = pressed(event);
    if (chosen.tool) {
      tool = chosen.tool;
      press("tool", tool);
    }
    if (chosen.width) {
      width = Number(chosen.width);
      press("width", chosen.width);
    }
    if (chosen.do) actions[chosen.do]();
  });
  picker.addEventListener("change", testDigit);
  stress.addEventListener("change", stressInput);
  file.addEventListener("change", () => {
    if (file.files?.[0]) fromFile(file.files[0]);
    file.value = ""; // the same file may be chosen again
  });

  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    const { files, items } = event.dataTransfer ?? {};
    if (items?.[0]?.webkitGetAsEntry?.()?.isDirectory) {
      note.textContent = "This is a folder; please choose a picture in it.";
    } else if (files?.length) fromFile(files[0]);
    else {
      note.textContent =
        "This is no picture but its address, or text; please save the picture, then drop its file.";
    }
  });

  const away = (/** @type {Event} */ { target }) =>
    !element.isConnected ||
    !canvas.clientWidth ||
    (target instanceof Element && target.closest("input, textarea"));

  document.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.files[0];
    if (!pasted || away(event)) return;
    event.preventDefault();
    fromFile(pasted);
  });

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || away(event)) return;
    const latin = /^[a-z]$/i.test(event.key);
    const letter = latin ? event.key.toUpperCase() : event.code.replace("Key", "");
    if (letter !== "Z" && letter !== "Y") return;
    event.preventDefault();
    if (letter === "Y" || event.shiftKey) redo();
    else undo();
  });

  changed();
  imageToDraw.subscribe(element, (wanted) => {
    if (!wanted) return;
    imageToDraw.set(null);
    bring(async () => (await testDigits()).stepOf(wanted), NO_DIGITS);
  });
}

/** Not needed for the first view. */
function testDigits() {
  return import("./test_digits.js");
}

/** Not needed for the first view. */
function drawingInAddress() {
  return import("./in_address.js");
}

/** @param {Step} step */
function isOfHand(step) {
  return "points" in step && !step.origin;
}
