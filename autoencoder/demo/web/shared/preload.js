// While the visitor's hand rests for the first time since this was loaded, fetches what the other
// tabs will need. Without it the scatter appears a second or two later.

import { loadPlotly } from "./plotly.js";
import "./tab_keys.js";
import { loadTestDigits, loadTestImages } from "./test_digits.js";

const REST = 2000; // milliseconds
const MOVES = ["pointermove", "pointerdown", "keydown", "wheel"];
/** @type {ReturnType<typeof setTimeout>} */
let rest;

function begin() {
  for (const move of MOVES) removeEventListener(move, wait, true);
  // what can't be had now is fetched when a tab needs it
  requestIdle(async () => {
    await loadPlotly().catch(() => {});
    await loadTestDigits().catch(() => {});
    await loadTestImages().catch(() => {});
    await import("../components/sketchpad/in_address.js").catch(() => {});
  });
}

/** @param {() => void} act */
function requestIdle(act) {
  if ("requestIdleCallback" in window) requestIdleCallback(act);
  else setTimeout(act); // Safari
}

function wait() {
  clearTimeout(rest);
  rest = setTimeout(begin, REST);
}

const { connection } = /** @type {any} */ (navigator);
if (!connection?.saveData) {
  for (const move of MOVES) addEventListener(move, wait, { capture: true, passive: true });
  wait();
}
