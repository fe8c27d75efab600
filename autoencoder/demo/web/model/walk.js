// Straight ways from one digit to another, as walk and cross_fade in latent.py.

/** @typedef {import("./autoencoder.js").Autoencoder} Autoencoder */

/**
 * Through a model's latent space: the first is the start's reconstruction, the last is the end's.
 * @param {Autoencoder} model
 * @param {Float32Array} start  an image (784) in [0, 1]
 * @param {Float32Array} end
 * @param {number} steps
 * @returns {Float32Array[]}  as many images
 */
export function walk(model, start, end, steps) {
  return blend(model.encode(start), model.encode(end), steps).map((code) => model.decode(code));
}

/**
 * What a walk is compared with: the pixels themselves are blended.
 * @param {Float32Array} start @param {Float32Array} end @param {number} steps
 */
export function crossFade(start, end, steps) {
  return blend(start, end, steps);
}

/** @param {Float32Array} start @param {Float32Array} end @param {number} steps */
function blend(start, end, steps) {
  return Array.from({ length: steps }, (_, step) => {
    const share = step / (steps - 1);
    return start.map((value, i) => value * (1 - share) + end[i] * share);
  });
}
