// The lesson: a sheet at the foot of the page that stays there in every tab. Each question is guessed,
// tried, and answered.

import { showState } from "../../shared/address.js";
import { find, findAll, pressed } from "../../shared/find.js";
import { FAILED } from "../../shared/loading.js";
import { challenges } from "./challenges.js";
import { keep, kept } from "./progress.js";

/**
 * @typedef {import("./challenges.js").Props} Props
 * @typedef {import("./challenges.js").Verdict} Verdict
 */

const PATIENCE = 120; // frames in which a tab that is opened for the first time comes

/** Called when the button is pressed for the first time.
 * @param {HTMLElement} element @param {Props} props */
export function mount(element, props) {
  const toggle = newSheet(element, props);
  find(element, ".open").addEventListener("click", toggle);
  toggle();
}

/** @param {HTMLElement} element @param {Props} props */
function newSheet(element, props) {
  const opener = find(element, ".open");
  const sheet = find(element, ".sheet");
  const header = find(sheet, "header");
  const title = find(header, "h2");
  const summary = find(header, ".progress");
  const question = find(sheet, ".question");
  const choices = find(sheet, ".choices");
  const trying = find(sheet, ".trying");
  const answer = find(sheet, ".answer");
  const said = find(answer, "[role=status]");
  const list = challenges(props);
  let progress = kept();
  let at = unanswered(0);
  /** @type {string[]} */
  let picked = []; // of a guess that takes several
  let asked = 0; // an answer that comes when something else is on the sheet is not shown

  /** The first question from there on that has no answer yet; the next one, if all have.
   * @param {number} from */
  function unanswered(from) {
    const order = [...list.keys()].map((i) => (from + i) % list.length);
    return order.find((i) => progress[list[i].name]?.right === undefined) ?? order[0];
  }

  /** The guess at the question that is shown, if there is one that can be understood. */
  function guessed() {
    const { name, choices: texts } = list[at];
    const guess = progress[name]?.guess;
    return guess?.length && guess.every((choice) => texts.includes(choice)) ? guess : null;
  }

  // ---- what is shown ----

  function show() {
    const guess = guessed();
    title.textContent = `Question ${at + 1} of ${list.length}`;
    question.textContent = list[at].question;
    choices.hidden = guess !== null;
    choices.replaceChildren(...list[at].choices.map(choiceButton));
    trying.hidden = guess === null;
    find(trying, ".guess").textContent = guess?.join(" and ") ?? "";
    find(trying, ".task").textContent = list[at].task;
    answer.hidden = true;
    said.replaceChildren();
    sheet.scrollTop = 0;
    asked += 1;
    picked = [];
    showSummary();
  }

  function showSummary() {
    const answered = list.filter(({ name }) => progress[name]?.right !== undefined);
    const right = answered.filter(({ name }) => progress[name].right).length;
    const count = answered.length === list.length ? "All" : answered.length;
    summary.textContent = answered.length ? `${count} answered, ${right} guessed right` : "";
  }

  /** @param {string[]} guess @param {Verdict} verdict */
  function showVerdict(guess, { right, words }) {
    const mark = paragraph(
      `You guessed: ${guess.join(" and ")}. ${right ? "\u2713 Right." : "\u2717 Not so."}`,
    );
    mark.className = "mark";
    said.replaceChildren(...(right === null ? [] : [mark]), ...words.map(paragraph));
  }

  /** Where the next key goes, as the button that was pressed may be gone.
   * @param {string} selector */
  function focus(selector) {
    find(sheet, selector).focus({ preventScroll: true });
  }

  // ---- guess, try, answer ----

  /** @param {string} choice */
  function pick(choice) {
    picked = picked.includes(choice) ? picked.filter((one) => one !== choice) : [...picked, choice];
    for (const button of findAll(choices, "button")) {
      button.setAttribute("aria-pressed", String(picked.includes(button.dataset.choice ?? "")));
    }
    const { name, picks = 1 } = list[at];
    if (picked.length < picks) return;
    progress[name] = { guess: picked.sort() };
    keep(progress);
    show();
    focus("[data-do=try]");
  }

  async function tryIt() {
    const { state, where } = list[at];
    await showState(await state());
    for (let frame = 0; frame < PATIENCE; frame++) {
      const place = document.querySelector(where);
      if (place?.clientHeight) return place.scrollIntoView();
      await new Promise(requestAnimationFrame);
    }
  }

  async function giveAnswer() {
    const { name, verdict } = list[at];
    const guess = guessed();
    if (!guess) return;
    asked += 1;
    const own = asked;
    answer.hidden = false;
    said.replaceChildren(paragraph("One moment\u2026"));
    try {
      const found = await verdict(guess);
      if (own !== asked) return;
      showVerdict(guess, found);
      if (found.right !== null) progress[name] = { guess, right: found.right };
      keep(progress);
      showSummary();
    } catch (error) {
      failed(error);
    }
    sheet.scrollTop = answer.offsetTop - header.offsetHeight;
  }

  /** @param {number} question */
  function go(question) {
    at = (question + list.length) % list.length;
    show();
  }

  // ---- the sheet ----

  function toggle() {
    sheet.hidden = !sheet.hidden;
    opener.setAttribute("aria-expanded", String(!sheet.hidden));
    if (sheet.hidden) return opener.focus({ preventScroll: true });
    show();
    focus(guessed() ? "[data-do=try]" : "[data-choice]");
  }

  /** @type {Record<string, () => void>} */
  const actions = {
    try: () => tryIt().catch(failed),
    answer: giveAnswer,
    guess: () => {
      delete progress[list[at].name];
      keep(progress);
      show();
      focus("[data-choice]");
    },
    next: () => {
      go(unanswered(at + 1));
      focus(guessed() ? "[data-do=try]" : "[data-choice]");
    },
    over: () => {
      progress = {};
      keep(progress);
      go(0);
      focus("[data-choice]");
    },
    close: toggle,
  };
  sheet.addEventListener("click", (event) => {
    const { do: action, go: by, choice } = pressed(event);
    if (choice) pick(choice);
    if (by) go(at + Number(by));
    if (action) actions[action]();
  });
  sheet.addEventListener("keydown", (event) => {
    if (event.key === "Escape") toggle();
  });
  new ResizeObserver(() => {
    document.body.style.paddingBottom = `${sheet.offsetHeight}px`; // nothing is below it for good
    document.documentElement.style.scrollPaddingBottom = `${sheet.offsetHeight}px`;
  }).observe(sheet);

  /** @param {unknown} error */
  function failed(error) {
    console.error(error);
    answer.hidden = false;
    said.replaceChildren(paragraph(FAILED));
  }
  return toggle;
}

/** @param {string} text */
function paragraph(text) {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}

/** @param {string} text */
function choiceButton(text) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.choice = button.textContent = text;
  button.setAttribute("aria-pressed", "false");
  return button;
}
