"""The dense model's decoder by hand: sliders, a pad that is also a plane of digits, and words."""

import base64
import io
import random

import gradio as gr
import numpy as np
import torch
from PIL import Image

from autoencoder.demo.components.exploring import exploring
from autoencoder.demo.components.parts import as_base64, as_bytes
from autoencoder.demo.places import read_axes, read_digit, read_point
from autoencoder.exhibition import Exhibition
from autoencoder.latent import plane, plane_codes

DENSITY = 45  # squares along each side of the picture of the test digits' density
SLICE = 0.08  # how thick the plane is that the density is taken from, as a share of the range


def decoder(exhibition: Exhibition, **arguments) -> gr.HTML:
    """Its value may be set to {"code": a dense code}, at which the decoder then stands."""
    latent, model = exhibition.latent, exhibition.reconstruct.dense

    @torch.inference_mode()
    def decode(data: object) -> dict:
        """A code of three numbers -> the digit that it decodes to, and where the point lies."""
        code = read_point(data)
        image = model.decode(torch.from_numpy(code).float()[None])
        where = latent.whereabouts(code)
        return {
            "image": as_bytes(image.numpy()),
            "distance": where.distance,
            "words": where.words,
            "nearest": where.nearest,
            "label": int(latent.labels[where.nearest]),
            "nearest_image": as_base64(exhibition.digits.images[where.nearest]),
        }

    def show_plane(data: object) -> dict:
        """[a code, [right, up]] -> the plane through it over these axes, and the density there."""
        if not isinstance(data, list) or len(data) != 2:
            raise ValueError("Send a code and two axes.")
        code, axes = read_point(data[0]), read_axes(data[1])
        picture = plane(model, plane_codes(code, axes, latent.core_low, latent.core_high))
        return {"picture": ink_png(picture), "density": as_bytes(density(exhibition, code, axes))}

    @torch.inference_mode()
    def start(data: object) -> dict:
        """ "digit": a random test digit; "point": a random point; or a drawing -> its code."""
        if data == "digit":
            return {"code": random.choice(exhibition.dense_codes).tolist()}
        if data == "point":
            ends = zip(latent.core_low, latent.core_high, strict=True)
            return {"code": [random.uniform(low, high) for low, high in ends]}
        if not isinstance(data, str):
            raise ValueError('Send "digit", "point" or a drawing.')
        return {"code": model.encode(read_digit(exhibition, data)[None, None])[0].tolist()}

    first = exhibition.dense_codes[0].tolist()
    axes = [0, 1]
    return exploring(
        "decoder",
        decode,
        show_plane,
        start,
        low=latent.low.tolist(),
        high=latent.high.tolist(),
        core_low=latent.core_low.tolist(),
        core_high=latent.core_high.tolist(),
        middles=[*latent.middles.tolist(), latent.middle.tolist()],
        usual_gap=latent.usual_gap,
        first={"code": first, "axes": axes, "answer": decode(first)},
        **arguments,
    )


def ink_png(image: np.ndarray) -> str:
    """Ink (H, W) in [0, 1] -> a PNG as a data URL, black where there is ink, else clear."""
    ink = Image.fromarray(np.round(255 * image).astype(np.uint8))
    file = io.BytesIO()
    Image.merge("LA", (Image.new("L", ink.size), ink)).save(file, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def density(exhibition: Exhibition, code: np.ndarray, axes: tuple[int, int]) -> np.ndarray:
    """How many test digits lie near the plane, (DENSITY, DENSITY) in [0, 1], as a plane lies."""
    latent = exhibition.latent
    across = 3 - sum(axes)
    size = latent.core_high - latent.core_low
    weights = np.exp(
        -0.5 * ((latent.codes[:, across] - code[across]) / (SLICE * size[across])) ** 2
    )
    counts, _, _ = np.histogram2d(
        latent.codes[:, axes[1]],
        latent.codes[:, axes[0]],
        bins=DENSITY,
        range=[[latent.core_low[axis], latent.core_high[axis]] for axis in axes[::-1]],
        weights=weights,
    )
    kernel = np.array([1, 2, 3, 2, 1]) / 9
    for _ in range(2):  # rows, then columns
        counts = np.apply_along_axis(np.convolve, 1, counts, kernel, mode="same").T
    return np.sqrt(np.minimum(counts[::-1] / max(counts.max(), 4), 1))
