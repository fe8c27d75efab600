// An image rebuilt by a model, and how well, as reconstruction.py.

/** @typedef {import("./autoencoder.js").Autoencoder} Autoencoder */

/**
 * @typedef {object} Rebuilt  what one model made of an image
 * @property {Float32Array} code  (latentDim)
 * @property {Float32Array} image  (784) in [0, 1]: the reconstruction
 * @property {number} mse  mean squared error per pixel
 * @property {number} betterThan  the share of MNIST's test digits that this model rebuilds worse;
 *     NaN without any
 */

/**
 * @param {Autoencoder} model
 * @param {Float32Array} image  (784) in [0, 1]
 * @param {Float32Array} testErrors  (N): the model's mean squared error on each test digit
 * @returns {Rebuilt}
 */
export function rebuild(model, image, testErrors) {
  const code = model.encode(image);
  const rebuilt = model.decode(code);
  const mse = meanSquaredError(rebuilt, image);
  let better = 0;
  for (let i = 0; i < testErrors.length; i++) if (testErrors[i] < mse) better += 1;
  return { code, image: rebuilt, mse, betterThan: 1 - better / testErrors.length };
}

/** Per pixel.
 * @param {Float32Array} rebuilt @param {Float32Array} image */
export function meanSquaredError(rebuilt, image) {
  let sum = 0;
  for (let i = 0; i < image.length; i++) sum += (rebuilt[i] - image[i]) ** 2;
  return sum / image.length;
}

/**
 * What the picture gains and loses when one number of a code grows.
 * @param {Autoencoder} model
 * @param {ArrayLike<number>} code
 * @param {number} at  which number, from 0
 * @param {number} amount  by which it grows
 * @returns {Float32Array}  (784) in [-1, 1]
 */
export function effectOf(model, code, at, amount) {
  const grown = Float32Array.from(code);
  grown[at] += amount;
  const before = model.decode(code);
  return model.decode(grown).map((pixel, i) => pixel - before[i]);
}
