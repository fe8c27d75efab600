// The files that the page fetches: arrays in the safetensors format, compressed with gzip. The page
// unpacks them itself, so that they are as small from any server of plain files.

import { files } from "../../data/page_data.js";
import { readSafetensors } from "../model/safetensors.js";

const DATA = new URL("../../data/", import.meta.url);

/** The address of a file by the name that it has in page_data.py.
 * @param {string} name */
export function addressOf(name) {
  return new URL(files[name].path, DATA).href;
}

/** @typedef {Record<string, { data: any, shape: number[] }>} Arrays  of numbers, by name */

/** @type {Map<string, Promise<Arrays>>} */
const fetched = new Map();

/**
 * The arrays of a file, which is fetched once. Throws an Error if it can't be had.
 * @param {string} name
 * @param {(share: number) => void} [onProgress]  told the share of the file that is here
 */
export function fetchArrays(name, onProgress) {
  const arrays = fetched.get(name) ?? request(name, onProgress);
  fetched.set(name, arrays);
  arrays.catch(() => fetched.delete(name)); // the next call tries again
  return arrays;
}

/** @param {string} name @param {(share: number) => void} [onProgress]
 * @returns {Promise<Arrays>} */
async function request(name, onProgress) {
  const response = await fetch(addressOf(name));
  if (!response.ok || !response.body) throw new Error(`${name}: status ${response.status}`);
  let received = 0;
  const counted = new TransformStream({
    transform(chunk, controller) {
      received += chunk.length;
      onProgress?.(received / files[name].bytes);
      controller.enqueue(chunk);
    },
  });
  const unpacked = response.body.pipeThrough(counted).pipeThrough(new DecompressionStream("gzip"));
  return readSafetensors(await new Response(unpacked).arrayBuffer());
}
