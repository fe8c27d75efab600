"""Pictures for the sketchpad."""

import base64
import binascii
import io

import numpy as np
from PIL import Image

from autoencoder.demo.components.parts import refusal
from autoencoder.drawing import DrawingError, find_ink, read_image

LARGEST = 12_000_000  # bytes of a picture
LONGEST_SIDE = 240  # pixels of a photo's ink on the pad
MARGIN = 0.2  # paper around a photo's ink, as a share of its longer side


def read_file(data: object) -> dict:
    """A picture as a data URL, such as a photo of a digit -> its ink, to be put on the pad."""
    try:
        return {"picture": ink_url(centred_square(find_ink(read_image(picture_bytes(data)))))}
    except DrawingError as error:
        raise refusal(str(error)) from error


def centred_square(ink: np.ndarray) -> np.ndarray:
    """Ink (H, W) in [0, 1] -> a uint8 square with the ink in its middle and a margin around it."""
    rows, columns = (np.flatnonzero((ink > 0.2).any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        raise DrawingError("There is no digit on this picture; try one with dark ink on paper.")
    left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    width, height = right - left, bottom - top
    side = round(max(width, height) * (1 + 2 * MARGIN))
    square = Image.new("L", (side, side))
    cut = Image.fromarray(np.round(255 * ink[top:bottom, left:right]).astype(np.uint8))
    square.paste(cut, ((side - width) // 2, (side - height) // 2))
    side = min(side, LONGEST_SIDE)
    return np.asarray(square.resize((side, side), Image.Resampling.BOX))


def ink_url(ink: np.ndarray) -> str:
    """uint8 ink (H, W) -> a PNG, as a data URL, that is black where there is ink, else clear."""
    image = Image.merge("LA", (Image.new("L", ink.shape[::-1]), Image.fromarray(ink)))
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


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
