"""Pictures of ink for the page."""

import base64
import io

import numpy as np
from PIL import Image


def ink_url(ink: np.ndarray) -> str:
    """uint8 ink (H, W) -> a PNG, as a data URL, that is black where there is ink, else clear."""
    image = Image.merge("LA", (Image.new("L", ink.shape[::-1]), Image.fromarray(ink)))
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
