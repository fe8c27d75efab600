// The cloud in space. What the map shows is handed to Plotly as a whole after each change:
// Plotly.react finds out itself what is new.

import { within } from "../../shared/format.js";
import { Camera } from "./camera.js";
import { DIGITS, DRAWING, together } from "./map_state.js";
import { moveAtOnce } from "./move_at_once.js";
import { VIRIDIS } from "./points.js";

/**
 * @typedef {import("./map_state.js").MapState} MapState
 * @typedef {import("./map_state.js").Cloud} Cloud
 * @typedef {import("./map_state.js").Pick} Pick
 * @typedef {import("./points.js").Points} Points
 * @typedef {{ curveNumber: number, pointNumber: number }} Point  a trace's, as Plotly tells of it
 */

const NEAREST = 10; // the traces after the digits' ten
const PICKED = 11;
// One pixel a pixel: by default Plotly draws four times as many, which takes long without a
// graphics card.
const CONFIG = { displayModeBar: false, plotGlPixelRatio: 1 };
const MOST_LOSSES = 3; // of its WebGL context, which is then lost again and again

export class Scatter {
  #drawn = false;
  /** What was drawn last @type {Cloud | null} */
  #cloud = null;
  #losses = 0;
  #size = { width: 0, height: 0 };
  /** The test digit under the pointer @type {number | null} */
  #hovered = null;
  #update = together(() => this.#draw());

  /**
   * @param {any} plotly
   * @param {HTMLElement} box  #latent-scatter
   * @param {{ data: any[], layout: any }} figure  figures.latent_scatter, without its points
   * @param {MapState} map
   * @param {Points} points
   * @param {object} on  what the visitor does
   * @param {(index: number | null, event: PointerEvent | null) => void} on.hover
   * @param {(index: number) => void} on.choose
   * @param {(reason: string) => void} on.impossible  nothing can be drawn in 3-D
   */
  constructor(plotly, box, figure, map, points, on) {
    this.plotly = plotly;
    this.box = box;
    this.figure = figure;
    this.map = map;
    this.points = points;
    this.on = on;
    this.camera = new Camera(figure.layout.scene.camera, () => this.#moveCamera());
    this.graph = this.#newGraph();
    map.cloud.subscribe(box, (cloud) => {
      const seen = this.#drawn && map.form.value === "space";
      if (seen && cloud?.moving && this.#cloud?.moving) moveAtOnce(this.graph, cloud);
      else this.#update();
    });
    for (const store of [map.colour, map.shown, map.picked, map.drawing]) {
      store.subscribe(box, this.#update);
    }
    new ResizeObserver(() => this.#fit()).observe(box);
    box.addEventListener("webglcontextlost", () => this.#bringBack(), true);
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
    if (!this.#drawn && !hasWebGL()) {
      return this.on.impossible("This browser draws nothing in 3-D (it has no WebGL)");
    }
    const data = this.figure.data.map((trace, at) => ({ ...trace, ...this.#trace(trace, at) }));
    this.plotly.react(this.graph, data, this.#layout(), CONFIG);
    if (!this.#drawn) this.#listenToPlotly();
    this.#drawn = true;
    this.#cloud = cloud.value;
  }

  /** What changes of a trace.
   * @param {any} trace @param {number} at */
  #trace(trace, at) {
    const { cloud, picked, colour, shown, drawing } = this.map;
    if (!cloud.value) return {};
    if (at < NEAREST) {
      const [x, y, z] = cloud.value.points[at];
      const byError = { color: this.points.levels[at], colorscale: SCALE, cmin: 0, cmax: 255 };
      const marker = colour.value === "error" ? { ...trace.marker, ...byError } : trace.marker;
      return { x, y, z, marker, visible: shown.value.has(at) ? true : "legendonly" };
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
      const other = picked.value?.index === DRAWING ? null : picked.value;
      scene.annotations = [this.#pin(other, -70, "black"), this.#pin(drawing.value, 70, "#d00000")];
    }
    if (width >= height) return { ...layout, width, height, scene };
    scene.domain = { y: [0.13, 1] };
    return { ...layout, width, height, scene, legend: { ...layout.legend, ...BELOW } };
  }

  /** A picture beside its point. Plotly keeps it at its place; latent_map.css fills it.
   * @param {Pick | null} picked @param {number} aside @param {string} colour */
  #pin(picked, aside, colour) {
    if (!picked) return { visible: false };
    const [x, y, z] = this.#inside(picked.code);
    const frame = { bordercolor: colour, borderwidth: 2, borderpad: 0, width: 38, height: 38 };
    const arrow = { ax: aside, ay: -60, arrowcolor: colour, arrowwidth: 1.5, arrowhead: 0 };
    return { x, y, z, text: " ", ...frame, ...arrow };
  }

  /** The place in the box that is nearest to a code.
   * @param {ArrayLike<number>} code */
  #inside(code) {
    const ranges = this.map.cloud.value?.ranges ?? [];
    return ranges.map(([low, high], axis) => within(code[axis], low, high));
  }

  #moveCamera() {
    if (this.#drawn) return this.plotly.relayout(this.graph, { "scene.camera": this.camera.value });
  }

  // ---- what the visitor does ----

  #listenToPlotly() {
    const { graph, camera, map } = this;
    for (const name of ["plotly_relayout", "plotly_relayouting"]) {
      plotlyEvents(graph).on(name, (changes) => camera.moved(changes["scene.camera"]));
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
    // A digit was switched on or off in the legend.
    plotlyEvents(graph).on("plotly_restyle", () => {
      const { data } = /** @type {any} */ (graph);
      map.shown.set(new Set(DIGITS.filter((digit) => data[digit].visible === true)));
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
    for (const name of ["pointerdown", "wheel", "touchstart"]) {
      graph.addEventListener(name, () => camera.stop(), { passive: true, capture: true });
    }
    // of a finger's turn Plotly tells nothing, but of a mouse button's end it does
    graph.addEventListener("touchend", ({ target }) =>
      target?.dispatchEvent(new MouseEvent("mouseup")),
    );
    return graph;
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

const SCALE = VIRIDIS.map((colour, i) => [i / (VIRIDIS.length - 1), colour]);

// The legend on a screen that is higher than wide.
const BELOW = { orientation: "h", title: { text: "" }, entrywidth: 24, x: 0, xanchor: "left" };
Object.assign(BELOW, { y: 0, yanchor: "bottom" });

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
