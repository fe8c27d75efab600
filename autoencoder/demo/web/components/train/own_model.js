// A model that was trained here, with all that Draw and Decode must know of it: measured on the first
// 1,000 test digits, as latent.py and draw.py measure the page's own models on all of them.

import { Autoencoder } from "../../model/autoencoder.js";
import { nearest } from "../../model/neighbours.js";
import { meanSquaredError } from "../../model/reconstruction.js";
import { PrincipalComponents } from "../../training/principal_components.js";

/** @typedef {import("./run.js").Settings} Settings */

const SLICE = 10; // milliseconds of computing, after which the page has its turn

/**
 * Its code as three coordinates: the numbers themselves where there are three, else where it lies
 * along the three directions in which the test digits' codes differ most, from their mean.
 */
export class OwnModel {
  /** @param {Settings} settings @param {Autoencoder} model @param {Uint8Array} labels  (N)
   * @param {Float32Array} codes  (N * latentDim), of the test digits
   * @param {Float32Array} errors  (N): the mean squared error of each */
  constructor(settings, model, labels, codes, errors) {
    const { model: name, latentDim } = settings;
    this.name = name;
    this.latentDim = latentDim;
    this.model = model;
    this.labels = labels;
    this.codes = codes;
    this.errors = errors;
    const components = new PrincipalComponents(latentDim, 3);
    if (latentDim !== 3) components.project(codes, 3);
    this.directions = components.directions; // at first those of the numbers themselves
    this.mean = Array.from({ length: latentDim }, (_, i) =>
      latentDim === 3 ? 0 : mean(codes, i, latentDim),
    );
    const points = Array.from(labels, (_, n) =>
      this.coordinates(codes.subarray(latentDim * n, latentDim * (n + 1))),
    );
    /** (N * 3) */
    this.points = Float32Array.from(points.flatMap((point) => [...point]));
    const axes = [0, 1, 2].map((axis) => points.map((point) => point[axis]).sort(ascending));
    /** Of all points, along each coordinate */
    this.range = withWidth(axes, 0, 1);
    /** Of nearly all */
    this.core = withWidth(axes, 0.005, 0.995);
    const middle = (/** @type {Float32Array[]} */ among) =>
      [0, 1, 2].map((axis) => at(among.map((point) => point[axis]).sort(ascending), 0.5));
    const ofDigit = (/** @type {number} */ digit) => points.filter((_, n) => labels[n] === digit);
    /** (11, 3): of each digit's points, and of all */
    this.middles = [...Array(10).keys()].map((digit) => middle(ofDigit(digit)));
    this.middles.push(middle(points));
    /** The model as one of three numbers: its coordinates in the place of its code */
    this.ofThree = {
      encode: (/** @type {Float32Array} */ image) => this.coordinates(model.encode(image)),
      decode: (/** @type {ArrayLike<number>} */ point) => model.decode(this.#codeAt(point)),
    };
    /** Of the bars, of the small map and of the squares on the tab Draw, as draw.py has them */
    this.ranges = this.range.low.map((low, axis) => [low, this.range.high[axis]]);
    this.flatMap = this.#flatMap();
    this.scale = codeScale(codes);
    this.deviations = Array.from({ length: latentDim }, (_, i) => deviation(codes, i, latentDim));
    /** 99 of 100 digits have another one within it: between codes, between points */
    this.usualGap = usualGap(labels, codes, latentDim);
    this.pointGap = latentDim === 3 ? this.usualGap : usualGap(labels, this.points, 3);
  }

  /** "8 numbers" */
  get size() {
    return this.latentDim === 1 ? "1 number" : `${this.latentDim} numbers`;
  }

  /** A code (latentDim) -> its three coordinates. @param {ArrayLike<number>} code */
  coordinates(code) {
    const point = new Float32Array(3);
    this.directions.forEach((direction, axis) => {
      for (let i = 0; i < code.length; i++) point[axis] += direction[i] * (code[i] - this.mean[i]);
    });
    return point;
  }

  /** The first two coordinates. */
  #flatMap() {
    const [low, high] = [this.core.low.slice(0, 2), this.core.high.slice(0, 2)];
    const middles = this.middles
      .slice(0, 10)
      .map((middle) => low.map((from, axis) => (middle[axis] - from) / (high[axis] - from)));
    return /** @type {import("../reconstruction/small_map.js").Flat} */ ({
      axes: [0, 1],
      low,
      high,
      middles,
    });
  }

  /** @param {ArrayLike<number>} point  (3) */
  #codeAt(point) {
    return this.mean.map((mean, i) =>
      this.directions.reduce((sum, direction, axis) => sum + point[axis] * direction[i], mean),
    );
  }

  /** A code with another coordinate, all else as it is.
   * @param {ArrayLike<number>} code @param {number} axis @param {number} value */
  moved(code, axis, value) {
    const direction = this.directions[axis];
    if (!direction) return Float32Array.from(code);
    const by = value - this.coordinates(code)[axis];
    return Float32Array.from(code, (number, i) => number + by * direction[i]);
  }
}

/** @param {Settings} settings @param {import("./run.js").Layers} layers
 * @param {Uint8Array} images  (N * 784), the first test digits @param {Uint8Array} labels  (N) */
export async function measureOwnModel(settings, { encoder, decoder }, images, labels) {
  const model = new Autoencoder(encoder, decoder);
  const codes = new Float32Array(labels.length * settings.latentDim);
  const errors = new Float32Array(labels.length);
  let end = performance.now() + SLICE;
  for (let n = 0; n < labels.length; n++) {
    const image = Float32Array.from(images.subarray(784 * n, 784 * (n + 1)), (grey) => grey / 255);
    const code = model.encode(image);
    codes.set(code, settings.latentDim * n);
    errors[n] = meanSquaredError(model.decode(code), image);
    if (performance.now() < end) continue;
    await new Promise((resolve) => setTimeout(resolve));
    end = performance.now() + SLICE;
  }
  return new OwnModel(settings, model, labels, codes, errors);
}

/** Of the number at one place of all codes.
 * @param {Float32Array} codes  (N * D) @param {number} place @param {number} size  D */
function mean(codes, place, size) {
  let sum = 0;
  for (let i = place; i < codes.length; i += size) sum += codes[i];
  return (sum * size) / codes.length;
}

/** @param {Float32Array} codes  (N * D) @param {number} place @param {number} size  D */
function deviation(codes, place, size) {
  const middle = mean(codes, place, size);
  let sum = 0;
  for (let i = place; i < codes.length; i += size) sum += (codes[i] - middle) ** 2;
  return Math.sqrt((sum * size) / codes.length);
}

/** What 99 of 100 numbers of the codes are within, rounded for the end of a scale.
 * @param {Float32Array} codes */
function codeScale(codes) {
  const value = at([...codes.map(Math.abs)].sort(ascending), 0.99);
  return value >= 1 ? Math.round(value) : Number(value.toPrecision(1)) || 1;
}

/** @param {number[]} values  in order @param {number} share */
function at(values, share) {
  return values[Math.round(share * (values.length - 1))];
}

/** Between which values of each axis a share of them ends and another begins; of some width.
 * @param {number[][]} axes  (3, N), each in order @param {number} from @param {number} to */
function withWidth(axes, from, to) {
  const widest = Math.max(...axes.map((values) => at(values, to) - at(values, from))) || 1;
  const missing = axes.map((values) =>
    Math.max(0, widest / 50 - (at(values, to) - at(values, from))),
  );
  return {
    low: axes.map((values, axis) => at(values, from) - missing[axis] / 2),
    high: axes.map((values, axis) => at(values, to) + missing[axis] / 2),
  };
}

/** @param {Uint8Array} labels  (N) @param {Float32Array} codes  (N * D) @param {number} size  D */
function usualGap(labels, codes, size) {
  const gaps = Array.from(labels, (_, n) => {
    const [{ distance }] = nearest({ codes, labels }, codes.subarray(size * n, size * (n + 1)), n);
    return distance;
  });
  return at(gaps.sort(ascending), 0.99);
}

/** @param {number} one @param {number} other */
function ascending(one, other) {
  return one - other;
}
