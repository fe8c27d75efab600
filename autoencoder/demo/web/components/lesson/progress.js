// Keeps in this browser what was guessed and which questions were answered.

/**
 * @typedef {object} Answered  of one question
 * @property {string[]} guess
 * @property {boolean} [right]  there once it is answered
 *
 * @typedef {Record<string, Answered>} Progress  by the question's name
 */

const KEY = "lesson";

/** @param {Progress} progress */
export function keep(progress) {
  try {
    localStorage.setItem(KEY, JSON.stringify(progress));
  } catch {
    // no storage, or it is full: it is remembered as long as the page is open
  }
}

/** @returns {Progress}  an empty one if nothing usable was kept */
export function kept() {
  try {
    const found = Object.entries(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
    return Object.fromEntries(found.filter(([, { guess }]) => Array.isArray(guess)));
  } catch {
    return {}; // no storage, or nothing that can be read
  }
}
