// What a screen reader says of what has changed: one sentence, once the hand rests.

const REST = 1000; // milliseconds

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
