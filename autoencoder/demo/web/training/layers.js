// Forward and backward pass of each kind of layer that models.py may be made of, for a batch.
//
// A function makes a layer of the batch that goes in; it has the name and the settings of the layer
// in PyTorch. `forward` computes what comes out. `backward` is the chain rule: from the gradient of
// the loss by each number that came out, it computes the gradient by each weight, and by each number
// that went in, unless nobody asks for that, as with the images.
//
// The batch is the last dimension, so that what is done to one pixel or unit is done to a row.

/**
 * @typedef {object} Activation
 * @property {number[]} shape  of one image's: (C, H, W) or (units)
 * @property {Float32Array} value  (...shape, N)
 * @property {Float32Array | null} gradient  of the loss by `value`; null if nobody asks for it
 *
 * @typedef {object} Parameter
 * @property {number[]} shape  as in PyTorch
 * @property {Float32Array} value
 * @property {Float32Array} gradient
 *
 * @typedef {import("../model/layers.js").Layer} Settings
 * @typedef {Omit<Settings, "weight" | "bias"> & { weight?: Parameter, bias?: Parameter, p?: number }} TrainedLayer
 *
 * @typedef {object} Tools
 * @property {number} batch  N, a multiple of 8
 * @property {(length: number) => Float32Array} array  zeros in the memory of `matmul`
 * @property {import("./matmul.js").Matmul} matmul
 * @property {(() => number) | null} random  in [0, 1); null if the layers are not being trained
 *
 * @typedef {object} BatchLayer
 * @property {Activation} y  what comes out
 * @property {() => void} forward
 * @property {() => void} backward
 */

/** y = W x + b. weight: (outputs, inputs)
 * @type {LayerMaker} */
function Linear(x, { weight, bias }, tools) {
  const { matmul, batch } = tools;
  const w = needed(weight);
  const [outputs, inputs] = w.shape;
  const y = activation([outputs], tools);
  return {
    y,
    forward() {
      matmul.product(y.value, w.value, x.value, outputs, inputs, batch);
      if (bias) addBias(y.value, bias.value);
    },
    backward() {
      const gradient = needed(y.gradient);
      matmul.productBT(w.gradient, gradient, x.value, outputs, batch, inputs);
      if (bias) sumRows(bias.gradient, gradient);
      if (x.gradient) matmul.productAT(x.gradient, w.value, gradient, inputs, outputs, batch);
    },
  };
}

/** As Linear, with what a window sees of the image in place of x. weight: (outputs, inputs, h, w)
 * @type {LayerMaker} */
function Conv2d(x, { weight, bias, stride = [1, 1], padding = [0, 0] }, tools) {
  const { matmul, batch } = tools;
  const w = needed(weight);
  const [outputs, inputs, ...kernel] = w.shape;
  const [height, width] = [0, 1].map(
    (d) => Math.floor((x.shape[1 + d] + 2 * padding[d] - kernel[d]) / stride[d]) + 1,
  );
  const windows = findWindows([height, width], x.shape, kernel, stride, padding);
  const size = inputs * kernel[0] * kernel[1];
  const columns = height * width * batch;
  const seen = tools.array(size * columns);
  const seenGradient = x.gradient && tools.array(size * columns);
  const y = activation([outputs, height, width], tools);
  return {
    y,
    forward() {
      unfold(seen, x.value, windows, tools);
      matmul.product(y.value, w.value, seen, outputs, size, columns);
      if (bias) addBias(y.value, bias.value);
    },
    backward() {
      const gradient = needed(y.gradient);
      matmul.productBT(w.gradient, gradient, seen, outputs, columns, size);
      if (bias) sumRows(bias.gradient, gradient);
      if (x.gradient && seenGradient) {
        matmul.productAT(seenGradient, w.value, gradient, size, outputs, columns);
        fold(x.gradient, seenGradient, windows, batch);
      }
    },
  };
}

/** Conv2d with forward and backward exchanged: each input paints a window, and what overlaps is
 * added. weight: (inputs, outputs, h, w)
 * @type {LayerMaker} */
function ConvTranspose2d(x, layer, tools) {
  const { weight, bias, stride = [1, 1], padding = [0, 0], output_padding = [0, 0] } = layer;
  const { matmul, batch } = tools;
  const w = needed(weight);
  const [inputs, outputs, ...kernel] = w.shape;
  const [height, width] = [0, 1].map(
    (d) => (x.shape[1 + d] - 1) * stride[d] - 2 * padding[d] + kernel[d] + output_padding[d],
  );
  const y = activation([outputs, height, width], tools);
  const windows = findWindows(x.shape.slice(1), y.shape, kernel, stride, padding);
  const size = outputs * kernel[0] * kernel[1];
  const columns = x.shape[1] * x.shape[2] * batch;
  const painted = tools.array(size * columns);
  return {
    y,
    forward() {
      matmul.productAT(painted, w.value, x.value, size, inputs, columns);
      fold(y.value, painted, windows, batch);
      if (bias) addBias(y.value, bias.value);
    },
    backward() {
      const gradient = needed(y.gradient);
      if (bias) sumRows(bias.gradient, gradient);
      painted.fill(0); // where a window reaches beyond the image
      unfold(painted, gradient, windows, tools);
      matmul.productBT(w.gradient, x.value, painted, inputs, columns, size);
      if (x.gradient) matmul.product(x.gradient, w.value, painted, inputs, size, columns);
    },
  };
}

/** @type {LayerMaker} */
function ReLU(x, layer, tools) {
  return LeakyReLU(x, { ...layer, negative_slope: 0 }, tools);
}

/** @type {LayerMaker} */
function LeakyReLU(x, { negative_slope: slope = 0.01 }, tools) {
  return elementwise(x, tools, {
    forward(y, x) {
      for (let i = 0; i < y.length; i++) y[i] = x[i] > 0 ? x[i] : slope * x[i];
    },
    backward(xGradient, yGradient, y) {
      for (let i = 0; i < y.length; i++) xGradient[i] = yGradient[i] * (y[i] > 0 ? 1 : slope);
    },
  });
}

/** @type {LayerMaker} */
function Tanh(x, _, tools) {
  return elementwise(x, tools, {
    forward(y, x) {
      for (let i = 0; i < y.length; i++) y[i] = Math.tanh(x[i]);
    },
    backward(xGradient, yGradient, y) {
      for (let i = 0; i < y.length; i++) xGradient[i] = yGradient[i] * (1 - y[i] * y[i]);
    },
  });
}

/** @type {LayerMaker} */
function Sigmoid(x, _, tools) {
  return elementwise(x, tools, {
    forward(y, x) {
      for (let i = 0; i < y.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]));
    },
    backward(xGradient, yGradient, y) {
      for (let i = 0; i < y.length; i++) xGradient[i] = yGradient[i] * y[i] * (1 - y[i]);
    },
  });
}

/** Switches numbers off by chance, while the model is trained, and makes up for it with the others.
 * @type {LayerMaker} */
function Dropout(x, { p = 0.5 }, tools) {
  const { random } = tools;
  if (!random) return reshape(x, x.shape);
  const factors = tools.array(sizeOf(x.shape) * tools.batch);
  return elementwise(x, tools, {
    forward(y, x) {
      for (let i = 0; i < y.length; i++) {
        factors[i] = random() < p ? 0 : 1 / (1 - p);
        y[i] = factors[i] * x[i];
      }
    },
    backward(xGradient, yGradient) {
      for (let i = 0; i < factors.length; i++) xGradient[i] = factors[i] * yGradient[i];
    },
  });
}

/** @type {LayerMaker} */
function Flatten(x) {
  return reshape(x, [sizeOf(x.shape)]);
}

/** @type {LayerMaker} */
function Unflatten(x, { unflattened_size = [] }) {
  return reshape(x, unflattened_size);
}

/** @typedef {(x: Activation, layer: TrainedLayer, tools: Tools) => BatchLayer} LayerMaker */

/** By PyTorch's name. @type {Record<string, LayerMaker>} */
export const LAYERS = {
  Linear,
  Conv2d,
  ConvTranspose2d,
  ReLU,
  LeakyReLU,
  Tanh,
  Sigmoid,
  Dropout,
  Flatten,
  Unflatten,
};

/** A function of each number by itself. @param {Activation} x @param {Tools} tools
 * @param {object} passes
 * @param {(y: Float32Array, x: Float32Array) => void} passes.forward
 * @param {(xGradient: Float32Array, yGradient: Float32Array, y: Float32Array) => void} passes.backward
 * @returns {BatchLayer} */
function elementwise(x, tools, { forward, backward }) {
  const y = activation(x.shape, tools);
  return {
    y,
    forward: () => forward(y.value, x.value),
    backward: () => {
      if (x.gradient) backward(x.gradient, needed(y.gradient), y.value);
    },
  };
}

/** The same numbers under another shape. @param {Activation} x @param {number[]} shape
 * @returns {BatchLayer} */
function reshape(x, shape) {
  return { y: { ...x, shape }, forward() {}, backward() {} };
}

/** @param {number[]} shape @param {Tools} tools @returns {Activation} */
export function activation(shape, { array, batch }) {
  const length = sizeOf(shape) * batch;
  return { shape, value: array(length), gradient: array(length) };
}

/** How many numbers there are. @param {number[]} shape */
export function sizeOf(shape) {
  return shape.reduce((a, b) => a * b, 1);
}

/** @template T @param {T | null | undefined} value */
function needed(value) {
  if (!value) throw new Error("This layer lacks its weights or its gradient.");
  return value;
}

/** @param {Float32Array} y  (outputs, ...) @param {Float32Array} bias  (outputs) */
function addBias(y, bias) {
  const length = y.length / bias.length;
  for (let o = 0, i = 0; o < bias.length; o++) {
    for (const end = i + length; i < end; i++) y[i] += bias[o];
  }
}

/** @param {Float32Array} sums  (outputs) @param {Float32Array} y  (outputs, ...) */
function sumRows(sums, y) {
  const length = y.length / sums.length;
  for (let o = 0, i = 0; o < sums.length; o++) {
    let sum = 0;
    for (const end = i + length; i < end; i++) sum += y[i];
    sums[o] = sum;
  }
}

/** Which pixel each window sees where: pairs of the pixel's place in the image (C, H, W) and its
 * place in the windows (C, h, w, windows). What lies outside the image has no pair.
 * @param {number[]} windows  down and to the right @param {number[]} shape  of the image
 * @param {number[]} kernel @param {number[]} stride @param {number[]} padding */
function findWindows([rows, columns], [channels, height, width], kernel, stride, padding) {
  const pairs = [];
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let ky = 0; ky < kernel[0]; ky++) {
      for (let kx = 0; kx < kernel[1]; kx++) {
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++, at++) {
            const y = row * stride[0] - padding[0] + ky;
            const x = column * stride[1] - padding[1] + kx;
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            pairs.push((c * height + y) * width + x, at);
          }
        }
      }
    }
  }
  return Int32Array.from(pairs);
}

/** Copies to the windows what each sees of the image.
 * @param {Float32Array} seen @param {Float32Array} image @param {Int32Array} windows
 * @param {Tools} tools */
function unfold(seen, image, windows, { matmul: { memory }, batch }) {
  const [to, from] = [seen, image].map(({ byteOffset }) => byteOffset / 4); // in the memory
  for (let i = 0; i < windows.length; i += 2) {
    const pixel = from + windows[i] * batch;
    memory.copyWithin(to + windows[i + 1] * batch, pixel, pixel + batch);
  }
}

/** Adds to each pixel of the image what the windows say of it.
 * @param {Float32Array} image @param {Float32Array} painted @param {Int32Array} windows
 * @param {number} batch */
function fold(image, painted, windows, batch) {
  image.fill(0);
  for (let i = 0; i < windows.length; i += 2) {
    let pixel = windows[i] * batch;
    let at = windows[i + 1] * batch;
    for (const end = pixel + batch; pixel < end; pixel++, at++) image[pixel] += painted[at];
  }
}
