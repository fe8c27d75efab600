// A training: batch after batch, forward, backward, step. `step` is the body of the loop that
// training/loop.py has in `train`.

import { AdamW, learningRate } from "./adamw.js";
import { inOneMemory } from "./memory.js";
import { longestRow, meanSquaredError, Network, Parameters } from "./network.js";
import { randomNumbers, shuffle, standardNormal } from "./random.js";

/**
 * @typedef {object} Settings
 * @property {import("./network.js").Architecture} architecture
 * @property {number} batch  images a step, a multiple of 8
 * @property {number} steps  of the whole training
 * @property {number} learningRate  its peak
 * @property {number} weightDecay
 * @property {number} noise  standard deviation of what is added to each pixel that goes in
 * @property {number} seed  decides the first weights, the order and the noise
 */

const MEASURED = 16; // images at a time, when nothing is learned from them
const NOISE = 2 ** 18; // numbers, of which each batch takes some at a random place

export class Training {
  /**
   * @param {Settings} settings
   * @param {Uint8Array} images  (N * 784), 0 to 255, to learn from
   * @param {BufferSource | null} kernel  matmul.wasm; null: plain loops do its work
   */
  constructor(settings, images, kernel) {
    this.settings = settings;
    this.images = images;
    this.random = randomNumbers(settings.seed);

    const { architecture, batch, weightDecay } = settings;
    const made = inOneMemory(kernel, longestRow(architecture), (matmul, array) => {
      const parameters = new Parameters(architecture, array);
      const tools = { matmul, array };
      return {
        parameters,
        optimizer: new AdamW(parameters, weightDecay, array),
        trained: new Network(parameters, { ...tools, batch, random: this.random }),
        target: array(784 * batch),
        measured: new Network(parameters, { ...tools, batch: MEASURED, random: null }),
      };
    });
    this.parameters = made.parameters;
    this.optimizer = made.optimizer;
    this.trained = made.trained;
    this.target = made.target; // (784, N): what `trained` is to rebuild
    this.measured = made.measured;

    this.parameters.initialise(this.random);
    this.noise = Float32Array.from(
      { length: settings.noise ? NOISE : 0 },
      () => settings.noise * standardNormal(this.random),
    );
    this.order = Uint32Array.from({ length: images.length / 784 }, (_, index) => index);
    this.next = this.order.length; // in the order; when it ends, there is a new one
    this.isBatchReady = false;
    this.steps = 0;
  }

  /** Learns from the next batch. Returns its loss, the mean squared error before that. */
  step() {
    this.#prepareBatch();
    const loss = this.#learn();
    this.isBatchReady = false;
    this.steps++;
    return loss;
  }

  #learn() {
    this.trained.forward();
    const loss = meanSquaredError(this.trained.output, this.target);
    this.trained.backward();
    this.optimizer.step(this.learningRate());
    return loss;
  }

  /** Of the next step. */
  learningRate() {
    return learningRate(this.steps, this.settings.steps, this.settings.learningRate);
  }

  /** Each digit is seen once before any is seen again; what fills no batch waits for a new order. */
  #prepareBatch() {
    if (this.isBatchReady) return;
    const { order, target, trained } = this;
    if (this.next + trained.batch > order.length) {
      shuffle(order, this.random);
      this.next = 0;
    }
    for (let column = 0; column < trained.batch; column++) {
      const index = order[this.next++];
      for (let pixel = 0; pixel < 784; pixel++) {
        target[pixel * trained.batch + column] = this.images[784 * index + pixel] / 255;
      }
    }
    trained.input.value.set(target);
    this.addNoise(trained.input.value);
    this.isBatchReady = true;
  }

  /** As the model meets images in this training. @param {Float32Array} images  changed in place */
  addNoise(images) {
    if (!this.noise.length) return;
    const offset = Math.floor(this.random() * NOISE);
    for (let i = 0; i < images.length; i++) {
      const value = images[i] + this.noise[(i + offset) % NOISE];
      images[i] = Math.min(1, Math.max(0, value));
    }
  }

  /** What the next step would add to an image's reconstruction. Nothing is learned.
   * @param {Float32Array} image  (784) in [0, 1] */
  nextChange(image) {
    const { values } = this.parameters;
    const { mean, square, steps } = this.optimizer;
    const changed = [values, mean, square];
    const saved = changed.map((array) => array.slice());
    const before = this.rebuild(image).images;
    this.#prepareBatch();
    this.#learn();
    const after = this.rebuild(image).images;
    changed.forEach((array, i) => {
      array.set(saved[i]);
    });
    this.optimizer.steps = steps;
    return after.map((value, pixel) => value - before[pixel]);
  }

  /** Codes (N * latentDim) and reconstructions (N * 784) of images.
   * @param {ArrayLike<number>} images  (N * 784) in [0, 1], or in [0, `largest`]
   * @param {number} [largest] */
  rebuild(images, largest = 1) {
    const { measured } = this;
    const rebuilt = {
      codes: new Float32Array((images.length / 784) * measured.latentDim),
      images: new Float32Array(images.length),
    };
    this.#eachBatch(images, largest, (first, columns) => {
      measured.forward();
      copyColumns(rebuilt.codes, measured.code.value, first, columns, MEASURED);
      copyColumns(rebuilt.images, measured.output.value, first, columns, MEASURED);
    });
    return rebuilt;
  }

  /** Codes (N * latentDim) alone. @param {Uint8Array} images  (N * 784), 0 to 255 */
  encode(images) {
    const { measured } = this;
    const codes = new Float32Array((images.length / 784) * measured.latentDim);
    this.#eachBatch(images, 255, (first, columns) => {
      measured.encode();
      copyColumns(codes, measured.code.value, first, columns, MEASURED);
    });
    return codes;
  }

  /** Calls `work` whenever the next images are the input of `measured`.
   * @param {ArrayLike<number>} images @param {number} largest
   * @param {(first: number, columns: number) => void} work */
  #eachBatch(images, largest, work) {
    const { value } = this.measured.input;
    const count = images.length / 784;
    for (let first = 0; first < count; first += MEASURED) {
      const columns = Math.min(MEASURED, count - first);
      for (let column = 0; column < columns; column++) {
        const start = 784 * (first + column);
        for (let pixel = 0; pixel < 784; pixel++) {
          value[pixel * MEASURED + column] = images[start + pixel] / largest;
        }
      }
      work(first, columns);
    }
  }

  /** The mean squared error of the reconstructions of images. @param {Uint8Array} images  (N * 784) */
  error(images) {
    const rebuilt = this.rebuild(images, 255).images;
    let sum = 0;
    for (let i = 0; i < rebuilt.length; i++) sum += (rebuilt[i] - images[i] / 255) ** 2;
    return sum / rebuilt.length;
  }

  /** The layers with the weights of this moment, as model/autoencoder.js takes them. */
  layers() {
    return {
      encoder: copyLayers(this.parameters.encoder),
      decoder: copyLayers(this.parameters.decoder),
    };
  }
}

/** Columns of (size, batch) -> rows of (N, size), from `first` on.
 * @param {Float32Array} into @param {Float32Array} from
 * @param {number} first @param {number} columns @param {number} batch */
function copyColumns(into, from, first, columns, batch) {
  const size = from.length / batch;
  for (let column = 0; column < columns; column++) {
    for (let i = 0; i < size; i++) into[(first + column) * size + i] = from[i * batch + column];
  }
}

/** @param {import("./layers.js").TrainedLayer[]} layers
 * @returns {import("../model/layers.js").Layer[]} */
function copyLayers(layers) {
  return layers.map((layer) => {
    const copied = [layer.weight, layer.bias].map(
      (parameter) => parameter && { data: parameter.value.slice(), shape: parameter.shape },
    );
    return { ...layer, weight: copied[0], bias: copied[1] };
  });
}
