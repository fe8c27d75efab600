// A run: a network that is trained in a worker of its own, from its first random weights on.

/**
 * @typedef {object} Settings  what the visitor chose
 * @property {"dense" | "conv"} model
 * @property {number} latentDim  numbers in the code
 * @property {number} digits  how many there are to learn from
 * @property {number} learningRate  its peak
 * @property {number} noise  standard deviation of what is added to the pixels that go in
 * @property {number} seed
 *
 * @typedef {object} Digits  images (N * 784), 0 to 255
 * @property {Uint8Array} training
 * @property {Uint8Array} validation
 * @property {Uint8Array} examples  ten, one a class
 * @property {Uint8Array} testImages  1,000
 *
 * @typedef {object} Report  what the worker tells several times a second; errors are per pixel
 * @property {number} images  seen so far
 * @property {number} totalImages  of the whole run
 * @property {number} epoch
 * @property {number} rate  images a second
 * @property {number} learningRate  of the next step
 * @property {number} seconds  spent training
 * @property {boolean} done
 * @property {boolean} paused
 * @property {boolean} measured  whether the errors and the codes are new
 * @property {number | null} trainingError
 * @property {number | null} validationError
 * @property {Float32Array} inputs  (10 * 784): the examples as they go in
 * @property {Float32Array} reconstructions  (10 * 784)
 * @property {{ reconstruction: Float32Array, change: Float32Array } | null} drawing
 * @property {Float32Array | null} codes  (1000 * 3), of the test digits, where they are new
 *
 * @typedef {Record<"encoder" | "decoder", import("../../model/layers.js").Layer[]>} Layers
 */

export class Run {
  /** Begins paused, before the first step.
   * @param {Settings} settings @param {Digits} digits
   * @param {Float32Array | null} drawing  (784) in [0, 1]
   * @param {object} on
   * @param {(report: Report) => void} on.report
   * @param {(reason: string) => void} on.stopped  the run is over */
  constructor(settings, digits, drawing, on) {
    this.settings = settings;
    /** @type {((layers: Layers) => void)[]}  who waits for the weights */
    this.waiting = [];
    this.worker = new Worker(new URL("../../training/worker.js", import.meta.url), {
      type: "module",
    });
    this.worker.onmessage = ({ data }) => {
      if (data.type === "report") on.report(data);
      else if (data.type === "stopped") on.stopped(data.reason);
      else for (const take of this.waiting.splice(0)) take(data.layers);
    };
    this.worker.onerror = () => on.stopped("What trains the network could not be fetched.");
    const { model, latentDim, learningRate, noise, seed } = settings;
    this.draw(drawing);
    this.worker.postMessage({
      type: "start",
      settings: { model, latentDim, learningRate, noise, seed },
      images: digits.training.slice(0, 784 * settings.digits),
      validation: digits.validation,
      examples: digits.examples,
      testImages: digits.testImages,
    });
    this.pause();
  }

  pause() {
    this.worker.postMessage({ type: "pause" });
  }

  resume() {
    this.worker.postMessage({ type: "resume" });
  }

  /** One step, then a pause. */
  step() {
    this.worker.postMessage({ type: "step" });
  }

  /** @param {Float32Array | null} image  what is on the paper, (784) in [0, 1] */
  draw(image) {
    this.worker.postMessage({ type: "drawing", image });
  }

  /** The network's layers with the weights of this moment. @returns {Promise<Layers>} */
  layers() {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.worker.postMessage({ type: "weights" });
    });
  }

  end() {
    this.worker.terminate();
  }
}
