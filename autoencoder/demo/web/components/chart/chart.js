// Draws a figure with Plotly when it comes into view, as wide as its box.

import { inTheme } from "../../shared/canvas.js";
import { loadPlotly } from "../../shared/plotly.js";

const AHEAD = "200px"; // so much before it comes into view
const CONFIG = { displayModeBar: false };

/** @param {HTMLElement} element @param {any} props  `figure`: Plotly's data and layout; what a trace
 * has as its `meta` are the colours of its marks in each theme */
export function mount(element, { figure }) {
  const graph = /** @type {HTMLElement} */ (element.querySelector(".graph"));
  const trouble = /** @type {HTMLElement} */ (element.querySelector(".trouble"));
  const data = figure.data.map((/** @type {any} */ trace) =>
    trace.meta ? { ...trace, marker: { ...trace.marker, color: inTheme(trace.meta) } } : trace,
  );
  /** @type {any} */
  let plotly = null;

  const draw = () => {
    const width = graph.clientWidth;
    if (plotly && width) plotly.react(graph, data, { ...figure.layout, width }, CONFIG);
  };
  new ResizeObserver(draw).observe(graph);
  const seen = new IntersectionObserver(
    async (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      plotly = await loadPlotly().catch(console.error);
      trouble.textContent = plotly
        ? ""
        : "A chart could not be fetched. Are you online? Open this tab again, and it is tried again.";
      if (plotly) seen.disconnect();
      draw();
    },
    { rootMargin: AHEAD },
  );
  seen.observe(element);
}
