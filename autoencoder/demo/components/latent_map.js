// The map of the latent space: what its parts share, its controls, and how it starts. The parts are
// the scripts named latent_map_*.js, which run before this one.
const indices = byDigit(props.labels); // indices[digit][n] is the nth point of that digit's trace
const labels = bytes(props.labels);
const errors = bytes(props.errors); // 255: as badly as the worst hundredth, or worse
const DIGITS = [...Array(10).keys()];

let graph = null; // Plotly's element, once it is drawn
let clouds = null; // what is shown: [x, y, z] of each digit's points; first: all of them
let finished = null; // the finished model's
let range = null; // [low, high] of each axis
let finishedRange = null;
let form = "space";
let colour = "digit";
let only = "all";
let picked = props.first; // {index: -1 for the drawing, answer}
let drawing = null; // the answer for the drawing, once it was asked for
let untouched = true; // nothing was picked yet: what is shown is the drawing, if there is one

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
