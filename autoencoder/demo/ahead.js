const REST = 2000; // milliseconds
const MOVES = ["pointermove", "pointerdown", "keydown", "wheel"];
let rest;

function begin() {
  for (const move of MOVES) removeEventListener(move, wait, true);
  // by the browser's address: behind a proxy, the server may not know its own
  import(new URL("assets/" + FILE, document.baseURI)).catch(() => {}); // then a tab fetches it
}

function wait() {
  clearTimeout(rest);
  rest = setTimeout(begin, REST);
}

if (!navigator.connection?.saveData) {
  for (const move of MOVES) addEventListener(move, wait, { capture: true, passive: true });
  wait();
}
