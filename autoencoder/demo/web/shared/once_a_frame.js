// Work that follows the hand: done at once, but not twice between two frames.

/**
 * The function that it returns calls `work` now, or, where it was called since the last frame, at the
 * beginning of the next. An exception of `work` stops nothing.
 * @param {() => void} work
 */
export function onceAFrame(work) {
  let rested = true;
  let wanted = false;
  const run = () => {
    [rested, wanted] = [false, false];
    requestAnimationFrame(() => {
      rested = true;
      if (wanted) run();
    });
    work();
  };
  return () => {
    wanted = true;
    if (rested) run();
  };
}
