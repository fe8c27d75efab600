const indices = byDigit(props.labels);
const labels = bytes(props.labels);
const keep = find(".keep input");
const chooser = find("select");
const DRAWING = "drawing";
let digit = props.first.digit; // a test digit's index, or DRAWING
let own = props.first.answer.own; // the digit's own scores
let sliders = [];

props.shares.slice(0, own.length).forEach((share, i) => {
  const label = document.createElement("label");
  label.innerHTML = "<span>" + ["1st", "2nd", "3rd", "4th", "5th", "6th"][i] + " <span class='small'>" + percent(share) + "</span></span>";
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: -props.reach, max: props.reach, step: 0.1 });
  slider.setAttribute("aria-label", "Direction " + (i + 1) + ", " + percent(share) + " of the variance");
  label.append(slider, document.createElement("output"));
  find(".sliders").append(label);
  sliders.push(slider);
  slider.addEventListener("input", changed);
});
for (let d = 0; d < 10; d++) chooser.add(new Option(a(d), d));
chooser.add(new Option("\u25c6 your drawing", DRAWING));

const steer = asking("steer", show);
let moved = false; // a slider was moved since the digit was chosen

function changed(event) {
  if (event?.target !== keep) moved = true;
  tell();
  const chosen = digit === DRAWING ? sketch() : digit;
  steer([chosen, Number(keep.value), moved ? sliders.map((slider) => Number(slider.value)) : null]);
}

function tell() {
  const kept = Number(keep.value);
  find(".count").textContent = kept;
  sliders.forEach((slider, i) => {
    slider.nextElementSibling.textContent = number(Number(slider.value));
    slider.disabled = i >= kept;
    slider.parentElement.classList.toggle("off", i >= kept);
  });
}

function show(answer) {
  paintInk(find(".original"), answer.original);
  paintInk(find(".whole"), answer.whole);
  paintInk(find(".steered"), answer.image);
  own = answer.own;
  if (!moved) sliders.forEach((slider, i) => (slider.value = own[i]));
  tell();
  const kept = Number(keep.value);
  const share = props.shares.slice(0, kept).reduce((sum, one) => sum + one, 0);
  find(".result").textContent =
    "Error to the digit: " + answer.mse.toFixed(4) + ". " +
    (kept === 64 ? "All directions are kept." : kept + (kept === 1 ? " direction carries " : " directions carry ") + percent(share) + " of the differences between the digits.");
}

function choose() {
  if (chooser.value === DRAWING) digit = DRAWING;
  else {
    const list = chooser.value === "any" ? [...labels.keys()] : indices[chooser.value];
    digit = list[Math.floor(Math.random() * list.length)];
  }
  find("[data-do=another]").disabled = digit === DRAWING;
  moved = false;
  changed({ target: keep });
}
keep.addEventListener("input", changed);
chooser.addEventListener("change", choose);
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("button")?.dataset.do;
  if (pressed === "another") choose();
  if (pressed === "back") {
    moved = false;
    keep.value = 64;
    changed({ target: keep });
  }
});
sketchChanged = () => {
  chooser.options[11].disabled = !sketch;
  if (sketch && digit === DRAWING) choose();
};
show(props.first.answer);
document.dispatchEvent(new Event("sketch-wanted"));
