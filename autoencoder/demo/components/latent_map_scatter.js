// The scatter is drawn by Gradio's Plotly; all that changes on it afterwards is changed here, so
// that the 10,000 points are sent once and the camera stays where the visitor turned it.
const NEAREST = 10; // the traces after the digits' ten
const PICKED = 11;
const DRAWING = 12;
const VIRIDIS = ["#3b528b", "#21918c", "#5ec962", "#fde725"];
let pointer = null; // the last event of the pointer over the scatter
let pressed = null; // the press that may become a click on a point, and on which
let pressedOn = null;

function whenDrawn() {
  const found = document.querySelector("#latent-scatter .js-plotly-plot");
  if (!found?._fullLayout?.scene?._scene || !window.Plotly) return setTimeout(whenDrawn, 60);
  graph = found;
  clouds = finished = DIGITS.map((digit) => {
    const { x, y, z } = graph._fullData[digit];
    return [x, y, z].map((numbers) => Float32Array.from(numbers));
  });
  const { xaxis, yaxis, zaxis } = graph.layout.scene;
  startCamera = structuredClone(graph.layout.scene.camera);
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
