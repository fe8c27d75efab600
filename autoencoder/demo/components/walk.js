const indices = byDigit(props.labels);
const labels = bytes(props.labels);
const DRAWING = "drawing";
const STEPS = 12;
const strips = all(".strip canvas");
const nows = all(".now canvas");
const choosers = all("[data-end]");
let ends = [...props.first.ends]; // a test digit's index, or DRAWING
let step = 0;
let timer = null;

choosers.forEach((chooser) => {
  for (let digit = 0; digit < 10; digit++) chooser.add(new Option(a(digit), digit));
  chooser.add(new Option("\u25c6 your drawing", DRAWING));
});

const named = () => ends.map((end) => (end === DRAWING ? sketch() : end));
const go = asking("go", show);

function show({ rows, ends: pictures }) {
  rows.forEach((row, i) => paintInk(strips[i], row));
  all(".end").forEach((end, i) => {
    paintInk(end.querySelector("canvas"), pictures[i]);
    end.querySelector("b").textContent = ends[i] === DRAWING ? "your drawing" : "test digit " + ends[i];
  });
  showStep(step);
}

function showStep(which) {
  step = which;
  nows.forEach((canvas, i) => {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, 28, 28);
    context.drawImage(strips[i], 28 * step, 0, 28, 28, 0, 0, 28, 28);
  });
  for (const frame of all(".strip i")) frame.style.left = (100 * step) / STEPS + "%";
}

function play() {
  if (timer) {
    clearInterval(timer);
    timer = null;
  } else {
    let beat = step;
    timer = setInterval(() => {
      if (!element.isConnected || !element.clientWidth) return play();
      beat = (beat + 1) % (2 * STEPS - 2); // there and back
      showStep(beat < STEPS ? beat : 2 * STEPS - 2 - beat);
    }, 160);
  }
  find("[data-do=play]").innerHTML = timer ? "&#9632; Stop" : "&#9654; Play";
}

async function save() {
  try {
    const answer = await ask("save", named(), { large: true });
    if (answer.refused) return say(answer.refused);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes(answer.gif)], { type: "image/gif" }));
    link.download = "walk.gif";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  } catch {
    say("The server doesn't answer at the moment; please try again.");
  }
}

function choose(i, another) {
  const { value } = choosers[i];
  const list = indices[value];
  ends[i] = value === DRAWING ? DRAWING : list[another ? Math.floor(Math.random() * list.length) : i];
  find("[data-another='" + i + "']").disabled = value === DRAWING;
  go(named());
}
choosers.forEach((chooser, i) => chooser.addEventListener("change", () => choose(i, false)));
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("button")?.dataset ?? {};
  if (pressed.another) choose(Number(pressed.another), true);
  if (pressed.do === "play") play();
  if (pressed.do === "save") save();
});
for (const strip of all(".strip")) {
  strip.addEventListener("pointermove", (event) => {
    const box = strip.getBoundingClientRect();
    if (!timer) showStep(within(Math.floor(((event.clientX - box.left) / box.width) * STEPS), 0, STEPS - 1));
  });
}
sketchChanged = () => {
  for (const chooser of choosers) chooser.options[10].disabled = !sketch;
  if (sketch && ends.includes(DRAWING)) go(named());
};

choosers.forEach((chooser, i) => (chooser.value = labels[ends[i]]));
show(props.first.answer);
document.dispatchEvent(new Event("sketch-wanted"));
