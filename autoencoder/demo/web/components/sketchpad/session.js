// Keeps the drawing in the browser's tab, so that it outlives a reload.

/** @typedef {import("../../drawing/strokes.js").Step} Step */

const KEY = "drawing";

/** Both the steps, of which the first `done` are on the paper, and only those that can be seen, for
 * when the storage is too full for what can be undone.
 * @param {import("../../drawing/strokes.js").Drawing} drawing */
export function keep({ steps, done, visible }) {
  for (const kept of [
    { steps, done },
    { steps: visible, done: visible.length },
  ]) {
    try {
      return sessionStorage.setItem(KEY, JSON.stringify(kept, asText));
    } catch {
      // no storage, or it is full: the drawing is still on the paper
    }
  }
}

/** @returns {{ steps: Step[], done: number } | null}  null if nothing usable was kept */
export function kept() {
  try {
    const { steps, done } = JSON.parse(sessionStorage.getItem(KEY) ?? "", asBytes);
    return steps.every(isStep) && steps[done - 1] ? { steps, done } : null;
  } catch {
    return null; // no storage, nothing kept, or nothing that can be read
  }
}

/** Whether this page was there before. */
export function isReload() {
  const [navigation] = performance.getEntriesByType("navigation");
  return navigation instanceof PerformanceNavigationTiming && navigation.type === "reload";
}

/** @param {string} key @param {any} value */
function asText(key, value) {
  return key === "picture" ? btoa(String.fromCharCode(...value)) : value;
}

/** @param {string} key @param {any} value */
function asBytes(key, value) {
  return key === "picture" ? bytes(value) : value;
}

/** @param {string} base64 */
export function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** @param {any} step */
function isStep(step) {
  if (step.picture) return step.picture.length === step.side ** 2;
  return step.clear === true || (step.width > 0 && step.points.every(Number.isFinite));
}
