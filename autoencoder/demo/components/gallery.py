"""The test digits that a model rebuilds best, as well as most, and worst."""

import gradio as gr
import numpy as np
import torch

from autoencoder.data import Digits, to_unit
from autoencoder.demo.components.exploring import exploring
from autoencoder.demo.components.sketchpad import ink_url
from autoencoder.figures import three_figures
from autoencoder.models import Autoencoder

SHOWN = 6  # digits of each rank
GAP = 1  # pixels between a digit and its reconstruction


def gallery(
    title: str, model: Autoencoder, digits: Digits, errors: torch.Tensor, **arguments
) -> gr.HTML:
    """Each digit above its reconstruction. `errors` are the model's, (N,), of the N digits.

    Its event "draw" asks for the Draw tab: a digit that was clicked is on its way to the sketchpad.
    """
    order = errors.argsort()  # from best to worst
    middle = (len(order) - SHOWN) // 2
    ranks = {
        "The best rebuilt": order[:SHOWN],
        "Typical ones, in the middle of all": order[middle : middle + SHOWN],
        "The worst rebuilt": order.flip(0)[:SHOWN],
    }
    return exploring(
        "gallery",
        model=title,
        ranks=[
            {"name": name, "digits": tiles(model, digits, errors, chosen)}
            for name, chosen in ranks.items()
        ],
        **arguments,
    )


@torch.inference_mode()
def tiles(
    model: Autoencoder, digits: Digits, errors: torch.Tensor, chosen: torch.Tensor
) -> list[dict]:
    """For each index of `chosen`: what the page shows, the picture as a PNG of 28x57 pixels."""
    images = to_unit(digits.images[chosen])
    rebuilt = model(images)
    gap = torch.zeros(len(chosen), 1, GAP, 28)
    pictures = torch.cat([images, gap, rebuilt], dim=2).squeeze(1)  # (SHOWN, 28 + GAP + 28, 28)
    ink = np.round(255 * pictures.numpy()).astype(np.uint8)
    return [
        {
            "index": index,
            "label": int(digits.labels[index]),
            "mse": three_figures(errors[index].item()),
            "picture": ink_url(picture),
        }
        for index, picture in zip(chosen.tolist(), ink, strict=True)
    ]
