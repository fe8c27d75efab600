// A network as the two files of a checkpoint, which `from_pretrained` reads.

import { writeSafetensors } from "../../model/safetensors.js";

/**
 * @typedef {import("./run.js").Layers} Layers
 * @typedef {import("./run.js").Settings} Settings
 */

/** Two files by their names. @param {Settings} settings @param {Layers} layers */
export function checkpoint({ latentDim }, layers) {
  /** @type {Record<string, { data: Float32Array, shape: number[] }>} */
  const tensors = {};
  for (const part of /** @type {const} */ (["encoder", "decoder"])) {
    layers[part].forEach((layer, at) => {
      if (layer.weight) tensors[`${part}.${at}.weight`] = layer.weight;
      if (layer.bias) tensors[`${part}.${at}.bias`] = layer.bias;
    });
  }
  const config = JSON.stringify({ latent_dim: latentDim }, null, 2);
  return {
    "model.safetensors": writeSafetensors(tensors),
    "config.json": new Blob([config], { type: "application/json" }),
  };
}

/** What to do with the files. @param {Settings} settings */
export function savedInWords({ model, latentDim }) {
  const own = { dense: 3, conv: 64 }[model];
  if (model === "conv" && latentDim !== own) {
    return (
      "Put both into one folder, which ConvAutoencoder.from_pretrained(FOLDER) reads. This page's " +
      `convolutional model must have ${own} numbers, so the app can't open this one.`
    );
  }
  const folder = latentDim === own ? model : `${model}-${latentDim}`;
  return (
    `Put both into a folder my-models/${folder}, then: python app.py --checkpoints my-models. ` +
    `In Python, from_pretrained("my-models/${folder}") reads them.`
  );
}
