"""The path that a picture takes: what the models see -> encoder -> code -> decoder -> rebuilt."""

from itertools import combinations

import gradio as gr
import numpy as np
import torch

from autoencoder.demo.components.parts import as_base64, as_bytes, component, refusal
from autoencoder.demo.untrusted import picture_bytes
from autoencoder.drawing import DrawingError, read_image
from autoencoder.exhibition import Exhibition
from autoencoder.figures import DIGIT_COLOURS
from autoencoder.latent import with_width
from autoencoder.reconstruction import Rebuilt, Reconstruction


def picture_path(exhibition: Exhibition, first: np.ndarray, **arguments) -> gr.HTML:
    """Follows the sketchpad by itself. Its events `find` and `decode` carry the dense code.

    `first` is what it shows until a drawing comes: ink (28, 28) in [0, 1].
    """
    reconstruct, latent = exhibition.reconstruct, exhibition.latent
    codes, labels = exhibition.dense_codes, exhibition.digits.labels

    def rebuild(data: object) -> dict:
        """A drawing, dark on light, as a PNG's data URL -> all that the path shows of it."""
        try:
            return answer(reconstruct(read_image(picture_bytes(data)), dark_on_light=True))
        except DrawingError as error:
            raise refusal(str(error)) from error

    return component(
        "picture_path",
        rebuild,
        ranges=list(zip(latent.low.tolist(), latent.high.tolist(), strict=True)),
        map=flat_map(codes, labels),
        colours=DIGIT_COLOURS,
        conv_scale=round_number(exhibition.conv_codes.abs().quantile(0.99).item()),
        first=answer(reconstruct(1 - first, dark_on_light=True)),
        **arguments,
    )


def answer(result: Reconstruction) -> dict:
    """For the page: images as base64 of 784 bytes, 255 is ink; numbers rounded to what it shows."""
    if not result.fitted.image.any():
        return {"empty": True}
    return {
        "input": as_bytes(result.fitted.image),
        "box": [round(float(side), 2) for side in result.fitted.box],
        "centre": [round(float(side), 2) for side in result.fitted.centre],
        "dense": as_numbers(result.dense),
        "conv": as_numbers(result.conv),
    }


def as_numbers(rebuilt: Rebuilt) -> dict:
    return {
        "image": as_bytes(rebuilt.image),
        "code": [round(number, 3) for number in rebuilt.code.tolist()],
        "mse": rebuilt.mse,
        "better_than": rebuilt.better_than,
    }


def flat_map(codes: torch.Tensor, labels: torch.Tensor) -> dict:
    """The codes on the two of their axes that tell the digits apart best.

    Positions go to the page as uint16 over the range that most codes take. Those beyond it are at
    0 and 65535, and the page leaves them out.
    """
    axes = max(combinations(range(codes.shape[1]), 2), key=lambda a: apart(codes[:, a], labels))
    flat = codes[:, axes]  # (N, 2)
    low, high = with_width(*(flat.quantile(share, dim=0) for share in (0.01, 0.99)))
    places = ((flat - torch.from_numpy(low)) / torch.from_numpy(high - low)).clamp(0, 1)
    return {
        "axes": axes,
        "low": low.tolist(),
        "high": high.tolist(),
        "places": as_base64((65535 * places).round().numpy().astype("<u2")),
        "labels": as_base64(labels.numpy().astype(np.uint8)),
        "middles": [places[labels == digit].median(dim=0).values.tolist() for digit in range(10)],
    }


def round_number(value: float) -> float:
    """For the end of a scale: 7.4 -> 7, 0.0234 -> 0.02, and 1 where there is nothing to show."""
    return round(value) if value >= 1 else float(f"{value:.1g}") or 1


def apart(points: torch.Tensor, labels: torch.Tensor) -> float:
    """The share of 1,000 points whose label is that of most of their ten neighbours."""
    nearest = torch.cdist(points[:1000], points[1000:5000]).topk(10, largest=False).indices
    return (labels[1000:5000][nearest].mode(dim=1).values == labels[:1000]).float().mean().item()
