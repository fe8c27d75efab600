// The names of the three axes, as text of the page: whole at every width, where Plotly cuts its own.

/**
 * @typedef {import("./map_state.js").Range} Range
 * @typedef {import("./camera.js").Vector} Vector
 * @typedef {import("./projection.js").Projection} Projection
 */

const OUTSIDE = 36; // pixels from the axis, beyond its numbers
const STEPS = 24; // along an axis

/**
 * @param {HTMLElement[]} titles  of the three axes
 * @param {Projection} project
 * @param {Vector} eye
 * @param {Range[]} ranges
 * @param {{ width: number, height: number }} box  in which each title is whole
 */
export function showAxisTitles(titles, project, eye, ranges, box) {
  const corners = numberedEdges(project, eye, ranges);
  const middle = project(ranges.map(([low, high]) => (low + high) / 2));
  titles.forEach((title, axis) => {
    const half = { x: title.offsetWidth / 2 + 3, y: title.offsetHeight / 2 + 3 };
    const along = [...Array(STEPS + 1).keys()].map((step) => {
      const [low, high] = ranges[axis];
      const code = cornerOf(corners[axis], ranges);
      code[axis] = low + (step / STEPS) * (high - low);
      const seen = project(code);
      const [across, down] = [seen.x - middle.x, seen.y - middle.y];
      const distance = Math.hypot(across, down) || 1;
      const x = seen.x + (OUTSIDE * across) / distance;
      const y = seen.y + (OUTSIDE * down) / distance;
      const place = {
        x: Math.min(Math.max(x, half.x), box.width - half.x),
        y: Math.min(Math.max(y, half.y), box.height - half.y),
      };
      const behind = seen.depth > 0 ? 0 : 1e6;
      return { ...place, moved: behind + Math.hypot(place.x - x, place.y - y) };
    });
    // the middle of the part that can be seen, or what is nearest to that
    const least = Math.min(...along.map(({ moved }) => moved));
    const best = along.filter(({ moved }) => moved < least + 1);
    const { x, y } = best[Math.floor(best.length / 2)];
    title.style.transform = `translate(-50%, -50%) translate(${x}px, ${y}px)`;
  });
}

/** The corner at which each axis' edge begins, of the four edges that run along it: the one that has
 * Plotly's numbers. A corner is a number from 0 to 7 with a bit for each axis: at its low or its
 * high end.
 * @param {Projection} project @param {Vector} eye @param {Range[]} ranges */
export function numberedEdges(project, eye, ranges) {
  const front = Number(eye.x > 0) | (Number(eye.y > 0) << 1) | (Number(eye.z > 0) << 2);
  // the corners in the middle of what is seen begin no outline
  const isOutline = (/** @type {number} */ corner) => corner !== front && corner !== (front ^ 7);
  const seen = [...Array(8).keys()].map((corner) => project(cornerOf(corner, ranges)));
  const outline = [...seen.keys()].filter(isOutline);
  const lowest = outline.reduce((one, other) => (seen[other].y > seen[one].y ? other : one));
  const [one, other] = [1, 2, 4].map((bit) => lowest ^ bit).filter(isOutline);
  const [left, right] = seen[other].x < seen[one].x ? [other, one] : [one, other];
  const [third, beside] = isOutline(right ^ 7) ? [right ^ 7, left] : [left ^ 7, right];
  const corners = [0, 0, 0];
  for (const [from, to] of [
    [left, lowest],
    [lowest, right],
    [beside, third],
  ]) {
    corners[Math.log2(from ^ to)] = from & to;
  }
  return corners;
}

/** @param {number} corner @param {Range[]} ranges */
function cornerOf(corner, ranges) {
  return ranges.map(([low, high], axis) => (corner & (1 << axis) ? high : low));
}
