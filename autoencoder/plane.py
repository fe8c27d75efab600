"""A plane through the dense model's latent space: what lies on it, and which digits lie near it."""

from typing import NamedTuple

import numpy as np
import torch

from autoencoder.latent import LatentSpace
from autoencoder.models import Autoencoder

MARGIN = 0.03  # between a code and the edge of the part, as a share of the part
RIDGE = 0.02  # what a lean costs, against what the digits gain by being nearer
DENSITY = 45  # squares along each side of the picture of the codes' density
SLICE = 0.16  # how thick the plane is that the density is taken from, as a share of the range


class Plane(NamedTuple):
    """A part of a plane: two numbers of the code grow along it, and the third leans with them."""

    at: np.ndarray  # (3,), a code that it goes through
    axes: tuple[int, int]  # the numbers that grow to the right and upwards: two of 0, 1 and 2
    low: np.ndarray  # (3,), where the part begins along each axis
    high: np.ndarray  # (3,), where it ends
    slopes: tuple[float, float] = (0.0, 0.0)  # how fast the third grows with each of the two

    @property
    def across(self) -> int:
        """The third number."""
        return 3 - sum(self.axes)

    def third(self, codes: np.ndarray) -> np.ndarray:
        """The third number (...) of the plane at the other two of these codes (..., 3)."""
        axes = list(self.axes)
        ways = codes[..., axes] - self.at[axes]
        return self.at[self.across] + ways @ np.array(self.slopes)


def plane_through(latent: LatentSpace, at: np.ndarray, axes: tuple[int, int]) -> Plane:
    """The plane through a code (3,) that passes nearest to the middles of the ten digits.

    That is a least squares fit with a small ridge, each axis measured by the range that most codes
    have there. The part is that range, and so much more that the code lies in it.
    """
    low, high = latent.core_low, latent.core_high
    width = high - low
    part_low = np.minimum(low, (at - MARGIN * high) / (1 - MARGIN))
    part_high = np.maximum(high, (at - MARGIN * low) / (1 - MARGIN))
    plane = Plane(at, axes, part_low, part_high)
    ways = (latent.middles - at) / width
    flat, across = ways[:, list(axes)], ways[:, plane.across]
    normal = flat.T @ flat + RIDGE * len(ways) * np.eye(2)
    slopes = np.linalg.solve(normal, flat.T @ across) * width[plane.across] / width[list(axes)]
    return plane._replace(slopes=(float(slopes[0]), float(slopes[1])))


def plane_codes(plane: Plane, size: int = 15) -> np.ndarray:
    """The codes of a square grid on the plane (size, size, 3): to the right, and upwards.

    Each belongs to the middle of its cell.
    """
    right, up = plane.axes
    middles = (np.arange(size) + 0.5) / size
    codes = np.empty((size, size, 3))
    codes[:, :, right] = plane.low[right] + middles * (plane.high[right] - plane.low[right])
    codes[:, :, up] = (plane.low[up] + middles[::-1] * (plane.high[up] - plane.low[up]))[:, None]
    codes[:, :, plane.across] = plane.third(codes)
    return codes


@torch.inference_mode()
def decode_plane(model: Autoencoder, codes: np.ndarray) -> np.ndarray:
    """A grid of codes (size, size, 3) -> one picture, (28 * size, 28 * size) in [0, 1]."""
    size = len(codes)
    images = model.decode(torch.from_numpy(codes).float().reshape(-1, 3))
    cells = images.reshape(size, size, 28, 28)
    return cells.transpose(1, 2).reshape(28 * size, 28 * size).numpy()


def density(codes: np.ndarray, plane: Plane) -> np.ndarray:
    """How many of the codes (N, 3) lie near the plane, at each place of the part.

    Returns (DENSITY, DENSITY) in [0, 1], smoothed, row by row from the top.
    """
    _, axes, low, high, _ = plane
    thickness = SLICE * (high[plane.across] - low[plane.across])
    far = (codes[:, plane.across] - plane.third(codes)) / thickness
    counts, _, _ = np.histogram2d(
        codes[:, axes[1]],
        codes[:, axes[0]],
        bins=DENSITY,
        range=[[low[axis], high[axis]] for axis in axes[::-1]],
        weights=np.exp(-0.5 * far**2),
    )
    kernel = np.array([1, 2, 3, 2, 1]) / 9
    for _ in range(2):  # rows, then columns
        counts = np.apply_along_axis(np.convolve, 1, counts, kernel, mode="same").T
    return np.sqrt(counts[::-1] / max(counts.max(), 4))
