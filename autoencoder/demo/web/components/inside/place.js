// Where the panel lies: beside the paper or below it, where there is more room; so one can draw on.

const GAP = 12;
const HIGH = 620;

/** @param {HTMLElement} panel */
export function placeByPaper(panel) {
  const pad = document.querySelector("#sketchpad");
  if (!pad) return;
  const { clientWidth, clientHeight } = document.documentElement;
  const { right, height } = pad.getBoundingClientRect();
  const isBeside = (clientWidth - right) * clientHeight > clientWidth * (clientHeight - height);
  pad.scrollIntoView({ block: isBeside ? "nearest" : "start" });
  const below = Math.min(pad.getBoundingClientRect().bottom, 0.55 * clientHeight) + GAP;
  panel.style.inset = isBeside
    ? `auto ${GAP}px ${GAP}px ${right + 2 * GAP}px`
    : `${below}px 0 auto`;
  const room = isBeside ? clientHeight - 2 * GAP : clientHeight - below;
  panel.style.maxHeight = `${room}px`;
  panel.style.height = isBeside ? `${HIGH}px` : ""; // the same for all models: no button moves
}
