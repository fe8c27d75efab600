// Random numbers that a seed decides.

/**
 * Tommy Ettinger's mulberry32: a run needs a few million numbers, and its state is one.
 * @param {number} seed  whole
 * @returns {() => number}  in [0, 1)
 */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** By Box and Muller 1958: mean 0, variance 1. @param {() => number} random */
export function standardNormal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Puts numbers into a random order, each as likely, by Fisher and Yates.
 * @param {Uint32Array} numbers @param {() => number} random */
export function shuffle(numbers, random) {
  for (let last = numbers.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [numbers[last], numbers[other]] = [numbers[other], numbers[last]];
  }
}
