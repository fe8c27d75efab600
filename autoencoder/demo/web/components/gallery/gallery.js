// The test digits that a model rebuilds best, as well as most, and worst.

import { loadAutoencoder } from "../../model/autoencoder.js";
import { paintDigit } from "../../shared/canvas.js";
import { find, findAll } from "../../shared/find.js";
import { a, percent, threeFigures } from "../../shared/format.js";
import { FAILED, Loading } from "../../shared/loading.js";
import { imageToDraw, openTab } from "../../shared/state.js";
import { loadTestDigits, loadTestImages } from "../../shared/test_digits.js";
import { whenSeen } from "../../shared/when_seen.js";

const SHOWN = 6; // digits of each rank

/** @param {HTMLElement} element @param {Record<string, any>} props  `model`: "dense" or "conv" */
export function mount(element, props) {
  const name = /** @type {"dense" | "conv"} */ (props.model);
  const tiles = findAll(element, ".tiles").map(addTiles);
  const status = find(element, ".arriving");

  const files = new Loading(
    (onProgress) =>
      Promise.all([loadAutoencoder(name), loadTestDigits(), loadTestImages(onProgress)]),
    {
      here: show,
      failed: () => {
        status.textContent = FAILED;
      },
      underWay: (share) => {
        status.textContent = `The digits are on their way: ${percent(share)}.`;
      },
    },
  );

  function show() {
    const loaded = files.get();
    if (!loaded) return;
    const [model, { labels, errors }, imageOf] = loaded;
    ranks(errors[name]).forEach((indices, rank) => {
      indices.forEach((index, place) => {
        const image = imageOf(index);
        const [digit, error] = [a(labels[index]), threeFigures(errors[name][index])];
        const { button, canvas, words, number } = tiles[rank][place];
        paintDigit(canvas, image, 0, 0);
        paintDigit(canvas, model.decode(model.encode(image)), 0, 1);
        words.textContent = digit;
        number.textContent = error;
        button.dataset.digit = String(index);
        const title = `test digit ${index}; draw it`;
        button.title = title;
        button.setAttribute("aria-label", `${digit} ${error} (its error), ${title}`);
      });
    });
    status.textContent = "";
  }

  element.addEventListener("click", ({ target }) => {
    const tile = target instanceof Element && target.closest("button");
    const loaded = tile && files.get();
    if (!loaded || !tile.dataset.digit) return;
    const [, , imageOf] = loaded;
    const index = Number(tile.dataset.digit);
    imageToDraw.set({ image: imageOf(index), index });
    openTab("Draw");
  });

  whenSeen(element, () => files.get())();
}

/** The indices of the best rebuilt digits, of those in the middle, and of the worst.
 * @param {Float32Array} errors */
function ranks(errors) {
  const order = [...errors.keys()].sort((one, other) => errors[one] - errors[other]);
  const middle = Math.floor((order.length - SHOWN) / 2);
  return [
    order.slice(0, SHOWN),
    order.slice(middle, middle + SHOWN),
    order.slice(-SHOWN).reverse(),
  ];
}

/** Buttons to which the digits will come: a digit above its reconstruction, and the error.
 * @param {HTMLElement} row */
function addTiles(row) {
  return Array.from({ length: SHOWN }, () => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", "A digit that is on its way");
    button.innerHTML = `<div class="picture"><canvas width="28" height="56"></canvas></div>
      <b>&nbsp;</b> <span>&nbsp;</span>`;
    row.append(button);
    return {
      button,
      canvas: find(button, "canvas", HTMLCanvasElement),
      words: find(button, "b"),
      number: find(button, "span"),
    };
  });
}
