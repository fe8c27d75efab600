"""What comes from a browser or a program, before anything is done with it."""

import base64
import binascii

import gradio as gr
import numpy as np
import torch

from autoencoder.demo.theme import THEME
from autoencoder.drawing import DrawingError

LARGEST = 12_000_000  # bytes of a picture
MAX_REQUEST = 64_000_000  # bytes; a larger request is refused before it is read


def picture_bytes(text: object) -> bytes:
    """A data URL of a picture -> the picture's file, or a DrawingError."""
    if not isinstance(text, str) or not text.startswith("data:"):
        raise DrawingError("Send the picture as a data URL: data:image/png;base64,...")
    head, _, body = text.partition(",")
    if len(body) > 4 * LARGEST // 3:  # base64 has 4 characters for 3 bytes
        raise DrawingError(f"This picture is too large: {LARGEST // 10**6} MB is the most.")
    try:
        if not head.endswith(";base64"):
            raise ValueError
        return base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error) as error:
        raise DrawingError("The picture's data URL is not valid base64.") from error


def read_code(numbers: object, latent_dim: int) -> torch.Tensor:
    """A list of numbers -> (1, latent_dim) float32, or a ValueError."""
    try:
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
            code = np.array(numbers, dtype=np.float32)
    except (TypeError, ValueError, OverflowError):
        code = np.empty(0)
    if not isinstance(numbers, list) or code.shape != (latent_dim,) or not np.isfinite(code).all():
        raise ValueError(f"The code must be a list of {latent_dim} finite numbers.")
    return torch.from_numpy(code).reshape(1, latent_dim)


class Page(gr.Blocks):
    """A gr.Blocks that refuses what it can't use with a sentence, and keeps no traceback of it."""

    async def preprocess_data(self, block_fn, inputs, *arguments, **options):
        try:
            return await super().preprocess_data(block_fn, inputs, *arguments, **options)
        except gr.Error:
            raise
        except Exception as error:  # the inputs are too few, or not of the kind that is wanted
            raise gr.Error(
                "These inputs are too few, or not of the right kind; send those that are listed "
                'under "Use via API" at the foot of the page.',
                print_exception=False,
            ) from error

    def launch(self, **options):
        """As gr.Blocks', for requests of a limited size."""
        return super().launch(theme=THEME, app_kwargs={"max_body_size": MAX_REQUEST}, **options)
