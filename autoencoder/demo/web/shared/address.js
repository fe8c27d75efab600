// The page's address says what is on the page. Its hash is a list such as
// #tab=decode&code=1.2,-3,0.55, of which each component gives and takes its own part.

import { openedTab, showTab } from "./state.js";

/**
 * @typedef {import("./digit_chooser.js").Chosen} Chosen  a test digit's index, or the drawing
 *
 * @typedef {object} State  what the address can say; nothing of what it doesn't need to say
 * @property {string} [tab]  "draw", "latent-space", ...
 * @property {number} [digit]  the index of the test digit on the paper
 * @property {string} [strokes]  what was drawn (on the digit, if there is one), as stroke_text.js writes it
 * @property {number[]} [dense]  (3): the dense model's code where the visitor has changed it
 * @property {number[]} [conv]  place, value, place, value, ...: what was changed of the other's
 * @property {number} [size]  how many numbers the code has by the slider
 * @property {"space" | "flat"} [form]  of the latent map
 * @property {"digit" | "error"} [colour]
 * @property {number[]} [shown]  the digits that are
 * @property {Chosen} [picked]
 * @property {number[]} [camera]  (9): eye, centre, up
 * @property {number[]} [code]  (3): where the decoder is
 * @property {number[]} [axes]  (2), of its plane
 * @property {number[]} [slopes]  (2), how its third number grows with each of them
 * @property {number[]} [plane]  (4): from, to along each, where the visitor has zoomed or moved it
 * @property {Chosen[]} [walk]  from, to
 * @property {number} [step]  of the walk
 * @property {Chosen} [directed]  the digit that is changed along the principal directions
 * @property {number} [kept]  how many of them are
 * @property {number[]} [scores]  along the first of them, where the visitor has moved a slider
 *
 * @typedef {keyof State} Name
 */

// ---- as text ----

const LONGEST = 4000; // characters; a longer hash isn't ours
const PATTERN = /^-?\d{1,5}(\.\d{1,9})?$/;

/**
 * @typedef {object} Kind
 * @property {(text: string) => any} read  undefined if it isn't of this kind
 * @property {(value: any) => string} write
 */

/** @type {Kind} */
const number = {
  read: (text) => (PATTERN.test(text) ? Number(text) : undefined),
  write: (value) => String(Number(value.toFixed(3))),
};

/** @param {number} most @returns {Kind} */
const upTo = (most) => ({
  read: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= most ? Number(text) : undefined),
  write: String,
});

/** @param {string[]} words @returns {Kind} */
const oneOf = (...words) => ({
  read: (text) => (words.includes(text) ? text : undefined),
  write: String,
});

/** @param {Kind} kind @param {number} least @param {number} [most] @returns {Kind} */
const list = (kind, least, most = least) => ({
  read(text) {
    const values = text ? text.split(",").map(kind.read) : [];
    const fits = values.length >= least && values.length <= most && !values.includes(undefined);
    return fits ? values : undefined;
  },
  write: (values) => Array.from(values, kind.write).join(),
});

const testDigit = upTo(9999);

/** @type {Kind} */
const chosen = {
  read: (text) => (text === "drawing" ? text : testDigit.read(text)),
  write: String,
};

/** @type {Kind} */
const strokes = {
  read: (text) => (/^[\w.-]{0,1500}$/.test(text) ? text : undefined),
  write: String,
};

// The tab is last: what makes a link of an address in a message leaves out a "-" at the end.
/** @type {Record<Name, Kind>} */
const KINDS = {
  digit: testDigit,
  strokes,
  dense: list(number, 3),
  conv: list(number, 2, 128),
  size: upTo(784),
  form: oneOf("space", "flat"),
  colour: oneOf("digit", "error"),
  shown: list(upTo(9), 0, 10),
  picked: chosen,
  camera: list(number, 9),
  code: list(number, 3),
  axes: list(upTo(2), 2),
  slopes: list(number, 2),
  plane: list(number, 4),
  walk: list(chosen, 2),
  step: upTo(11),
  directed: chosen,
  kept: upTo(64),
  scores: list(number, 1, 64),
  tab: oneOf("draw", "latent-space", "decode", "train", "models"),
};
const NAMES = /** @type {Name[]} */ (Object.keys(KINDS));

/** A value as text; undefined where there is none, or one that couldn't be read again.
 * @param {Name} name @param {State} state */
function textOf(name, state) {
  if (state[name] === undefined) return undefined;
  const text = KINDS[name].write(state[name]);
  return KINDS[name].read(text) === undefined ? undefined : text;
}

/** @param {State} state  @returns the hash, with its #; empty if there is nothing to say */
export function toHash(state) {
  const said = NAMES.filter((name) => textOf(name, state) !== undefined);
  return said.length ? `#${said.map((name) => `${name}=${textOf(name, state)}`).join("&")}` : "";
}

/** What a hash says; of one that is broken, foreign or too long, as much as can be understood.
 * @param {string} hash
 * @returns {State} */
export function fromHash(hash) {
  /** @type {Record<string, any>} */
  const state = {};
  if (hash.length > LONGEST) return state;
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [name, text = ""] = part.split("=");
    if (!Object.hasOwn(KINDS, name)) continue;
    const value = KINDS[/** @type {Name} */ (name)].read(decoded(text));
    if (value !== undefined) state[name] = value;
  }
  return state;
}

/** A messenger may have written a comma as %2C.
 * @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "?"; // of no kind
  }
}

// ---- the page's state ----

const PAUSE = 500; // milliseconds between two changes of the address; browsers refuse too many
/** @type {Name[]}  one thing: a state that has any of them has all */
const PAPER = ["digit", "strokes", "dense", "conv"];
/** @type {Name[]}  what a new drawing undoes: has to be shown again after one that a state brings */
const AFTER_PAPER = ["code", "slopes", "plane", "directed", "scores"];

/** What the address says, or will say after the pause.
 * @type {Record<string, any>} */
let state = {};
/** What the components have yet to show.
 * @type {Record<string, any>} */
const wanted = {};
/** @typedef {(values: State) => unknown} Take */
/** @typedef {{ element: Element, names: Name[], take: Take, untouched: State }} Part */
/** @type {Part[]} */
let parts = [];
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let written = location.hash;

/**
 * What the address says of a component. `take` is called with what of these the component is to show,
 * once it is there and whenever that changes; a name may be there with the value undefined: the
 * address says no more of it.
 * @param {Element} element @param {Name[]} names @param {Take} take
 * @param {State} [untouched]  what it shows before anybody touches it, and again where one goes back
 *     to an address of that time
 * @returns {(values: State) => void}  for the component to say what it shows; may be called often
 */
export function addressPart(element, names, take, untouched = {}) {
  if (!parts.length) begin();
  const part = { element, names, take, untouched };
  parts = [...parts.filter(({ element }) => element.isConnected), part];
  deliver();
  return (values) => {
    for (const name of /** @type {Name[]} */ (Object.keys(values))) {
      if (values[name] !== undefined) delete wanted[name];
      else if (name in wanted) continue; // it says so only because it has yet to show it
      if (name in state && state[name] === values[name]) continue;
      state[name] = values[name];
      timer ??= setTimeout(write, PAUSE);
    }
  };
}

/** Brings up a state, as if a link to it had been followed: what it doesn't name stays as it is.
 * @param {string | State} hashOrState
 * @returns {Promise<void>}  until it is there, but for tabs that have yet to be opened */
export function showState(hashOrState) {
  const hash = typeof hashOrState === "string" ? hashOrState : toHash(hashOrState);
  write();
  const shown = show(fromHash(hash));
  push();
  return shown;
}

/** Whether the paper has what no address can say, such as a photo. */
export function isDrawingUnsaid() {
  return "digit" in state && state.digit === undefined && state.strokes === undefined;
}

/** The address of the page as it is now. */
export function link() {
  write();
  return location.href;
}

/** @param {Record<string, any>} next */
function show(next) {
  if (PAPER.some((name) => name in next)) next = { ...pick(PAPER, {}), ...next };
  const isNew = (/** @type {string} */ name) =>
    textOf(/** @type {Name} */ (name), next) !== textOf(/** @type {Name} */ (name), state);
  const news = Object.keys(next).filter(isNew);
  if (PAPER.some((name) => news.includes(name))) {
    news.push(...PAPER, ...AFTER_PAPER.filter((name) => name in next));
  }
  Object.assign(wanted, pick(news, next)); // of the tab nobody takes it
  state = { ...state, ...next };
  if (news.includes("tab")) showTab(next.tab);
  return deliver();
}

let delivered = Promise.resolve();

/** One after the other: what is held of a code has to wait for its drawing. */
function deliver() {
  delivered = delivered.then(async () => {
    if ("strokes" in wanted) {
      const sketchpad = parts.find(({ names }) => names.includes("strokes"));
      if (!sketchpad) return; // it begins here when it is there
      await give(sketchpad);
      for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame); // until it is told
    }
    await Promise.all(parts.map(give));
  });
  return delivered;
}

/** @param {Part} part */
async function give({ names, take }) {
  const news = names.filter((name) => name in wanted);
  if (!news.length) return;
  const values = pick(news, wanted);
  for (const name of news) delete wanted[name];
  try {
    await take(values);
  } catch (error) {
    console.error(error);
  }
}

/** @param {string[]} names @param {Record<string, any>} values
 * @returns {Record<string, any>} */
function pick(names, values) {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

// ---- the browser's history ----

function begin() {
  show(fromHash(location.hash));
  for (const event of ["popstate", "hashchange"]) {
    addEventListener(event, () => {
      if (location.hash === written) return; // the second of both
      clearTimeout(timer);
      timer = undefined;
      written = location.hash;
      show({ ...untouched(), ...fromHash(written) });
    });
  }
  addEventListener("pagehide", write);
  let opened = openedTab();
  const tabs = document.querySelector('[role="tablist"]');
  const observer = new MutationObserver(() => {
    state.tab ??= opened;
    opened = openedTab();
    if (opened === state.tab) return;
    timer ??= setTimeout(write);
    write();
    state.tab = opened;
    push();
  });
  if (tabs) observer.observe(tabs, { subtree: true, attributeFilter: ["aria-selected"] });
}

/** What the components showed untouched, of what the address names by now. */
function untouched() {
  const all = Object.assign({}, ...parts.map((part) => part.untouched));
  return pick(
    Object.keys(all).filter((name) => state[name] !== undefined),
    all,
  );
}

/** What the components have said since the last time. */
function write() {
  if (timer === undefined) return;
  clearTimeout(timer);
  timer = undefined;
  change("replaceState");
}

/** A new entry in the history. */
function push() {
  change("pushState");
}

/** @param {"replaceState" | "pushState"} how */
function change(how) {
  const { pathname, search } = location; // as the base of relative addresses may be another one
  try {
    history[how](null, "", pathname + search + toHash(state));
  } catch {
    // too many changes, or a frame that may not: the address stays as it is
  }
  written = location.hash;
}
