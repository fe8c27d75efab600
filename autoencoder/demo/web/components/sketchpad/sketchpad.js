// The sketchpad: what is done with its paper, its tools and the keyboard becomes a drawing, and the
// digit on it is told to the other components.

import { PictureError } from "../../drawing/picture_error.js";
import { prepareDigit } from "../../drawing/prepare_digit.js";
import { Drawing, SIDE } from "../../drawing/strokes.js";
import { find, pressed } from "../../shared/find.js";
import { onceAFrame } from "../../shared/once_a_frame.js";
import { imageToDraw, drawing as newest } from "../../shared/state.js";
import { followHand } from "./hand.js";
import { Paper } from "./paper.js";
import { bytes, keep, kept } from "./session.js";

// Shares of the paper's side. A digit that fills three quarters of its height then has strokes as
// wide as the 10th, 50th and 90th percentile of MNIST's test digits.
const PEN_WIDTHS = [0.06, 0.085, 0.12];
const ERASER = 1.6; // times as wide as the pen
const PATIENCE = 500; // milliseconds until the visitor is told that something is on its way

/** @typedef {import("../../drawing/strokes.js").Step} Step */

/**
 * @param {HTMLElement} element
 * @param {{ first: string }} props  the digit of the opening: base64 of 784 bytes, 255 is ink
 */
export function mount(element, props) {
  const canvas = find(element, "canvas", HTMLCanvasElement);
  const picker = find(element, "select", HTMLSelectElement);
  const file = find(element, "input[type=file]", HTMLInputElement);
  const note = find(element, ".note");
  const hint = find(element, ".hint");
  const buttons = {
    undo: find(element, "[data-do=undo]", HTMLButtonElement),
    redo: find(element, "[data-do=redo]", HTMLButtonElement),
    clear: find(element, "[data-do=clear]", HTMLButtonElement),
  };

  /** @type {Step} */
  const first = { picture: bytes(props.first), side: 28, example: true };
  const found = kept();
  const drawing = new Drawing(found?.steps ?? [first], found?.done);
  const paper = new Paper(canvas, drawing);
  let tool = "pen";
  let width = 1;

  // ---- what is on the paper ----

  const tell = onceAFrame(() => {
    const digit = prepareDigit(drawing.ink, SIDE, SIDE);
    newest.set(digit.box[2] ? digit : null);
  });

  function changed() {
    const empty = "clear" in drawing.last;
    buttons.undo.disabled = drawing.done < 2;
    buttons.redo.disabled = drawing.done === drawing.steps.length;
    buttons.clear.disabled = empty;
    hint.hidden = !empty;
    tell();
  }

  const endStroke = followHand(canvas, {
    begin(point, turned) {
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
      keep(drawing);
    },
  });

  /** @param {() => void} act  changes the steps */
  function change(act) {
    endStroke();
    act();
    paper.redraw();
    changed();
    keep(drawing);
  }

  /** @param {Step} step */
  function put(step) {
    change(() => drawing.add(step));
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

  // ---- pictures ----

  /** Puts a picture on the paper when it is there, or says why it can't be.
   * @param {() => Promise<Step>} load @param {string} [failed]  what to say if `load` fails */
  async function bring(load, failed) {
    const patience = setTimeout(() => {
      note.textContent = "One moment\u2026";
    }, PATIENCE);
    /** @type {Step} */
    let step;
    try {
      step = await load();
    } catch (error) {
      note.textContent = error instanceof PictureError ? error.message : (failed ?? "");
      if (!note.textContent) throw error;
      return;
    } finally {
      clearTimeout(patience);
    }
    put(step);
  }

  function testDigit() {
    const load = async () => {
      const { nextTestDigit } = await import("./test_digits.js"); // not needed for the first view
      return ofImage(await nextTestDigit(picker.value));
    };
    bring(load, "The test digits can't be fetched at the moment; please try again.");
  }

  /** @param {File} picture */
  function fromFile(picture) {
    bring(async () => {
      // Not needed for the first view.
      const { inkOfFile } = await import("./photo.js").catch(() => {
        throw new PictureError("No picture can be read at the moment; please try again.");
      });
      return inkOfFile(picture);
    });
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
  imageToDraw.subscribe(element, (image) => {
    if (!image) return;
    imageToDraw.set(null);
    put(ofImage(image));
  });
}

/** @param {Float32Array} image  (784) in [0, 1]
 * @returns {Step} */
function ofImage(image) {
  return { picture: Uint8Array.from(image, (value) => Math.round(255 * value)), side: 28 };
}
