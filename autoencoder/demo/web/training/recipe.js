// What decides how a run goes, besides the choices that the page offers.

/** By the model's name.
 * @type {Record<"dense" | "conv", { images: number, learningRate: number, weightDecay: number }>} */
export const RECIPES = {
  // how many images the whole run takes, one counted as often as it is seen; the rate's peak
  dense: { images: 360_000, learningRate: 7e-3, weightDecay: 0.03 },
  conv: { images: 120_000, learningRate: 5e-3, weightDecay: 0.1 },
};

/** Images a step. @param {number} digits  that there are to learn from */
export function batchSize(digits) {
  return digits < 1000 ? 32 : 128;
}
