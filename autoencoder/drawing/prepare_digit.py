"""Ink of any size -> the 28x28 image that MNIST would have made of it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

SIDE = 28
BOX_SIDE = 20
CENTRE = 14  # the pixel, counted from 0, in which each test digit's centre of mass lies
INK_THRESHOLD = 0.1  # fainter ink does not count for the box
SPECK = 0.02  # a separate part with less than this share of the largest part's ink is no ink
THIN = 1.2  # pixels of 28: strokes thinner than this are thickened ...
THICKENED = 2.0  # ... to this; the median of MNIST's test digits is 2.3
FINE = 4  # thickening happens on a grid that is finer by this factor


@dataclass(frozen=True)
class PreparedDigit:
    """A digit as MNIST holds them, and what it was fitted to. Lengths are pixels of the 28x28."""

    image: np.ndarray  # (28, 28) float32 in [0, 1], 1 is ink
    box: tuple[float, float, float, float]  # of the ink: left, top, width, height
    centre: tuple[float, float]  # of the ink's mass: x, y; a pixel's middle is at .5


def prepare_digit(ink: np.ndarray) -> PreparedDigit:
    """Ink (H, W) in [0, 1] -> a digit as MNIST's makers prepared them.

    The box around the ink is scaled, keeping its shape, to fit 20x20, and put into 28x28, moved by
    whole pixels so that the centre of mass lies in the middle (LeCun, Bottou, Bengio, Haffner:
    Gradient-based learning applied to document recognition, 1998). Specks are left out, and very
    thin strokes, which MNIST's pens didn't make, are thickened. No ink gives all zeros.
    """
    ink = _without_specks(np.asarray(ink, np.float32))
    box = _ink_box(ink)
    if box is None:
        nothing = np.zeros((SIDE, SIDE), np.float32)
        return PreparedDigit(nothing, (14.0, 14.0, 0.0, 0.0), (14.0, 14.0))
    left, top, right, bottom = box
    digit = _thickened(ink[top:bottom, left:right])
    height, width = digit.shape
    scale = BOX_SIDE / max(height, width)
    digit = _resized(digit, max(1, round(width * scale)), max(1, round(height * scale)))
    digit /= digit.max()  # MNIST's digits reach full ink, too

    height, width = digit.shape
    x = digit.sum(axis=0) @ np.arange(width) / digit.sum()
    y = digit.sum(axis=1) @ np.arange(height) / digit.sum()
    left = min(max(round(CENTRE - x), 0), SIDE - width)
    top = min(max(round(CENTRE - y), 0), SIDE - height)
    image = np.zeros((SIDE, SIDE), np.float32)
    image[top : top + height, left : left + width] = digit
    return PreparedDigit(
        image,
        (float(left), float(top), float(width), float(height)),
        (float(left + x + 0.5), float(top + y + 0.5)),
    )


def _ink_box(ink: np.ndarray) -> tuple[int, int, int, int] | None:
    """left, top, right, bottom of the ink, or None if there is none."""
    inked = ink > INK_THRESHOLD
    columns, rows = np.flatnonzero(inked.any(axis=0)), np.flatnonzero(inked.any(axis=1))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _resized(ink: np.ndarray, width: int, height: int) -> np.ndarray:
    """Each new pixel is the mean of those that it covers, so strokes get smooth edges."""
    image = Image.fromarray(np.ascontiguousarray(ink, np.float32))
    return np.array(image.resize((width, height), Image.Resampling.BOX))


def _without_specks(ink: np.ndarray, cells: int = 20) -> np.ndarray:
    """Clears the parts that stand alone and hold next to nothing, such as dust on a photo.

    Parts are told apart on a coarse grid over the ink's box; without the specks the box is smaller
    and the grid finer, so it goes on until there are none.
    """
    while (box := _ink_box(ink)) is not None:
        left, top, right, bottom = box
        ys, xs = np.nonzero(ink > INK_THRESHOLD)
        cell = max(right - left, bottom - top) / cells
        where = ((ys - top) / cell).astype(int) * cells + ((xs - left) / cell).astype(int)
        mass = np.bincount(where, ink[ys, xs], cells * cells)
        parts, _ = ndimage.label(mass.reshape(cells, cells) > 0, np.ones((3, 3)))
        masses = np.bincount(parts.ravel(), mass)
        specks = masses < SPECK * masses.max()
        specks[0] = False  # where there is no ink
        if not specks.any():
            break
        gone = specks[parts.ravel()[where]]
        ink = ink.copy()
        ink[ys[gone], xs[gone]] = 0
    return ink


def _thickened(ink: np.ndarray) -> np.ndarray:
    """Ink cut to its box -> the same, or on a grid of 80 pixels with thicker strokes."""
    height, width = ink.shape
    scale = FINE * BOX_SIDE / max(height, width)
    fine = _resized(ink, max(1, round(width * scale)), max(1, round(height * scale)))
    fine = np.pad(fine, FINE)
    across = (fine[1:-1, 2:] - fine[1:-1, :-2]) / 2
    down = (fine[2:, 1:-1] - fine[:-2, 1:-1]) / 2
    # A stroke's outline is about twice its length, so this is its area over its length.
    stroke = 2 * fine.sum() / np.hypot(across, down).sum() / FINE
    if stroke >= THIN:
        return ink
    pixels = round((THICKENED - stroke) * FINE / 2)
    thick = ndimage.maximum_filter(fine, 2 * pixels + 1, mode="constant")
    left, top, right, bottom = _ink_box(thick)
    return thick[top:bottom, left:right]
