// The cloud in space. What the map shows is handed to Plotly as a whole after each change:
// Plotly.react finds out itself what is new. Until Plotly is there, a plain canvas shows the same.

import { within } from "../../shared/format.js";
import { showAxisTitles } from "./axis_titles.js";
import { Camera } from "./camera.js";
import { drawPoints } from "./draw_points.js";
import { listenToGestures } from "./gestures.js";
import { DRAWING, mean, together } from "./map_state.js";
import { moveAtOnce } from "./move_at_once.js";
import { showNames } from "./names.js";
import { ERROR_COLOURS } from "./points.js";
import { projection } from "./projection.js";

/**
 * @typedef {import("./map_state.js").MapState} MapState
 * @typedef {import("./map_state.js").Cloud} Cloud
 * @typedef {import("./map_state.js").Pick} Pick
 * @typedef {import("./points.js").Points} Points
 * @typedef {{ at: number[], aside: number, colour: string }} Pin  a picture beside a code
 * @typedef {{ curveNumber: number, pointNumber: number }} Point  a trace's, as Plotly tells of it
 */

const NEAREST = 10; // the traces after the digits' ten
const PICKED = 11;
// One pixel a pixel: by default Plotly draws four times as many, which takes long without a
// graphics card.
const CONFIG = { displayModeBar: false, plotGlPixelRatio: 1 };
const MOST_LOSSES = 3; // of its WebGL context, which is then lost again and again
const PIN = { aside: 70, up: 60, side: 38 }; // a pinned picture's place from its point, in pixels
const [UNDER, NEAR] = [6, 24]; // pixels: a point is under a finger, or near enough to be meant
const HINT = 4000; // milliseconds

export class Scatter {
  /** @type {any} */
  #plotly = null;
  #drawn = false;
  /** What was drawn last @type {Cloud | null} */
  #cloud = null;
  #losses = 0;
  #size = { width: 0, height: 0 };
  /** The test digit under the pointer @type {number | null} */
  #hovered = null;
  #update = together(() => this.#draw());

  /**
   * @param {HTMLElement} box  #latent-scatter
   * @param {{ data: any[], layout: any }} figure  figures.latent_scatter, without its points
   * @param {string[]} colours  of the digits
   * @param {number[][]} middles  of the finished model's clouds
   * @param {MapState} map
   * @param {Points} points
   * @param {object} on  what the visitor does
   * @param {(index: number | null, event: PointerEvent | null) => void} on.hover
   * @param {(index: number) => void} on.choose
   * @param {(reason: string) => void} on.impossible  nothing can be drawn in 3-D
   */
  constructor(box, figure, colours, middles, map, points, on) {
    this.box = box;
    this.figure = figure;
    this.colours = colours;
    this.middles = middles;
    this.map = map;
    this.points = points;
    this.on = on;
    this.camera = new Camera(figure.layout.scene.camera, () => this.#moveCamera());
    this.meanwhile = /** @type {HTMLCanvasElement} */ (box.querySelector(".meanwhile"));
    this.names = /** @type {HTMLElement} */ (box.querySelector(".names"));
    this.titles = /** @type {HTMLElement[]} */ ([...box.querySelectorAll(".titles span")]);
    this.graph = this.#newGraph();
    this.#listenToGestures();
    map.cloud.subscribe(box, (cloud) => {
      const seen = this.#drawn && map.form.value === "space";
      if (seen && cloud?.moving && this.#cloud?.moving) {
        moveAtOnce(this.graph, cloud);
        this.#write();
      } else this.#update();
    });
    for (const store of [map.colour, map.shown, map.picked, map.drawing]) {
      store.subscribe(box, this.#update);
    }
    new ResizeObserver(() => this.#fit()).observe(box);
    box.addEventListener("webglcontextlost", () => this.#bringBack(), true);
  }

  /** @param {any} plotly  which takes over from the plain canvas */
  take(plotly) {
    this.#plotly = plotly;
    this.#update();
  }

  get taken() {
    return this.#plotly !== null;
  }

  /** Its box has another size, or can be seen again. */
  #fit() {
    const { clientWidth: width, clientHeight: height } = this.graph;
    if (!width) return; // hidden
    if (width !== this.#size.width || height !== this.#size.height) {
      this.#size = { width, height };
      // a narrow screen shows less to the sides, so one looks from farther away
      this.camera.standBack(Math.max(1, (0.85 * height) / width));
    }
    this.#update();
  }

  #draw() {
    const { cloud } = this.map;
    if (!cloud.value || !this.#size.width || !this.graph.clientWidth) return; // hidden
    this.#write();
    if (!this.#plotly) {
      const seen = this.#projection(cloud.value);
      drawPoints(this.meanwhile, cloud.value, this.map, this.points, this.colours, seen, 2);
      return;
    }
    if (!this.#drawn && !hasWebGL()) {
      return this.on.impossible("This browser draws nothing in 3-D (it has no WebGL)");
    }
    const data = this.figure.data.map((trace, at) => ({ ...trace, ...this.#trace(trace, at) }));
    this.#plotly.react(this.graph, data, this.#layout(), CONFIG);
    if (!this.#drawn) this.#listenToPlotly();
    this.#drawn = true;
    this.meanwhile.remove();
    this.#cloud = cloud.value;
  }

  /** The names at the clouds and at the axes. */
  #write() {
    const { cloud, shown, picked, drawing } = this.map;
    if (!cloud.value || !this.#size.width) return;
    const { points, finished, ranges } = cloud.value;
    const project = this.#projection(cloud.value);
    const names = [...shown.value].map((digit) => {
      const middle = finished ? this.middles[digit] : points[digit].map(mean);
      return { digit, ...project(middle) };
    });
    const inFront = names.filter(({ depth }) => depth > 0);
    const pins = finished ? this.#pins(picked.value, drawing.value) : [];
    const pictures = pins.map(({ at, aside }) => {
      const { x, y } = project(at);
      return { x: x + aside, y: y - PIN.up };
    });
    showNames(this.names, inFront, this.colours, this.#size, pictures);
    showAxisTitles(this.titles, project, this.camera.value.eye, ranges, this.#size);
  }

  /** @param {Cloud} cloud */
  #projection({ ranges }) {
    const { aspectratio } = this.figure.layout.scene;
    return projection(this.camera.value, ranges, aspectratio, this.#size);
  }

  /** What changes of a trace.
   * @param {any} trace @param {number} at */
  #trace(trace, at) {
    const { cloud, picked, colour, shown, drawing } = this.map;
    if (!cloud.value) return {};
    if (at < NEAREST) {
      const [x, y, z] = cloud.value.points[at];
      const byError = { color: this.points.levels[at], colorscale: SCALE, cmin: 0, cmax: 255 };
      const own = { ...trace.marker, color: this.colours[at] };
      const marker = colour.value === "error" ? { ...own, ...byError } : own;
      return { x, y, z, marker, visible: shown.value.has(at) };
    }
    /** @type {ArrayLike<number>[]} */
    let codes = [];
    if (cloud.value.finished) {
      if (at === NEAREST && picked.value) {
        codes = picked.value.neighbours.map(({ index }) => this.points.codeOf(index));
      } else if (at === PICKED) {
        codes = picked.value && picked.value.index !== DRAWING ? [picked.value.code] : [];
      } else if (at > PICKED) codes = drawing.value ? [drawing.value.code] : [];
    }
    const inside = codes.map((code) => this.#inside(code));
    const [x, y, z] = [0, 1, 2].map((axis) => inside.map((code) => code[axis]));
    return { x, y, z };
  }

  #layout() {
    const { layout } = this.figure;
    const { width, height } = this.#size;
    const { cloud, picked, drawing } = this.map;
    const scene = { ...layout.scene, camera: this.camera.value };
    cloud.value?.ranges.forEach((range, axis) => {
      const name = `${"xyz"[axis]}axis`;
      scene[name] = { ...scene[name], range };
    });
    if (cloud.value?.finished) {
      const pins = this.#pins(picked.value, drawing.value);
      // in this order: latent_map.css fills the first with what is picked
      scene.annotations = [-1, 1].map((side) => {
        const pin = pins.find(({ aside }) => Math.sign(aside) === side);
        return pin ? annotation(pin) : { visible: false };
      });
    }
    return { ...layout, width, height, scene };
  }

  /** The pictures beside their points: what is picked to the left, the drawing to the right.
   * @param {Pick | null} picked @param {Pick | null} drawing
   * @returns {Pin[]} */
  #pins(picked, drawing) {
    const other = picked?.index === DRAWING ? null : picked;
    return [
      other && { at: this.#inside(other.code), aside: -PIN.aside, colour: "black" },
      drawing && { at: this.#inside(drawing.code), aside: PIN.aside, colour: "#d00000" },
    ].filter((pin) => pin !== null);
  }

  /** The place in the box that is nearest to a code.
   * @param {ArrayLike<number>} code */
  #inside(code) {
    const ranges = this.map.cloud.value?.ranges ?? [];
    return ranges.map(([low, high], axis) => within(code[axis], low, high));
  }

  #moveCamera() {
    if (!this.#drawn) return this.#update();
    this.#write();
    return this.#plotly.relayout(this.graph, { "scene.camera": this.camera.value });
  }

  // ---- what the visitor does ----

  #listenToPlotly() {
    const { graph, camera } = this;
    for (const name of ["plotly_relayout", "plotly_relayouting"]) {
      plotlyEvents(graph).on(name, (changes) => {
        camera.moved(changes["scene.camera"]);
        this.#write();
      });
    }
    plotlyEvents(graph).on("plotly_hover", ({ points }) => {
      this.#hovered = this.#indexOf(points[0]);
      if (this.#pointer) this.on.hover(this.#hovered, this.#pointer);
    });
    plotlyEvents(graph).on("plotly_unhover", () => {
      this.#hovered = null;
      this.on.hover(null, null);
    });
    // Plotly tells of a click as soon as a button is down, also where the cloud is only being
    // turned, and only if it is held for a frame; and of a hover it doesn't tell the place.
    plotlyEvents(graph).on("plotly_click", ({ points }) => {
      const index = this.#indexOf(points[0]);
      if (this.#pressed && this.#pressed.pointerType !== "touch") this.#pressedOn ??= index;
      else if (index !== null) this.on.choose(index);
    });
  }

  /** The last event of the pointer over the scatter @type {PointerEvent | null} */
  #pointer = null;
  /** The press that may become a click on a point @type {PointerEvent | null} */
  #pressed = null;
  /** @type {number | null} */
  #pressedOn = null;

  /** What Plotly draws into. */
  #newGraph() {
    const { camera } = this;
    const graph = document.createElement("div");
    graph.className = "graph";
    this.box.prepend(graph);
    graph.addEventListener("pointermove", (event) => (this.#pointer = event), true);
    graph.addEventListener("pointerleave", () => (this.#pointer = null));
    graph.addEventListener(
      "pointerdown",
      (event) => {
        this.#pressed = event;
        this.#pressedOn = this.#hovered;
      },
      true,
    );
    graph.addEventListener(
      "click",
      (event) => {
        if (!this.#pressed || this.#pressedOn === null) return;
        const { clientX, clientY } = this.#pressed;
        const moved = Math.hypot(event.clientX - clientX, event.clientY - clientY);
        if (moved < 4) this.on.choose(this.#pressedOn);
      },
      true,
    );
    graph.addEventListener("pointerdown", () => camera.stop(), { capture: true });
    return graph;
  }

  #listenToGestures() {
    const hint = /** @type {HTMLElement} */ (this.box.querySelector(".hint"));
    const said = new Set();
    listenToGestures(this.box, {
      turn: (right, down) => this.camera.roll(right, down),
      zoom: (factor) => this.camera.zoom(factor),
      tap: (x, y) => {
        const index = this.#nearestTo(x, y);
        if (index !== null) this.on.choose(index);
      },
      tried: (sentence) => {
        if (said.has(sentence)) return;
        said.add(sentence);
        hint.textContent = sentence;
        setTimeout(() => {
          hint.textContent = "";
        }, HINT);
      },
    });
  }

  /** The test digit whose point a finger means: of those under it the foremost, else the nearest.
   * @param {number} x @param {number} y  in the window */
  #nearestTo(x, y) {
    const { cloud, shown } = this.map;
    if (!cloud.value) return null;
    const box = this.box.getBoundingClientRect();
    const project = this.#projection(cloud.value);
    let [least, found] = [NEAR, /** @type {number | null} */ (null)];
    for (const digit of shown.value) {
      const [xs, ys, zs] = cloud.value.points[digit];
      for (let n = 0; n < xs.length; n++) {
        const seen = project([xs[n], ys[n], zs[n]]);
        if (seen.depth <= 0) continue;
        const away = Math.hypot(seen.x - (x - box.left), seen.y - (y - box.top));
        const rank = away <= UNDER ? seen.depth / 1e6 : away;
        if (rank >= least) continue;
        [least, found] = [rank, this.points.indices[digit][n]];
      }
    }
    return found;
  }

  /** A point of a trace -> the index of its test digit, -1 for the drawing, null for neither.
   * @param {Point} point */
  #indexOf({ curveNumber, pointNumber }) {
    const { picked } = this.map;
    if (curveNumber < NEAREST) return this.points.indices[curveNumber][pointNumber];
    if (curveNumber === NEAREST) return picked.value?.neighbours[pointNumber].index ?? null;
    if (curveNumber === PICKED) return picked.value?.index ?? null;
    return DRAWING;
  }

  /** The graphics card was reset, or is needed elsewhere. Plotly waits for this very context, which
   * may never come back; so all is drawn anew, into another element. */
  #bringBack() {
    this.camera.stop();
    this.graph.remove();
    this.graph = this.#newGraph();
    this.#drawn = false;
    this.#losses += 1;
    if (this.#losses <= MOST_LOSSES) this.#update();
    else this.on.impossible("This browser has stopped drawing in 3-D");
  }
}

/** For Plotly, which keeps it at its place; latent_map.css fills it.
 * @param {Pin} pin */
function annotation({ at: [x, y, z], aside, colour }) {
  const { side: width, side: height } = PIN;
  const frame = { bordercolor: colour, borderwidth: 2, borderpad: 0, width, height };
  const arrow = { ax: aside, ay: -PIN.up, arrowcolor: colour, arrowwidth: 1.5, arrowhead: 0 };
  return { x, y, z, text: " ", ...frame, ...arrow };
}

const SCALE = ERROR_COLOURS.map((colour, i) => [i / (ERROR_COLOURS.length - 1), colour]);

/** @param {HTMLElement} graph
 * @returns {{ on: (name: string, listener: (event: any) => void) => void }} */
function plotlyEvents(graph) {
  return /** @type {any} */ (graph);
}

function hasWebGL() {
  const context = document.createElement("canvas").getContext("webgl");
  context?.getExtension("WEBGL_lose_context")?.loseContext(); // a page may have few of them
  return context !== null;
}
