"""Where the paper lies on a picture: on a table, within a black edge, within white margins."""

import numpy as np
from scipy import ndimage

SHEET_CELLS = 100  # along the longer side: enough to see where a sheet ends


def border_pixels(picture: np.ndarray) -> np.ndarray:
    """The outermost pixels: on most pictures they are paper."""
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def find_sheet(picture: np.ndarray) -> tuple[tuple[slice, slice], np.ndarray]:
    """Where the paper lies, and which pixels there are on it.

    The picture is cut into cells, and cells without an edge make even parts. A sheet is a part
    within the picture that is nearly a rectangle, has another colour than the picture's border, and
    has something on it. If there is none, the sheet is all but the strips along the sides that are
    neither the largest part nor that in a shadow.
    """
    height, width, _ = picture.shape
    cell = max(1, round(max(height, width) / SHEET_CELLS))
    cells = block_means(picture, cell)
    parts, colours = _even_parts(cells)
    areas = np.bincount(parts.ravel(), minlength=len(colours))
    areas[0] = 0

    border = np.median(border_pixels(cells), axis=0)
    inner = [
        part
        for part in np.flatnonzero(areas > max(64, 0.04 * parts.size))
        if (border_pixels(parts) == part).mean() < 0.05
        and abs(colours[part] - border).max() > 0.08
        and _is_sheet(parts == part, cells, colours[part])
    ]
    if inner:
        shape = _filled(parts == min(inner, key=lambda part: areas[part]))
        top, left, bottom, right = _bounds(shape)
    else:
        light = (colours + 0.05) / (colours[areas.argmax()] + 0.05)
        shaded = (light.max(axis=1) < 1.3 * light.min(axis=1)) & (light.mean(axis=1) > 0.25)
        paper = (shaded & (areas > 0.01 * parts.size))[parts]
        rows, columns = paper.mean(axis=1) > 0.1, paper.mean(axis=0) > 0.1
        shape = np.ones_like(paper)
        if min(rows.mean(), columns.mean()) < 0.3:  # too little to be sure
            rows[:] = columns[:] = True
        top, left, bottom, right = _bounds(rows[:, None] & columns)
    place = np.s_[top * cell : bottom * cell, left * cell : right * cell]
    on_sheet = shape.repeat(cell, axis=0).repeat(cell, axis=1)[:height, :width]
    return place, on_sheet[place]


def block_means(picture: np.ndarray, cell: int) -> np.ndarray:
    """(H, W, ...) -> the means of its cells; the last ones may be smaller."""
    for axis in (0, 1):
        starts = np.arange(0, picture.shape[axis], cell)
        sizes = np.diff(np.append(starts, picture.shape[axis]))
        sums = np.add.reduceat(picture, starts, axis=axis, dtype=np.float64)
        picture = sums / sizes.reshape([-1 if a == axis else 1 for a in range(picture.ndim)])
    return picture


def _even_parts(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cells (h, w, 3) -> the number of each one's part (h, w), 0 for none, and their colours."""
    calm = ndimage.median_filter(cells, size=(5, 5, 1), mode="nearest")  # without thin lines
    down = np.abs(np.diff(calm, axis=0)).max(axis=2)
    across = np.abs(np.diff(calm, axis=1)).max(axis=2)
    most = max(0.02, 5 * np.median(np.append(down, across)))
    even = np.ones(calm.shape[:2], bool)
    for side in (even[1:], even[:-1]):
        side &= down < most
    for side in (even[:, 1:], even[:, :-1]):
        side &= across < most
    parts, count = ndimage.label(even)
    colours = np.zeros((count + 1, 3))
    for part in range(1, count + 1):
        colours[part] = np.median(cells[parts == part], axis=0)
    return parts, colours


def _is_sheet(part: np.ndarray, cells: np.ndarray, colour: np.ndarray) -> bool:
    """Whether a part is nearly a rectangle, turned by 15 degrees at most, with something on it."""
    shape = _filled(part)
    area = shape.sum()
    something = (np.abs(cells - colour).max(axis=2) > 0.1) & shape
    if part.sum() < 0.5 * area or something.sum() < 0.003 * area:
        return False
    y, x = np.nonzero(shape)
    for degrees in range(-15, 16, 3):
        turn = np.radians(degrees)
        sides = [
            np.ptp(x * np.cos(turn) + y * np.sin(turn)) + 1,
            np.ptp(y * np.cos(turn) - x * np.sin(turn)) + 1,
        ]
        if area > 0.87 * sides[0] * sides[1] and max(sides) < 3 * min(sides):
            return True
    return False


def _filled(part: np.ndarray) -> np.ndarray:
    """A part with all that lies between two of its cells, beside or above each other."""
    filled = np.zeros_like(part)
    for axis in (0, 1):
        before = np.logical_or.accumulate(part, axis)
        after = np.flip(np.logical_or.accumulate(np.flip(part, axis), axis), axis)
        filled |= before & after
    return filled


def _bounds(shape: np.ndarray) -> tuple[int, int, int, int]:
    """top, left, bottom, right of what is true."""
    rows, columns = np.flatnonzero(shape.any(axis=1)), np.flatnonzero(shape.any(axis=0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1
