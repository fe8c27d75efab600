// The digits' names at the middles of their clouds, apart from each other: 4 9 is not 49.

const APART = 24; // pixels between the middles of two names, a little more than one is wide
const OFF = 38; // and between a name's and a picture's
const ROUNDS = 60;

/** @typedef {{ x: number, y: number }} Place  in pixels */

/**
 * @param {HTMLElement} element  .names, over the map
 * @param {(Place & { digit: number })[]} names
 * @param {string[]} colours  of the digits
 * @param {{ width: number, height: number }} box  of the map, in pixels
 * @param {Place[]} [pictures]  the middles of what no name may cover
 */
export function showNames(element, names, colours, box, pictures = []) {
  while (element.children.length < names.length) element.append(document.createElement("b"));
  while (element.children.length > names.length) element.lastElementChild?.remove();
  const places = separate(names, box, pictures);
  names.forEach(({ digit }, n) => {
    const name = /** @type {HTMLElement} */ (element.children[n]);
    if (name.textContent !== String(digit)) name.textContent = String(digit);
    name.style.borderColor = colours[digit];
    name.style.transform = `translate(-50%, -50%) translate(${places[n].x}px, ${places[n].y}px)`;
  });
}

/** Pushes apart what is too close, each of two half of the way, and keeps all inside the box and off
 * the pictures. The same places always give the same.
 * @param {Place[]} places @param {{ width: number, height: number }} box @param {Place[]} [pictures]
 * @returns {Place[]} */
export function separate(places, { width, height }, pictures = []) {
  const found = places.map(({ x, y }) => ({ x, y }));
  for (let round = 0; round < ROUNDS; round++) {
    let close = false;
    for (const place of found) {
      for (const { x, y } of pictures) {
        const [across, down] = [place.x - x, place.y - y];
        const distance = Math.hypot(across, down) || 1;
        if (distance >= OFF) continue;
        place.x += (OFF / distance - 1) * (across || 1);
        place.y += (OFF / distance - 1) * down;
      }
      place.x = Math.min(Math.max(place.x, APART / 2), width - APART / 2);
      place.y = Math.min(Math.max(place.y, APART / 2), height - APART / 2);
    }
    found.forEach((one, n) => {
      for (const other of found.slice(n + 1)) {
        let [across, down] = [other.x - one.x, other.y - one.y];
        const distance = Math.hypot(across, down);
        if (distance >= APART) continue;
        close = true;
        if (distance < 0.01) [across, down] = [1, (n % 3) - 1]; // in one place: to either side
        const push = (APART + 0.5 - distance) / 2 / Math.hypot(across, down);
        one.x -= push * across;
        one.y -= push * down;
        other.x += push * across;
        other.y += push * down;
      }
    });
    if (!close) break;
  }
  return found;
}
