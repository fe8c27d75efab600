// A button a digit, which hides and shows it.

import { DIGITS } from "./map_state.js";

/** @param {HTMLElement} element  .digits @param {string[]} colours  of the digits
 * @param {import("../../shared/state.js").Store<Set<number>>} shown  the digits that are */
export function addDigitButtons(element, colours, shown) {
  const buttons = DIGITS.map((digit) => {
    const button = document.createElement("button");
    const colour = document.createElement("i");
    colour.style.background = colours[digit];
    button.type = "button";
    button.append(colour, String(digit));
    button.addEventListener("click", () => {
      const others = DIGITS.filter((one) => one !== digit && shown.value.has(one));
      shown.set(new Set(shown.value.has(digit) ? others : [...others, digit]));
    });
    // the two clicks before have undone each other
    button.addEventListener("dblclick", () => {
      const alone = shown.value.size === 1 && shown.value.has(digit);
      shown.set(new Set(alone ? DIGITS : [digit]));
    });
    return button;
  });
  element.replaceChildren(...buttons);
  shown.subscribe(element, (digits) => {
    buttons.forEach((button, digit) => {
      button.setAttribute("aria-pressed", String(digits.has(digit)));
    });
  });
}
