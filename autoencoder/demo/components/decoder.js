// One point of the dense model's latent space, moved by sliders, by the pad or by a start point; and
// the digit that it decodes to.
let code = props.first.code;
let axes = [...props.first.axes]; // of the pad: to the right, upwards
const { low, high } = props; // of all test digits' codes, for the sliders
const [from, to] = [props.core_low, props.core_high]; // of nearly all, for the pad

const sliders = all(".sliders input");
const outputs = all(".sliders output");
const pad = find(".pad");
const pickers = all("[data-axis]");
const NAMES = ["1st", "2nd", "3rd"];

sliders.forEach((slider, axis) => {
  slider.min = Math.floor(10 * low[axis]) / 10;
  slider.max = Math.ceil(10 * high[axis]) / 10;
  slider.step = 0.1;
  slider.addEventListener("input", () => {
    code = code.map((value, i) => (i === axis ? Number(slider.value) : value));
    moved();
  });
});

const decode = asking("decode", show);
const askPlane = asking("show_plane", showPlane);
let planeOf = ""; // which plane is shown: its axes and the third value

function moved() {
  decode(code);
  sliders.forEach((slider, axis) => {
    if (document.activeElement !== slider || Math.abs(slider.value - code[axis]) > 0.1) slider.value = code[axis];
    outputs[axis].textContent = number(code[axis]);
  });
  const [x, y] = toPad(code);
  find(".here").style.left = 100 * x + "%";
  find(".here").style.top = 100 * y + "%";
  const across = 3 - axes[0] - axes[1];
  const wanted = axes.join() + "," + code[across];
  if (wanted !== planeOf) askPlane([code, axes]);
  planeOf = wanted;
}

function show({ image, distance, words, label, nearest_image }) {
  paintInk(find(".decoded canvas"), image);
  paintInk(find(".near canvas"), nearest_image);
  find(".label").textContent = a(label);
  find(".distance").textContent = distance.toFixed(2);
  const sentence = words[0].toUpperCase() + words.slice(1) + ".";
  if (find(".words").textContent !== sentence) find(".words").textContent = sentence;
}

function showPlane({ picture, density }) {
  const image = new Image();
  image.src = picture;
  image.decode().then(() => {
    const context = find(".plane").getContext("2d");
    context.clearRect(0, 0, 420, 420);
    context.drawImage(image, 0, 0);
    const shade = bytes(density);
    const pixels = new ImageData(45, 45);
    for (let i = 0; i < shade.length; i++) pixels.data.set([60, 120, 255, 0.65 * shade[i]], 4 * i);
    find(".density").getContext("2d").putImageData(pixels, 0, 0);
    element.dispatchEvent(new Event("plane-shown"));
  });
}

// ---- the pad ----

function toPad(point) {
  const share = (axis) => within((point[axis] - from[axis]) / (to[axis] - from[axis]), 0, 1);
  return [share(axes[0]), 1 - share(axes[1])];
}
function fromPad(event) {
  const box = pad.getBoundingClientRect();
  const x = within((event.clientX - box.left) / box.width, 0, 1);
  const y = within((event.clientY - box.top) / box.height, 0, 1);
  return at(x, 1 - y);
}
function at(right, up) {
  const point = [...code];
  [right, up].forEach((share, i) => (point[axes[i]] = from[axes[i]] + share * (to[axes[i]] - from[axes[i]])));
  return point;
}

const tip = find(".tip");
const preview = asking("decode", (answer) => {
  paintInk(tip.querySelector("canvas"), answer.image);
  tip.querySelector(".about").textContent = answer.words;
});
let dragging = false;
pad.addEventListener("pointerdown", (event) => {
  if (event.button > 0) return;
  pad.setPointerCapture(event.pointerId);
  dragging = true;
  tip.hidden = true;
  code = fromPad(event);
  moved();
});
// While dragging not "pointermove" where there is better: that one waits for the screen's next frame.
pad.addEventListener("onpointerrawupdate" in pad ? "pointerrawupdate" : "pointermove", (event) => {
  if (!dragging) return;
  code = fromPad(event);
  moved();
});
pad.addEventListener("pointermove", (event) => {
  if (dragging) return;
  if (event.pointerType === "touch") return;
  preview(fromPad(event));
  tip.hidden = false;
  const left = event.clientX + 18 + 112 > innerWidth ? event.clientX - 130 : event.clientX + 18;
  tip.style.left = left + "px";
  tip.style.top = within(event.clientY - 140, 4, innerHeight - 180) + "px";
});
for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => (dragging = false));
pad.addEventListener("pointerleave", () => (tip.hidden = true));
pad.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  if (!step) return;
  event.preventDefault();
  const [x, y] = toPad(code);
  code = at(within(x + step[0] / 60, 0, 1), within(1 - y + step[1] / 60, 0, 1));
  moved();
});

pickers.forEach((picker, i) => {
  picker.addEventListener("change", () => {
    const chosen = Number(picker.value);
    if (axes[1 - i] === chosen) axes[1 - i] = axes[i]; // the two change places
    axes[i] = chosen;
    pickers.forEach((other, k) => (other.value = axes[k]));
    moved();
  });
});

// ---- start points ----

const start = asking("start", (answer) => {
  code = answer.code;
  moved();
});
element.addEventListener("click", (event) => {
  const { middle, start: source } = event.target.closest("button")?.dataset ?? {};
  if (middle) {
    code = props.middles[middle];
    moved();
  }
  if (source) start(source === "drawing" ? sketch() : source);
});
sketchChanged = () => (find("[data-start=drawing]").disabled = !sketch);

function carried() {
  if (!props.value?.code) return;
  code = props.value.code;
  moved();
}

pickers.forEach((picker, i) => (picker.value = axes[i]));
find(".gap").textContent = props.usual_gap.toFixed(2);
show(props.first.answer);
if (props.value?.code) code = props.value.code;
moved();
watch("value", carried);
sketchChanged();
document.dispatchEvent(new Event("sketch-wanted"));
