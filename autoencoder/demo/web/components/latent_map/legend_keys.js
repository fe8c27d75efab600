// The legend by the keyboard: each digit in it can be reached, hidden and shown.

import { DIGITS } from "./map_state.js";

const ENTRIES = ".legend .traces"; // Plotly's, the ten digits in their order
const KEYS = ["Enter", " "];

/**
 * Names the entries for screen readers; Plotly may have made them anew.
 * @param {HTMLElement} graph  Plotly's @param {Set<number>} shown  the digits
 */
export function nameLegend(graph, shown) {
  [...graph.querySelectorAll(ENTRIES)].slice(0, DIGITS.length).forEach((entry, digit) => {
    entry.setAttribute("tabindex", "0");
    entry.setAttribute("role", "checkbox");
    entry.setAttribute("aria-checked", String(shown.has(digit)));
    entry.setAttribute("aria-label", `Show the ${digit}s`);
  });
}

/**
 * @param {HTMLElement} graph
 * @param {(digit: number) => void} toggle
 */
export function listenToLegend(graph, toggle) {
  graph.addEventListener("keydown", (event) => {
    const entry = event.target instanceof Element && event.target.closest(ENTRIES);
    if (!entry || !KEYS.includes(event.key)) return;
    event.preventDefault();
    const digit = [...graph.querySelectorAll(ENTRIES)].indexOf(entry);
    toggle(digit);
  });
}
