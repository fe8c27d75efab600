"""The convolutional model's 64 numbers by their principal directions, around a chosen digit."""

import gradio as gr
import numpy as np
import torch

from autoencoder.demo.components.exploring import exploring
from autoencoder.demo.components.parts import as_base64, as_bytes
from autoencoder.demo.places import read_digit, read_whole
from autoencoder.demo.untrusted import read_code
from autoencoder.exhibition import Exhibition

SLIDERS = 6
REACH = 4  # of a slider, in standard deviations of the test digits' codes


def directions(exhibition: Exhibition, **arguments) -> gr.HTML:
    """Six sliders, the number of directions that are kept, and the reconstruction beside."""
    pca, model = exhibition.directions, exhibition.reconstruct.conv

    @torch.inference_mode()
    def steer(data: object) -> dict:
        """[a digit, how many directions are kept, six scores or null] -> what is rebuilt so.

        The digit is a test digit's index or a drawing; null stands for the digit's own scores.
        """
        if not isinstance(data, list) or len(data) != 3:
            raise ValueError("Send a digit, how many directions to keep, and six numbers or null.")
        digit, keep, moved = data
        image = read_digit(exhibition, digit)
        keep = read_whole(keep, 1, len(pca.mean), "The number of directions that are kept")
        code = model.encode(image[None, None])
        scores = pca.scores(code)
        own = scores[0, :SLIDERS].tolist()
        if moved is not None:
            scores[0, :SLIDERS] = read_code(moved, SLIDERS)[0].clamp(-REACH, REACH)
        rebuilt = model.decode(pca.codes(scores, keep))
        return {
            "original": as_bytes(image.numpy()),
            "whole": as_bytes(model.decode(code).numpy()),
            "image": as_bytes(rebuilt.numpy()),
            "mse": (rebuilt - image).square().mean().item(),
            "own": own,
        }

    first = 2
    return exploring(
        "directions",
        steer,
        shares=pca.shares.tolist(),
        reach=REACH,
        labels=as_base64(exhibition.digits.labels.numpy().astype(np.uint8)),
        first={"digit": first, "answer": steer([first, len(pca.mean), None])},
        **arguments,
    )
