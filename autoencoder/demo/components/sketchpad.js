// A drawing is a list of steps, the first `done` of which are on the paper; undo and redo move
// `done`. A step is a stroke {points, width, erase}, a picture {picture} or {clear}; with `alone` it
// begins on empty paper. Points are [x, y, x, y, ...] as shares of the paper's side.
const paper = element.querySelector("canvas");
const screen = paper.getContext("2d", { willReadFrequently: true }); // seen: black on clear ground
const sent = document.createElement("canvas"); // what the server gets: black ink on white
sent.width = sent.height = 6 * 28; // a test digit's pixels come back exactly
const wire = sent.getContext("2d", { alpha: false, willReadFrequently: true });

const KEPT = "sketch"; // in this tab's session storage
const note = element.querySelector(".note");
const loaded = new Map(); // a picture's data URL -> its decoded image
const page = (path) => import(new URL("web/" + path, document.baseURI));
const modules = Promise.all([page("drawing/prepare_digit.js"), page("shared/state.js")]);
let steps = [];
let done = 0;
let tool = "pen";
let width = 1;

// ---- drawing ----

// From point `from` on, a curve through the middles of each two points, with the points as handles:
// smooth even where a fast hand left few. The very last half is drawn when the stroke is whole.
function trace(context, side, step, from, whole) {
  const p = step.points.map((share) => share * side);
  const last = p.length - 2;
  const middle = (i) => [(p[i - 2] + p[i]) / 2, (p[i - 1] + p[i + 1]) / 2];
  context.lineWidth = step.width * side;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  context.moveTo(...(from < 2 ? [p[0], p[1]] : middle(from)));
  for (let i = Math.max(from, 0); i < last; i += 2) {
    context.quadraticCurveTo(p[i], p[i + 1], ...middle(i + 2));
  }
  if (whole || last === 0) context.lineTo(p[last], p[last + 1]);
  context.stroke();
}

function ink(step, from = 0, whole = true) {
  screen.globalCompositeOperation = step.erase ? "destination-out" : "source-over";
  screen.strokeStyle = "black";
  trace(screen, paper.width, step, from, whole);
  wire.strokeStyle = step.erase ? "white" : "black";
  trace(wire, sent.width, step, from, whole);
}

function wipe() {
  screen.clearRect(0, 0, paper.width, paper.height);
  wire.fillStyle = "white";
  wire.fillRect(0, 0, sent.width, sent.height);
}

// The steps that can be seen: from the last one that covers the paper.
function visible() {
  const first = steps.slice(0, done).findLastIndex((step) => !step.points || step.alone);
  return steps.slice(first, done);
}

function redraw() {
  wipe();
  for (const step of visible()) {
    if (step.points) ink(step);
    if (step.picture) {
      const image = loaded.get(step.picture);
      screen.globalCompositeOperation = "source-over";
      screen.drawImage(image, 0, 0, paper.width, paper.height);
      wire.imageSmoothingEnabled = image.width > 28;
      wire.drawImage(image, 0, 0, sent.width, sent.height);
    }
  }
}

// ---- steps ----

function changed() {
  const on = steps[done - 1];
  element.querySelector("[data-do=undo]").disabled = done < 2;
  element.querySelector("[data-do=redo]").disabled = done === steps.length;
  element.querySelector("[data-do=clear]").disabled = Boolean(on.clear);
  element.querySelector(".hint").hidden = !on.clear;
  document.dispatchEvent(
    new CustomEvent("sketch", { detail: on.clear ? null : () => sent.toDataURL() }),
  );
  modules.then(share);
}

// The drawing for the components that are modules.
function share([{ prepareDigit }, { drawing }]) {
  const { data } = wire.getImageData(0, 0, sent.width, sent.height);
  const ink = Float32Array.from({ length: sent.width ** 2 }, (_, i) => 1 - data[4 * i] / 255);
  const digit = prepareDigit(ink, sent.width, sent.height);
  drawing.set(digit.image.some((pixel) => pixel) ? digit : null);
}

function keep() {
  const seen = visible(); // is kept alone if the storage is too full for what can be undone
  for (const kept of [{ steps, done }, { steps: seen, done: seen.length }]) {
    try {
      return sessionStorage.setItem(KEPT, JSON.stringify(kept));
    } catch {
      // no storage, or it is full: the drawing is still on the paper
    }
  }
}

function add(step) {
  note.textContent = "";
  steps = [...steps.slice(0, done), step];
  done = steps.length;
}

function load(picture) {
  const image = new Image();
  image.src = picture;
  loaded.set(picture, image);
  return image.decode();
}

async function put(picture) {
  await load(picture);
  add({ picture });
  redraw();
  changed();
  keep();
}

function undo() {
  if (done < 2 || stroke) return;
  done -= 1;
  redraw();
  changed();
  keep();
}

function redo() {
  if (done === steps.length || stroke) return;
  done += 1;
  redraw();
  changed();
  keep();
}

function clear() {
  if (steps[done - 1].clear) return;
  add({ clear: true });
  redraw();
  changed();
  keep();
}

// ---- the hand ----

let stroke = null;
let pointer = null; // the finger that draws; others are ignored meanwhile
let frame = null; // the paper's place on the page while a stroke is drawn

function follow(event) {
  const from = stroke.points.length - 2;
  for (const { clientX, clientY } of event.getCoalescedEvents?.() ?? [event]) {
    const x = (clientX - frame.left) / frame.width;
    const y = (clientY - frame.top) / frame.height;
    const at = stroke.points.length;
    if (x !== stroke.points[at - 2] || y !== stroke.points[at - 1]) stroke.points.push(x, y);
  }
  if (stroke.points.length - 2 > from) ink(stroke, from, false);
}

paper.addEventListener("pointerdown", (event) => {
  if (stroke || event.button > 0 && event.button !== 5) return;
  const on = steps[done - 1];
  const erase = tool === "eraser" || event.button === 5; // 5: the other end of a stylus
  frame = paper.getBoundingClientRect();
  pointer = event.pointerId;
  paper.setPointerCapture(pointer); // a stroke that leaves the paper goes on when it comes back
  stroke = { points: [], width: props.widths[width] * (erase ? 1.6 : 1) };
  if (erase) stroke.erase = true;
  if (on.example && !erase) stroke.alone = true; // the digit of the opening makes room
  stroke.points.push(
    (event.clientX - frame.left) / frame.width,
    (event.clientY - frame.top) / frame.height,
  );
  if (stroke.alone) wipe();
  add(stroke);
  ink(stroke, 0, false);
  changed();
});

// Not "pointermove" where there is better: that one waits for the screen's next frame.
const moved = "onpointerrawupdate" in paper ? "pointerrawupdate" : "pointermove";
paper.addEventListener(moved, (event) => {
  if (!stroke || event.pointerId !== pointer) return;
  follow(event);
  changed();
});

function lift(event) {
  if (!stroke || event.pointerId !== pointer) return;
  stroke.points = stroke.points.map((share) => Math.round(share * 1e4) / 1e4);
  stroke = null;
  redraw(); // the stroke in one go, as undo and redo will draw it
  changed();
  keep();
}
paper.addEventListener("pointerup", lift);
paper.addEventListener("pointercancel", lift);

// ---- the tools ----

function press(name, chosen) {
  for (const button of element.querySelectorAll("[data-" + name + "]")) {
    button.setAttribute("aria-pressed", String(button.dataset[name] === String(chosen)));
  }
}

const picker = element.querySelector("select");
const file = element.querySelector("input[type=file]");
const nextOf = {}; // a digit -> which of its test digits comes next

async function testDigit() {
  const digit = picker.value;
  nextOf[digit] = digit === "any" ? Math.floor(Math.random() * 1e4) : (nextOf[digit] ?? -1) + 1;
  await bring("test_digit", [digit, nextOf[digit]]);
}

async function fromFile(file) {
  if (file.size > props.largest) {
    note.textContent = "This picture is too large: " + props.largest / 1e6 + " MB is the most.";
    return;
  }
  const reader = new FileReader();
  await new Promise((resolve) => {
    reader.onloadend = resolve;
    reader.readAsDataURL(file);
  });
  await bring("read_file", reader.result);
}

async function bring(name, data) {
  const patience = setTimeout(() => (note.textContent = "One moment\u2026"), 500);
  try {
    const answer = await ask(name, data, { large: true });
    if (answer.picture) await put(answer.picture);
    note.textContent = answer.refused ?? "";
  } catch {
    note.textContent = "The server doesn't answer at the moment; please try again.";
  } finally {
    clearTimeout(patience);
  }
}

const actions = { undo, redo, clear, digit: testDigit, file: () => file.click() };

element.addEventListener("click", (event) => {
  const chosen = event.target.closest("button")?.dataset ?? {};
  if (chosen.tool) press("tool", (tool = chosen.tool));
  if (chosen.width) press("width", (width = Number(chosen.width)));
  actions[chosen.do]?.();
});
picker.addEventListener("change", testDigit);
file.addEventListener("change", () => {
  if (file.files[0]) fromFile(file.files[0]);
  file.value = ""; // the same file may be chosen again
});

element.addEventListener("dragover", (event) => event.preventDefault());
element.addEventListener("drop", (event) => {
  event.preventDefault();
  const dropped = event.dataTransfer.files[0];
  if (dropped) fromFile(dropped);
});

const away = (event) =>
  !element.isConnected || !paper.clientWidth || event.target.closest?.("input, textarea");

document.addEventListener("paste", (event) => {
  const pasted = event.clipboardData?.files[0];
  if (!pasted || away(event)) return;
  event.preventDefault();
  fromFile(pasted);
});

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || away(event)) return;
  if (event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  (event.shiftKey ? redo : undo)();
});

// ---- the beginning ----

function fitToScreen() {
  const side = Math.round(paper.clientWidth * devicePixelRatio);
  if (!side || side === paper.width || !steps.length) return;
  paper.width = paper.height = side;
  redraw();
}

async function begin() {
  let kept = { steps: [{ picture: props.first, example: true }], done: 1 };
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT));
    if (found?.steps.length) {
      await Promise.all(found.steps.map((step) => step.picture && load(step.picture)));
      kept = found;
    }
  } catch {
    // nothing kept, or nothing that can be read
  }
  await Promise.all(kept.steps.map((step) => step.picture && load(step.picture)));
  ({ steps, done } = kept);
  fitToScreen();
  redraw();
  changed();
  new ResizeObserver(fitToScreen).observe(paper);
  window.addEventListener("resize", fitToScreen); // also when the window moves to another screen
  document.addEventListener("sketch-wanted", changed);
  document.addEventListener("sketch-put", (event) => put(event.detail)); // ink on clear ground
  const [, { imageToDraw }] = await modules;
  imageToDraw.subscribe(element, (image) => {
    if (!image) return;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 28;
    const pixels = new ImageData(28, 28);
    for (let i = 0; i < 784; i++) pixels.data[4 * i + 3] = 255 * image[i];
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    imageToDraw.set(null);
    put(canvas.toDataURL());
  });
}
begin();
