// When something is done: work that follows the hand, at most once between two frames; what a screen
// reader says of it, once the hand rests.

const REST = 1000; // milliseconds

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

/** One sentence, said by a screen reader once the hand rests. */
export class Announcement {
  /** @param {HTMLElement} element  of the class "announcement" and the role "status" */
  constructor(element) {
    this.element = element;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.text = "";
  }

  /** @param {string} text  the newest replaces those that were not said yet */
  say(text) {
    if (text === this.text) return;
    this.text = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.element.textContent = text;
    }, REST);
  }
}
