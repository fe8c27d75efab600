// Codes by their principal directions, as Directions in latent.py, which also finds them.

import { fetchArrays } from "../shared/request.js";

export class PrincipalDirections {
  /**
   * @param {Float64Array} mean  (D)
   * @param {Float64Array} directions  (D, D), a direction a row, the strongest first
   * @param {Float64Array} deviations  (D): how far the codes reach along each
   */
  constructor(mean, directions, deviations) {
    this.mean = mean;
    this.directions = directions;
    this.deviations = deviations;
  }

  /** Of all that the codes differ in (their variance), the share along each direction (D). */
  shares() {
    const variances = Array.from(this.deviations, (deviation) => deviation ** 2);
    const sum = variances.reduce((total, variance) => total + variance, 0);
    return variances.map((variance) => (sum > 0 ? variance / sum : 0));
  }

  /** A code (D) -> how far it lies along each direction (D), in standard deviations.
   * @param {ArrayLike<number>} code */
  scores(code) {
    const size = this.mean.length;
    return Array.from(this.deviations, (deviation, direction) => {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        sum += (code[i] - this.mean[i]) * this.directions[direction * size + i];
      }
      return deviation > 0 ? sum / deviation : 0;
    });
  }

  /** The way back, from the first `keep` directions only. (D) -> a code (D).
   * @param {ArrayLike<number>} scores @param {number} keep */
  code(scores, keep) {
    const size = this.mean.length;
    return Array.from(this.mean, (mean, i) => {
      let sum = mean;
      for (let direction = 0; direction < keep; direction++) {
        const length = scores[direction] * this.deviations[direction];
        sum += length * this.directions[direction * size + i];
      }
      return sum;
    });
  }
}

/** Those of the convolutional model's codes of the test digits. */
export async function loadPrincipalDirections() {
  const { mean, directions, deviations } = await fetchArrays("principal_directions.safetensors");
  return new PrincipalDirections(mean.data, directions.data, deviations.data);
}
