// The runs made here: a row and a point each, beside the page's own models and PCA.

import { ErrorPlot } from "../../shared/error_plot.js";
import { find } from "../../shared/find.js";
import { threeFigures } from "../../shared/format.js";

/**
 * @typedef {import("./run.js").Settings} Settings
 * @typedef {Record<"dense" | "conv" | "pca", Record<string, number>>} Errors  by the code's size
 * @typedef {{ settings: Settings, error: number, seconds: number }} Finished
 */

const HEIGHT = 240;
const NAMES = { dense: "dense", conv: "convolutional" };

export class RunList {
  /** @param {HTMLElement} element  the tab @param {Errors} errors
   * @param {number[]} sizes  of the code that can be chosen */
  constructor(element, errors, sizes) {
    this.element = element;
    this.errors = errors;
    this.sizes = sizes;
    /** @type {Finished[]} */
    this.runs = [];
    this.plot = new ErrorPlot(find(element, ".by-size", SVGSVGElement), HEIGHT, () => this.#draw());
  }

  /** @param {Finished} run */
  add(run) {
    this.runs.push(run);
    const { settings, error, seconds } = run;
    const row = document.createElement("tr");
    row.append(
      ...[
        NAMES[settings.model],
        `${settings.latentDim}`,
        settings.digits.toLocaleString("en"),
        `${settings.learningRate}`,
        `${settings.noise}`,
        threeFigures(error),
        `${Math.round(seconds)}`,
      ].map((text) => Object.assign(document.createElement("td"), { textContent: text })),
    );
    find(this.element, "tbody", HTMLTableSectionElement).prepend(row);
    find(this.element, ".scroll").hidden = false;
    find(this.element, ".none").hidden = true;
    this.#draw();
  }

  #draw() {
    const { plot, runs, sizes } = this;
    if (!plot.width) return;
    const share = (/** @type {number} */ size) => Math.log(size) / Math.log(Math.max(...sizes));
    const lines = /** @type {const} */ (["pca", "dense", "conv"]).map((name) => ({
      name,
      points: Object.entries(this.errors[name]).map(([size, error]) => [share(+size), error]),
    }));
    const errors = [...lines.flatMap(({ points }) => points.map(([, error]) => error))];
    errors.push(...runs.map(({ error }) => error), 0.01, 0.1);
    plot.begin(Math.min(...errors) / 1.5, Math.max(...errors) * 1.5, "numbers in the code");
    for (const size of sizes) plot.tick(share(size), `${size}`);
    for (const { name, points } of lines) {
      plot.line(name, points);
      if (name !== "pca") for (const [at, error] of points) plot.dot(name, at, error, 4);
    }
    for (const { settings, error } of runs) {
      plot.diamond(`run ${settings.model}`, share(settings.latentDim), error, 7);
    }
    const said = runs.map(({ settings, error }) => `${settings.latentDim}: ${threeFigures(error)}`);
    plot.svg.setAttribute(
      "aria-label",
      `Error by numbers in the code; your runs: ${said.join(", ") || "none yet"}`,
    );
  }
}
