// Trains beside the page, and tells it several times a second how far it is. A worker is for one run.

import { addressOf } from "../shared/request.js";
import { runs } from "./matmul.js";
import { batchSize, RECIPES } from "./recipe.js";
import { Run } from "./run.js";
import { Training } from "./training.js";

/**
 * @typedef {object} Choices
 * @property {"dense" | "conv"} model
 * @property {number} latentDim  numbers in the code
 * @property {number} learningRate  its peak
 * @property {number} noise  standard deviation of what is added to each pixel; 0 for none
 * @property {number} seed
 *
 * @typedef {{ type: "start", settings: Choices, images: Uint8Array } & import("./run.js").Digits} Start
 *     `images` (N * 784), 0 to 255, are those to learn from
 * @typedef {{ type: "drawing", image: Float32Array | null }} Drawing  (784) in [0, 1]
 * @typedef {{ type: "pause" | "resume" | "step" | "weights" }} Command
 */

const BETWEEN_REPORTS = 120; // milliseconds of training

/** @type {Run | null} */
let run = null;
/** @type {Float32Array | null} */
let drawing = null;
let isPaused = false;
let isReportWanted = false;
let isAtWork = false;

self.onmessage = ({ data }) => receive(data);

/** @param {Start | Drawing | Command} message */
async function receive(message) {
  if (message.type === "weights") {
    return self.postMessage({ type: "weights", layers: run?.training.layers() });
  }
  if (message.type === "start") run = await start(message).catch(failed);
  else if (message.type === "drawing") drawing = message.image;
  else isPaused = message.type !== "resume";
  if (message.type === "step") train(0);
  isReportWanted = true;
  work();
}

/** Trains and reports, as long as one of both is wanted. */
async function work() {
  if (isAtWork) return;
  isAtWork = true;
  while (run && (isReportWanted || !(isPaused || run.done))) {
    isReportWanted = false;
    if (!isPaused) train(BETWEEN_REPORTS);
    if (run) {
      const report = run.report(drawing, isPaused || run.done);
      self.postMessage({ type: "report", paused: isPaused, ...report });
    }
    await new Promise((resolve) => setTimeout(resolve)); // messages come in
  }
  isAtWork = false;
}

/** @param {number} milliseconds */
function train(milliseconds) {
  if (!run || run.done) return;
  const loss = run.train(milliseconds);
  if (!Number.isFinite(loss)) {
    stop(`The loss became ${loss}, so the training was stopped; try a lower learning rate.`);
  }
}

/** @param {string} reason  a sentence for people */
function stop(reason) {
  run = null;
  self.postMessage({ type: "stopped", reason });
  return null;
}

/** @param {unknown} error */
function failed(error) {
  console.warn(error);
  return stop(
    error instanceof RangeError // WebAssembly's, and that of arrays
      ? "This browser has not enough memory for this run; close other pages and try again."
      : "Not all that a run needs could be fetched. Are you online? Then try again.",
  );
}

/** @param {Start} start */
async function start({ settings, images, ...digits }) {
  const { model, latentDim, learningRate, noise, seed } = settings;
  const [architectures, kernel] = await Promise.all([
    get(addressOf("architectures.json")).then((response) => response.json()),
    get(new URL("./matmul.wasm", import.meta.url)).then((response) => response.arrayBuffer()),
  ]);
  const batch = batchSize(images.length / 784);
  const plan = {
    architecture: architectures[model][latentDim],
    batch,
    steps: Math.ceil(RECIPES[model].images / batch),
    learningRate,
    weightDecay: RECIPES[model].weightDecay,
    noise,
    seed,
  };
  return new Run(new Training(plan, images, runs(kernel) ? kernel : null), digits);
}

/** @param {string | URL} address */
async function get(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: status ${response.status}`);
  return response;
}
