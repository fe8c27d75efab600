// Follows the drawing: while it changes, one request is under way, and the newest drawing goes next.
// Everything that is shown changes together, from one answer.
const find = (selector) => element.querySelector(selector);
const all = (selector) => [...element.querySelectorAll(selector)];

const BLUE = [33, 102, 172]; // below zero
const ORANGE = [224, 122, 16]; // above zero
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// ---- pictures ----

// For pictures of few pixels the way to the graphics card and back is longer than the drawing.
const software = (canvas) => canvas.getContext("2d", { willReadFrequently: true });

// `colour(i)` is a pixel in one number, as ImageData holds it: opacity in the highest byte, then
// blue, green and red.
function paint(canvas, side, colour) {
  const image = new ImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = colour(i);
  software(canvas).putImageData(image, 0, 0);
}
function signed(share) {
  const [red, green, blue] = share < 0 ? BLUE : ORANGE;
  const opacity = Math.round(255 * Math.min(1, Math.abs(share)));
  return (opacity << 24) | (blue << 16) | (green << 8) | red;
}

function paintInk(canvas, image) {
  paint(canvas, 28, (i) => image[i] << 24);
}

// ---- the dense model's map, drawn once ----

const map = props.map;
const places = new Uint16Array(bytes(map.places).buffer);
const labels = bytes(map.labels);
const onMap = (x, y) => [4 + 92 * x, 96 - 92 * y]; // shares of the range -> per cent of the map

function drawMap() {
  const canvas = find(".map canvas");
  const side = Math.round(canvas.clientWidth * devicePixelRatio);
  if (!side || side === canvas.width) return;
  canvas.width = canvas.height = side;
  const context = software(canvas);
  context.globalAlpha = 0.7;
  const dot = 1.3 * devicePixelRatio;
  for (let i = 0; i < labels.length; i++) {
    const shares = [places[2 * i] / 65535, places[2 * i + 1] / 65535];
    if (shares.some((share) => share === 0 || share === 1)) continue;
    const [x, y] = onMap(...shares);
    context.fillStyle = props.colours[labels[i]];
    context.fillRect((x * side) / 100 - dot / 2, (y * side) / 100 - dot / 2, dot, dot);
  }
}

function nameDigits() {
  map.middles.forEach(([x, y], digit) => {
    const name = document.createElement("b");
    name.textContent = digit;
    [name.style.left, name.style.top] = onMap(x, y).map((at) => at + "%");
    find(".names").append(name);
  });
}

// ---- an answer ----

const models = ["dense", "conv"].map((name) => {
  const row = find(".model." + name);
  return {
    name,
    row,
    rebuilt: row.querySelector(".rebuilt canvas"),
    difference: row.querySelector(".difference canvas"),
    place: row.querySelector(".place"),
    mse: row.querySelector(".mse"),
  };
});
const seen = find("#model-input canvas");

// A number of the dense code -> per cent of the range that the test digits' codes take.
function onRange(axis, number) {
  const [low, high] = props.ranges[axis];
  return 100 * Math.min(1, Math.max(0, (number - low) / (high - low)));
}
const bars = all(".bar").map((bar, axis) => {
  const zero = onRange(axis, 0);
  bar.querySelector("s").style.left = zero + "%";
  return { fill: bar.querySelector("b"), number: bar.querySelector("output"), zero };
});
let shown = null; // the answer that is on the page

function show(answer) {
  shown = answer.empty ? null : answer;
  element.classList.toggle("empty", !shown);
  for (const button of all("[data-go]")) button.disabled = !shown;
  if (!shown) return showNothing();
  const input = bytes(answer.input);
  paintInk(seen, input);
  place(find(".box"), answer.box[0], answer.box[1], answer.box[2], answer.box[3]);
  place(find(".centre"), answer.centre[0], answer.centre[1]);
  for (const model of models) {
    const { image, mse, better_than } = answer[model.name];
    const rebuilt = bytes(image);
    paintInk(model.rebuilt, rebuilt);
    paint(model.difference, 28, (i) => signed((rebuilt[i] - input[i]) / 255));
    model.mse.textContent = mse.toFixed(4);
    model.place.textContent = inWords(better_than);
    model.row.classList.toggle("strange", better_than < 0.01);
  }
  showDenseCode(answer.dense.code);
  paint(find(".numbers canvas"), 8, (i) => signed(answer.conv.code[i] / props.conv_scale));
}

function showNothing() {
  for (const canvas of all("canvas:not(.map canvas)")) {
    software(canvas).clearRect(0, 0, canvas.width, canvas.height);
  }
  for (const output of all(".bar output, .mse")) output.textContent = "\u2013";
  for (const bar of bars) bar.fill.style.width = 0;
  for (const model of models) {
    model.row.classList.remove("strange");
    model.place.textContent = "Nothing to rebuild yet: draw a digit.";
  }
}

// Left, top, width, height in pixels of 28 -> a place on the picture.
function place(mark, left, top, width, height) {
  mark.style.left = (left / 28) * 100 + "%";
  mark.style.top = (top / 28) * 100 + "%";
  if (width) mark.style.width = (width / 28) * 100 + "%";
  if (height) mark.style.height = (height / 28) * 100 + "%";
}

function inWords(better) {
  if (better < 0.01) {
    return "Rebuilt worse than 99 % of MNIST's test digits: this is not like anything it was trained on.";
  }
  const share = Math.min(99, Math.round(100 * better));
  return "Rebuilt better than " + share + " % of MNIST's test digits.";
}

function showDenseCode(code) {
  code.forEach((number, axis) => {
    const { zero, fill } = bars[axis];
    const end = onRange(axis, number);
    fill.style.left = Math.min(zero, end) + "%";
    fill.style.width = Math.abs(end - zero) + "%";
    bars[axis].number.textContent = number.toFixed(1).replace("-", "\u2212");
  });
  const [x, y] = map.axes.map((axis, i) =>
    Math.min(1.03, Math.max(-0.03, (code[axis] - map.low[i]) / (map.high[i] - map.low[i]))),
  );
  [find(".here").style.left, find(".here").style.top] = onMap(x, y).map((at) => at + "%");
}

// ---- requests ----

let drawing = null; // gives the newest drawing as a PNG; null: the paper is empty
let news = false; // the newest drawing was not asked about yet
let busy = false;
let wake = () => {}; // ends the wait after a failure

async function keepUp() {
  if (busy) return;
  busy = true;
  for (let failures = 0; news; ) {
    news = false;
    try {
      const answer = drawing ? await ask("rebuild", drawing()) : { empty: true };
      failures = 0;
      say(answer.refused ?? "");
      if (!answer.refused) show(answer);
    } catch {
      failures += 1;
      news = true;
      say("The server doesn't answer at the moment. Your drawing is safe; this page keeps trying.");
      const pause = Math.min(4000, 250 * 2 ** failures);
      await new Promise((resolve) => {
        wake = resolve;
        setTimeout(resolve, pause);
      });
    }
  }
  busy = false;
}

function say(sentence) {
  const trouble = find(".trouble");
  if (trouble.textContent !== sentence) trouble.textContent = sentence;
}

document.addEventListener("sketch", (event) => {
  if (!element.isConnected) return;
  drawing = event.detail;
  news = true;
  keepUp();
});
window.addEventListener("online", () => wake());

element.addEventListener("click", (event) => {
  const go = event.target.closest("button")?.dataset.go;
  if (go === "find") trigger("find", { code: shown.dense.code });
  if (go === "decode") trigger("decode", { code: shown.dense.code });
});

nameDigits();
find(".low").textContent = "\u2212" + props.conv_scale;
find(".high").textContent = "+" + props.conv_scale;
new ResizeObserver(drawMap).observe(find(".map canvas"));
window.addEventListener("resize", drawMap);
show(props.first);
document.dispatchEvent(new Event("sketch-wanted")); // if the sketchpad was there first
