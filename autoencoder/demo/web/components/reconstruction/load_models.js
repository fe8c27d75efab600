// What rebuilds a drawing: both models and their errors on the test digits, fetched until they are
// there.

import { loadAutoencoder } from "../../model/autoencoder.js";
import { loadTestDigits } from "../../shared/test_digits.js";

const PAUSE = 3000; // milliseconds until what could not be fetched is tried again

/**
 * @param {(model: "dense" | "conv", share: number) => void} onProgress  told the share of a model's
 *     weights that is here
 * @param {() => void} onFailure  called after each attempt that failed
 */
export async function loadModels(onProgress, onFailure) {
  while (true) {
    try {
      const [dense, conv, testDigits] = await Promise.all([
        loadAutoencoder("dense", (share) => onProgress("dense", share)),
        loadAutoencoder("conv", (share) => onProgress("conv", share)),
        loadTestDigits(),
      ]);
      return { dense, conv, testDigits };
    } catch {
      onFailure();
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
