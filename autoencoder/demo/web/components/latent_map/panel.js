// The panel of what is picked: the picture, both reconstructions, the code, the nearest digits.

import { newPicture, paintInk } from "../../shared/canvas.js";
import { a, number } from "../../shared/format.js";
import { DIGITS, DRAWING } from "./map_state.js";

/**
 * @typedef {import("./map_state.js").Pick} Pick
 * @typedef {import("../../model/neighbours.js").Neighbour} Neighbour
 */

/**
 * @param {HTMLElement} panel  #latent-pick
 * @param {Pick} pick
 * @param {Uint8Array} labels  of the test digits
 * @param {(index: number) => Float32Array} imageOf  a test digit's image
 * @param {string[]} colours  of the digits
 */
export function showPick(panel, pick, labels, imageOf, colours) {
  const { index, image, code, rebuilt, neighbours } = pick;
  const label = index === DRAWING ? null : labels[index];
  const find = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (panel.querySelector(selector));
  const canvas = (/** @type {string} */ selector) =>
    /** @type {HTMLCanvasElement} */ (find(selector));

  find(".title").replaceChildren(...title(index, label, colours));
  paintInk(canvas(".original"), image);
  for (const name of /** @type {const} */ (["dense", "conv"])) {
    paintInk(canvas(`canvas.${name}`), rebuilt[name].image);
    find(`.${name}-mse`).textContent = rebuilt[name].error.toFixed(3);
  }
  find(".code").textContent = Array.from(code, (value) => number(value, 2)).join(",  ");

  const counts = DIGITS.map((digit) => neighbours.filter((near) => near.label === digit).length);
  const most = label ?? counts.indexOf(Math.max(...counts));
  const buttons = neighbours.map((near) => neighbourButton(near, imageOf(near.index), most));
  find(".nearest").replaceChildren(...buttons);
  find(".same").textContent = sameDigits(counts, most, label !== null);
  for (const door of /** @type {const} */ (["decode", "draw"])) {
    const button = /** @type {HTMLButtonElement} */ (find(`[data-do=${door}]`));
    button.disabled = door === "draw" && index === DRAWING;
  }
}

/** Shows what was picked, and what the dense model makes of it, in the corner of the map.
 * @param {HTMLElement} glance @param {Pick} pick @param {Uint8Array} labels */
export function showGlance(glance, { index, image, rebuilt }, labels) {
  const [original, reconstruction] = glance.querySelectorAll("canvas");
  paintInk(original, image);
  paintInk(reconstruction, rebuilt.dense.image);
  const caption = /** @type {HTMLElement} */ (glance.querySelector("figcaption"));
  caption.textContent = index === DRAWING ? "on paper" : a(labels[index]);
  glance.hidden = false;
}

/** @param {number} index @param {number | null} label @param {string[]} colours */
function title(index, label, colours) {
  if (label === null) return ["\u25c6 On the paper"];
  const swatch = document.createElement("i");
  swatch.style.background = colours[label];
  const which = document.createElement("span");
  which.textContent = ` test digit ${index}`;
  return [swatch, `You picked ${a(label)}`, which];
}

/** @param {Neighbour} near @param {Float32Array} image @param {number} most */
function neighbourButton({ index, label, distance }, image, most) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.pick = String(index);
  button.title = `distance ${distance.toFixed(2)}`;
  button.setAttribute("aria-label", `${a(label)}, distance ${distance.toFixed(2)}; pick it`);
  button.classList.toggle("alike", label === most);
  const frame = document.createElement("div");
  frame.className = "picture";
  const canvas = newPicture(a(label));
  paintInk(canvas, image);
  frame.append(canvas);
  button.append(frame, String(label));
  return button;
}

/** @param {number[]} counts  of each digit among the neighbours
 * @param {number} most @param {boolean} known  whether `most` is the digit's own label */
function sameDigits(counts, most, known) {
  const others = DIGITS.filter((digit) => digit !== most && counts[digit]);
  const list = others.map((digit) => `${counts[digit]} \u00d7 ${digit}`).join(", ");
  const same = known
    ? `${counts[most]} of 8 (${Math.round(12.5 * counts[most])} %) are ${most}s too`
    : `${counts[most]} of its 8 neighbours are ${most}s`;
  return same + (list ? `; the others: ${list}.` : ".");
}
