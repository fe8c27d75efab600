// A value that several components look at.

/** @template T */
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
