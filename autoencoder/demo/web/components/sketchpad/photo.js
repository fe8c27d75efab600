// A photo or a picture of a digit -> its ink, in the middle of the paper. The server finds the ink.

import { PictureError, readPicture } from "../../drawing/read_picture.js";

/** @param {File} file
 * @returns {Promise<import("../../drawing/strokes.js").Picture>} */
export async function inkOfFile(file) {
  await readPicture(file);
  const url = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onloadend = () => resolve(reader.result);
    reader.readAsDataURL(file);
  });
  const config = /** @type {any} */ (window).gradio_config;
  const response = await fetch(`${config.root}${config.api_prefix}/component_server/`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      data: url,
      component_id: config.components.find((/** @type {any} */ { props }) =>
        props.server_fns?.includes("read_file"),
      ).id,
      fn_name: "read_file",
      session_hash: "sketchpad",
    }),
  });
  const answer = await response.json();
  if (response.status === 422) throw new PictureError(answer.detail);
  const image = new Image();
  image.src = answer.picture;
  await image.decode();
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context?.drawImage(image, 0, 0);
  const data = context?.getImageData(0, 0, image.width, image.height).data ?? [];
  return {
    picture: Uint8Array.from({ length: image.width ** 2 }, (_, i) => data[4 * i + 3]),
    side: image.width,
  };
}
