// Finds the ink beside the page, so that the page goes on meanwhile.

import { findInk } from "../../drawing/find_ink.js";

self.onmessage = ({ data: { colours, width, height } }) => {
  self.postMessage(findInk(colours, width, height));
};
