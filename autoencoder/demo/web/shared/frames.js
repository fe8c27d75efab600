// Work that keeps step with the screen.

/**
 * A function that acts at once, but once a frame at most: of what it is called with meanwhile, the
 * newest follows in the next frame.
 * @template [T=void]
 * @param {(newest: T) => void} act
 * @returns {(newest: T) => void}
 */
export function oncePerFrame(act) {
  let busy = false;
  /** @type {{ wish: T } | null} */
  let waiting = null;
  /** @param {T} wish */
  const start = (wish) => {
    busy = true;
    requestAnimationFrame(() => {
      busy = false;
      if (!waiting) return;
      const { wish } = waiting;
      waiting = null;
      start(wish);
    });
    act(wish);
  };
  return (wish) => {
    if (busy) waiting = { wish };
    else start(wish);
  };
}

const NEAR = "1000px"; // so that it is done before one scrolls there

/**
 * A function that acts if the element can be seen, or nearly, or else as soon as it can.
 * @param {Element} element @param {() => void} act
 */
export function whenSeen(element, act) {
  let seen = false;
  let waiting = false;
  const observer = new IntersectionObserver(
    (entries) => {
      seen = entries[entries.length - 1].isIntersecting;
      if (!seen || !waiting) return;
      waiting = false;
      act();
    },
    { rootMargin: NEAR },
  );
  observer.observe(element);
  return () => {
    if (seen) act();
    else waiting = true;
  };
}
