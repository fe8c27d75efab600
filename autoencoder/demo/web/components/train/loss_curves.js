// The errors on training and on validation digits over the images seen, with those of PCA and of the
// page's own model as lines.

import { ErrorPlot } from "../../shared/error_plot.js";
import { threeFigures } from "../../shared/format.js";

/**
 * @typedef {import("./history.js").Measured} Measured
 * @typedef {{ name: "pca" | "dense" | "conv", words: string, error: number }} Yardstick
 */

const HEIGHT = 200;
const HIGH = 0.3; // where a network that knows nothing begins, about
const LOW = 0.025;

export class LossCurves {
  /** @param {SVGSVGElement} svg */
  constructor(svg) {
    this.plot = new ErrorPlot(svg, HEIGHT, () => this.#draw());
    /** @type {Measured[]} */
    this.curve = [];
    this.total = 1;
    /** @type {Yardstick[]} */
    this.yardsticks = [];
    this.at = 0;
  }

  /** @param {Measured[]} curve @param {number} total  images of the whole run
   * @param {Yardstick[]} yardsticks  at most two
   * @param {number} at  the moment that is shown, in images */
  show(curve, total, yardsticks, at) {
    Object.assign(this, { curve, total, yardsticks, at });
    this.#draw();
  }

  #draw() {
    const { plot, total, yardsticks } = this;
    if (!plot.width) return;
    const training = this.#points("training");
    const validation = this.#points("validation");
    const errors = [...training, ...validation].map(([, error]) => error);
    const known = [...errors, ...yardsticks.map(({ error }) => error)];
    plot.begin(
      Math.min(LOW, ...known) / 1.4,
      Math.max(HIGH, ...errors),
      "images seen, in thousands",
    );
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      plot.tick(share, `${Math.round((share * total) / 1000)}`);
    }
    const [first, second] = [...yardsticks].sort((one, other) => other.error - one.error);
    for (const yardstick of yardsticks) {
      plot.line(`${yardstick.name} yardstick`, [
        [0, yardstick.error],
        [1, yardstick.error],
      ]);
    }
    plot.line("training", training);
    plot.line("validation", validation);
    if (first) this.#name(first, -6);
    if (second) this.#name(second, 17);
    const now = validation.findLast(([share]) => share <= this.at / total + 1e-9);
    if (now) plot.dot("validation now", now[0], now[1], 5);
    const last = validation[validation.length - 1];
    const said = last ? `, now ${threeFigures(last[1])}` : "";
    plot.svg.setAttribute("aria-label", `The error on validation digits by images seen${said}`);
  }

  /** @param {"training" | "validation"} name  @returns {[number, number][]} */
  #points(name) {
    return this.curve.flatMap((measured) => {
      const error = measured[name];
      return error === null ? [] : [[measured.images / this.total, error]];
    });
  }

  /** Above its line, or below it. @param {Yardstick} yardstick @param {number} down  pixels */
  #name({ name, words, error }, down) {
    const { plot } = this;
    const place = { x: plot.x(1) - 4, y: plot.y(error) + down };
    plot.add("text", { class: `end name ${name}`, ...place }, `${words}: ${threeFigures(error)}`);
  }
}
