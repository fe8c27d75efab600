// The forward pass of each kind of layer that models.py may be made of, for one image.
//
// A function has the name and the settings of the layer in PyTorch. It takes what goes in, the
// layer, and gives what comes out: the numbers and their shape, without PyTorch's batch. Sums are
// kept in 64 bits, so that what differs from PyTorch is PyTorch's own rounding.

/**
 * @typedef {{ data: Float32Array, shape: number[] }} Activation  (C, H, W) or (N)
 * @typedef {{ data: Float32Array, shape: number[] }} Parameter
 * @typedef {object} Layer
 * @property {string} kind  PyTorch's name: "Linear", "Conv2d", ...
 * @property {string} line  as models.py writes it down
 * @property {Parameter} [weight]
 * @property {Parameter} [bias]
 * @property {[number, number]} [stride]  down, to the right
 * @property {[number, number]} [padding]
 * @property {[number, number]} [output_padding]
 * @property {number} [negative_slope]
 * @property {number[]} [unflattened_size]
 */

/** Each output is a weighted sum of all inputs. weight: (outputs, inputs)
 * @type {(x: Activation, layer: Layer) => Activation} */
function Linear(x, { weight, bias }) {
  const [outputs, inputs] = parameter(weight).shape;
  const weights = parameter(weight).data;
  const y = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    let sum = bias ? bias.data[o] : 0;
    for (let i = 0; i < inputs; i++) sum += weights[o * inputs + i] * x.data[i];
    y[o] = sum;
  }
  return { data: y, shape: [outputs] };
}

/** A small window slides over the image; each output is a weighted sum of what it sees.
 * weight: (outputs, inputs, height, width)
 * @type {(x: Activation, layer: Layer) => Activation} */
function Conv2d(x, { weight, bias, stride = [1, 1], padding = [0, 0] }) {
  const [, height, width] = x.shape;
  const [outputs, , kernelHeight, kernelWidth] = parameter(weight).shape;
  const newHeight = Math.floor((height + 2 * padding[0] - kernelHeight) / stride[0]) + 1;
  const newWidth = Math.floor((width + 2 * padding[1] - kernelWidth) / stride[1]) + 1;
  const places = newHeight * newWidth;
  const windows = {
    places: [newHeight, newWidth],
    kernel: [kernelHeight, kernelWidth],
    stride,
    padding,
  };
  const seen = unfold(x, windows); // (places, inputs * kernel)
  const size = seen.length / places;
  const weights = parameter(weight).data;
  const y = new Float32Array(outputs * places);
  for (let o = 0; o < outputs; o++) {
    for (let place = 0; place < places; place++) {
      let sum = bias ? bias.data[o] : 0;
      for (let i = 0; i < size; i++) sum += weights[o * size + i] * seen[place * size + i];
      y[o * places + place] = sum;
    }
  }
  return { data: y, shape: [outputs, newHeight, newWidth] };
}

/** The way back: each input paints a window, times its value, and what overlaps is added.
 * weight: (inputs, outputs, height, width)
 * @type {(x: Activation, layer: Layer) => Activation} */
function ConvTranspose2d(x, layer) {
  const { weight, bias, stride = [1, 1], padding = [0, 0], output_padding = [0, 0] } = layer;
  const [inputs, height, width] = x.shape;
  const [, outputs, kernelHeight, kernelWidth] = parameter(weight).shape;
  const newHeight = (height - 1) * stride[0] - 2 * padding[0] + kernelHeight + output_padding[0];
  const newWidth = (width - 1) * stride[1] - 2 * padding[1] + kernelWidth + output_padding[1];
  const places = height * width;
  const size = outputs * kernelHeight * kernelWidth;
  const weights = parameter(weight).data;
  const painted = new Float64Array(places * size); // (places, outputs * kernel)
  for (let place = 0; place < places; place++) {
    for (let i = 0; i < inputs; i++) {
      const value = x.data[i * places + place];
      if (value === 0) continue; // after ReLU, about half are
      for (let o = 0; o < size; o++) painted[place * size + o] += value * weights[i * size + o];
    }
  }
  const windows = { places: [height, width], kernel: [kernelHeight, kernelWidth], stride, padding };
  const y = fold(painted, windows, [outputs, newHeight, newWidth]);
  const pixels = newHeight * newWidth;
  for (let i = 0; bias && i < y.length; i++) y[i] += bias.data[Math.floor(i / pixels)];
  return { data: Float32Array.from(y), shape: [outputs, newHeight, newWidth] };
}

/** @type {(x: Activation) => Activation} */
function ReLU(x) {
  return { data: x.data.map((value) => Math.max(value, 0)), shape: x.shape };
}

/** @type {(x: Activation, layer: Layer) => Activation} */
function LeakyReLU(x, { negative_slope = 0.01 }) {
  return {
    data: x.data.map((value) => (value < 0 ? negative_slope * value : value)),
    shape: x.shape,
  };
}

/** @type {(x: Activation) => Activation} */
function Tanh(x) {
  return { data: x.data.map(Math.tanh), shape: x.shape };
}

/** @type {(x: Activation) => Activation} */
function Sigmoid(x) {
  return { data: x.data.map((value) => 1 / (1 + Math.exp(-value))), shape: x.shape };
}

/** @type {(x: Activation) => Activation} */
function Flatten(x) {
  return { data: x.data, shape: [x.data.length] };
}

/** @type {(x: Activation, layer: Layer) => Activation} */
function Unflatten(x, { unflattened_size = [] }) {
  return { data: x.data, shape: unflattened_size };
}

/** Dropout is for training alone.
 * @type {(x: Activation) => Activation} */
function Dropout(x) {
  return x;
}

/** The forward pass of each kind of layer, by PyTorch's name.
 * @type {Record<string, (x: Activation, layer: Layer) => Activation>} */
export const FORWARD = {
  Linear,
  Conv2d,
  ConvTranspose2d,
  ReLU,
  LeakyReLU,
  Tanh,
  Sigmoid,
  Flatten,
  Unflatten,
  Dropout,
};

/** @param {Parameter | undefined} weight */
function parameter(weight) {
  if (!weight) throw new Error("This layer has no weights.");
  return weight;
}

/**
 * @typedef {object} Windows  the places at which a window stands on an image
 * @property {number[]} places  how many, down and to the right
 * @property {number[]} kernel  a window's height and width
 * @property {number[]} stride
 * @property {number[]} padding
 */

/** What each window sees of an image (C, H, W) -> (places, C * kernel); outside it are zeros.
 * @param {Activation} x @param {Windows} windows */
function unfold({ data, shape }, windows) {
  const [down, right] = windows.places;
  const [kernelHeight, kernelWidth] = windows.kernel;
  const seen = new Float32Array(down * right * shape[0] * kernelHeight * kernelWidth);
  eachPixel(windows, shape, (pixel, at) => {
    seen[at] = data[pixel];
  });
  return seen;
}

/** The sum of all windows (places, C * kernel), each at its place -> an image (C, H, W).
 * @param {Float64Array} painted @param {Windows} windows @param {number[]} shape */
function fold(painted, windows, shape) {
  const image = new Float64Array(shape[0] * shape[1] * shape[2]);
  eachPixel(windows, shape, (pixel, at) => {
    image[pixel] += painted[at];
  });
  return image;
}

/** Calls `visit(pixel of the image, at of the windows)` for each pixel of each window that lies in
 * the image.
 * @param {Windows} windows @param {number[]} shape  (C, H, W)
 * @param {(pixel: number, at: number) => void} visit */
function eachPixel({ places, kernel, stride, padding }, [channels, height, width], visit) {
  let at = 0;
  for (let down = 0; down < places[0]; down++) {
    for (let right = 0; right < places[1]; right++) {
      for (let c = 0; c < channels; c++) {
        for (let ky = 0; ky < kernel[0]; ky++) {
          const row = down * stride[0] - padding[0] + ky;
          for (let kx = 0; kx < kernel[1]; kx++, at++) {
            const column = right * stride[1] - padding[1] + kx;
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            visit((c * height + row) * width + column, at);
          }
        }
      }
    }
  }
}
