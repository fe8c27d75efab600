// How the map came to be: the snapshots of the training, on a slider and played. Beside the cloud, the
// digit on the paper is rebuilt by the network as it was then.

import { clear, paintInk } from "../../shared/canvas.js";
import { within } from "../../shared/format.js";
import { fetchArrays } from "../../shared/request.js";
import { loadSnapshotModels } from "./snapshot_models.js";

/**
 * @typedef {import("./map_state.js").Cloud} Cloud
 * @typedef {import("./map_state.js").MapState} MapState
 * @typedef {import("./map_state.js").Range} Range
 * @typedef {import("./points.js").Points} Points
 * @typedef {{ epochs: Float32Array, errors: Float32Array, clouds: Cloud[] }} Snapshots
 * @typedef {import("../../model/autoencoder.js").Autoencoder} Autoencoder
 */

const TRAINING_DIGITS = 55_000; // of an epoch

export class Player {
  /** @type {Snapshots | null} */
  #snapshots = null;
  /** The model at some of the snapshots; the finished one stands behind the last
   * @type {{ at: number, model: Autoencoder }[]} */
  #models = [];
  /** @type {Promise<void> | null} */
  #coming = null; // the models of the snapshots
  #share = 0; // of them that is here
  #come = false;
  #playing = false;
  #at = 0; // the snapshot shown, a fraction between two; `count` is the finished model

  /**
   * @param {HTMLElement} element  .history
   * @param {object} training
   * @param {number} training.snapshots  how many there are
   * @param {boolean} training.weights  whether those of some are there
   * @param {{ epochs: number, error: number }} training.finished  the model at its end
   * @param {Cloud} finished  its cloud
   * @param {MapState} map
   * @param {Points} points
   * @param {() => Float32Array | null} ownDigit  the image (784) that is rebuilt; null while none is there
   * @param {(sentence: string) => void} say
   */
  constructor(element, training, finished, map, points, ownDigit, say) {
    this.count = training.snapshots;
    this.weights = training.weights;
    this.model = training.finished;
    this.finished = finished;
    this.map = map;
    this.points = points;
    this.ownDigit = ownDigit;
    this.say = say;
    this.slider = /** @type {HTMLInputElement} */ (element.querySelector("input"));
    this.button = /** @type {HTMLButtonElement} */ (element.querySelector("[data-do=play]"));
    this.text = /** @type {HTMLElement} */ (element.querySelector(".moment"));
    this.caption = /** @type {HTMLElement} */ (element.querySelector(".then figcaption"));
    const [own, rebuilt] = element.querySelectorAll("canvas");
    this.pictures = { own, rebuilt };
    this.slider.max = String(this.count);
    element.hidden = !this.count;
    /** @type {HTMLElement} */ (element.querySelector(".moments")).dataset.weights = String(
      this.weights,
    );
    this.slider.addEventListener("input", () => this.#seek(Number(this.slider.value)));
    this.button.addEventListener("click", () => this.#toggle());
    this.show(this.count);
  }

  /** @param {Autoencoder} model  the finished one, whose weights are here */
  take(model) {
    this.#models.push({ at: this.count, model });
    this.rebuild();
  }

  /** Shows the digit on the paper, and what the network made of it at the moment that is shown: the
   * nearest one of which there are weights. */
  rebuild() {
    const image = this.ownDigit();
    if (!image) return;
    const { own, rebuilt } = this.pictures;
    paintInk(own, image);
    const models = this.#at < this.count && !this.#come ? [] : this.#models;
    if (!models.length) {
      clear(rebuilt);
      const percent = Math.round(100 * this.#share);
      const state = this.#coming ? `weights: ${percent} % here` : "not here: play again";
      // the finished model comes by itself, and in a moment
      this.caption.textContent = this.#at < this.count ? state : "";
      return;
    }
    const away = ({ at = 0 }) => Math.abs(at - this.#at);
    const near = models.reduce((one, other) => (away(other) < away(one) ? other : one));
    paintInk(rebuilt, near.model.decode(near.model.encode(image)));
    const epoch = this.#snapshots?.epochs[near.at] ?? this.model.epochs;
    const places = epoch > 0 && epoch < 10 ? 1 : 0;
    this.caption.textContent = `rebuilt at epoch ${epoch.toFixed(places)}`;
  }

  /** The finished model, at rest. */
  finish() {
    if (this.#playing) this.#stop(this.count);
    else if (!this.map.cloud.value?.finished) this.show(this.count);
  }

  /** @param {number} at  a snapshot, or a fraction between two */
  show(at) {
    this.#at = at;
    this.slider.value = String(Math.round(at));
    if (at >= this.count || !this.#snapshots) {
      const { epochs, error } = this.model;
      this.text.textContent =
        `The finished model, after ${epochs} epochs, with all 10,000 digits. ` +
        `Test error: ${error.toFixed(4)}.`;
      this.map.cloud.set(this.finished);
    } else {
      const last = this.count - 1;
      const before = Math.min(last, Math.floor(at));
      const { clouds, epochs, errors } = this.#snapshots;
      const near = Math.min(last, Math.round(at));
      this.text.textContent = `${moment(near, epochs[near])} Test error: ${errors[near].toFixed(4)}.`;
      const blended = blend(clouds[before], clouds[Math.min(last, before + 1)], at - before);
      this.map.cloud.set({ ...blended, moving: this.#playing });
    }
    this.slider.setAttribute("aria-valuetext", this.text.textContent ?? "");
    this.rebuild();
  }

  /** @param {number} at */
  async #seek(at) {
    if (this.#playing) this.#stop(at);
    else if (at === this.count || (await this.#load())) this.show(at);
  }

  async #toggle() {
    if (this.#playing) return this.#stop(this.#at);
    if (!(await this.#load()) || this.#playing) return; // pressed twice while they came
    this.#playing = true;
    this.button.textContent = "\u25a0 Stop";
    this.show(this.#at >= this.count - 1 ? 0 : this.#at);
    let before = performance.now();
    const step = (/** @type {number} */ now) => {
      if (!this.#playing || !this.#snapshots) return;
      if (!this.button.isConnected) return this.#stop(this.#at);
      const early = this.#snapshots.epochs[Math.floor(this.#at)] < 0.5; // at first little moves
      const next = this.#at + within((now - before) / (early ? 100 : 300), 0.02, 1);
      before = now;
      if (next >= this.count - 1) return this.#stop(this.count);
      this.show(next);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  /** @param {number} at  where it stops */
  #stop(at) {
    this.#playing = false;
    this.button.textContent = "\u25b6 Play";
    this.show(at);
  }

  /** Fetches the weights, while the cloud is played already. */
  #loadModels() {
    this.#coming ??= loadSnapshotModels((share) => {
      this.#share = share;
      this.rebuild();
    }).then(
      (models) => {
        this.#models.push(...models);
        this.#come = true;
        this.rebuild();
      },
      (error) => {
        console.error(error);
        this.#coming = null;
        this.rebuild();
      },
    );
  }

  /** Whether the snapshots are there. */
  async #load() {
    if (this.#snapshots) {
      if (this.weights) this.#loadModels();
      return true;
    }
    this.text.textContent = "The snapshots of the training are on their way\u2026";
    const arrays = await fetchArrays("snapshots.safetensors", (share) => {
      const percent = Math.round(100 * share);
      this.text.textContent = `The snapshots of the training are on their way: ${percent} %`;
    }).catch(console.error);
    if (arrays) this.#snapshots = this.#read(arrays);
    if (arrays && this.weights) this.#loadModels();
    this.say(arrays ? "" : "The snapshots could not be fetched. Are you online? Please try again.");
    if (!arrays) this.show(this.#at);
    return Boolean(arrays);
  }

  /** @param {import("../../shared/request.js").Arrays} arrays  as page_data.py makes them
   * @returns {Snapshots} */
  #read({ epochs, errors, low, high, codes }) {
    const [count, digits] = codes.shape;
    const clouds = [...Array(count).keys()].map((snapshot) => {
      const points = this.points.grouped((index, axis) => {
        const share = codes.data[3 * (snapshot * digits + index) + axis] / 65535;
        return low.data[axis] + share * (high.data[axis] - low.data[axis]);
      }, digits);
      return {
        points,
        ranges: rangesOf(points, this.finished.ranges),
        finished: false,
        moving: false,
      };
    });
    return { epochs: epochs.data, errors: errors.data, clouds };
  }
}

/** @param {number} snapshot @param {number} epoch */
function moment(snapshot, epoch) {
  if (snapshot === 0) return "Before the training: its numbers are random.";
  if (epoch >= 1) return `After epoch ${epoch.toFixed(epoch < 10 ? 1 : 0)}.`;
  const seen = Math.max(1, Math.round(epoch * TRAINING_DIGITS)).toLocaleString("en");
  return `After ${seen} digits seen (epoch ${epoch.toFixed(3)}).`;
}

/** Between two snapshots; `share` 0 is the first.
 * @param {Cloud} one @param {Cloud} other @param {number} share
 * @returns {Cloud} */
function blend(one, other, share) {
  const points = one.points.map((part, digit) =>
    part.map((numbers, axis) => {
      const next = other.points[digit][axis];
      return numbers.map((value, n) => value + share * (next[n] - value));
    }),
  );
  const ranges = one.ranges.map(([low, high], axis) => {
    const [nextLow, nextHigh] = other.ranges[axis];
    return /** @type {Range} */ ([low + share * (nextLow - low), high + share * (nextHigh - high)]);
  });
  return { points, ranges, finished: false, moving: false };
}

/** The axes around a cloud, as long to each other as at the end: distances stay true.
 * @param {Float32Array[][]} points @param {Range[]} finished */
function rangesOf(points, finished) {
  const sides = finished.map(([low, high]) => high - low);
  const ends = sides.map((_, axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (const part of points) {
      for (const value of part[axis]) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return [low, high];
  });
  const widest = Math.max(...ends.map(([low, high], axis) => (high - low) / sides[axis]));
  const scale = 1.06 * (widest || 1); // of a spoiled model, all points may lie in one place
  return ends.map(([low, high], axis) => {
    const [middle, half] = [(low + high) / 2, (scale * sides[axis]) / 2];
    return /** @type {Range} */ ([middle - half, middle + half]);
  });
}
