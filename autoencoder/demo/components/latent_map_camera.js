// From where one looks at the scatter, and its slow turn.
const UP = { x: 0, y: 0, z: 1 };
let startCamera = null; // the one that the figure came with

function from(direction, up = UP) {
  // a narrow screen shows less to the sides, so one looks from farther away
  const far = Math.max(1, (0.85 * graph.clientHeight) / graph.clientWidth);
  const { center } = startCamera;
  const eye = {};
  for (const axis of "xyz") eye[axis] = center[axis] + far * direction[axis];
  return window.Plotly.relayout(graph, { "scene.camera": { eye, up, center } });
}

function look(view) {
  stopTurning();
  if (!graph) return;
  if (view === "start") {
    const { eye, center } = startCamera;
    return from({ x: eye.x - center.x, y: eye.y - center.y, z: eye.z - center.z });
  }
  const direction = { x: 0, y: 0, z: 0, ["xyz"[view]]: view === "1" ? -2.3 : 2.3 };
  from(direction, view === "2" ? { x: 0, y: 1, z: 0 } : UP);
}

let turning = false;
function stopTurning() {
  turning = false;
  find("[data-do=turn]").setAttribute("aria-pressed", "false");
}

// Once round takes a minute. Begun by itself, it also ends where the computer can't do it smoothly.
function turn(byItself) {
  if (!graph || turning) return stopTurning();
  turning = true;
  find("[data-do=turn]").setAttribute("aria-pressed", "true");
  let before = performance.now();
  let slow = 0;
  const step = async (now) => {
    if (!turning || !graph.clientWidth || !element.isConnected) return stopTurning();
    const passed = now - before;
    before = now;
    if (byItself && passed > 60 && ++slow > 2) return stopTurning();
    const { eye, up, center, projection } = graph._fullLayout.scene._scene.getCamera();
    const angle = (Math.min(passed, 200) / 60000) * 2 * Math.PI;
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const [x, y] = [eye.x - center.x, eye.y - center.y];
    const turned = { x: center.x + x * cos - y * sin, y: center.y + x * sin + y * cos, z: eye.z };
    await window.Plotly.relayout(graph, { "scene.camera": { eye: turned, up, center, projection } });
    requestAnimationFrame(step);
  };
  requestAnimationFrame((now) => {
    before = now;
    step(now);
  });
}

function turnAtFirst() {
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) setTimeout(() => turning || turn(true), 400);
}
