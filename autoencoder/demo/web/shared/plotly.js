// Plotly, fetched once, when the first chart needs it or the hand rests.

import { addressOf } from "./request.js";

/** @returns {Promise<any>} */
export async function loadPlotly() {
  await import(addressOf("plotly.min.js")); // which says `self.Plotly = ...`
  return /** @type {any} */ (self).Plotly;
}
