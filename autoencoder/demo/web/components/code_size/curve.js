// The test error over the size of the code, both on logarithmic axes: of the dense model and of PCA.

import { ErrorPlot } from "../../shared/error_plot.js";
import { threeFigures } from "../../shared/format.js";

/** @typedef {import("./slider.js").CodeSize} CodeSize */

const HEIGHT = 240;
const [BELOW, ABOVE] = [4, 2]; // by these factors the axis goes on, for a digit's own error

/**
 * @param {SVGSVGElement} svg
 * @param {Record<string, any>} props  of code_size.py
 * @param {(i: number) => void} choose  called with the size that is pressed or dragged to
 */
export function newCurve(svg, props, choose) {
  const sizes = /** @type {CodeSize[]} */ (props.sizes);
  const known = sizes.filter(({ error }) => error !== null);
  const dense = known.map(({ size, error }) => [size, Number(error)]);
  const pca = /** @type {[number, number][]} */ (props.pca);
  const errors = [...dense, ...pca].map(([, error]) => error);
  const [low, high] = [Math.min(...errors) / BELOW, Math.max(...errors) * ABOVE];
  const [first, last] = [sizes[0].size, sizes[sizes.length - 1].size];
  const plot = new ErrorPlot(svg, HEIGHT, draw);
  let marked = { at: 0, own: /** @type {number | null} */ (null) };

  /** How far along the axis a size is. @param {number} size */
  const share = (size) => Math.log(size / first) / Math.log(last / first);

  function draw() {
    plot.begin(low, high, "numbers in the code");
    for (const { size } of sizes) plot.tick(share(size), `${size}`);
    for (const [name, points] of /** @type {const} */ ([
      ["pca", pca],
      ["dense", dense],
    ])) {
      plot.line(
        name,
        points.map(([size, error]) => [share(size), error]),
      );
    }
    for (const [size, error] of dense) plot.dot("dense", share(size), error, 4);
    mark(marked.at, marked.own);
  }

  /** The dot where one is, and the digit's own error.
   * @param {number} chosen @param {number | null} own */
  function mark(chosen, own) {
    marked = { at: chosen, own };
    for (const earlier of svg.querySelectorAll(".mark")) earlier.remove();
    if (!plot.width) return;
    const { size, error } = sizes[chosen];
    if (error !== null) plot.dot("mark dense", share(size), error, 8);
    if (own) plot.diamond("mark own", share(size), own, 8);
  }

  /** @param {PointerEvent} event */
  function drag(event) {
    const place = plot.shareOf(event);
    const distances = sizes.map(({ size }) => Math.abs(share(size) - place));
    choose(distances.indexOf(Math.min(...distances)));
  }
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    drag(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) drag(event);
  });

  const said = dense.map(([size, error]) => `${size}: ${threeFigures(error)}`).join(", ");
  svg.setAttribute("aria-label", `Test error of the dense model by numbers in the code: ${said}`);
  return { mark };
}
