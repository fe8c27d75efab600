// The drawing as the visitor sees it: on a canvas of as many pixels as the screen has.

import { curve } from "../../drawing/strokes.js";
import { contextOf, newPicture, paintInk } from "../../shared/canvas.js";

/** @typedef {import("../../drawing/strokes.js").Stroke} Stroke */
/** @typedef {import("../../drawing/strokes.js").Picture} Picture */
/** @typedef {import("../../drawing/strokes.js").Drawing} Drawing */

export class Paper {
  /** @param {HTMLCanvasElement} canvas @param {Drawing} drawing */
  constructor(canvas, drawing) {
    this.canvas = canvas;
    this.drawing = drawing;
    this.context = contextOf(canvas);
    this.fit();
    new ResizeObserver(() => this.fit()).observe(canvas);
    window.addEventListener("resize", () => this.fit()); // the window moves to another screen, too
  }

  fit() {
    const side = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!side || side === this.canvas.width) return;
    this.canvas.width = this.canvas.height = side;
    this.redraw();
  }

  redraw() {
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const step of this.drawing.visible) {
      if ("points" in step) this.draw(step, 0);
      if ("picture" in step) this.show(step);
    }
  }

  /** A stroke from a point on.
   * @param {Stroke} stroke @param {number} from */
  draw(stroke, from) {
    const { context } = this;
    const side = this.canvas.width;
    context.globalCompositeOperation = stroke.erase ? "destination-out" : "source-over";
    context.lineWidth = stroke.width * side;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    let begun = false;
    curve(stroke.points, from, stroke !== this.drawing.growing, (x0, y0, x1, y1, x2, y2) => {
      if (!begun) context.moveTo(x0 * side, y0 * side);
      begun = true;
      context.quadraticCurveTo(x1 * side, y1 * side, x2 * side, y2 * side);
    });
    context.stroke();
    if (stroke.points.length === 2) {
      const [x, y] = stroke.points; // browsers don't stroke a path without length
      context.arc(x * side, y * side, (stroke.width * side) / 2, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /** @param {Picture} step */
  show({ picture, side }) {
    const small = newPicture("");
    small.width = small.height = side;
    paintInk(
      small,
      Float32Array.from(picture, (value) => value / 255),
    );
    this.context.globalCompositeOperation = "source-over";
    this.context.drawImage(small, 0, 0, this.canvas.width, this.canvas.height);
  }
}
