"""Images of the models as pictures for the page."""

import numpy as np
from PIL import Image

SCALE = 8  # each pixel becomes a square that one can see


def enlarge(image: np.ndarray) -> Image.Image:
    """(28, 28) in [0, 1], 1 is ink -> a black-on-white picture of 224x224 with sharp squares."""
    pixels = np.round(255 * (1 - image)).astype(np.uint8)
    return Image.fromarray(pixels).resize((28 * SCALE, 28 * SCALE), Image.Resampling.NEAREST)
