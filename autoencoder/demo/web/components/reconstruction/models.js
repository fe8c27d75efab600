// What answers a drawing: both models, and what is known of the test digits. Not needed for the first
// view.

import { loadAutoencoder } from "../../model/autoencoder.js";
import { likeliest, nearest, whereabouts } from "../../model/neighbours.js";
import { effectOf, meanSquaredError, rebuild } from "../../model/reconstruction.js";
import { loadTestDigits } from "../../shared/test_digits.js";

/**
 * @typedef {import("../../model/autoencoder.js").Autoencoder} Autoencoder
 * @typedef {import("../../shared/test_digits.js").TestDigits} TestDigits
 * @typedef {import("../train/own_model.js").OwnModel} OwnModel
 * @typedef {"dense" | "conv"} ModelName
 */

const PAUSE = 3000; // milliseconds until what could not be fetched is tried again

/**
 * The models rebuild without the test digits, which only the words about it need: those come after.
 * @param {(model: ModelName, share: number) => void} onProgress  told the share of a model's weights
 *     that is here
 * @param {() => void} onFailure  called after each attempt that failed
 */
export async function loadModels(onProgress, onFailure) {
  const [dense, conv] = await retried(
    () =>
      Promise.all([
        loadAutoencoder("dense", (share) => onProgress("dense", share)),
        loadAutoencoder("conv", (share) => onProgress("conv", share)),
      ]),
    onFailure,
  );
  return new Models({ dense, conv });
}

/** Tries until it is there.
 * @template T @param {() => Promise<T>} load @param {() => void} onFailure */
async function retried(load, onFailure) {
  while (true) {
    try {
      return await load();
    } catch {
      onFailure();
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

class Models {
  /** @param {Record<ModelName, Autoencoder>} models */
  constructor(models) {
    this.models = models;
    /** Not there at first. @type {TestDigits | null} */
    this.testDigits = null;
    /** The visitor's, in the place of the page's. @type {Record<ModelName, OwnModel | null>} */
    this.own = { dense: null, conv: null };
  }

  /** @param {() => void} onFailure  called after each attempt that failed */
  async loadTestDigits(onFailure) {
    this.testDigits = await retried(loadTestDigits, onFailure);
    return this.testDigits;
  }

  /** @param {ModelName} name */
  #used(name) {
    return this.own[name]?.model ?? this.models[name];
  }

  /** Without the test digits, `betterThan` is NaN.
   * @param {ModelName} name @param {Float32Array} image  (784) in [0, 1] */
  rebuild(name, image) {
    const errors = this.own[name]?.errors ?? this.testDigits?.errors[name];
    return rebuild(this.#used(name), image, errors ?? new Float32Array());
  }

  /** What a decoder makes of a code that is not the encoder's.
   * @param {ModelName} name @param {Float32Array} code
   * @param {Float32Array} digit  (784) in [0, 1]: what its error is measured by */
  decode(name, code, digit) {
    const image = this.#used(name).decode(code);
    return { code, image, mse: meanSquaredError(image, digit) };
  }

  /** Where in the picture a number of the convolutional code works: see `effectOf`.
   * @param {ArrayLike<number>} code  (N) @param {number} at @param {number} amount */
  effect(code, at, amount) {
    return effectOf(this.#used("conv"), code, at, amount);
  }

  /** The digit that a dense code stands for, and where it lies among the test digits' codes; null
   * without those.
   * @param {ArrayLike<number>} code @param {number} usualGap  of the page's dense model
   * @param {number} except  a test digit that is left out; -1 for none */
  place(code, usualGap, except) {
    const codes = this.own.dense ?? this.testDigits;
    if (!codes) return null;
    const gap = this.own.dense?.usualGap ?? usualGap;
    const neighbours = nearest(codes, code, except);
    return { digit: likeliest(neighbours, gap), where: whereabouts(neighbours, gap) };
  }
}
