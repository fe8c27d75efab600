// The digit under the pointer, the one that was picked, and the drawing among them.
const pictures = new Map(); // index -> picture, of those that were asked for
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
