// What the page's components tell each other. The drawing comes from the sketchpad alone; a request
// is taken by the component that it is for, which sets it to null.

/** @typedef {import("../drawing/prepare_digit.js").PreparedDigit} PreparedDigit */
/** @typedef {PreparedDigit & { origin: import("../drawing/strokes.js").Origin }} DigitOnPaper */

/** A value that several components look at. @template T */
export class Store {
  /** @param {T} value */
  constructor(value) {
    this.value = value;
    /** @type {Set<{ element: Element, listener: (value: T) => void }>} */
    this.listeners = new Set();
  }

  /** @param {T} value */
  set(value) {
    this.value = value;
    for (const entry of this.listeners) {
      if (entry.element.isConnected) entry.listener(value);
      else this.listeners.delete(entry);
    }
  }

  /** Calls the listener now and after each change, as long as the element is on the page.
   * @param {Element} element @param {(value: T) => void} listener */
  subscribe(element, listener) {
    this.listeners.add({ element, listener });
    listener(this.value);
  }
}

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

/** For Draw and Decode: a model that the visitor has trained, in the place of the page's; null for
 * none. */
export const ownModel = new Store(
  /** @type {import("../components/train/own_model.js").OwnModel | null} */ (null),
);

/** For the inside: the part of a model whose layers are shown; null while it is closed. */
export const inside = new Store(
  /** @type {{ model: "dense" | "conv", part: "encoder" | "decoder" } | null} */ (null),
);

/** Shows a tab. @param {string} name  "Latent space", or "latent-space" */
export function showTab(name) {
  for (const tab of document.querySelectorAll('button[role="tab"]')) {
    if (!(tab instanceof HTMLElement) || nameOf(tab.textContent) !== nameOf(name)) continue;
    tab.click();
    return tab;
  }
}

/** Sends the visitor to a tab: the focus goes along. @param {string} name */
export function openTab(name) {
  showTab(name)?.focus();
}

/** The name of the tab that is open, such as "latent-space". */
export function openedTab() {
  return nameOf(document.querySelector('[role="tab"][aria-selected="true"]')?.textContent);
}

/** @param {string | null} [text] */
function nameOf(text) {
  return (text ?? "").trim().toLowerCase().replace(" ", "-");
}
