// A plot of errors in SVG, on a logarithmic axis that grows upwards.

import { within } from "./format.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [52, 14, 10, 44]; // around the plot

export class ErrorPlot {
  /** @param {SVGSVGElement} svg @param {number} height  in pixels
   * @param {() => void} draw  called when there is another width to draw for */
  constructor(svg, height, draw) {
    this.svg = svg;
    this.height = height;
    this.width = 0;
    this.low = 0.01;
    this.high = 0.1;
    svg.setAttribute("height", String(height));
    new ResizeObserver(() => {
      this.width = svg.clientWidth;
      if (this.width) draw();
    }).observe(svg);
  }

  /** Where a share of the width lies. @param {number} share */
  x(share) {
    return LEFT + (this.width - LEFT - RIGHT) * share;
  }

  /** @param {number} error */
  y(error) {
    const { low, high, height } = this;
    const y = TOP + ((height - TOP - BOTTOM) * Math.log(high / error)) / Math.log(high / low);
    return within(y, TOP, height - BOTTOM);
  }

  /** An empty plot of errors from low to high.
   * @param {number} low @param {number} high @param {string} title  of the axis to the right */
  begin(low, high, title) {
    [this.low, this.high] = [low, high];
    this.svg.replaceChildren();
    for (const error of ticks(low, high)) {
      const y = this.y(error);
      this.add("line", { class: "grid", x1: LEFT, x2: this.x(1), y1: y, y2: y });
      this.add("text", { class: "end", x: LEFT - 8, y: y + 5 }, `${error}`);
    }
    this.add("text", { x: this.x(0.5), y: this.height - 4 }, title);
  }

  /** On the axis to the right. @param {number} share @param {string} text */
  tick(share, text) {
    this.add("text", { x: this.x(share), y: this.height - BOTTOM + 20 }, text);
  }

  /** @param {string} name @param {number[][]} points  share of the width and error of each */
  line(name, points) {
    const places = points.map(([share, error]) => `${this.x(share)},${this.y(error)}`).join(" ");
    this.add("polyline", { class: name, points: places });
  }

  /** @param {string} name @param {number} share @param {number} error @param {number} radius */
  dot(name, share, error, radius) {
    this.add("circle", { class: name, cx: this.x(share), cy: this.y(error), r: radius });
  }

  /** @param {string} name @param {number} share @param {number} error @param {number} radius */
  diamond(name, share, error, radius) {
    const [x, y] = [this.x(share), this.y(error)];
    const points = `${x},${y - radius} ${x + radius},${y} ${x},${y + radius} ${x - radius},${y}`;
    this.add("polygon", { class: name, points });
  }

  /** @param {string} kind @param {Record<string, string | number>} attributes @param {string} [text] */
  add(kind, attributes, text = "") {
    const part = document.createElementNS("http://www.w3.org/2000/svg", kind);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, String(value));
    part.textContent = text;
    this.svg.append(part);
  }

  /** The share of the width that an event is at. @param {PointerEvent} event */
  shareOf(event) {
    const place = event.clientX - this.svg.getBoundingClientRect().left;
    return (place - LEFT) / (this.width - LEFT - RIGHT);
  }
}

/** Round numbers between two: 0.01, 0.02, 0.05, 0.1, ...
 * @param {number} low @param {number} high */
function ticks(low, high) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const step of [1, 2, 5]) found.push(Number(`${step}e${power}`));
  }
  return found.filter((tick) => tick > low && tick < high);
}
