// The first principal directions of codes that change while one looks at them.

const ROUNDS = 30;

/**
 * Finds the directions anew, beginning with those of the last time, so that a map turns no more than
 * the codes do. By orthogonal iteration (Golub and Van Loan, Matrix Computations, 8.2.4).
 */
export class PrincipalComponents {
  /** @param {number} size  D, numbers in a code @param {number} count  directions */
  constructor(size, count) {
    this.size = size;
    /** Each of length 1, the strongest first. */
    this.directions = Array.from({ length: Math.min(count, size) }, (_, direction) =>
      Float64Array.from({ length: size }, (_, i) => (i === direction ? 1 : 0)),
    );
  }

  /** Codes (N * D) -> where they lie along the directions, from their mean (N * count); 0 along
   * those that there are none of.
   * @param {Float32Array} codes @param {number} count */
  project(codes, count) {
    const { size } = this;
    const length = codes.length / size;
    const mean = new Float64Array(size);
    codes.forEach((value, i) => {
      mean[i % size] += value / length;
    });
    const centred = Float64Array.from(codes, (value, i) => value - mean[i % size]);
    const covariance = covarianceOf(centred, size);
    for (let round = 0; round < ROUNDS; round++) this.#improve(covariance);
    const projected = new Float32Array(length * count);
    this.directions.forEach((direction, at) => {
      for (let n = 0; n < length; n++) {
        for (let i = 0; i < size; i++) {
          projected[n * count + at] += direction[i] * centred[n * size + i];
        }
      }
    });
    return projected;
  }

  /** Each direction times the covariance matrix, then made orthogonal to those before it.
   * @param {Float64Array[]} covariance */
  #improve(covariance) {
    this.directions = this.directions.map((direction) =>
      Float64Array.from(covariance, (row) => dot(row, direction)),
    );
    this.directions.forEach((direction, at) => {
      for (const other of this.directions.slice(0, at)) {
        const share = dot(direction, other);
        direction.forEach((value, i) => {
          direction[i] = value - share * other[i];
        });
      }
      const length = Math.sqrt(dot(direction, direction));
      if (length > 0)
        direction.forEach((value, i) => {
          direction[i] = value / length;
        });
    });
  }
}

/** @param {Float64Array} centred  (N * D) @param {number} size  D
 * @returns {Float64Array[]}  (D, D) */
function covarianceOf(centred, size) {
  const covariance = Array.from({ length: size }, () => new Float64Array(size));
  for (let start = 0; start < centred.length; start += size) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) covariance[i][j] += centred[start + i] * centred[start + j];
    }
  }
  return covariance;
}

/** @param {Float64Array} a @param {Float64Array} b */
function dot(a, b) {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
