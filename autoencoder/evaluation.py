"""How good a reconstruction is, and the yardstick: the best that a linear code can do (PCA)."""

import copy
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from autoencoder.data import Digits, to_unit
from autoencoder.models import Autoencoder

CODE_SIZES = (1, 2, 3, 4, 8, 16, 32, 64)  # that the project's models and PCA are compared at
BATCH = 1_000  # images at a time: keeps memory small and, on a CPU, the caches warm


@contextmanager
def evaluating(*models: object) -> Iterator[None]:
    """Meanwhile dropout lets all through, and batch normalisation keeps its statistics.

    What is no nn.Module, such as a Pca, is left as it is.
    """
    training = [model for model in models if isinstance(model, nn.Module) and model.training]
    for model in training:
        model.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        for model in training:
            model.train()


def reconstruction_errors(reconstruct: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
    """The mean squared error of each image over its 784 pixels, pixels in [0, 1].

    `images` is uint8 (N, 1, 28, 28); `reconstruct` takes and gives floats in [0, 1] of that shape:
    a model, or a Pca. Returns (N,) float32 on the images' device.
    """
    errors = []
    with evaluating(reconstruct):
        for batch in images.split(BATCH):
            originals = to_unit(batch)
            errors.append(_mean_squares(reconstruct(originals) - originals))
    return torch.cat(errors)


def _mean_squares(differences: Tensor) -> Tensor:
    return differences.square().mean(dim=(1, 2, 3))


def mean_squared_error(reconstruct: Callable[[Tensor], Tensor], images: Tensor) -> float:
    """The mean of `reconstruction_errors`."""
    return reconstruction_errors(reconstruct, images).double().mean().item()


def psnr(mse: float) -> float:
    """Peak signal-to-noise ratio in decibels of a mean squared error, for pixels in [0, 1]."""
    return -10 * math.log10(mse) if mse > 0 else math.inf


def encode_all(model: Autoencoder, images: Tensor) -> Tensor:
    """The codes of uint8 images (N, 1, 28, 28) -> (N, latent_dim) float32."""
    with evaluating(model):
        return torch.cat([model.encode(to_unit(batch)) for batch in images.split(BATCH)])


def encode_and_measure(model: Autoencoder, images: Tensor) -> tuple[Tensor, Tensor]:
    """What `encode_all` and `reconstruction_errors` give, in one go."""
    codes, errors = [], []
    with evaluating(model):
        for batch in images.split(BATCH):
            originals = to_unit(batch)
            codes.append(model.encode(originals))
            errors.append(_mean_squares(model.decode(codes[-1]) - originals))
    return torch.cat(codes), torch.cat(errors)


class Method(NamedTuple):
    """A way to keep a digit as a short code and to rebuild it, and how well that goes."""

    name: str  # "dense", "conv" or "PCA"
    code_size: int
    mse: float  # mean squared error per pixel, of all test digits
    by_digit: list[float]  # the same, of the 0s, the 1s, ...


def measured(name: str, code_size: int, errors: Tensor, labels: Tensor) -> Method:
    """Sums up the errors (N,) of test digits whose labels are (N,), 0 to 9."""
    errors = errors.double()
    by_digit = [errors[labels == digit].mean().item() for digit in range(10)]
    return Method(name, code_size, errors.mean().item(), by_digit)


def examples(models: dict[str, Autoencoder], test: Digits) -> dict[str, np.ndarray]:
    """The first test digit of each class, and what each model rebuilds of it, (10, 28, 28) each."""
    first = [int((test.labels == digit).nonzero()[0]) for digit in range(10)]
    images = to_unit(test.images[first])
    rows = {"test digit": images.squeeze(1).numpy()}
    with evaluating(*models.values()):
        for name, model in models.items():
            rows[f"{name},\n{model.latent_dim} numbers"] = model(images).squeeze(1).numpy()
    return rows


class Pca:
    """Principal component analysis: of all linear encoders and decoders, the one with least error.

    It is clipped to the range of a pixel, as the models' last layer is, which does it good.
    Fitted to uint8 images (N, 1, 28, 28). `components` is (code_size, 784), the strongest first.
    """

    def __init__(self, images: Tensor, code_size: int):
        pixels = to_unit(images).flatten(1)  # (N, 784)
        self.mean = pixels.mean(dim=0)
        covariance = torch.cov(pixels.T).double()  # (784, 784)
        _, directions = torch.linalg.eigh(covariance)  # columns, the weakest first
        self.components = directions.flip(1)[:, :code_size].T.float()

    def __call__(self, images: Tensor) -> Tensor:
        """Images (N, 1, 28, 28) in [0, 1] -> their reconstructions, clipped to [0, 1]."""
        codes = (images.flatten(1) - self.mean) @ self.components.T  # (N, code_size)
        return (codes @ self.components + self.mean).clamp(0, 1).reshape(images.shape)

    def shortened(self, code_size: int) -> "Pca":
        """The same with fewer components, as if it were fitted with this code size."""
        short = copy.copy(self)
        short.components = self.components[:code_size]
        return short
