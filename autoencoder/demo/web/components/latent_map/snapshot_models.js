// The dense model at some moments of its training, from the weights that the training has kept.

import { withWeights } from "../../model/autoencoder.js";
import { fetchArrays } from "../../shared/request.js";

/**
 * @param {(share: number) => void} onProgress  told the share of the weights that is here
 * @returns {Promise<{ at: number, model: import("../../model/autoencoder.js").Autoencoder }[]>}
 *   each with the number of its snapshot
 */
export async function loadSnapshotModels(onProgress) {
  const { at, ...stacked } = await fetchArrays("snapshot_weights.safetensors", onProgress);
  return [...at.data].map((snapshot, n) => {
    const weights = Object.entries(stacked).map(
      ([
        name,
        {
          data,
          shape: [count, ...shape],
        },
      ]) => {
        const size = data.length / count;
        return [name, { data: data.subarray(n * size, (n + 1) * size), shape }];
      },
    );
    return { at: snapshot, model: withWeights("dense", Object.fromEntries(weights)) };
  });
}
