// Files that a component computes with, fetched when it first asks for them.

export const FAILED =
  "Not all that this needs could be fetched. Are you online? Whatever you do next tries again.";

/** @template T */
export class Loading {
  /**
   * @param {(onProgress: (share: number) => void) => Promise<T>} load
   * @param {object} tell
   * @param {() => void} tell.here  it can be used from now on
   * @param {() => void} tell.failed  the next `get` tries again
   * @param {(share: number) => void} [tell.underWay]  the share that is here
   */
  constructor(load, tell) {
    this.load = load;
    this.tell = tell;
    this.underWay = false;
    /** @type {T | null} */
    this.value = null;
  }

  /** What was loaded; null as long as it is on its way. */
  get() {
    if (this.value === null && !this.underWay) {
      this.underWay = true;
      this.load((share) => this.tell.underWay?.(share)).then(
        (value) => {
          this.value = value;
          this.tell.here();
        },
        (error) => {
          this.underWay = false;
          console.error(error);
          this.tell.failed();
        },
      );
    }
    return this.value;
  }
}
