// Strokes as a short text for an address, and back.
//
// Lengths are whole thousandths of the paper's side. Each stroke is a list of numbers: the pen's
// width (negative: it erases), the x and y of its first point, then how far on each other point is.
// Numbers are written as in source maps, base64 VLQ: six bits a letter, lowest first, of which the
// highest says that another letter follows, and of the first letter's five others the lowest is the
// sign; 62 and 63 are "-" and "_", as in base64url. A dot stands between two strokes.

/** @typedef {import("./strokes.js").Stroke} Stroke */

const UNITS = 1000;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
// A point that is no farther than this from the one before it is left out: 0.22 of the 28 pixels
// that the models see. Twice and four times as much if the text is too long.
const SPACING = 8;
const LONGEST = 1400; // letters
const FARTHEST = 10 * UNITS; // from the paper

/** @param {Stroke[]} strokes
 * @returns {string | null}  null if it would be too long */
export function strokesAsText(strokes) {
  for (const spacing of [SPACING, 2 * SPACING, 4 * SPACING]) {
    const text = strokes.map((stroke) => strokeAsText(stroke, spacing)).join(".");
    if (text.length <= LONGEST) return text;
  }
  return null;
}

/** @param {string} text
 * @returns {Stroke[] | null}  null if it isn't what `strokesAsText` writes */
export function textAsStrokes(text) {
  const strokes = text ? text.split(".").map(textAsStroke) : [];
  return /** @type {any} */ (strokes.includes(null) ? null : strokes);
}

/** @param {Stroke} stroke @param {number} spacing */
function strokeAsText({ points, width, erase }, spacing) {
  const places = points.map((place) => Math.round(UNITS * place));
  const numbers = [Math.round(UNITS * width) * (erase ? -1 : 1)];
  let [x, y] = [0, 0];
  for (let at = 0; at < places.length; at += 2) {
    const [right, down] = [places[at] - x, places[at + 1] - y];
    const isEnd = at === 0 || at === places.length - 2;
    if (!isEnd && Math.hypot(right, down) < spacing) continue;
    numbers.push(right, down);
    [x, y] = [places[at], places[at + 1]];
  }
  return numbers.map(numberAsText).join("");
}

/** @param {string} text
 * @returns {Stroke | null} */
function textAsStroke(text) {
  const [width, ...steps] = textAsNumbers(text);
  if (!width || Math.abs(width) > UNITS || steps.length < 2 || steps.length % 2) return null;
  const points = [];
  let [x, y] = [0, 0];
  for (let at = 0; at < steps.length; at += 2) {
    x += steps[at];
    y += steps[at + 1];
    if (Math.max(Math.abs(x), Math.abs(y)) > FARTHEST) return null;
    points.push(x / UNITS, y / UNITS);
  }
  return { points, width: Math.abs(width) / UNITS, ...(width < 0 && { erase: true }) };
}

/** @param {number} number  a whole one */
function numberAsText(number) {
  let rest = 2 * Math.abs(number) + (number < 0 ? 1 : 0);
  let text = "";
  for (; rest >= 32; rest = Math.floor(rest / 32)) text += LETTERS[32 + (rest % 32)];
  return text + LETTERS[rest];
}

/** @param {string} text  @returns whole numbers; none if it is broken */
function textAsNumbers(text) {
  const numbers = [];
  let [value, weight] = [0, 1];
  for (const letter of text) {
    const bits = LETTERS.indexOf(letter);
    if (bits < 0) return [];
    value += (bits % 32) * weight;
    weight *= 32;
    if (bits >= 32) continue;
    numbers.push(Math.floor(value / 2) * (value % 2 ? -1 : 1));
    [value, weight] = [0, 1];
  }
  return weight === 1 ? numbers : [];
}
