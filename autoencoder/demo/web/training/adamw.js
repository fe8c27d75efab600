// The optimizer and its schedule, as training/loop.py has them.

const WARM_UP = 0.3; // the share of the training in which the learning rate rises

/** A straight line up to `peak`, then half a cosine down to zero after the last of `steps`.
 * @param {number} step @param {number} steps @param {number} peak */
export function learningRate(step, steps, peak) {
  const warmUp = WARM_UP * steps;
  if (step < warmUp) return (peak * (step + 1)) / (warmUp + 1);
  return (peak * (1 + Math.cos((Math.PI * (step - warmUp)) / (steps - warmUp)))) / 2;
}

/**
 * Adam with weight decay that is no part of the gradient (Loshchilov and Hutter 2019), with
 * PyTorch's settings: each weight goes against the mean of its last gradients, in steps whose length
 * is by how much these vary.
 */
export class AdamW {
  /**
   * @param {{ size: number, values: Float32Array, gradients: Float32Array }} parameters
   * @param {number} weightDecay
   * @param {(length: number) => Float32Array} array  gives zeros
   */
  constructor({ size, values, gradients }, weightDecay, array) {
    this.values = values;
    this.gradients = gradients;
    this.weightDecay = weightDecay;
    this.mean = array(size); // of the gradients, recent ones count most
    this.square = array(size); // of the squared gradients
    this.steps = 0;
  }

  /** Changes the weights by the gradients. @param {number} rate  the learning rate */
  step(rate) {
    const { values, gradients, mean, square } = this;
    this.steps++;
    const meanCorrection = 1 - 0.9 ** this.steps; // both began at zero
    const squareCorrection = Math.sqrt(1 - 0.999 ** this.steps);
    const kept = 1 - rate * this.weightDecay;
    const length = rate / meanCorrection;
    for (let i = 0; i < values.length; i++) {
      const gradient = gradients[i];
      const m = 0.9 * mean[i] + 0.1 * gradient;
      const s = 0.999 * square[i] + 0.001 * gradient * gradient;
      mean[i] = m;
      square[i] = s;
      values[i] = kept * values[i] - (length * m) / (Math.sqrt(s) / squareCorrection + 1e-8);
    }
  }
}
