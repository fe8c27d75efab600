// What the components of the Latent space, Decode and Models tabs have in common.
const find = (selector) => element.querySelector(selector);
const all = (selector) => [...element.querySelectorAll(selector)];
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const a = (digit) => (digit === 8 ? "an 8" : "a " + digit);
const within = (value, low, high) => Math.min(high, Math.max(low, value));
const percent = (share) => (100 * share).toFixed(share < 0.0995 ? 1 : 0) + " %";
const number = (value, places = 1) => value.toFixed(places).replace(/^-(?=[0.]*$)/, "").replace("-", "\u2212");

// Black ink on clear ground: a picture as bytes, or as base64 of them, onto a canvas of its size.
function paintInk(canvas, image) {
  const ink = typeof image === "string" ? bytes(image) : image;
  const pixels = new ImageData(canvas.width, canvas.height);
  for (let i = 0; i < ink.length; i++) pixels.data[4 * i + 3] = ink[i];
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}

function newPicture(label) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 28;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  return canvas;
}

function say(sentence) {
  const trouble = find(".trouble");
  if (trouble.textContent !== sentence) trouble.textContent = sentence;
}

// A function that asks `name` and gives the answer to `show`: while one request is under way the
// newest wish waits, older ones are forgotten, and the last always arrives.
function asking(name, show) {
  let wish = null;
  let busy = false;
  return async (data) => {
    wish = { data };
    if (busy) return;
    busy = true;
    for (let failures = 0; wish && element.isConnected; ) {
      const asked = wish.data;
      wish = null;
      try {
        const answer = await ask(name, asked);
        failures = 0;
        say(answer.refused ?? "");
        if (!answer.refused) show(answer, asked);
      } catch (error) {
        if (!["TypeError", "TimeoutError", "SyntaxError", "Error"].includes(error.name)) throw error;
        failures += 1;
        wish ??= { data: asked };
        say("The server doesn't answer at the moment; this page keeps trying.");
        await new Promise((resolve) => setTimeout(resolve, Math.min(4000, 250 * 2 ** failures)));
      }
    }
    busy = false;
  };
}

// The drawing on the sketchpad: a function that gives it as a PNG, or null if the paper is empty.
let sketch = null;
let sketchChanged = () => {};
document.addEventListener("sketch", (event) => {
  if (!element.isConnected) return;
  sketch = event.detail;
  sketchChanged();
});

// Puts a digit on the sketchpad, the uppermost 28x28 pixels of `picture`, black on clear ground;
// then asks for its tab with the event "draw".
function putOnSketchpad(picture) {
  const canvas = newPicture("");
  canvas.getContext("2d").drawImage(picture, 0, 0);
  document.dispatchEvent(new CustomEvent("sketch-put", { detail: canvas.toDataURL() }));
  trigger("draw");
  scrollTo(0, 0); // there the sketchpad is
}

function whenSeen(act) {
  new IntersectionObserver((entries) => {
    if (entries.at(-1).isIntersecting) act();
  }).observe(element);
}

// The test digits by label, in the order in which the scatter's traces hold them.
function byDigit(labels) {
  const indices = Array.from({ length: 10 }, () => []);
  bytes(labels).forEach((label, index) => indices[label].push(index));
  return indices;
}

// Fills a canvas, whose box has any size, as sharp as the screen is; says if it has to be redrawn.
function fitToBox(canvas) {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  if (!width || (canvas.width === width && canvas.height === height)) return false;
  [canvas.width, canvas.height] = [width, height];
  return true;
}
