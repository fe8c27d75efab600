// What a run has shown so far, thinned out so that it never takes more than some memory.

/** @typedef {import("./run.js").Report} Report */

/**
 * @typedef {object} Moment  of a run; pictures 0 to 255
 * @property {Report} report  without its pictures
 * @property {Uint8Array} inputs  (10 * 784)
 * @property {Uint8Array} reconstructions  (10 * 784)
 * @property {Uint8Array | null} paper  (784): what was on it
 * @property {Uint8Array | null} rebuilt  (784): what the network made of that
 * @property {Float32Array | null} change  (784): what the next step would add to that
 * @property {Float32Array | null} codes  (1000 * 3): those that were measured last
 *
 * @typedef {object} Measured
 * @property {number} images  seen
 * @property {number | null} training  mean squared errors
 * @property {number | null} validation
 */

const MOST = 300; // moments, of 30 kB each

export class History {
  constructor() {
    /** @type {Moment[]} */
    this.moments = [];
    /** @type {Measured[]} */
    this.curve = [];
  }

  /** The present. @returns {Moment | undefined} */
  get last() {
    return this.moments[this.moments.length - 1];
  }

  /** @param {Report} report @param {Float32Array | null} paper  (784) in [0, 1] */
  add(report, paper) {
    const { inputs, reconstructions, drawing, codes, ...rest } = report;
    const { last } = this;
    const moment = {
      report: /** @type {Report} */ (rest),
      inputs: greys(inputs),
      reconstructions: greys(reconstructions),
      paper: drawing && paper && greys(paper),
      rebuilt: drawing && greys(drawing.reconstruction),
      change: drawing?.change ?? null,
      codes: codes ?? last?.codes ?? null,
    };
    if (last?.report.images === rest.images)
      this.moments.pop(); // the same moment, told again
    else if (this.moments.length >= MOST) this.moments = this.moments.filter((_, i) => i % 2 === 0);
    this.moments.push(moment);
    const { images, trainingError: training, validationError: validation } = report;
    if (report.measured) this.curve.push({ images, training, validation });
  }

  /** The moment that is nearest to so many images. @param {number} images */
  at(images) {
    const distance = (/** @type {Moment} */ { report }) => Math.abs(report.images - images);
    return this.moments.reduce((best, one) => (distance(one) < distance(best) ? one : best));
  }
}

/** @param {Float32Array} image  in [0, 1] */
function greys(image) {
  return Uint8Array.from(image, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
}
