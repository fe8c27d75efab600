// The questions of the lesson. Each verdict is computed from the models, the test digits and what is
// on the page when it is asked for.

import { strokesAsText } from "../../drawing/stroke_text.js";
import { loadAutoencoder } from "../../model/autoencoder.js";
import { lookAround, meanErrors, mostAlike } from "../../model/by_digit.js";
import { likeliest, nearest, whereabouts } from "../../model/neighbours.js";
import { meanSquaredError, rebuild } from "../../model/reconstruction.js";
import { fromCrossFade, passedBy, walk, walkCodes } from "../../model/walk.js";
import { fromHash, link } from "../../shared/address.js";
import { a, listed, percent, threeFigures } from "../../shared/format.js";
import { drawing } from "../../shared/state.js";
import { loadTestDigits, loadTestImages } from "../../shared/test_digits.js";
import { STRESS_INPUTS } from "../sketchpad/stress_inputs.js";

/**
 * @typedef {import("../../shared/address.js").State} State
 * @typedef {import("../../model/neighbours.js").Neighbour} Neighbour
 *
 * @typedef {object} Challenge
 * @property {string} name  by which it is remembered
 * @property {string} question
 * @property {string[]} choices
 * @property {number} [picks]  how many of them make a guess; one, if nothing is said
 * @property {string} task  what is to be tried
 * @property {string} where  a selector of what it is tried with
 * @property {() => State | Promise<State>} state  in which it is tried
 * @property {(guess: string[]) => Promise<Verdict>} verdict
 *
 * @typedef {object} Verdict
 * @property {boolean | null} right  null if there is nothing to judge by
 * @property {string[]} words  a paragraph each
 *
 * @typedef {object} Props  of lesson.py
 * @property {number[][]} middles  (10, 3): of the digits' codes
 * @property {number[]} middle  (3): of all codes
 * @property {number} usual_gap
 * @property {{ name: string, size: number }[]} sizes  the dense model with other codes; or none
 */

const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));
const PEN = 0.085; // of the paper's side
const STEPS = 12; // of the walk
/** @type {Verdict} */
const NOTHING_THERE = {
  right: null,
  words: ["There is nothing on the paper now: draw something, then ask again."],
};

/** @param {Props} props
 * @returns {Challenge[]} */
export function challenges(props) {
  return [
    comesBackAsEight(props),
    betweenThreeAndFive(props),
    withinOneAnother(props),
    walkOrCrossFade(props),
    ...(props.sizes.length > 1 ? [yourOwn(props)] : []),
    letter(props),
    middle(props),
    costsMost(),
  ];
}

/** @param {Props} props @returns {Challenge} */
function comesBackAsEight({ usual_gap: usualGap }) {
  const choices = ["Yes", "No, only an 8"];
  return {
    name: "eight",
    question: "Can something that is no 8 come back as an 8, when the model keeps 3 numbers of it?",
    choices,
    task: "Draw until the dense model gives an 8 back; then try it with something that is no 8.",
    where: "#sketchpad",
    state: () => ({ tab: "draw", strokes: "" }),
    async verdict([guess]) {
      if (!drawing.value) return NOTHING_THERE;
      const digits = await loadTestDigits();
      const { standsFor } = await counted(digits, usualGap);
      const others = [...digits.labels.keys()].filter((index) => digits.labels[index] !== 8);
      const eights = others.filter((index) => standsFor[index] === 8);
      const kinds = DIGITS.map((digit) => ({
        digit,
        count: eights.filter((index) => digits.labels[index] === Number(digit)).length,
      }));
      kinds.sort((one, other) => other.count - one.count);
      const most = eights.length ? `, most often ${kinds[0].digit}s (${kinds[0].count})` : "";
      return {
        right: (guess === choices[0]) === eights.length > 0,
        words: [
          `Of the ${inFull(others.length)} test digits that are no 8, ${inFull(eights.length)} land among the 8s${most}. Whatever lands there is drawn as an 8: the decoder sees nothing but the 3 numbers.`,
          await inWords(drawing.value, usualGap),
        ],
      };
    },
  };
}

/** @param {Props} props @returns {Challenge} */
function betweenThreeAndFive({ middles, usual_gap: usualGap }) {
  const choices = ["Mostly 3s", "Mostly 5s", "Mostly other digits"];
  return {
    name: "between",
    question:
      "Halfway from the middle of the 3s to the middle of the 5s: which test digits lie there?",
    choices,
    task: "From the middle of the 3s, move the three numbers until the page says that the point is between a 3 and a 5.",
    where: "#decoder",
    state: () => ({ tab: "decode", code: middles[3] }),
    async verdict([guess]) {
      const digits = await loadTestDigits();
      const halfway = middles[3].map((value, axis) => (value + middles[5][axis]) / 2);
      const around = nearest(digits, halfway);
      const found = ["3", "5"].indexOf(String(likeliest(around, usualGap)));
      const { code } = fromHash(new URL(link()).hash);
      const own = nearest(digits, code ?? middles[3]);
      const isBetween = /^between a (3 and a 5|5 and a 3)$/.test(whereabouts(own, usualGap));
      return {
        right: choices.indexOf(guess) === (found < 0 ? 2 : found),
        words: [
          `Halfway lies ${whereabouts(around, usualGap)}. Of the eight test digits nearest to it, ${countsInWords(around)}.`,
          `Your point lies ${whereabouts(own, usualGap)}: ${countsInWords(own)}. ${isBetween ? "You found it." : "Move it on, and ask again."}`,
        ],
      };
    },
  };
}

/** @param {Props} props @returns {Challenge} */
function withinOneAnother({ usual_gap: usualGap }) {
  return {
    name: "alike",
    question: "Which two digits lie most within one another?",
    choices: DIGITS,
    picks: 2,
    task: "Turn the cloud and look where two colours mix. The buttons 0 to 9 hide and show digits.",
    where: "#latent-map",
    state: () => ({
      tab: "latent-space",
      form: "space",
      colour: "digit",
      shown: DIGITS.map(Number),
    }),
    async verdict(guess) {
      const { shares } = await counted(await loadTestDigits(), usualGap);
      const [digit, other] = mostAlike(shares);
      const [one, two] = guess.map(Number).sort((x, y) => shares[y][x] - shares[x][y]);
      const right = guess.includes(String(digit)) && guess.includes(String(other));
      const yours = right
        ? ""
        : ` And of those of ${a(one)}, ${percent(shares[one][two])} are ${two}s.`;
      return {
        right,
        words: [
          `The ${digit}s and the ${other}s. Of the eight nearest neighbours of ${a(digit)}, ${percent(shares[digit][other])} are ${other}s, and ${percent(shares[digit][digit])} are ${digit}s.`,
          `Of those of ${a(other)}, ${percent(shares[other][digit])} are ${digit}s.${yours}`,
        ],
      };
    },
  };
}

/** @param {Props} props @returns {Challenge} */
function walkOrCrossFade({ usual_gap: usualGap }) {
  const choices = ["The one through 3 numbers", "The one through 64 numbers"];
  const ends = async () => {
    const { labels } = await loadTestDigits();
    return [labels.indexOf(1), labels.indexOf(8)];
  };
  return {
    name: "walk",
    question:
      "On the way from a 1 to an 8: which walk is more like a mere cross-fade, both at once?",
    choices,
    task: "Move along the three rows, or press Play, and compare the first two with the last.",
    where: "#walk",
    state: async () => ({ tab: "decode", walk: await ends(), step: STEPS / 2 }),
    async verdict([guess]) {
      const [dense, conv, digits, imageOf] = await Promise.all([
        loadAutoencoder("dense"),
        loadAutoencoder("conv"),
        loadTestDigits(),
        loadTestImages(),
      ]);
      const [start, end] = (await ends()).map(imageOf);
      const [few, many] = [dense, conv].map((model) =>
        fromCrossFade(walk(model, start, end, STEPS)),
      );
      const { near, digits: passed } = passedBy(walkCodes(dense, start, end, STEPS), {
        ...digits,
        usualGap,
      });
      return {
        right: (guess === choices[0]) === few < many,
        words: [
          `Where it is farthest from a cross-fade of its two ends, the walk through 64 numbers differs from that by ${percent(many)} of what the ends differ by; the one through 3 numbers by ${percent(few)}.`,
          many < few
            ? `64 numbers have room to say of each part of the picture how dark it is, so that adding codes is nearly adding pictures. 3 numbers have no room for two digits at once: their straight way leads by the places of ${listed(passed.map((digit) => `${digit}s`))}, and ${near} of its ${STEPS} codes lie as near to a test digit's as those lie to each other.`
            : "With these models, 3 numbers blend more than 64.",
        ],
      };
    },
  };
}

/** @param {Props} props @returns {Challenge} */
function yourOwn({ sizes }) {
  return {
    name: "own",
    question: "How many numbers does it take until the digit on the paper comes back as yours?",
    choices: sizes.map(({ size }) => String(size)),
    task: "Move the slider, and say from where on you would know it as your own. You can also draw another digit.",
    where: "#code-size",
    state: () => ({ tab: "draw", size: sizes[0].size, ...(!drawing.value && { digit: 0 }) }),
    async verdict([guess]) {
      const digit = drawing.value;
      if (!digit) return NOTHING_THERE;
      const [imageOf, { labels }, ...models] = await Promise.all([
        loadTestImages(),
        loadTestDigits(),
        ...sizes.map(({ name }) => loadAutoencoder(name)),
      ]);
      const errors = models.map((model) =>
        meanSquaredError(model.decode(model.encode(digit.image)), digit.image),
      );
      let [alike, label] = [Infinity, 0];
      for (let index = 0; index < labels.length; index++) {
        if (index === digit.origin.testDigit) continue;
        const error = meanSquaredError(imageOf(index), digit.image);
        if (error < alike) [alike, label] = [error, labels[index]];
      }
      const first = errors.findIndex((error) => error < alike);
      const size = sizes[first]?.size;
      return {
        right: guess === String(size),
        words: [
          `Call it yours if it is more like what you drew than any other person's digit is. Of the ${inFull(labels.length)} test digits, the one most like yours, ${a(label)}, differs from it by ${threeFigures(alike)} (mean squared error).`,
          size === undefined
            ? `Not even ${sizes[sizes.length - 1].size} numbers get nearer than that: ${threeFigures(errors[errors.length - 1])}.`
            : `With ${size === 1 ? "1 number" : `${size} numbers`} it comes back with an error of ${threeFigures(errors[first])}${first > 0 ? `, with ${sizes[first - 1].size} it was still ${threeFigures(errors[first - 1])}` : ""}.`,
        ],
      };
    },
  };
}

/** @param {Props} props @returns {Challenge} */
function letter({ usual_gap: usualGap }) {
  return {
    name: "letter",
    question:
      "The models have seen digits only. As which digit does the letter M come back from 3 numbers?",
    choices: DIGITS,
    task: "Look at what the dense model makes of the M; then draw other letters.",
    where: "#sketchpad",
    state: async () => {
      const step = /** @type {any} */ (await STRESS_INPUTS.letter(PEN));
      return { tab: "draw", strokes: strokesAsText([step]) ?? "" };
    },
    async verdict([guess]) {
      const digit = drawing.value;
      if (!digit) return NOTHING_THERE;
      const [dense, conv, digits] = await Promise.all([
        loadAutoencoder("dense"),
        loadAutoencoder("conv"),
        loadTestDigits(),
      ]);
      const rebuilt = rebuild(dense, digit.image, digits.errors.dense);
      const { mse, betterThan } = rebuild(conv, digit.image, digits.errors.conv);
      const around = nearest(digits, rebuilt.code);
      const found = likeliest(around, usualGap);
      return {
        right: guess === String(found),
        words: [
          `What is on the paper lands ${whereabouts(around, usualGap)}, and comes back as ${a(found)}: the encoder makes three numbers of any picture, and the decoder has learned to make nothing but digits of them.`,
          `So it comes back badly: an error of ${threeFigures(rebuilt.mse)} is more than that of ${percent(1 - rebuilt.betterThan)} of the test digits. 64 numbers leave ${threeFigures(mse)}, more than ${percent(1 - betterThan)}.`,
        ],
      };
    },
  };
}

/** @param {Props} props @returns {Challenge} */
function middle({ middle, usual_gap: usualGap }) {
  return {
    name: "middle",
    question:
      "What does the very middle of the latent space decode to? Which digit is it most like?",
    choices: DIGITS,
    task: "Look at what the middle of all codes decodes to; then move away from it, and watch it become one digit or another.",
    where: "#decoder",
    state: () => ({ tab: "decode", code: middle }),
    async verdict([guess]) {
      const around = nearest(await loadTestDigits(), middle);
      const count = around.filter(({ label }) => String(label) === guess).length;
      return {
        right: Number(guess) === likeliest(around, usualGap),
        words: [
          `The middle lies ${whereabouts(around, usualGap)}. Of the eight test digits nearest to it, ${countsInWords(around)}; ${count === 1 ? "1 is" : `${count} are`} what you guessed.`,
          "Where several digits are near, the decoder can only give what they have in common: the result is blurred.",
        ],
      };
    },
  };
}

/** @returns {Challenge} */
function costsMost() {
  return {
    name: "cost",
    question: "Which digit costs most: is worst rebuilt from 3 numbers?",
    choices: DIGITS,
    task: "The cloud is now coloured by the error: yellow points are rebuilt badly. Whose are they?",
    where: "#latent-map",
    state: () => ({
      tab: "latent-space",
      form: "space",
      colour: "error",
      shown: DIGITS.map(Number),
    }),
    async verdict([guess]) {
      const { labels, errors } = await loadTestDigits();
      const dense = ranked(meanErrors(errors.dense, labels));
      const conv = ranked(meanErrors(errors.conv, labels));
      const own = dense.findIndex(({ digit }) => String(digit) === guess);
      const worst = dense[0].digit;
      return {
        right: own === 0,
        words: [
          `${capital(a(worst))}: a mean error of ${threeFigures(dense[0].error)}. Next is ${a(dense[1].digit)} (${threeFigures(dense[1].error)}); ${a(dense[9].digit)} costs least (${threeFigures(dense[9].error)}).${own > 0 ? ` Your ${guess} is number ${own + 1} of ten, with ${threeFigures(dense[own].error)}.` : ""}`,
          `With 64 numbers it is ${a(conv[0].digit)}, with ${threeFigures(conv[0].error)}.`,
        ],
      };
    },
  };
}

// ---- what several of them need ----

/** @type {WeakMap<Float32Array, ReturnType<typeof lookAround>>} */
const lookedAround = new WeakMap();

/** @param {import("../../shared/test_digits.js").TestDigits} digits @param {number} usualGap */
function counted(digits, usualGap) {
  const result = lookedAround.get(digits.codes) ?? lookAround(digits, usualGap);
  lookedAround.set(digits.codes, result);
  return result;
}

/** What the dense model makes of what is on the paper.
 * @param {import("../../shared/state.js").DigitOnPaper} digit @param {number} usualGap */
async function inWords(digit, usualGap) {
  const [dense, digits] = await Promise.all([loadAutoencoder("dense"), loadTestDigits()]);
  const around = nearest(digits, dense.encode(digit.image), digit.origin.testDigit);
  const found = likeliest(around, usualGap);
  const where = whereabouts(around, usualGap);
  const then = found === 8 ? "There it is." : "Change it, and ask again.";
  return `What is on the paper comes back as ${a(found)}: it lands ${where}. ${then}`;
}

/** @param {number[]} errors  of the ten digits @returns the digits, the worst first */
function ranked(errors) {
  return errors
    .map((error, digit) => ({ digit, error }))
    .sort((one, other) => other.error - one.error);
}

/** Which digits the neighbours are: "5 are 4s, 2 are 9s and 1 is a 7".
 * @param {Neighbour[]} neighbours */
function countsInWords(neighbours) {
  const counts = DIGITS.map((digit) => ({
    digit: Number(digit),
    count: neighbours.filter(({ label }) => String(label) === digit).length,
  })).filter(({ count }) => count > 0);
  counts.sort((one, other) => other.count - one.count);
  return listed(
    counts.map(({ digit, count }) => (count === 1 ? `1 is ${a(digit)}` : `${count} are ${digit}s`)),
  );
}

/** @param {string} text */
function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/** @param {number} count */
function inFull(count) {
  return count.toLocaleString("en");
}
