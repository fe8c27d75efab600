"""The whole path of a drawing: prepared as MNIST would have, then rebuilt by both models."""

from dataclasses import dataclass

import numpy as np
import torch

from autoencoder.drawing import PreparedDigit, find_ink, prepare_digit
from autoencoder.models import Autoencoder, ConvAutoencoder, DenseAutoencoder


@dataclass(frozen=True)
class Rebuilt:
    """What one model made of a drawing."""

    code: np.ndarray  # (latent_dim,) float32
    image: np.ndarray  # (28, 28) float32 in [0, 1]: the reconstruction
    mse: float  # mean squared error per pixel
    better_than: float  # the share of MNIST's test digits that this model rebuilds worse


@dataclass(frozen=True)
class Reconstruction:
    """A drawing as the models see it, and what each of them made of it."""

    digit: PreparedDigit
    dense: Rebuilt
    conv: Rebuilt


class Reconstructor:
    """Both models, and their errors on MNIST's test digits to compare a drawing's with."""

    def __init__(
        self,
        dense: DenseAutoencoder,
        conv: ConvAutoencoder,
        dense_errors: torch.Tensor,
        conv_errors: torch.Tensor,
    ):
        """The errors are (N,), one of each test digit, in any order."""
        self.dense = dense
        self.conv = conv
        self.dense_errors = dense_errors.sort().values.numpy()
        self.conv_errors = conv_errors.sort().values.numpy()

    def __call__(self, grey: np.ndarray, dark_on_light: bool | None = None) -> Reconstruction:
        """Rebuilds a picture of any size, (H, W) in [0, 1]; how its ink is, may be left open."""
        digit = prepare_digit(find_ink(grey, dark_on_light))
        return Reconstruction(
            digit,
            _rebuild(self.dense, digit.image, self.dense_errors),
            _rebuild(self.conv, digit.image, self.conv_errors),
        )


@torch.inference_mode()
def _rebuild(model: Autoencoder, image: np.ndarray, test_errors: np.ndarray) -> Rebuilt:
    code = model.encode(torch.from_numpy(image).reshape(1, 1, 28, 28))
    reconstruction = model.decode(code).numpy().reshape(28, 28)
    mse = float(np.square(reconstruction - image).mean())
    better_than = 1 - np.searchsorted(test_errors, mse) / len(test_errors)
    return Rebuilt(code.numpy().reshape(-1), reconstruction, mse, float(better_than))
