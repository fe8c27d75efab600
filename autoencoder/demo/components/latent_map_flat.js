// The map as three flat ones, two numbers at a time.
const flat = find(".flat");

function showAs(chosen) {
  form = chosen;
  stopTurning();
  find(".tools").dataset.form = form;
  flat.hidden = form !== "flat";
  document.querySelector("#latent-scatter").style.display = form === "flat" ? "none" : "";
  if (form === "space" && graph) window.Plotly.Plots.resize(graph);
  drawFlat();
}

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
