// Work that can wait until it is seen.

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
