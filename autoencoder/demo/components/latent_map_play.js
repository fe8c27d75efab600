// How the map came to be: the moments of the training, on a slider and played.
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
