// Straight ways from one digit to another, as walk and cross_fade in latent.py.

import { likeliest, nearest } from "./neighbours.js";
import { meanSquaredError } from "./reconstruction.js";

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
  return walkCodes(model, start, end, steps).map((code) => model.decode(code));
}

/** The codes that a walk decodes.
 * @param {Autoencoder} model @param {Float32Array} start @param {Float32Array} end
 * @param {number} steps */
export function walkCodes(model, start, end, steps) {
  return blend(model.encode(start), model.encode(end), steps);
}

/**
 * Where a walk's codes lie among the test digits'.
 * @param {Float32Array[]} codes
 * @param {import("./neighbours.js").LatentSpace} latent
 * @returns {{ near: number, digits: number[] }}  how many are as near to a test digit as those are to
 *     each other, and the digits that they stand for, in the order in which they come
 */
export function passedBy(codes, latent) {
  const around = codes.map((code) => nearest(latent, code));
  const near = around.filter(([{ distance }]) => distance <= latent.usualGap).length;
  const digits = new Set(around.map((neighbours) => likeliest(neighbours, latent.usualGap)));
  return { near, digits: [...digits] };
}

/**
 * How far a walk is at most from a cross-fade between its first and its last picture: 0 if it is one,
 * 1 if they differ as much as those two.
 * @param {Float32Array[]} images  of the walk
 */
export function fromCrossFade(images) {
  const [start, end] = [images[0], images[images.length - 1]];
  const fade = crossFade(start, end, images.length);
  const most = Math.max(...images.map((image, step) => meanSquaredError(image, fade[step])));
  return Math.sqrt(most / (meanSquaredError(start, end) || 1));
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
