// The parts of a component.

/**
 * The first element that a selector finds. Throws an Error if there is none of that class.
 * @template {Element} [T=HTMLElement]
 * @param {Element} root @param {string} selector
 * @param {new () => T} [Kind]  such as HTMLCanvasElement
 * @returns {T}
 */
export function find(root, selector, Kind) {
  const [first] = findAll(root, selector, Kind);
  if (!first) throw new Error(`There is no ${selector} here.`);
  return first;
}

/**
 * @template {Element} [T=HTMLElement]
 * @param {Element} root @param {string} selector @param {new () => T} [Kind]
 * @returns {T[]}
 */
export function findAll(root, selector, Kind) {
  const found = [...root.querySelectorAll(selector)];
  const kind = Kind ?? HTMLElement;
  return /** @type {T[]} */ (found.filter((element) => element instanceof kind));
}

/** What the button that was clicked says of itself by its data attributes.
 * @param {MouseEvent} event @returns {DOMStringMap} */
export function pressed(event) {
  return event.target instanceof Element ? (event.target.closest("button")?.dataset ?? {}) : {};
}
