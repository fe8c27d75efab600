// The one place that uses what Plotly doesn't document: the play of the training. Plotly's react and
// update look after much else and draw twice: without a graphics card a frame took them 24 ms at
// the least, and takes 4 ms so; the play is twice as smooth. The page has its own Plotly in one
// version, and a test compares what this draws with what react draws.

import { DIGITS } from "./map_state.js";

/** Shows a cloud with as many points as the one that react has drawn.
 * @param {any} graph @param {import("./map_state.js").Cloud} cloud */
export function moveAtOnce(graph, { points, ranges }) {
  const { _scene: scene } = graph._fullLayout.scene;
  for (const digit of DIGITS) {
    const trace = scene.traces[graph._fullData[digit].uid];
    if (!trace) continue; // its digit is hidden
    const [x, y, z] = points[digit];
    trace.update(Object.assign(trace.data, { x, y, z }));
  }
  ranges.forEach((range, axis) => {
    const [min, max] = range.map((end) => end * scene.dataScale[axis]);
    scene.glplot.setBounds(axis, { min, max });
  });
  scene.glplot.redraw();
}
