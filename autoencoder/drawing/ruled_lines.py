"""The lines of ruled and squared paper, which are no ink."""

import numpy as np
from scipy import ndimage


def without_ruled_lines(contrast: np.ndarray, least: float, strongest: float) -> np.ndarray:
    """Clears the lines of ruled and squared paper; where a stroke crosses them it stays.

    A line is level or upright within two degrees, thin, and more than half as long as the sheet;
    it is fainter than the ink, or one of several.
    """
    if min(contrast.shape) < 200:  # a stroke is as thin
        return contrast
    inked = contrast > least
    level = _ruled_lines(inked, contrast, strongest)
    upright = _ruled_lines((inked & ~level).T, contrast.T, strongest).T
    return np.where(level | upright, 0, contrast)


def _ruled_lines(inked: np.ndarray, contrast: np.ndarray, strongest: float) -> np.ndarray:
    """The pixels of the level ones."""
    width = inked.shape[1]
    slack = max(1, round(max(inked.shape) / 400))
    thick = ndimage.maximum_filter1d(inked, 2 * slack + 1, axis=0)
    length = 2 * round(0.04 * width) + 1
    long = ndimage.minimum_filter1d(thick, length, axis=1)
    lines, _ = ndimage.label(ndimage.maximum_filter1d(long, length, axis=1))
    runs = _run_lengths(inked)
    starts = np.diff(inked, axis=0, prepend=False) & inked
    found = []
    for line, box in enumerate(ndimage.find_objects(lines), 1):
        if box[1].stop - box[1].start < 0.6 * width:
            continue
        here = (lines[box] == line) & inked[box]
        thickness = np.median(runs[box][here & starts[box]])  # each run counts once
        if thickness > 0.015 * max(inked.shape):
            continue
        thin = here & (runs[box] <= 2 * thickness + 1)
        found.append((box, thin, np.median(contrast[box][thin]) < 0.7 * strongest))
    gone = np.zeros_like(inked)
    for box, thin, faint in found:
        if faint or len(found) > 2:
            gone[box] |= thin
    beside = ndimage.maximum_filter1d(gone, 2 * slack + 1, axis=0)
    return gone | beside & ~inked


def _run_lengths(inked: np.ndarray) -> np.ndarray:
    """For each pixel, how many inked ones touch each other in its column there."""
    at = np.arange(1, len(inked) + 1)[:, None]
    before = np.maximum.accumulate(np.where(inked, 0, at), axis=0)
    after = np.where(inked, len(inked) + 1, at)[::-1]
    return np.minimum.accumulate(after, axis=0)[::-1] - before - 1
