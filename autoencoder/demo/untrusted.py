"""What comes from a browser or a program, before anything is done with it."""

import base64
import binascii

import numpy as np
import torch

from autoencoder.drawing import DrawingError

LONGEST = 16_000_000  # characters of a picture as a data URL: 12 megabytes


def picture_bytes(text: object) -> bytes:
    """A data URL of a picture -> the picture's file, or a DrawingError."""
    if not isinstance(text, str) or not text.startswith("data:"):
        raise DrawingError("Send the picture as a data URL: data:image/png;base64,...")
    if len(text) > LONGEST:
        raise DrawingError("This picture is too large: 12 megabytes is the most.")
    head, _, body = text.partition(",")
    try:
        if not head.endswith(";base64"):
            raise ValueError
        return base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error) as error:
        raise DrawingError("The picture's data URL is not valid base64.") from error


def read_code(numbers: object, latent_dim: int) -> torch.Tensor:
    """A list of numbers -> (1, latent_dim) float32, or a ValueError."""
    try:
        code = np.array(numbers, dtype=np.float32)
    except (TypeError, ValueError, OverflowError):
        code = np.empty(0)
    if not isinstance(numbers, list) or code.shape != (latent_dim,) or not np.isfinite(code).all():
        raise ValueError(f"The code must be a list of {latent_dim} finite numbers.")
    return torch.from_numpy(code).reshape(1, latent_dim)
