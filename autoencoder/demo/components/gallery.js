// A digit as its picture holds it: 28x28 above, its reconstruction below.
for (const { name, digits } of props.ranks) {
  const rank = document.createElement("div");
  rank.className = "rank";
  const title = document.createElement("h4");
  title.textContent = name;
  const tiles = document.createElement("div");
  tiles.className = "tiles";
  for (const { index, label, mse, picture } of digits) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.digit = index;
    button.title = "test digit " + index + "; draw it";
    button.setAttribute("aria-label", a(label) + ", test digit " + index + ", error " + mse + "; draw it");
    const frame = document.createElement("div");
    frame.className = "picture";
    const image = new Image();
    image.alt = "";
    image.src = picture;
    frame.append(image);
    const error = document.createElement("span");
    error.textContent = mse;
    button.append(frame, a(label), error);
    tiles.append(button);
  }
  rank.append(title, tiles);
  find(".rows").append(rank);
}

element.addEventListener("click", (event) => {
  const image = event.target.closest("[data-digit]")?.querySelector("img");
  if (image) putOnSketchpad(image);
});
