// The scatter is drawn by Gradio's Plotly; all that changes on it afterwards is changed here, so
// that the 10,000 points are sent once and the camera stays where the visitor turned it.
const indices = byDigit(props.labels); // indices[digit][n] is the nth point of that digit's trace
const labels = bytes(props.labels);
const errors = bytes(props.errors); // 255: as badly as the worst hundredth, or worse
const NEAREST = 10; // the traces after the digits' ten
const PICKED = 11;
const DRAWING = 12;
const DIGITS = [...Array(10).keys()];
const VIRIDIS = ["#3b528b", "#21918c", "#5ec962", "#fde725"];

const flat = find(".flat");
const pictures = new Map(); // index -> picture, of those that were asked for
let graph = null; // Plotly's element, once it is drawn
let clouds = null; // what is shown: [x, y, z] of each digit's points; first: all of them
let finished = null; // the finished model's
let range = null; // [low, high] of each axis
let finishedRange = null;
let form = "space";
let colour = "digit";
let only = "all";
let picked = props.first; // {index: -1 for the drawing, answer}
let pointer = null; // the last event of the pointer over the scatter
let pressed = null; // the press that may become a click on a point, and on which
let pressedOn = null;
let drawing = null; // the answer for the drawing, once it was asked for
let untouched = true; // nothing was picked yet: what is shown is the drawing, if there is one

// ---- the scatter ----

function whenDrawn() {
  const found = document.querySelector("#latent-scatter .js-plotly-plot");
  if (!found?._fullLayout?.scene?._scene || !window.Plotly) return setTimeout(whenDrawn, 60);
  graph = found;
  clouds = finished = DIGITS.map((digit) => {
    const { x, y, z } = graph._fullData[digit];
    return [x, y, z].map((numbers) => Float32Array.from(numbers));
  });
  const { xaxis, yaxis, zaxis } = graph.layout.scene;
  first = structuredClone(graph.layout.scene.camera);
  if (graph.clientWidth < graph.clientHeight) {
    const below = { orientation: "h", title: { text: "" }, entrywidth: 24, x: 0, xanchor: "left", y: 0, yanchor: "bottom" };
    const legend = { ...graph.layout.legend, ...below };
    window.Plotly.relayout(graph, { legend, "scene.domain.y": [0.13, 1] });
    look("start");
  }
  range = finishedRange = [xaxis, yaxis, zaxis].map((axis) => [...axis.range]);
  graph.on("plotly_hover", ({ points }) => pointer && hover(points[0], pointer));
  graph.on("plotly_unhover", () => hideTip());
  // Plotly tells of a click as soon as a button is down, also where the cloud is only being turned,
  // and only if it is held for a frame; and of a hover it doesn't tell the place
  graph.on("plotly_click", ({ points: [{ curveNumber, pointNumber }] }) => {
    if (pressed && pressed.pointerType !== "touch") pressedOn ??= indexOf(curveNumber, pointNumber);
    else choose(curveNumber, pointNumber);
  });
  graph.on("plotly_restyle", readLegend);
  graph.addEventListener("pointermove", (event) => (pointer = event), true);
  graph.addEventListener("pointerleave", () => (pointer = null));
  graph.addEventListener("pointerdown", (event) => {
    pressed = event;
    pressedOn = hovered;
  }, true);
  graph.addEventListener("click", (event) => {
    const moved = Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY);
    if (pressedOn !== null && moved < 4) chooseIndex(pressedOn);
  }, true);
  for (const name of ["pointerdown", "wheel", "touchstart"]) {
    graph.addEventListener(name, stopTurning, { passive: true, capture: true });
  }
  mark();
  if (graph._fullLayout.scene._scene.glplot) turnAtFirst();
  else showFlatOnly();
}

function showFlatOnly() {
  const choice = find("[data-set=form]");
  choice.value = "flat";
  choice.options[0].disabled = true;
  showAs(choice.value);
  say("This browser draws nothing in 3-D (it has no WebGL), so you see the map flat, from three sides.");
}

// All small changes that come together are drawn once.
let changes = {};
let layoutChanges = {};
let scheduled = false;
function change(trace, settings, layout = {}) {
  for (const [name, value] of Object.entries(settings)) (changes[name] ??= {})[trace] = value;
  Object.assign(layoutChanges, layout);
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    const traces = [...Array(13).keys()];
    const touched = traces.filter((t) => Object.values(changes).some((values) => t in values));
    const update = {};
    for (const [name, values] of Object.entries(changes)) {
      update[name] = touched.map((t) => (t in values ? values[t] : undefined));
    }
    const layoutUpdate = layoutChanges;
    [changes, layoutChanges] = [{}, {}];
    window.Plotly.update(graph, update, layoutUpdate, touched);
  });
}

const place = (codes) => {
  const inside = codes.map((code) => code.map((value, axis) => within(value, ...range[axis])));
  return Object.fromEntries(["x", "y", "z"].map((name, axis) => [name, inside.map((code) => code[axis])]));
};
const codeOf = (index) => {
  const n = indices[labels[index]].indexOf(index);
  return finished[labels[index]].map((numbers) => numbers[n]);
};

// Rings around what is picked and its neighbours, a diamond at the drawing.
function mark() {
  if (graph) {
    const there = clouds === finished;
    const near = picked.answer.neighbours.map(({ index }) => codeOf(index));
    change(NEAREST, place(there ? near : []));
    change(PICKED, place(there && picked.index !== -1 ? [picked.answer.code] : []));
    change(
      DRAWING,
      place(there && drawing ? [drawing.code] : []),
      { "scene.annotations": there ? pins() : [] },
    );
  }
  drawFlat();
}

// A picture beside its point. Plotly keeps it at its place; latent_map.css fills it.
const pins = () => [
  pin(picked.index === -1 ? null : picked.answer, -70, "black"),
  pin(drawing, 70, "#d00000"),
];
function pin(answer, aside, colour) {
  if (!answer) return { visible: false };
  const { x, y, z } = place([answer.code]);
  return {
    x: x[0], y: y[0], z: z[0], text: " ", width: 38, height: 38, ax: aside, ay: -60,
    bordercolor: colour, borderwidth: 2, borderpad: 0, arrowcolor: colour, arrowwidth: 1.5, arrowhead: 0,
  };
}
function pinPicture(id, canvas) {
  find(id + " image").setAttribute("href", canvas.toDataURL());
}

function paintPoints() {
  if (graph) {
    for (const digit of DIGITS) {
      const byError = colour === "error";
      change(digit, {
        "marker.color": byError ? indices[digit].map((index) => errors[index]) : props.colours[digit],
        "marker.colorscale": byError ? VIRIDIS.map((c, i) => [i / 3, c]) : null,
        "marker.cmin": 0,
        "marker.cmax": 255,
      });
    }
  }
  find(".scale").hidden = colour !== "error";
  drawFlat();
}

function showOnly() {
  if (graph) {
    for (const digit of DIGITS) {
      const wanted = only === "all" || only.split(",").includes(String(digit));
      change(digit, { visible: wanted ? true : "legendonly" });
    }
  }
  setTimeout(drawFlat);
}

// A digit was switched on or off in the legend.
function readLegend() {
  const seen = DIGITS.filter(shown);
  only = seen.length === 10 ? "all" : seen.join();
  if (![...chooseOnly.options].some((option) => option.value === only)) only = "some";
  chooseOnly.value = only;
}

// ---- the camera ----

const UP = { x: 0, y: 0, z: 1 };
let first = null; // the camera that the figure came with

function from(direction, up = UP) {
  // a narrow screen shows less to the sides, so one looks from farther away
  const far = Math.max(1, (0.85 * graph.clientHeight) / graph.clientWidth);
  const { center } = first;
  const eye = {};
  for (const axis of "xyz") eye[axis] = center[axis] + far * direction[axis];
  return window.Plotly.relayout(graph, { "scene.camera": { eye, up, center } });
}

function look(view) {
  stopTurning();
  if (!graph) return;
  if (view === "start") {
    const { eye, center } = first;
    return from({ x: eye.x - center.x, y: eye.y - center.y, z: eye.z - center.z });
  }
  const direction = { x: 0, y: 0, z: 0, ["xyz"[view]]: view === "1" ? -2.3 : 2.3 };
  from(direction, view === "2" ? { x: 0, y: 1, z: 0 } : UP);
}

let turning = false;
function stopTurning() {
  turning = false;
  find("[data-do=turn]").setAttribute("aria-pressed", "false");
}

// Once round takes a minute. Begun by itself, it also ends where the computer can't do it smoothly.
function turn(byItself) {
  if (!graph || turning) return stopTurning();
  turning = true;
  find("[data-do=turn]").setAttribute("aria-pressed", "true");
  let before = performance.now();
  let slow = 0;
  const step = async (now) => {
    if (!turning || !graph.clientWidth || !element.isConnected) return stopTurning();
    const passed = now - before;
    before = now;
    if (byItself && passed > 60 && ++slow > 2) return stopTurning();
    const { eye, up, center, projection } = graph._fullLayout.scene._scene.getCamera();
    const angle = (Math.min(passed, 200) / 60000) * 2 * Math.PI;
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const [x, y] = [eye.x - center.x, eye.y - center.y];
    const turned = { x: center.x + x * cos - y * sin, y: center.y + x * sin + y * cos, z: eye.z };
    await window.Plotly.relayout(graph, { "scene.camera": { eye: turned, up, center, projection } });
    requestAnimationFrame(step);
  };
  requestAnimationFrame((now) => {
    before = now;
    step(now);
  });
}

function turnAtFirst() {
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) setTimeout(() => turning || turn(true), 400);
}

function showAs(chosen) {
  form = chosen;
  stopTurning();
  find(".tools").dataset.form = form;
  flat.hidden = form !== "flat";
  document.querySelector("#latent-scatter").style.display = form === "flat" ? "none" : "";
  if (form === "space" && graph) window.Plotly.Plots.resize(graph);
  drawFlat();
}

// ---- flat: two numbers at a time ----

function drawFlat() {
  if (form !== "flat" || !clouds) return;
  for (const canvas of all(".flat canvas")) {
    fitToBox(canvas);
    const axes = canvas.dataset.axes.split(" ").map(Number);
    const [right, up] = axes;
    const context = canvas.getContext("2d");
    const { width, height } = canvas;
    const dot = 1.5 * devicePixelRatio;
    context.clearRect(0, 0, width, height);
    for (const digit of DIGITS.filter(shown)) {
      const [xs, ys] = [clouds[digit][right], clouds[digit][up]];
      context.fillStyle = props.colours[digit];
      for (let i = 0; i < xs.length; i++) {
        if (colour === "error") context.fillStyle = shade(errors[indices[digit][i]]);
        context.fillRect(toX(xs[i], right) * width - dot / 2, toY(ys[i], up) * height - dot / 2, dot, dot);
      }
    }
    if (clouds === finished) {
      const ring = (code, radius, ink) => {
        context.beginPath();
        context.arc(toX(code[right], right) * width, toY(code[up], up) * height, radius * devicePixelRatio, 0, 7);
        context.lineWidth = 4 * devicePixelRatio;
        context.strokeStyle = "white";
        context.stroke();
        context.lineWidth = 2 * devicePixelRatio;
        context.strokeStyle = ink;
        context.stroke();
      };
      ring(picked.answer.code, 8, "black");
      if (drawing) ring(drawing.code, 4, "#d00");
    }
    nameClouds(canvas, axes);
  }
}
const toX = (value, axis) => within((value - range[axis][0]) / (range[axis][1] - range[axis][0]), 0, 1);
const toY = (value, axis) => 1 - toX(value, axis);
const shown = (digit) => !graph || graph.data[digit].visible !== "legendonly";
const shades = [...Array(256).keys()].map((level) => {
  const at = Math.min(2.999, (level / 255) * 3);
  const [from, to] = [VIRIDIS[Math.floor(at)], VIRIDIS[Math.floor(at) + 1]];
  const channel = (i) => {
    const [low, high] = [from, to].map((hex) => parseInt(hex.slice(i, i + 2), 16));
    return Math.round(low + (high - low) * (at % 1));
  };
  return "rgb(" + [1, 3, 5].map(channel) + ")";
});
const shade = (level) => shades[level];

function nameClouds(canvas, [right, up]) {
  const names = canvas.nextElementSibling;
  names.replaceChildren();
  for (const digit of DIGITS.filter(shown)) {
    const name = document.createElement("b");
    name.textContent = digit;
    const middle = (axis) =>
      clouds === finished ? props.middles[digit][axis] : clouds[digit][axis].reduce((s, v) => s + v / clouds[digit][axis].length, 0);
    name.style.left = 100 * toX(middle(right), right) + "%";
    name.style.top = 100 * toY(middle(up), up) + "%";
    names.append(name);
  }
}

function nearestFlat(event) {
  const canvas = event.target;
  const [right, up] = canvas.dataset.axes.split(" ").map(Number);
  const box = canvas.getBoundingClientRect();
  const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  let best = { far: (9 / box.width) ** 2 };
  for (const digit of DIGITS.filter(shown)) {
    const [xs, ys] = [clouds[digit][right], clouds[digit][up]];
    for (let n = 0; n < xs.length; n++) {
      const far = (toX(xs[n], right) - x) ** 2 + (toY(ys[n], up) - y) ** 2;
      if (far < best.far) best = { far, digit, n };
    }
  }
  return best;
}
for (const canvas of all(".flat canvas")) {
  canvas.addEventListener("pointermove", (event) => {
    const { digit, n } = nearestFlat(event);
    if (n === undefined) return hideTip();
    hover({ curveNumber: digit, pointNumber: n }, event);
  });
  canvas.addEventListener("pointerleave", () => hideTip());
  canvas.addEventListener("click", (event) => {
    if (hovered !== null) return chooseIndex(hovered);
    const { digit, n } = nearestFlat(event); // of a touch, which hovers over nothing before
    if (n !== undefined) choose(digit, n);
  });
}

// ---- hovering ----

const tip = find(".tip");
let hovered = null; // the index whose picture is to be shown

const bring = asking("picture", ({ image }, index) => {
  pictures.set(index, image);
  if (hovered === index) showPicture();
});
function showPicture() {
  const canvas = tip.querySelector("canvas");
  if (pictures.has(hovered)) paintInk(canvas, pictures.get(hovered));
  else canvas.getContext("2d").clearRect(0, 0, 28, 28);
}

function hover({ curveNumber, pointNumber }, event) {
  const index = indexOf(curveNumber, pointNumber);
  if (index === null) return hideTip();
  if (hovered !== index) {
    hovered = index;
    if (index === -1) pictures.set(-1, drawing.image);
    const code = index === -1 ? drawing.code : clouds[curveNumber < 10 ? curveNumber : labels[index]].map((c) => c[indices[labels[index]].indexOf(index)]);
    tip.querySelector(".about").textContent =
      (index === -1 ? "your drawing" : a(labels[index])) + " at " + code.map((v) => number(v)).join(", ");
    showPicture();
    if (!pictures.has(index)) bring(index);
  }
  tip.hidden = false;
  const left = event.clientX + 16 + 112 > innerWidth ? event.clientX - 128 : event.clientX + 16;
  tip.style.left = Math.max(4, left) + "px";
  tip.style.top = within(event.clientY - 70, 4, innerHeight - 160) + "px";
}
function hideTip() {
  tip.hidden = true;
  hovered = null;
}

// A point of a trace -> the index of its test digit, -1 for the drawing, null for neither.
function indexOf(trace, point) {
  if (trace < 10) return indices[trace][point];
  if (trace === NEAREST) return picked.answer.neighbours[point].index;
  if (trace === PICKED) return picked.index;
  return -1;
}

// ---- what is picked ----

const ask_pick = asking("pick", (answer, data) => {
  untouched = false;
  showPick({ index: typeof data === "string" ? -1 : data, answer });
});
const place_drawing = asking("pick", (answer) => {
  drawing = answer;
  const canvas = newPicture("");
  paintInk(canvas, answer.image);
  pinPicture("#drawing-picture", canvas);
  find("[data-do=drawing]").disabled = false;
  if (untouched || picked.index === -1 || wanted) showPick({ index: -1, answer });
  else mark();
  wanted = false;
});
let stale = true; // the drawing has changed since it was placed
let wanted = false; // show the drawing as soon as it is placed

const choose = (trace, point) => chooseIndex(indexOf(trace, point));
function chooseIndex(index) {
  if (index === picked.index) return;
  if (index === -1) showPick({ index, answer: drawing });
  else ask_pick(index);
}

function showPick(pick) {
  picked = pick;
  const { index, answer } = pick;
  const title = find(".title");
  title.replaceChildren();
  if (index >= 0) {
    const swatch = document.createElement("i");
    swatch.style.background = props.colours[labels[index]];
    title.append(swatch);
  }
  title.append(index < 0 ? "\u25c6 Your drawing" : "You picked " + a(labels[index]));
  if (index >= 0) {
    const which = document.createElement("span");
    which.textContent = " test digit " + index;
    title.append(which);
  }
  paintInk(find(".original"), answer.image);
  pinPicture("#picked-picture", find(".original"));
  for (const name of ["dense", "conv"]) {
    paintInk(find("canvas." + name), answer[name].image);
    find("." + name + "-mse").textContent = answer[name].mse.toFixed(3);
  }
  find(".code").textContent = answer.code.map((value) => number(value, 2)).join(",  ");
  const label = index < 0 ? null : labels[index];
  const row = find(".nearest");
  row.replaceChildren();
  for (const { index: near, distance, image } of answer.neighbours) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.pick = near;
    button.title = "distance " + distance.toFixed(2);
    button.setAttribute("aria-label", a(labels[near]) + ", distance " + distance.toFixed(2) + "; pick it");
    const frame = document.createElement("div");
    frame.className = "picture";
    const canvas = newPicture("");
    paintInk(canvas, image);
    frame.append(canvas);
    button.append(frame, labels[near]);
    row.append(button);
  }
  const counts = DIGITS.map((digit) => answer.neighbours.filter((n) => labels[n.index] === digit).length);
  const most = label ?? counts.indexOf(Math.max(...counts));
  for (const button of row.children) button.classList.toggle("alike", labels[button.dataset.pick] === most);
  const others = DIGITS.filter((digit) => digit !== most && counts[digit]).map((d) => counts[d] + " \u00d7 " + d);
  find(".same").textContent =
    label === null
      ? counts[most] + " of its 8 neighbours are " + most + "s" + (others.length ? "; the others: " + others.join(", ") + "." : ".")
      : counts[most] + " of 8 (" + Math.round(12.5 * counts[most]) + " %) are " + most + "s too" + (others.length ? "; the others: " + others.join(", ") + "." : ".");
  find("[data-do=draw]").disabled = index < 0;
  if (clouds !== finished) {
    stopPlaying();
    showMoment(props.moments);
  }
  mark();
}

// ---- the drawing ----

function placeDrawing() {
  if (!sketch) {
    drawing = null;
    find("[data-do=drawing]").disabled = true;
    return picked.index === -1 ? showPick(props.first) : mark();
  }
  if (stale) place_drawing(sketch());
  else if (wanted) {
    wanted = false;
    if (drawing) showPick({ index: -1, answer: drawing });
  }
  stale = false;
}
sketchChanged = () => {
  stale = true;
  if (element.clientWidth) placeDrawing();
};

// ---- how it came to be ----

const slider = find(".player input");
const playButton = find("[data-do=play]");
let moments = null; // {epochs, errors, ranges, codes: [moment][digit][axis]}
let at = props.moments; // the moment shown, a fraction between two; props.moments: the finished model
let playing = false;
slider.max = props.moments;
slider.value = props.moments;
find(".history").hidden = !props.moments;

async function loadMoments() {
  if (moments) return true;
  find(".moment").textContent = "One moment\u2026";
  try {
    const answer = await ask("evolution", null, { large: true });
    if (answer.refused) return say(answer.refused);
    const { epochs, errors: mse, low, high, codes } = answer;
    const raw = new Uint16Array(bytes(codes).buffer);
    const count = raw.length / epochs.length / 3;
    const parts = indices.map((list) => list.filter((index) => index < count));
    const all = epochs.map((_, m) =>
      parts.map((list) =>
        [0, 1, 2].map((axis) =>
          Float32Array.from(list, (i) => low[axis] + (raw[(m * count + i) * 3 + axis] / 65535) * (high[axis] - low[axis])),
        ),
      ),
    );
    moments = { epochs, errors: mse, codes: all, ranges: all.map(rangeOf) };
    return true;
  } catch {
    say("The server doesn't answer at the moment; please try again.");
  }
}

// The axes around a moment's cloud, as long to each other as at the end: distances stay true.
function rangeOf(cloud) {
  const sides = finishedRange.map(([low, high]) => high - low);
  const ends = [0, 1, 2].map((axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (const part of cloud) for (const v of part[axis]) [low, high] = [Math.min(low, v), Math.max(high, v)];
    return [low, high];
  });
  const scale = 1.06 * Math.max(...ends.map(([low, high], axis) => (high - low) / sides[axis]));
  return ends.map(([low, high], axis) => [
    (low + high - scale * sides[axis]) / 2,
    (low + high + scale * sides[axis]) / 2,
  ]);
}

function showMoment(moment) {
  at = moment;
  slider.value = Math.round(at);
  const text = find(".moment");
  if (at >= props.moments) {
    clouds = finished;
    range = finishedRange;
    const { epochs, error } = props.finished;
    text.textContent = "The finished model, after " + epochs + " epochs, with all 10,000 digits. Test error: " + error.toFixed(4) + ".";
  } else {
    const last = props.moments - 1;
    const before = Math.min(last, Math.floor(at));
    const after = Math.min(last, before + 1);
    const share = at - before;
    const blend = (x, y) => x + (y - x) * share;
    clouds = moments.codes[before].map((part, digit) =>
      part.map((numbers, axis) => {
        const next = moments.codes[after][digit][axis];
        return numbers.map((value, i) => blend(value, next[i]));
      }),
    );
    range = moments.ranges[before].map((ends, axis) => ends.map((end, i) => blend(end, moments.ranges[after][axis][i])));
    const shownAt = Math.min(last, Math.round(at));
    const epoch = moments.epochs[shownAt];
    text.textContent =
      (shownAt === 0
        ? "Before the training: its numbers are random. "
        : "After " + (epoch < 1 ? Math.max(1, Math.round(epoch * 55000)).toLocaleString("en") + " digits seen (epoch " + epoch.toFixed(3) + "). " : "epoch " + epoch.toFixed(epoch < 10 ? 1 : 0) + ". ")) +
      "Test error: " + moments.errors[shownAt].toFixed(4) + ".";
  }
  slider.setAttribute("aria-valuetext", text.textContent);
  if (playing) return form === "flat" || !graph ? drawFlat() : moveAtOnce();
  if (graph) {
    const layout = {};
    range.forEach((ends, axis) => (layout["scene." + "xyz"[axis] + "axis.range"] = [...ends]));
    for (const digit of DIGITS) {
      const [x, y, z] = clouds[digit];
      change(digit, { x, y, z }, layout);
    }
  }
  mark();
}

// Shows `clouds` and `range` while they move. Plotly's own update looks after much else and draws
// twice: without a graphics card that was 18 frames a second, and this is 35.
function moveAtOnce() {
  const { _scene: scene } = graph._fullLayout.scene;
  for (const digit of DIGITS) {
    const points = scene.traces[graph._fullData[digit].uid];
    if (!points) continue; // hidden in the legend
    const [x, y, z] = clouds[digit];
    points.update(Object.assign(points.data, { x, y, z }));
  }
  range.forEach((ends, axis) => {
    const [min, max] = ends.map((end) => end * scene.dataScale[axis]);
    scene.glplot.setBounds(axis, { min, max });
  });
  scene.glplot.redraw();
}

async function play() {
  if (playing) return stopPlaying();
  if (!(await loadMoments()) || playing) return; // pressed twice while they came
  stopTurning();
  showMoment(at >= props.moments - 1 ? 0 : at);
  playing = true;
  playButton.innerHTML = "&#9632; Stop";
  let before = performance.now();
  const step = (now) => {
    if (!playing || !element.isConnected) return;
    const pace = moments.epochs[Math.floor(at)] < 0.5 ? 100 : 300; // ms a moment; at first little moves
    const next = at + within((now - before) / pace, 0.02, 1);
    before = now;
    if (next >= props.moments - 1) return stopPlaying(props.moments);
    showMoment(next);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
function stopPlaying(moment = at) {
  if (!playing) return;
  playing = false;
  playButton.innerHTML = "&#9654; Play";
  showMoment(moment);
}
slider.addEventListener("input", async () => {
  stopTurning();
  const moment = Number(slider.value);
  if (playing) return stopPlaying(moment);
  if (moment === props.moments || (await loadMoments())) showMoment(moment);
});

// ---- the controls ----

const chooseOnly = find("[data-set=only]");
chooseOnly.add(new Option("only " + props.alike.join(" and ") + ", the most alike", props.alike.join()));
const another = find(".chooser select");
function pickAnother() {
  const list = another.value === "any" ? [...labels.keys()] : indices[another.value];
  ask_pick(list[Math.floor(Math.random() * list.length)]);
}
another.addEventListener("change", pickAnother);

const actions = {
  turn: () => turn(false),
  play,
  another: pickAnother,
  drawing: () => {
    wanted = true;
    placeDrawing();
  },
  decode: () => trigger("decode", { code: picked.answer.code }),
  draw: () => putOnSketchpad(find(".original")),
};
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("button")?.dataset ?? {};
  if (pressed.view) look(pressed.view);
  if (pressed.pick) ask_pick(Number(pressed.pick));
  actions[pressed.do]?.();
});
element.addEventListener("change", (event) => {
  const { set } = event.target.dataset;
  const { value } = event.target;
  if (set === "form") showAs(value);
  if (set === "colour") {
    colour = value;
    paintPoints();
  }
  if (set === "only") {
    only = value;
    showOnly();
  }
});

find(".scale output").textContent = props.worst.toFixed(2) + " or more";
showMoment(props.moments);
showPick(picked);
whenDrawn();
new ResizeObserver(drawFlat).observe(flat);
whenSeen(placeDrawing);
watch("value", () => {
  wanted = true;
  placeDrawing();
});
if (props.value) wanted = true;
document.dispatchEvent(new Event("sketch-wanted")); // if the sketchpad was there first
