// Reads and writes the safetensors format, in which the models' weights and the page's arrays are stored:
// 8 bytes with the length of the header, the header as JSON, then the numbers.
// https://huggingface.co/docs/safetensors

/**
 * @typedef {Float32Array | Float64Array | Uint8Array | Uint16Array | Int32Array} Numbers
 * @typedef {{ data: Numbers, shape: number[] }} Tensor
 */

/** @type {Record<string, (bytes: ArrayBuffer) => Numbers>} */
const READ = {
  F16: readHalf,
  F32: (bytes) => new Float32Array(bytes),
  F64: (bytes) => new Float64Array(bytes),
  U8: (bytes) => new Uint8Array(bytes),
  U16: (bytes) => new Uint16Array(bytes),
  I32: (bytes) => new Int32Array(bytes),
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
    if (!READ[dtype]) throw new Error(`${name} is of the type ${dtype}, which can't be read here.`);
    tensors[name] = { data: READ[dtype](file.slice(start, end)), shape };
  }
  return tensors;
}

/**
 * @param {Record<string, { data: Float32Array, shape: number[] }>} tensors  each by its name
 * @returns {Blob} the file, the numbers in 32 bits
 */
export function writeSafetensors(tensors) {
  /** @type {Record<string, object>} */
  const header = {};
  let end = 0;
  for (const [name, { data, shape }] of Object.entries(tensors)) {
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = JSON.stringify(header);
  const padded = new TextEncoder().encode(text.padEnd(8 * Math.ceil(text.length / 8)));
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(padded.length), true);
  const numbers = Object.values(tensors).map(({ data }) => new Float32Array(data));
  return new Blob([length, padded, ...numbers], { type: "application/octet-stream" });
}

/** Numbers of 16 bits (half precision), of which a browser may have no array, in 32 bits: a bit for
 * the sign, five for the exponent, ten for the fraction.
 * @param {ArrayBuffer} bytes */
function readHalf(bytes) {
  const numbers = new Float32Array(new Uint16Array(bytes)); // four times as quick as `from` is
  return numbers.map((bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = (bits & 1023) / 1024;
    if (exponent === 0) return sign * fraction * 2 ** -14;
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return sign * (1 + fraction) * 2 ** (exponent - 15);
  });
}
