"""The latent space as a map: which codes lie near which, and ways to travel through it."""

from collections import Counter
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from autoencoder.models import Autoencoder

NEIGHBOURS = 8
BATCH = 500  # codes at a time when all distances are looked at


class Cloud(NamedTuple):
    """How the codes of one digit lie among the others."""

    digit: int
    spread: float  # root mean square distance of its codes to their mean
    same: float  # the share of its digits' eight nearest neighbours that are the same digit
    confused_with: int  # the other digit that is most often among them
    confused: float  # the share of that digit
    closest: int  # the other digit whose cloud's middle is nearest
    gap: float  # the distance between the two middles


class Whereabouts(NamedTuple):
    """Where a point lies: how far from the nearest test digit's code, and in words."""

    nearest: int
    distance: float
    words: str


class LatentSpace:
    """The codes (N, D) of N digits, and their labels (N,), 0 to 9."""

    def __init__(self, codes: Tensor, labels: Tensor):
        self.codes = codes.double().numpy()
        self.labels = labels.numpy()
        # each digit's eight nearest others (N, 8), and the distance to the very nearest (N,)
        self.neighbours, gaps = _nearest_others(codes, NEIGHBOURS)
        self.usual_gap = float(np.quantile(gaps, 0.99))
        # along each axis, all codes are between these, (D,) each
        self.low, self.high = with_width(self.codes.min(axis=0), self.codes.max(axis=0))
        # along each axis, nine of ten codes are between these, (D,) each: the rest, most of them of
        # one digit, lie so far out that a plane with all of them would show little else
        self.core_low, self.core_high = with_width(*np.quantile(self.codes, (0.05, 0.95), axis=0))
        # the middle of each digit's cloud (10, D): the median is not drawn to the few far out
        self.middles = np.stack(
            [np.median(self.codes[self.labels == d], axis=0) for d in range(10)]
        )
        self.middle = np.median(self.codes, axis=0)  # (D,), of all

    def nearest(self, code: np.ndarray, k: int = NEIGHBOURS, but: int | None = None) -> tuple:
        """The k digits whose codes are nearest to `code` (D,), the nearest first, without `but`.

        Returns their indices (k,) and their Euclidean distances (k,).
        """
        squares = np.square(self.codes - np.asarray(code, dtype=np.float64)).sum(axis=1)
        if but is not None:
            squares[but] = np.inf
        found = np.argpartition(squares, k - 1)[:k] if k < len(squares) else np.arange(k)
        found = found[np.argsort(squares[found], kind="stable")]
        return found, np.sqrt(squares[found])

    def whereabouts(self, code: np.ndarray) -> Whereabouts:
        """Where the point `code` (D,) is. "Among" means as near as test digits are to each other:
        99 % of them have another one within `usual_gap`.
        """
        found, distances = self.nearest(code)
        (first, count), *others = Counter(self.labels[found].tolist()).most_common()
        if distances[0] > 4 * self.usual_gap:
            words = f"far from anything in the data; the nearest is {a(self.labels[found[0]])}"
        elif distances[0] > self.usual_gap:
            words = f"outside the data, beside the {first}s"
        elif count >= 7:
            words = f"among the {first}s"
        elif count + others[0][1] >= 6:
            words = f"between {a(first)} and {a(others[0][0])}"
        else:
            second, third = (digit for digit, _ in others[:2])
            words = f"where {a(first)}, {a(second)} and {a(third)} meet"
        return Whereabouts(int(found[0]), float(distances[0]), words)

    def clouds(self) -> list[Cloud]:
        """One for each of the ten digits."""
        return [self._cloud(digit) for digit in range(10)]

    def most_alike(self) -> Cloud:
        """Of the ten, the one that is most often confused with another."""
        return max(self.clouds(), key=lambda cloud: cloud.confused)

    def _cloud(self, digit: int) -> Cloud:
        own = self.labels == digit
        apart = self.codes[own] - self.codes[own].mean(axis=0)
        shares = np.bincount(self.labels[self.neighbours[own]].ravel(), minlength=10)
        shares = shares / shares.sum()
        others = np.where(np.arange(10) == digit, -1, shares)
        rival = int(others.argmax())
        spread = float(np.sqrt(np.square(apart).sum(axis=1).mean()))
        gaps = np.linalg.norm(self.middles - self.middles[digit], axis=1)
        gaps[digit] = np.inf
        closest = int(gaps.argmin())
        return Cloud(
            digit=digit,
            spread=spread,
            same=float(shares[digit]),
            confused_with=rival,
            confused=float(shares[rival]),
            closest=closest,
            gap=float(gaps[closest]),
        )


def with_width(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ranges (D,), those without width widened: a collapsed model gives all digits one number.

    None is then narrower than a 50th of the widest.
    """
    low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    size = np.maximum(np.abs(low), np.abs(high)).max()
    least = max((high - low).max() / 50, size / 1000) or 1
    missing = np.maximum(least - (high - low), 0) / 2
    return low - missing, high + missing


def a(digit: int) -> str:
    return f"an {digit}" if digit == 8 else f"a {digit}"


def _nearest_others(codes: Tensor, k: int) -> tuple[np.ndarray, np.ndarray]:
    """For each of the codes (N, D): the k nearest others (N, k), the distance to the first (N,)."""
    nearest, gaps = [], []
    for start in range(0, len(codes), BATCH):
        # as differences: with a product of matrices, codes that are close would lose their digits
        some = torch.cdist(
            codes[start : start + BATCH], codes, compute_mode="donot_use_mm_for_euclid_dist"
        )
        rows = torch.arange(len(some))
        some[rows, start + rows] = torch.inf  # not itself
        distances, found = some.topk(k, largest=False)
        nearest.append(found)
        gaps.append(distances[:, 0])
    return torch.cat(nearest).numpy(), torch.cat(gaps).numpy()


@torch.inference_mode()
def walk(model: Autoencoder, start: Tensor, end: Tensor, steps: int = 12) -> np.ndarray:
    """From one image (28, 28) in [0, 1] to another, straight through the model's latent space.

    Returns (steps, 28, 28): the first is the start's reconstruction, the last is the end's.
    """
    codes = model.encode(torch.stack([start, end]).unsqueeze(1))  # (2, latent_dim)
    return model.decode(_blend(codes[0], codes[1], steps)).squeeze(1).numpy()


def cross_fade(start: Tensor, end: Tensor, steps: int = 12) -> np.ndarray:
    """What a walk is compared with: the pixels themselves are blended. (steps, 28, 28)"""
    return _blend(start, end, steps).numpy()


def _blend(start: Tensor, end: Tensor, steps: int) -> Tensor:
    shares = torch.linspace(0, 1, steps).reshape(-1, *[1] * start.ndim)
    return start * (1 - shares) + end * shares


class Directions:
    """The principal directions of codes (N, D): along the first, the codes differ most."""

    def __init__(self, codes: Tensor):
        codes = codes.double()
        self.mean = codes.mean(dim=0)  # (D,)
        variances, directions = torch.linalg.eigh(torch.cov(codes.T))  # the weakest first
        variances = variances.flip(0).clamp(min=0)
        self.directions = directions.flip(1).T.contiguous()  # (D, D), a direction a row
        # (D,): how far the codes reach along each; 0 where only rounding makes them differ
        self.deviations = variances.sqrt()
        self.deviations[self.deviations < 1e-6 * (self.deviations[0] + codes.abs().max())] = 0
        self.shares = variances / variances.sum().clamp(min=1e-300)  # (D,), of the whole variance

    def scores(self, codes: Tensor) -> Tensor:
        """Codes (N, D) -> how far each lies along each direction, in standard deviations (N, D).

        0 along a direction in which the codes don't differ.
        """
        lengths = (codes.double() - self.mean) @ self.directions.T
        return torch.where(self.deviations > 0, lengths / self.deviations, 0)

    def codes(self, scores: Tensor, keep: int | None = None) -> Tensor:
        """The way back, from the first `keep` directions only (default: all). (N, D) float32."""
        lengths = scores.double()[:, :keep] * self.deviations[:keep]
        return (lengths @ self.directions[:keep] + self.mean).float()
