"""All that the page shows and asks: the two models, the test digits, and the digits' codes."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from autoencoder.checkpoints import load_model
from autoencoder.data import Digits, load_digits
from autoencoder.evaluation import encode_all, reconstruction_errors
from autoencoder.evolution import FILE as EVOLUTION
from autoencoder.latent import Directions, LatentSpace
from autoencoder.models import ConvAutoencoder, DenseAutoencoder
from autoencoder.reconstruction import Reconstructor


@dataclass(frozen=True)
class Exhibition:
    """Made once when the server starts, read by every visitor, changed by none."""

    digits: Digits  # MNIST's 10,000 test digits
    dense_codes: torch.Tensor  # (10000, 3)
    dense_errors: torch.Tensor  # (10000,): mean squared error of each digit's reconstruction
    conv_codes: torch.Tensor  # (10000, 64)
    latent: LatentSpace  # of the dense model
    directions: Directions  # of the convolutional model's codes
    evolution: dict[str, np.ndarray] | None  # the dense model's evolution.npz, if it is there
    reconstruct: Reconstructor


def load_exhibition(folder: Path) -> Exhibition:
    """Reads a folder of checkpoints: dense/, conv/ and mnist_test.npz.

    Raises CheckpointError or DataError, which name the file and the command that makes it.
    """
    digits = load_digits(folder / "mnist_test.npz")
    dense, conv = (
        load_model(architecture, folder / name, f"make it with: python scripts/train.py {name}")
        for architecture, name in ((DenseAutoencoder, "dense"), (ConvAutoencoder, "conv"))
    )
    dense_codes, conv_codes = (encode_all(model, digits.images) for model in (dense, conv))
    return Exhibition(
        digits=digits,
        dense_codes=dense_codes,
        dense_errors=reconstruction_errors(dense, digits.images),
        conv_codes=conv_codes,
        latent=LatentSpace(dense_codes, digits.labels),
        directions=Directions(conv_codes),
        evolution=load_evolution(folder / "dense" / EVOLUTION),
        reconstruct=Reconstructor(dense, conv, digits.images),
    )


def load_evolution(path: Path) -> dict[str, np.ndarray] | None:
    """`epoch` (M,), `test_mse` (M,), `codes` (M, 2000, 3), or None: the page does without them."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name].astype(np.float32) for name in ("epoch", "test_mse", "codes")}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
