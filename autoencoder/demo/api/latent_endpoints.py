"""The latent space, for programs: /neighbours, /walk and /plane.

Everything that comes in is untrusted: a wrong value gets one sentence, as a gr.Error.
"""

from collections.abc import Callable
from functools import wraps

import gradio as gr
import numpy as np

from autoencoder.data import to_unit
from autoencoder.demo.api.image_endpoints import refusal
from autoencoder.demo.api.validation import read_axes, read_point, read_whole
from autoencoder.demo_data import DemoData
from autoencoder.latent import cross_fade
from autoencoder.latent import walk as walk_through
from autoencoder.plane import Plane, decode_plane, plane_codes

DECIMALS = 3  # of a pixel


def add_latent_endpoints(demo_data: DemoData) -> None:
    """Adds the endpoints to the page that is being built; nothing of them is visible on it."""
    latent = demo_data.latent

    def neighbours(code: list[float], k: int = 8) -> list[dict]:
        """The k test digits (1 to 1000) whose dense codes are nearest to a code of 3 numbers."""
        found, distances = latent.nearest(read_point(code), read_whole(k, 1, 1000, "k"))
        return [
            {"index": index, "label": int(latent.labels[index]), "distance": distance}
            for index, distance in zip(found.tolist(), distances.tolist(), strict=True)
        ]

    def walk(start: int, end: int, steps: int = 12) -> dict:
        """From one test digit (0 to 9999) to another, through both latent spaces and the pixels.

        Gives "dense", "conv" and "cross_fade": `steps` (2 to 50) images each, 28 rows of 28 pixels.
        """
        last = len(latent.labels) - 1
        ends = [read_whole(start, 0, last, "start"), read_whole(end, 0, last, "end")]
        steps = read_whole(steps, 2, 50, "steps")
        images = to_unit(demo_data.digits.images[ends, 0])
        rows = {
            "dense": walk_through(demo_data.dense.model, *images, steps),
            "conv": walk_through(demo_data.conv.model, *images, steps),
            "cross_fade": cross_fade(*images, steps),
        }
        return {name: rounded(row) for name, row in rows.items()}

    def plane(axes: list[int], at: list[float], size: int = 15) -> list[list[float]]:
        """The digits on a grid of size x size (1 to 20) over two axes of the dense latent space.

        `axes` are two of 0, 1 and 2: to the right, upwards; `at` is a code that the plane goes
        through, and the third number is everywhere the one of `at`. Gives one picture,
        28 * size rows of 28 * size pixels in [0, 1].
        """
        point, chosen, size = read_point(at), read_axes(axes), read_whole(size, 1, 20, "size")
        codes = plane_codes(Plane(point, chosen, latent.core_low, latent.core_high), size)
        return rounded(decode_plane(demo_data.dense.model, codes))

    for endpoint in (neighbours, walk, plane):
        gr.api(_refusing(endpoint), api_name=endpoint.__name__)


def rounded(images: np.ndarray) -> list:
    return np.round(images.astype(np.float64), DECIMALS).tolist()


def _refusing(function: Callable) -> Callable:
    @wraps(function)
    def answer(*values):
        try:
            return function(*values)
        except ValueError as error:
            raise refusal(str(error)) from error

    return answer
