// A digit that is written by itself, once, before the visitor has done anything.

const PAUSE = 600; // milliseconds from when the models are there until it begins
const DURATION = 1800; // milliseconds
const POINTS = 60;

/** A 3: points as shares of the paper's side, x, y, x, y, ... */
const THREE = Array.from({ length: POINTS }, (_, i) => {
  const along = (2 * i) / (POINTS - 1); // 0 to 2: two arcs, one below the other
  const upper = along < 1;
  const angle = upper ? -2.6 + 4.1 * along : -1.5 + 4.1 * (along - 1);
  const [y, radius] = upper ? [0.34, 0.16] : [0.65, 0.18];
  return [0.48 + 1.1 * radius * Math.cos(angle), y + radius * Math.sin(angle)];
}).flat();

/**
 * Writes the digit when both models are there; any touch and any key stop it.
 * @param {object} hand  is told as of a real hand's stroke
 * @param {(point: number[]) => void} hand.begin
 * @param {(points: number[]) => void} hand.extend
 * @param {() => void} hand.end
 * @param {() => void} hand.giveUp  it was stopped before its end
 * @returns {() => void}  stops it
 */
export function demonstrate({ begin, extend, end, giveUp }) {
  const events = ["pointerdown", "keydown", "wheel"];
  let over = false;
  let begun = 0; // when, in milliseconds
  let written = 0; // numbers of THREE

  function finish() {
    over = true;
    for (const event of events) removeEventListener(event, stop, true);
  }

  function stop() {
    if (over) return;
    finish();
    if (written) giveUp();
  }

  /** @param {number} now */
  function frame(now) {
    if (over) return;
    if (!written) {
      begun = now;
      written = 2;
      begin(THREE.slice(0, 2));
    }
    const until = 2 * Math.min(POINTS, 1 + Math.floor((POINTS * (now - begun)) / DURATION));
    if (until > written) extend(THREE.slice(written, until));
    written = Math.max(written, until);
    if (written < THREE.length) {
      requestAnimationFrame(frame);
      return;
    }
    finish();
    end();
  }

  for (const event of events) addEventListener(event, stop, { capture: true, passive: true });
  const files = ["dense", "conv", "test_digits"].map((name) => `${name}.safetensors`);
  import("../../shared/request.js") // not needed for the first view
    .then(({ fetchArrays }) => Promise.all(files.map((file) => fetchArrays(file))))
    .then(
      () => setTimeout(() => requestAnimationFrame(frame), PAUSE),
      finish, // there will be nothing to see
    );
  return stop;
}
