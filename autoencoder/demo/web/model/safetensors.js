// Reads the safetensors format, in which the models' weights and the page's arrays are stored:
// 8 bytes with the length of the header, the header as JSON, then the numbers.
// https://huggingface.co/docs/safetensors

/**
 * @typedef {Float32Array | Float64Array | Uint8Array | Uint16Array | Int32Array} Numbers
 * @typedef {{ data: Numbers, shape: number[] }} Tensor
 */

const TYPES = {
  F32: Float32Array,
  F64: Float64Array,
  U8: Uint8Array,
  U16: Uint16Array,
  I32: Int32Array,
};

/**
 * @param {ArrayBuffer} file
 * @returns {Record<string, Tensor>} each tensor by its name; none shares memory with the file
 */
export function readSafetensors(file) {
  const headerLength = Number(new DataView(file).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, headerLength)));
  delete header.__metadata__;
  /** @type {Record<string, Tensor>} */
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    const [start, end] = data_offsets.map((/** @type {number} */ at) => at + 8 + headerLength);
    const numbers = TYPES[/** @type {keyof typeof TYPES} */ (dtype)];
    if (!numbers) throw new Error(`${name} is of the type ${dtype}, which can't be read here.`);
    tensors[name] = { data: new numbers(file.slice(start, end)), shape };
  }
  return tensors;
}
