// A drawing as a list of steps, and the ink that they leave on the paper. The ink is our own code's
// and no canvas is read back: browsers that guard against being recognised give noise for that.

import { inkBox, resized } from "./prepare_digit.js";

export const SIDE = 6 * 28; // pixels of the ink: a test digit's come back exactly
const SMALL = 0.5; // share of the paper's side: a drawing that is smaller gets thinner strokes ...
const THINNEST = 0.25; // ... but never thinner than this share of the pen's width, ...
const STEPS = 20; // ... in steps of one of so many parts: a growing drawing is seldom drawn anew
const STRAIGHT = 0.1; // pixels: a curve is drawn as lines that are no farther than this from it

/**
 * Lengths and places are shares of the paper's side.
 *
 * @typedef {object} Stroke
 * @property {number[]} points  x, y, x, y, ...
 * @property {number} width
 * @property {boolean} [erase]
 * @property {boolean} [alone]  it begins on empty paper
 * @property {boolean} [example]  it makes room for the first stroke of a hand
 * @property {Origin} [origin]  where it comes from, if not from a hand
 *
 * @typedef {object} Picture  covers the paper
 * @property {Uint8Array} picture  (side x side), 255 is ink
 * @property {number} side
 * @property {boolean} [example]  it makes room for the first stroke
 * @property {Origin} [origin]  where it comes from, if not from a file
 *
 * @typedef {object} Origin  of a digit, which decides what may be said of it
 * @property {string} words  the beginning of a sentence, such as "You drew this"
 * @property {boolean} byHand  the visitor drew it
 * @property {number} testDigit  the index of the test digit that it is, unchanged; -1 for none
 * @property {boolean} asItIs  the models see its 28x28 pixels as they are, not scaled and centred
 *
 * @typedef {{ clear: true }} Clear
 * @typedef {Stroke | Picture | Clear} Step
 * @typedef {{ left: number, top: number, right: number, bottom: number }} Box
 */

const NOWHERE = { left: 1, top: 1, right: 0, bottom: 0 };

export class Drawing {
  /** The first `done` steps are on the paper; undo and redo move `done`.
   * @param {Step[]} steps  at least one @param {number} [done] */
  constructor(steps, done = steps.length) {
    this.steps = steps;
    this.done = done;
    /** @type {Stroke | null} */
    this.growing = null; // the stroke that the pen is drawing now
    this.ink = new Float32Array(SIDE * SIDE); // in [0, 1], row by row
    this.box = NOWHERE; // around the middles of what was drawn
    this.thinning = 1; // what the pen's width is multiplied with
    this.redraw();
  }

  /** The last step that was done. */
  get last() {
    return this.steps[this.done - 1];
  }

  /** The steps that can be seen: from the last one that covers the paper. */
  get visible() {
    const covers = (/** @type {Step} */ step) => !("points" in step) || step.alone;
    const done = this.steps.slice(0, this.done);
    return done.slice(Math.max(0, done.findLastIndex(covers)));
  }

  /** Takes the place of what was undone.
   * @param {Step} step */
  add(step) {
    this.steps = [...this.steps.slice(0, this.done), step];
    this.done = this.steps.length;
    if ("points" in step && !step.alone) this.follow(step, 0);
    else this.redraw();
  }

  /** @param {Stroke} stroke  of one point */
  begin(stroke) {
    this.growing = stroke;
    this.add(stroke);
  }

  /** The stroke that has begun goes on.
   * @param {number[]} points  x, y, x, y, ... */
  extend(points) {
    const stroke = this.growing;
    if (!stroke || !points.length) return;
    const from = stroke.points.length - 2;
    stroke.points.push(...points);
    this.follow(stroke, from);
  }

  /** The stroke's ink from a point on; all ink if that changes the width of the strokes.
   * @param {Stroke} stroke @param {number} from */
  follow(stroke, from) {
    if (!stroke.erase) this.box = joined(this.box, boxOfPoints(stroke.points, from));
    if (thinning(this.box) === this.thinning) this.leave(stroke, from);
    else this.redraw();
  }

  end() {
    const stroke = this.growing;
    this.growing = null;
    if (stroke) this.leave(stroke, stroke.points.length - 2);
  }

  undo() {
    this.done -= 1;
    this.redraw();
  }

  redo() {
    this.done += 1;
    this.redraw();
  }

  redraw() {
    const { visible } = this;
    this.box = visible.map(boxOf).reduce(joined, NOWHERE);
    this.thinning = thinning(this.box);
    this.ink.fill(0);
    for (const step of visible) {
      if ("points" in step) this.leave(step, 0);
      if ("picture" in step) {
        const { picture, side } = step;
        const data = Float32Array.from(picture, (value) => value / 255);
        this.ink.set(resized({ data, width: side, height: side }, SIDE / side).data);
      }
    }
  }

  /** @param {Stroke} stroke @param {number} from */
  leave(stroke, from) {
    const erase = Boolean(stroke.erase);
    const radius = (SIDE * stroke.width * (erase ? 1 : this.thinning)) / 2;
    curve(stroke.points, from, stroke !== this.growing, (x0, y0, x1, y1, x2, y2) => {
      const bend = SIDE * Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2);
      const lines = Math.max(1, Math.ceil(Math.sqrt(bend / (4 * STRAIGHT))));
      let [x, y] = [SIDE * x0, SIDE * y0];
      for (let i = 1; i <= lines; i++) {
        const [b, a] = [i / lines, 1 - i / lines];
        const nextX = SIDE * (a * a * x0 + 2 * a * b * x1 + b * b * x2);
        const nextY = SIDE * (a * a * y0 + 2 * a * b * y1 + b * b * y2);
        drawLine(this.ink, x, y, nextX, nextY, radius, erase);
        [x, y] = [nextX, nextY];
      }
    });
  }
}

/**
 * A stroke as quadratic curves through the middles of each two points, with the points as handles:
 * smooth even where a fast hand left few. The very last half is drawn when the stroke is whole.
 *
 * @param {number[]} points  x, y, x, y, ...
 * @param {number} from  of `points`: where the point is up to which all but that half is drawn
 * @param {boolean} whole
 * @param {(x0: number, y0: number, x1: number, y1: number, x2: number, y2: number) => void} draw
 *   start, handle and end of each
 */
export function curve(points, from, whole, draw) {
  const last = points.length - 2;
  const middle = (/** @type {number} */ at) => (points[at - 2] + points[at]) / 2;
  let [x, y] = from ? [middle(from), middle(from + 1)] : points;
  for (let at = from; at < last; at += 2) {
    const [endX, endY] = [middle(at + 2), middle(at + 3)];
    draw(x, y, points[at], points[at + 1], endX, endY);
    [x, y] = [endX, endY];
  }
  if (whole || last === 0) draw(x, y, x, y, points[last], points[last + 1]);
}

/** A line of a round pen, in pixels; their edges are soft. What is inked or cleared stays so, so
 * lines of one stroke may overlap.
 * @param {Float32Array} ink @param {number} x0 @param {number} y0 @param {number} x1
 * @param {number} y1 @param {number} radius @param {boolean} erase */
function drawLine(ink, x0, y0, x1, y1, radius, erase) {
  const reach = radius + 0.5;
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  const right = Math.min(SIDE, Math.ceil(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
  const bottom = Math.min(SIDE, Math.ceil(Math.max(y0, y1) + reach));
  const [dx, dy] = [x1 - x0, y1 - y0];
  const perLength = dx || dy ? 1 / (dx * dx + dy * dy) : 0;
  for (let row = top; row < bottom; row++) {
    const y = row + 0.5 - y0;
    for (let column = left; column < right; column++) {
      const x = column + 0.5 - x0;
      const along = Math.min(1, Math.max(0, (x * dx + y * dy) * perLength)); // share of the line
      const [offX, offY] = [x - along * dx, y - along * dy];
      const covered = Math.min(1, reach - Math.sqrt(offX * offX + offY * offY));
      if (covered <= 0) continue;
      const at = row * SIDE + column;
      ink[at] = erase ? Math.min(ink[at], 1 - covered) : Math.max(ink[at], covered);
    }
  }
}

/**
 * What the pen's width is multiplied with. A drawing smaller than half of the paper is prepared as if
 * it had been drawn half as large with the same pen: enlarged to MNIST's size, its strokes would be
 * thicker than any of MNIST's.
 * @param {Box} box  around the middles of all strokes
 */
function thinning({ left, top, right, bottom }) {
  const extent = Math.max(right - left, bottom - top);
  return Math.min(1, Math.max(THINNEST, Math.ceil((STEPS * extent) / SMALL) / STEPS));
}

/** Around what a step inks.
 * @param {Step} step
 * @returns {Box} */
function boxOf(step) {
  if ("points" in step) return step.erase ? NOWHERE : boxOfPoints(step.points);
  if ("clear" in step) return NOWHERE;
  const { picture, side } = step;
  const data = Float32Array.from(picture, (value) => value / 255);
  const box = inkBox({ data, width: side, height: side });
  if (!box) return NOWHERE;
  const { left, top, right, bottom } = box;
  return { left: left / side, top: top / side, right: right / side, bottom: bottom / side };
}

/** Those beyond the paper count as on its edge.
 * @param {number[]} points @param {number} [from]
 * @returns {Box} */
function boxOfPoints(points, from = 0) {
  let { left, top, right, bottom } = NOWHERE;
  for (let at = from; at < points.length; at += 2) {
    const [x, y] = [within(points[at]), within(points[at + 1])];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { left, top, right, bottom };
}

/** @param {number} place */
function within(place) {
  return Math.min(1, Math.max(0, place));
}

/** @param {Box} one @param {Box} other
 * @returns {Box} */
function joined(one, other) {
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}
