// How one number of a layer's output comes about: the weights, what each of them meets, their sum.

/**
 * @typedef {import("./layers.js").Layer} Layer
 * @typedef {import("./layers.js").Activation} Activation
 *
 * @typedef {object} WeightedSum
 * @property {Activation} weights  as what goes in (a dense layer), or (C, kernel's height and width)
 * @property {Activation} products  each weight times the input that it meets; 0 outside the image
 * @property {number} met  how many weights meet an input
 * @property {number} sum  of the products
 * @property {number} bias
 * @property {[number, number, number, number] | null} window  of a convolution, on each map that
 *     goes in: left, top, width, height
 */

/**
 * @param {Layer} layer  with its weights
 * @param {Activation} x  what goes into it
 * @param {Activation} y  what comes out of it
 * @param {number} index  of the number among y's
 * @returns {WeightedSum}
 */
export function weightedSum(layer, x, y, index) {
  if (!layer.weight) throw new Error("This layer has no weights.");
  const bias = (/** @type {number} */ output) => layer.bias?.data[output] ?? 0;
  if (layer.kind === "Linear") {
    const inputs = x.data.length;
    const weights = layer.weight.data.subarray(index * inputs, (index + 1) * inputs);
    const products = x.data.map((value, i) => value * weights[i]);
    return {
      weights: { data: weights, shape: x.shape },
      products: { data: products, shape: x.shape },
      met: inputs,
      sum: total(products),
      bias: bias(index),
      window: null,
    };
  }
  const [, newHeight, newWidth] = y.shape;
  const output = Math.floor(index / (newHeight * newWidth));
  const rows = inputsAlong(0, Math.floor(index / newWidth) % newHeight, x, layer);
  const columns = inputsAlong(1, index % newWidth, x, layer);
  const [inputs, height, width] = x.shape;
  const [, second] = layer.weight.shape;
  const kernel = rows.length * columns.length;
  const weights = new Float32Array(inputs * kernel);
  const products = new Float32Array(inputs * kernel);
  for (let c = 0; c < inputs; c++) {
    // weight: (outputs, inputs, ...), but (inputs, outputs, ...) of a transposed convolution
    const at = layer.kind === "Conv2d" ? output * second + c : c * second + output;
    for (let k = 0; k < kernel; k++) {
      const row = rows[Math.floor(k / columns.length)];
      const column = columns[k % columns.length];
      const weight = layer.weight.data[at * kernel + k];
      weights[c * kernel + k] = weight;
      if (row >= 0 && column >= 0)
        products[c * kernel + k] = weight * x.data[(c * height + row) * width + column];
    }
  }
  const shape = [inputs, rows.length, columns.length];
  const seen = [rows, columns].map((places) => places.filter((place) => place >= 0));
  return {
    weights: { data: weights, shape },
    products: { data: products, shape },
    met: inputs * seen[0].length * seen[1].length,
    sum: total(products),
    bias: bias(output),
    window: windowOf(seen),
  };
}

/** Down (0) or to the right (1): the place on the input that each weight of the kernel meets for a
 * place of the output, or -1 for none.
 * @param {0 | 1} axis @param {number} place @param {Activation} x @param {Layer} layer */
function inputsAlong(axis, place, x, layer) {
  const stride = layer.stride?.[axis] ?? 1;
  const padding = layer.padding?.[axis] ?? 0;
  return Array.from({ length: layer.weight?.shape[2 + axis] ?? 0 }, (_, k) => {
    const input =
      layer.kind === "Conv2d" ? place * stride - padding + k : (place + padding - k) / stride;
    return Number.isInteger(input) && input >= 0 && input < x.shape[1 + axis] ? input : -1;
  });
}

/** @param {number[][]} seen  the places down and to the right
 * @returns {[number, number, number, number] | null} */
function windowOf([rows, columns]) {
  if (!rows.length || !columns.length) return null;
  const [top, left] = [Math.min(...rows), Math.min(...columns)];
  return [left, top, Math.max(...columns) - left + 1, Math.max(...rows) - top + 1];
}

/** @param {Float32Array} numbers */
function total(numbers) {
  let sum = 0;
  for (const value of numbers) sum += value;
  return sum;
}
