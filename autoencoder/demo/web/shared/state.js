// What the page's components tell each other. The drawing comes from the sketchpad alone; a request
// is taken by the component that it is for, which sets it to null.

import { Store } from "./store.js";

/** @typedef {import("../drawing/prepare_digit.js").PreparedDigit} PreparedDigit */
/** @typedef {PreparedDigit & { origin: import("./origin.js").Origin }} DigitOnPaper */

/** The digit on the sketchpad as the models see it, and where it comes from; null while the paper is
 * empty, undefined until the sketchpad is there. */
export const drawing = new Store(/** @type {DigitOnPaper | null | undefined} */ (undefined));

/** For the sketchpad: an image (784) in [0, 1] to be put on the paper, and the index of the test
 * digit that it is; -1 for none. */
export const imageToDraw = new Store(
  /** @type {{ image: Float32Array, index: number } | null} */ (null),
);

/** For the latent map: whether the drawing is to be shown there. */
export const drawingToFind = new Store(false);

/** For the decoder: a code of the dense model (3) that it is to stand at. */
export const codeToDecode = new Store(/** @type {number[] | null} */ (null));

/** For the inside: the part of a model whose layers are shown; null while it is closed. */
export const inside = new Store(
  /** @type {{ model: "dense" | "conv", part: "encoder" | "decoder" } | null} */ (null),
);
