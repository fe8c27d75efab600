"""What the page can do, for programs: /reconstruct, /encode and /decode.

Everything that comes in is untrusted: a wrong value gets one sentence, as a gr.Error.
"""

from pathlib import Path

import gradio as gr
import torch

from autoencoder.demo.api.pictures import enlarge
from autoencoder.demo.api.validation import read_code
from autoencoder.demo_data import DemoData
from autoencoder.drawing import DrawingError, read_image
from autoencoder.models import Autoencoder
from autoencoder.reconstruction import Reconstruction

MODELS = ("dense", "conv")


def add_endpoints(demo_data: DemoData) -> None:
    """Adds the endpoints to the page that is being built; nothing of them is visible on it."""
    models: dict[str, Autoencoder] = {
        "dense": demo_data.dense.model,
        "conv": demo_data.conv.model,
    }

    def reconstruct(image: str | None) -> tuple:
        """A picture of a digit -> as the models see it, as both rebuild it, codes and errors."""
        result = _rebuild(demo_data, image)
        numbers = {
            name: {"code": rebuilt.code.tolist(), "mse": rebuilt.mse}
            for name, rebuilt in (("dense", result.dense), ("conv", result.conv))
        }
        images = (result.digit.image, result.dense.image, result.conv.image)
        return *(enlarge(image) for image in images), numbers

    def encode(image: str | None) -> tuple:
        """A picture of a digit -> its code of 3 numbers and its code of 64."""
        result = _rebuild(demo_data, image)
        return result.dense.code.tolist(), result.conv.code.tolist()

    def decode(code: list[float], model: str = "dense") -> list[list[float]]:
        """A code (3 numbers for "dense", 64 for "conv") -> 28 rows of 28 pixels in [0, 1]."""
        if model not in MODELS:
            raise refusal(f'The model must be "dense" or "conv", not {model!r:.20}.')
        try:
            numbers = read_code(code, models[model].latent_dim)
        except ValueError as error:
            raise refusal(str(error)) from error
        with torch.inference_mode():
            return models[model].decode(numbers)[0, 0].tolist()

    with gr.Row(visible=False):
        file = gr.File(label="image")
        seen, dense, conv = (
            gr.Image(label=label, format="png")
            for label in ("what the models see", "dense reconstruction", "conv reconstruction")
        )
        numbers, dense_code, conv_code = (
            gr.JSON(label=label) for label in ("codes and errors", "dense code", "conv code")
        )
        trigger = gr.Button()
        trigger.click(reconstruct, file, [seen, dense, conv, numbers], api_name="reconstruct")
        trigger.click(encode, file, [dense_code, conv_code], api_name="encode")
    gr.api(decode, api_name="decode")


def _rebuild(demo_data: DemoData, image: str | None) -> Reconstruction:
    if image is None:
        raise refusal("Send a picture of a digit: a PNG, JPEG or WebP file.")
    try:
        result = demo_data.reconstruct(read_image(Path(image)))
    except DrawingError as error:
        raise refusal(str(error)) from error
    if not result.digit.image.any():
        raise refusal("There is no digit to be seen on this picture; send one of ink on paper.")
    return result


def refusal(message: str) -> gr.Error:
    return gr.Error(message, print_exception=False)  # the caller's mistake: no traceback in the log
