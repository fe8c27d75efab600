// The map of the latent space: its controls, and how its parts work together.

import { loadAutoencoder } from "../../model/autoencoder.js";
import { inTheme, newPicture, paintInk } from "../../shared/canvas.js";
import { a } from "../../shared/format.js";
import { loadPlotly } from "../../shared/plotly.js";
import { fetchArrays } from "../../shared/request.js";
import {
  codeToDecode,
  drawing,
  drawingToFind,
  imageToDraw,
  openTab,
  ownModel,
} from "../../shared/state.js";
import { loadTestDigits, loadTestImages } from "../../shared/test_digits.js";
import { addDigitButtons } from "./digit_buttons.js";
import { FlatMap } from "./flat.js";
import { keepCamera, keepMap } from "./in_address.js";
import { DIGITS, DRAWING, MapState } from "./map_state.js";
import { showGlance, showPick } from "./panel.js";
import { pick } from "./pick.js";
import { Player } from "./player.js";
import { Points } from "./points.js";
import { Scatter } from "./scatter.js";
import { showTip } from "./tip.js";

/**
 * @typedef {import("./map_state.js").Pick} Pick
 * @typedef {import("./map_state.js").Range} Range
 *
 * @typedef {object} Props  as latent_map.py gives them
 * @property {{ data: any[], layout: any }} figure  figures.latent_scatter
 * @property {number} worst  the error from which on points have the last colour
 * @property {number[][]} middles  of the digits' clouds
 * @property {{ light: string[], dark: string[] }} colours  of the digits
 * @property {number} snapshots  how many there are of the training
 * @property {boolean} weights  whether those of some snapshots are there
 * @property {{ epochs: number, error: number }} finished
 * @property {number[]} alike  two digits
 */

/** @param {HTMLElement} element @param {any} props */
export function mount(element, props) {
  new LatentMap(element, props).begin();
}

class LatentMap {
  map = new MapState();
  /** @type {Points | null} */
  #points = null;
  /** @type {Scatter | null} */
  #scatter = null;
  /** @type {Player | null} */
  #player = null;
  /** What it takes to pick a digit.
   * @type {{ models: Record<"dense" | "conv", any>, imageOf: (index: number) => Float32Array } | null} */
  #means = null;
  #failed = false; // something could not be fetched
  /** What is to be picked as soon as that is possible @type {number | null} */
  #wanted = null;
  #untouched = true; // nothing was picked yet: what is shown is the drawing, if there is one
  #stale = true; // the drawing has changed since it was placed
  #sayPicked = (/** @type {number} */ _) => {}; // in the address

  /** @param {HTMLElement} element @param {Props} props */
  constructor(element, props) {
    this.element = element;
    this.props = props;
    this.colours = inTheme(props.colours);
    this.panel = this.#find("#latent-pick");
    this.tip = this.#find(".tip");
  }

  begin() {
    const { element, map, props } = this;
    const only = this.#select("[data-set=only]");
    const alike = `only ${props.alike.join(" and ")}, the most alike`;
    only.add(new Option(alike, props.alike.join()));
    this.#find(".scale output").textContent = `${props.worst.toFixed(2)} or more`;
    element.addEventListener("click", (event) => this.#clicked(event));
    element.addEventListener("change", (event) => this.#chosen(event));
    for (const event of ["click", "input"]) {
      this.#find(".history").addEventListener(event, () => this.#scatter?.camera.stop());
    }
    map.form.subscribe(element, (form) => {
      this.#select("[data-set=form]").value = form;
      this.#find(".tools").dataset.form = form;
      this.#find(".flat").hidden = form !== "flat";
      this.#find("#latent-scatter").hidden = form === "flat";
      this.#scatter?.camera.stop();
    });
    map.colour.subscribe(element, (colour) => {
      this.#select("[data-set=colour]").value = colour;
      this.#find(".scale").hidden = colour !== "error";
    });
    map.shown.subscribe(element, (shown) => {
      const value = shown.size === 10 ? "all" : [...shown].join();
      const known = [...only.options].some((option) => option.value === value);
      only.value = known ? value : "some";
    });
    addDigitButtons(this.#find(".digits"), this.colours, map.shown);
    map.picked.subscribe(element, (picked) => picked && this.#showPick(picked));
    drawing.subscribe(element, () => {
      this.#stale = true;
      if (element.clientWidth) this.#placeDrawing();
    });
    drawingToFind.subscribe(element, (wanted) => {
      if (!wanted) return;
      drawingToFind.set(false);
      this.#choose(DRAWING);
    });
    this.#sayPicked = keepMap(element, map, (index) => this.#choose(index));
    new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.#load();
      this.#placeDrawing();
    }).observe(element);
  }

  // ---- what it takes ----

  /** Fetches what isn't there yet; what fails is tried again on the next use. */
  async #load() {
    if (this.#means && this.#scatter?.taken) return;
    const digits = await this.#fetched(loadTestDigits());
    if (!digits) return;
    if (!this.#points) {
      this.#showPoints(digits);
      await drawn(); // Plotly takes a while to begin
    }
    await Promise.all([this.#loadScatter(), this.#loadMeans()]);
    if (!this.#failed || !this.#means || !this.#scatter?.taken) return;
    this.#failed = false;
    this.#say("");
  }

  /** What comes; null if it can't be had, and then the visitor is told.
   * @template T @param {Promise<T>} files */
  async #fetched(files) {
    try {
      return await files;
    } catch (error) {
      console.error(error);
      this.#failed = true;
      this.#say(
        "Not all of this map could be fetched. Are you online? Click here, and it is tried again.",
      );
      return null;
    }
  }

  /** @param {import("../../shared/test_digits.js").TestDigits} digits */
  #showPoints(digits) {
    const { map, props } = this;
    this.#points = new Points(digits, props.worst);
    const { codes } = digits;
    const { scene } = props.figure.layout;
    const finished = {
      points: this.#points.grouped((index, axis) => codes[3 * index + axis]),
      ranges: [scene.xaxis.range, scene.yaxis.range, scene.zaxis.range],
      finished: true,
      moving: false,
    };
    this.#find(".waiting").hidden = true;
    this.#player = new Player(
      this.#find(".history"),
      props,
      finished,
      map,
      this.#points,
      () => drawing.value?.image ?? this.#means?.imageOf(0) ?? null,
      (sentence) => this.#say(sentence),
    );
    const { figure, middles } = props;
    const box = this.#find("#latent-scatter");
    new FlatMap(this.#find(".flat"), this.colours, middles, map, this.#points, this.#on);
    const scatter = new Scatter(box, figure, this.colours, middles, map, this.#points, this.#on);
    scatter.camera.onTurning = (turning) =>
      this.#find("[data-do=turn]").setAttribute("aria-pressed", String(turning));
    keepCamera(this.element, scatter.camera);
    this.#scatter = scatter;
  }

  #loadScatter = once(async () => {
    const scatter = this.#scatter;
    if (!scatter || scatter.taken) return;
    const plotly = await this.#fetched(loadPlotly());
    if (!plotly) return;
    const start = scatter.camera.value;
    scatter.take(plotly);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
      const untouched = () => !scatter.camera.turning && scatter.camera.value.up === start.up;
      setTimeout(() => untouched() && this.#turn(true), 400);
    }
  });

  #loadMeans = once(async () => {
    if (this.#means) return;
    const title = this.#find(".title");
    title.textContent = "The digits are on their way\u2026";
    const images = fetchArrays("test_images.safetensors", (share) => {
      title.textContent = `The digits are on their way: ${Math.round(100 * share)} %`;
    });
    const fetched = await this.#fetched(
      Promise.all([
        loadAutoencoder("dense"),
        loadAutoencoder("conv"),
        images.then(() => loadTestImages()),
      ]),
    );
    if (!fetched) return;
    const [dense, conv, imageOf] = fetched;
    this.#means = { models: { dense, conv }, imageOf };
    this.#player?.take(dense);
    this.#placeDrawing();
    if (this.#wanted !== null) this.#choose(this.#wanted);
    if (!this.map.picked.value) this.#pickDigit(0);
  });

  // ---- what the visitor does ----

  /** @type {Record<string, () => void>} */
  #actions = {
    turn: () => this.#turn(false),
    another: () => this.#pickAnother(),
    drawing: () => this.#choose(DRAWING),
    decode: () => {
      if (!this.map.picked.value) return;
      ownModel.set(null); // whose codes are others
      codeToDecode.set([...this.map.picked.value.code]);
      openTab("Decode");
    },
    draw: () => {
      if (!this.map.picked.value) return;
      const { image, index } = this.map.picked.value;
      imageToDraw.set({ image, index });
      openTab("Draw");
      scrollTo(0, 0); // there the sketchpad is
    },
  };

  /** @param {Event} event */
  #clicked(event) {
    this.#load();
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const { view, pick: index, do: action } = button?.dataset ?? {};
    if (view) this.#scatter?.camera.look(view);
    if (index) this.#choose(Number(index));
    if (action) this.#actions[action]?.();
  }

  /** @param {Event} event */
  #chosen(event) {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const { value, dataset } = event.target;
    if (dataset.set === "form") this.map.form.set(value === "flat" ? "flat" : "space");
    if (dataset.set === "colour") this.map.colour.set(value === "error" ? "error" : "digit");
    if (dataset.set === "only") {
      this.map.shown.set(new Set(value === "all" ? DIGITS : value.split(",").map(Number)));
    }
    if (event.target.closest(".chooser")) this.#pickAnother();
  }

  #pickAnother() {
    if (!this.#points) return;
    const { value } = this.#select(".chooser select");
    const { indices, labels } = this.#points;
    const list = value === "any" ? [...labels.keys()] : indices[Number(value)];
    this.#choose(list[Math.floor(Math.random() * list.length)]);
  }

  /** @param {boolean} byItself */
  #turn(byItself) {
    const visible = () => this.element.isConnected && this.#scatter?.graph.clientWidth !== 0;
    this.#scatter?.camera.turn(visible, byItself);
  }

  #on = {
    /** @param {number | null} index @param {PointerEvent | null} event */
    hover: (index, event) => {
      this.tip.hidden = true;
      const points = this.#points;
      if (index === null || !event || !points) return;
      const placed = this.map.drawing.value;
      if (index === DRAWING) {
        if (placed) showTip(this.tip, event, "on the paper", placed.code, placed.image);
      } else {
        const image = this.#means?.imageOf(index) ?? null;
        showTip(this.tip, event, a(points.labels[index]), this.#codeShown(index), image);
      }
    },
    /** @param {number} index */
    choose: (index) => this.#choose(index),
    /** @param {string} reason */
    impossible: (reason) => {
      const choice = this.#select("[data-set=form]");
      choice.value = "flat";
      choice.options[0].disabled = true;
      this.map.form.set("flat");
      this.#say(`${reason}, so you see the map flat, from three sides.`);
    },
  };

  /** Where a test digit is at the moment.
   * @param {number} index */
  #codeShown(index) {
    const [points, cloud] = [this.#points, this.map.cloud.value];
    if (!points || !cloud) return [];
    const digit = points.labels[index];
    const n = points.indices[digit].indexOf(index);
    return cloud.points[digit].map((numbers) => numbers[n]);
  }

  // ---- what is picked ----

  /** @param {number} index  of a test digit; -1 for the drawing */
  #choose(index) {
    this.#wanted = index;
    this.#sayPicked(index);
    if (!this.#means || !this.#points) return void this.#load(); // then it is picked
    if (index === DRAWING) {
      this.#placeDrawing();
      if (this.map.drawing.value) this.map.picked.set(this.map.drawing.value);
    } else {
      this.#untouched = false;
      this.#pickDigit(index);
    }
  }

  /** @param {number} index */
  #pickDigit(index) {
    if (!this.#means || !this.#points) return;
    const image = this.#means.imageOf(index);
    this.map.picked.set(pick(this.#means.models, this.#points, image, index));
  }

  /** Follows the sketchpad. */
  #placeDrawing() {
    if (!this.#means || !this.#points || !this.#stale) return;
    this.#stale = false;
    const { map } = this;
    const digit = drawing.value;
    const placed = digit ? pick(this.#means.models, this.#points, digit.image, DRAWING) : null;
    /** @type {HTMLButtonElement} */ (this.#find("[data-do=drawing]")).disabled = !placed;
    if (placed) this.#pinPicture("#drawing-picture", placed.image);
    map.drawing.set(placed);
    this.#player?.rebuild();
    if (placed && (this.#untouched || map.picked.value?.index === DRAWING)) map.picked.set(placed);
    else if (!placed && map.picked.value?.index === DRAWING) this.#pickDigit(0);
  }

  /** @param {Pick} picked */
  #showPick(picked) {
    if (!this.#means || !this.#points) return;
    showPick(this.panel, picked, this.#points.labels, this.#means.imageOf, this.colours);
    showGlance(this.#find(".glance"), picked, this.#points.labels);
    this.#pinPicture("#picked-picture", picked.image);
    this.#player?.finish();
  }

  /** What is pinned to the cloud, beside its point.
   * @param {string} id @param {Float32Array} image */
  #pinPicture(id, image) {
    const canvas = newPicture("");
    paintInk(canvas, image);
    this.#find(`${id} image`).setAttribute("href", canvas.toDataURL());
  }

  // ---- on the page ----

  /** @param {string} sentence */
  #say(sentence) {
    const trouble = this.#find(".trouble");
    if (trouble.textContent !== sentence) trouble.textContent = sentence;
  }

  /** @param {string} selector */
  #find(selector) {
    return /** @type {HTMLElement} */ (this.element.querySelector(selector));
  }

  /** @param {string} selector */
  #select(selector) {
    return /** @type {HTMLSelectElement} */ (this.#find(selector));
  }
}

/** Until the browser has drawn what was changed before. In a tab that is hidden it draws nothing. */
function drawn() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(resolve));
    if (document.hidden) resolve(undefined);
  });
}

/** The same function, but a call while it runs waits for that run.
 * @param {() => Promise<void>} act
 * @returns {() => Promise<void>} */
function once(act) {
  /** @type {Promise<void> | null} */
  let running = null;
  return () => {
    running ??= act().finally(() => {
      running = null;
    });
    return running;
  };
}
