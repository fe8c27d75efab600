// Numbers and digits as words.

/** @param {number} value @param {number} [places] */
export function number(value, places = 1) {
  const text = value.toFixed(places);
  return text.replace(/^-(?=[0.]*$)/, "").replace("-", "\u2212");
}

/** @param {number} share */
export function percent(share) {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}

/** With three significant digits and no exponent, as three_figures in figures.py.
 * @param {number} value */
export function threeFigures(value) {
  const places = value > 0 && Number.isFinite(value) ? 2 - Math.floor(Math.log10(value)) : 2;
  return value.toFixed(Math.max(places, 0));
}

/** @param {number} digit */
export function a(digit) {
  return digit === 8 ? "an 8" : `a ${digit}`;
}

/** "1s, 7s and 8s". @param {string[]} texts */
export function listed(texts) {
  const last = texts[texts.length - 1];
  return texts.length > 1 ? `${texts.slice(0, -1).join(", ")} and ${last}` : last;
}

/** @param {number} value @param {number} low @param {number} high */
export function within(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** @param {number} label @param {number} index */
export function testDigitInWords(label, index) {
  return `${a(label)}, test digit ${index.toLocaleString("en")}`;
}

/** @param {number} label @param {number} index
 * @returns {import("../drawing/strokes.js").Origin} */
export function testDigitOrigin(label, index) {
  const words = `This is ${testDigitInWords(label, index)}`;
  return { words, byHand: false, testDigit: index, asItIs: false };
}
