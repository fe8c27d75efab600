const REST = 2000; // milliseconds
const MOVES = ["pointermove", "pointerdown", "keydown", "wheel"];
let rest;

function begin() {
  for (const move of MOVES) removeEventListener(move, wait, true);
  const { root } = window.gradio_config;
  import(root + "/assets/" + FILE).catch(() => {}); // then it comes when a tab needs it
}

function wait() {
  clearTimeout(rest);
  rest = setTimeout(begin, REST);
}

if (!navigator.connection?.saveData) {
  for (const move of MOVES) addEventListener(move, wait, { capture: true, passive: true });
  wait();
}
