// The numbers at the plane's edges.

import { number } from "../../shared/format.js";
import { placeOf, ticks } from "./plane_view.js";

/**
 * @param {HTMLElement} below @param {HTMLElement} beside  the two edges
 * @param {import("../../model/plane.js").Plane} plane
 */
export function showAxisNumbers(below, beside, plane) {
  [below, beside].forEach((edge, i) => {
    const axis = plane.axes[i];
    const { values, places } = ticks(plane.low[axis], plane.high[axis]);
    edge.replaceChildren(
      ...values.map((value) => {
        const tick = document.createElement("span");
        const { right, up } = placeOf(plane, [value, value, value]);
        if (edge === below) tick.style.left = `${100 * right}%`;
        else tick.style.top = `${100 * (1 - up)}%`;
        tick.textContent = number(value, places);
        return tick;
      }),
    );
  });
}
