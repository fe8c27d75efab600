"""The Draw tab: a drawing, and what both models make of it."""

import base64
from itertools import combinations
from math import isfinite

import gradio as gr
import numpy as np
import torch

from autoencoder.data import to_unit
from autoencoder.demo.components import component
from autoencoder.demo.tabs.code_size import code_size
from autoencoder.demo_data import DemoData
from autoencoder.figures import DIGIT_COLOURS_BY_THEME
from autoencoder.latent import with_width
from autoencoder.reconstruction import Rebuilt, Reconstruction


def draw_tab(demo_data: DemoData) -> None:
    first = demo_data.digits.images[0, 0]
    label = int(demo_data.digits.labels[0])
    with gr.Column(elem_id="scene"):  # laid out by theme.css
        component(
            "sketchpad",
            elem_id="sketchpad",
            first=base64.b64encode(first.numpy().tobytes()).decode(),
            label=label,
        )
        reconstruction(demo_data, to_unit(first).numpy(), label, elem_id="reconstruction")
    component("inside", elem_id="inside")
    if demo_data.code_sizes:
        code_size(demo_data)


def reconstruction(demo_data: DemoData, first: np.ndarray, label: int, **arguments) -> gr.HTML:
    """Follows the sketchpad; until the models are in the browser, shows what they make of `first`.

    `first` is test digit 0, ink (28, 28) in [0, 1]; `label` says which digit it is.
    """
    latent = demo_data.latent
    codes = demo_data.dense.codes.nan_to_num(0, 0, 0)
    return component(
        "reconstruction",
        ranges=list(zip(latent.low.tolist(), latent.high.tolist(), strict=True)),
        map=flat_map(codes, demo_data.digits.labels),
        colours=DIGIT_COLOURS_BY_THEME,
        usual_gap=latent.usual_gap,
        conv_scale=code_scale(demo_data.conv.codes),
        conv_deviations=demo_data.conv.codes.nan_to_num(0, 0, 0).std(dim=0).tolist(),
        label=label,
        first=as_numbers(demo_data.reconstruct(1 - first, dark_on_light=True)),
        **arguments,
    )


def as_numbers(reconstruction: Reconstruction) -> dict:
    """For the page: grey values to 255, 255 is ink; numbers rounded, None where they are none."""
    digit = reconstruction.digit
    return {
        "digit": {
            "image": greys(digit.image),
            "box": [float(side) for side in digit.box],
            "centre": [round(float(side), 2) for side in digit.centre],
        },
        "dense": model_numbers(reconstruction.dense),
        "conv": model_numbers(reconstruction.conv),
    }


def model_numbers(rebuilt: Rebuilt) -> dict:
    return {
        "image": greys(rebuilt.image),
        "code": [finite(round(number, 3)) for number in rebuilt.code.astype(float)],
        "mse": finite(rebuilt.mse),
        "better_than": rebuilt.better_than,
    }


def finite(number: float) -> float | None:
    return number if isfinite(number) else None


def greys(image: np.ndarray) -> list[int]:
    return np.round(255 * np.nan_to_num(image)).astype(int).ravel().tolist()


def code_scale(codes: torch.Tensor) -> float:
    """What 99 of 100 numbers of the codes are within, on either side of zero.

    Rounded for the end of a scale: 7.4 -> 7, 0.0234 -> 0.02, and 1 where there is nothing to show.
    """
    value = codes.nan_to_num(0, 0, 0).abs().quantile(0.99).item()
    return round(value) if value >= 1 else float(f"{value:.1g}") or 1


def flat_map(codes: torch.Tensor, labels: torch.Tensor) -> dict:
    """The best two axes of the codes, and the range that most take on them.

    `middles` are the ten digits' medians on them, as shares of that range.
    """
    axes = best_axes(codes, labels)
    flat = codes[:, axes]  # (N, 2)
    low, high = (flat.quantile(share, dim=0) for share in (0.01, 0.99))
    low, high = map(torch.from_numpy, with_width(low, high))
    middles = torch.stack([flat[labels == digit].median(dim=0).values for digit in range(10)])
    return {
        "axes": axes,
        "low": low.tolist(),
        "high": high.tolist(),
        "middles": ((middles - low) / (high - low)).tolist(),
    }


def best_axes(codes: torch.Tensor, labels: torch.Tensor) -> tuple[int, int]:
    """The two axes of the codes that tell the digits apart best."""
    return max(combinations(range(codes.shape[1]), 2), key=lambda a: apart(codes[:, a], labels))


def apart(points: torch.Tensor, labels: torch.Tensor) -> float:
    """The share of 1,000 points whose label is that of most of their ten neighbours."""
    nearest = torch.cdist(points[:1000], points[1000:5000]).topk(10, largest=False).indices
    return (labels[1000:5000][nearest].mode(dim=1).values == labels[:1000]).float().mean().item()
