// A training with what is shown of it.

import { PrincipalComponents } from "./principal_components.js";

/**
 * @typedef {object} Digits  images (N * 784), 0 to 255
 * @property {Uint8Array} validation  to measure the error with
 * @property {Uint8Array} examples  whose reconstructions are shown
 * @property {Uint8Array} testImages  whose codes are shown
 *
 * @typedef {object} Measurement  takes a while, so there is not one in every report
 * @property {number | null} trainingError  mean squared error of the batches since the last one; null
 *     before the first, and where the network gives no finite numbers any more
 * @property {number | null} validationError  likewise
 * @property {Float32Array | null} codes  (N * 3) of the test images: by themselves, or, if they are
 *     longer, along their first principal directions
 *
 * @typedef {object} Progress
 * @property {number} steps
 * @property {number} images  seen, one counted as often as it was
 * @property {number} totalImages  of the whole training
 * @property {number} epoch  how often each digit was seen
 * @property {number} rate  images a second, since the last report
 * @property {number} learningRate
 * @property {number} seconds  of training
 * @property {boolean} done
 * @property {boolean} measured  whether the measurement is new
 * @property {Float32Array} inputs  (N * 784), the examples as they go in
 * @property {Float32Array} reconstructions  (N * 784)
 * @property {{ code: Float32Array, reconstruction: Float32Array, change: Float32Array } | null} drawing
 *     with what the next step would add to its reconstruction
 *
 * @typedef {Progress & Measurement} Report
 */

const MEASURING = 1 / 5; // the share of the time that measurements take at most

export class Run {
  /** @param {import("./training.js").Training} training @param {Digits} digits */
  constructor(training, digits) {
    this.training = training;
    this.digits = digits;
    this.inputs = Float32Array.from(digits.examples, (pixel) => pixel / 255);
    training.addNoise(this.inputs);
    this.seconds = 0;
    this.latest = { images: 0, seconds: 0 }; // since the last report
    this.losses = { sum: 0, count: 0 }; // since the last measurement
    /** @type {Measurement} */
    this.measurement = { trainingError: null, validationError: null, codes: null };
    this.measuredSteps = -1; // how many steps were done at the last one
    this.nextMeasurement = 0; // performance.now()
    /** @type {Float32Array | null} */
    this.change = null;
    /** @type {PrincipalComponents | null} */
    this.components = null;
  }

  get done() {
    return this.training.steps >= this.training.settings.steps;
  }

  /** Trains for about so many milliseconds, one step at least. Returns the last loss; it ends at one
   * that is no finite number.
   * @param {number} milliseconds */
  train(milliseconds) {
    const { training, latest, losses } = this;
    const began = performance.now();
    let loss = 0;
    let now = began;
    do {
      loss = training.step();
      losses.sum += loss;
      losses.count++;
      latest.images += training.settings.batch;
      now = performance.now();
    } while (now - began < milliseconds && !this.done && Number.isFinite(loss));
    latest.seconds += (now - began) / 1000;
    this.seconds += (now - began) / 1000;
    return loss;
  }

  /**
   * @param {Float32Array | null} drawing  (784) in [0, 1], whose reconstruction is wanted, too
   * @param {boolean} exact  whether all is to be of this moment, whatever it takes
   * @returns {Report}
   */
  report(drawing, exact) {
    const { training, latest, inputs, seconds } = this;
    const { settings, steps } = training;
    const isDue = exact || performance.now() > this.nextMeasurement;
    const measured = isDue && steps !== this.measuredSteps;
    if (measured) this.#measure();
    const rate = latest.seconds ? latest.images / latest.seconds : 0;
    this.latest = { images: 0, seconds: 0 };
    return {
      steps,
      images: steps * settings.batch,
      totalImages: settings.steps * settings.batch,
      epoch: (steps * settings.batch) / training.order.length,
      rate,
      learningRate: training.learningRate(),
      seconds,
      done: this.done,
      measured,
      ...this.measurement,
      inputs,
      reconstructions: training.rebuild(inputs).images,
      drawing: drawing && this.#rebuiltDrawing(drawing, exact || measured),
    };
  }

  #measure() {
    const began = performance.now();
    const { validation, testImages } = this.digits;
    const { sum, count } = this.losses;
    const codes = this.training.encode(testImages);
    this.measurement = {
      trainingError: count ? finite(sum / count) : this.measurement.trainingError,
      validationError: finite(this.training.error(validation)),
      codes: this.#place(codes, testImages.length / 784),
    };
    this.losses = { sum: 0, count: 0 };
    this.measuredSteps = this.training.steps;
    const now = performance.now();
    this.nextMeasurement = now + (now - began) / MEASURING;
  }

  /** Codes (N * latentDim) as points in space (N * 3). @param {Float32Array} codes @param {number} count */
  #place(codes, count) {
    const size = codes.length / count;
    if (size > 3) {
      this.components ??= new PrincipalComponents(size, 3);
      return this.components.project(codes, 3);
    }
    return Float32Array.from({ length: 3 * count }, (_, i) =>
      i % 3 < size ? codes[Math.floor(i / 3) * size + (i % 3)] : 0,
    );
  }

  /** @param {Float32Array} drawing @param {boolean} isChangeDue */
  #rebuiltDrawing(drawing, isChangeDue) {
    if (isChangeDue || !this.change) this.change = this.training.nextChange(drawing);
    const { codes, images } = this.training.rebuild(drawing);
    return { code: codes, reconstruction: images, change: this.change };
  }
}

/** @param {number} error */
function finite(error) {
  return Number.isFinite(error) ? error : null;
}
