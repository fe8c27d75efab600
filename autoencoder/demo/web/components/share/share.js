// The page's address, for others: as a link to copy, and as a QR code.

import { isDrawingUnsaid, link } from "../../shared/address.js";
import { contextOf } from "../../shared/canvas.js";
import { find, pressed } from "../../shared/find.js";

const MARGIN = 4; // modules around a QR code, as its standard wants it
const THIS_COMPUTER = /^(localhost|127\..*|\[::1\])$/;

/** @param {HTMLElement} element  whose button was pressed */
export function mount(element) {
  const panel = find(element, ".panel");
  const field = find(element, "input", HTMLInputElement);
  const said = find(element, ".copied");
  const code = find(element, ".code", HTMLCanvasElement);
  const left = find(element, ".left");

  function show() {
    const { bottom } = find(element, ".open").getBoundingClientRect();
    panel.style.top = `${bottom + scrollY + 6}px`;
    field.value = link();
    said.textContent = "";
    left.textContent = whatIsLeft();
    find(element, "[data-do=copy]").focus();
    paintCode(code, field.value).catch((error) => {
      code.hidden = true;
      console.error(error);
    });
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied.";
    } catch {
      // not to be had without https, nor in some frames
      field.select();
      const copied = document.execCommand("copy");
      said.textContent = copied ? "Copied." : "Now copy what is selected, as you copy any text.";
    }
  }

  panel.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") show();
  });
  element.addEventListener("click", (event) => {
    if (pressed(event).do === "copy") copy();
  });
  show();
}

/** What the link doesn't bring to others, in words. */
function whatIsLeft() {
  const sentences = [];
  if (isDrawingUnsaid()) {
    sentences.push("What is on the paper isn't in it: only test digits and what is drawn by hand.");
  }
  if (THIS_COMPUTER.test(location.hostname)) {
    sentences.push(`It works on this computer alone: you opened the page at ${location.hostname}.`);
  }
  return sentences.join(" ");
}

/** @param {HTMLCanvasElement} canvas @param {string} text */
async function paintCode(canvas, text) {
  const { qrcode } = await import("../../vendor/qrcode.esm.js");
  const code = qrcode(0, text.length < 500 ? "M" : "L");
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  canvas.width = canvas.height = count + 2 * MARGIN;
  const context = contextOf(canvas);
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "black";
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      if (code.isDark(row, column)) context.fillRect(column + MARGIN, row + MARGIN, 1, 1);
    }
  }
  canvas.hidden = false;
}
