"""Colours or grey values -> ink."""

import numpy as np
from scipy import ndimage

from autoencoder.drawing.find_sheet import block_means, border_pixels, find_sheet
from autoencoder.drawing.ruled_lines import without_ruled_lines

MIN_CONTRAST = 0.1  # of the ink to the paper; less is no drawing
SMALLEST_SHARE = 2e-4  # of a photo's pixels: less ink than that is no drawing
LIGHT_SIDE = 40  # pixels: enough for the light on a photo's paper
LIGHT_WINDOW = 25  # of these pixels
WIDEST = 0.3  # of the sheet's shorter side: no stroke is wider


def find_ink(picture: np.ndarray, dark_on_light: bool | None = None) -> np.ndarray:
    """Colours (H, W, 3) or grey values (H, W), in [0, 1] -> ink (H, W), float32 in [0, 1].

    0 is paper, 1 is ink, which is whatever differs from its paper: darker, lighter, or of another
    colour. `dark_on_light` is for a caller that knows that there is nothing but ink on paper.
    On even paper (a drawing made with a computer) ink is how far a pixel is from the paper, as a
    share of the farthest. On a photo the sheet and the light are found first, and noise doesn't
    count. All zeros if there is nothing to be seen.
    """
    picture = np.asarray(picture, np.float32)
    if picture.ndim == 2:
        picture = np.repeat(picture[:, :, None], 3, axis=2)
    ink = np.zeros(picture.shape[:2], np.float32)
    if dark_on_light is None:
        place, on_sheet = find_sheet(picture)
    else:
        place, on_sheet = np.s_[:, :], np.ones(ink.shape, bool)
    sheet = picture[place]
    if not on_sheet.all():
        sheet = np.where(on_sheet[:, :, None], sheet, np.median(sheet[on_sheet], axis=0))
    distance = _distance_to_even_paper(sheet, on_sheet, dark_on_light)
    if distance is None:
        ink[place] = _ink_of_photo(sheet, on_sheet, dark_on_light)
    elif distance.max() >= MIN_CONTRAST:
        if dark_on_light is None:
            distance = without_ruled_lines(distance, 0.1 * distance.max(), distance.max())
        ink[place] = distance / distance.max()
    return ink


def _distance_to_even_paper(
    sheet: np.ndarray, on_sheet: np.ndarray, dark_on_light: bool | None
) -> np.ndarray | None:
    """How far each pixel is from a drawing's paper, or None if the paper is uneven: a photo."""
    if dark_on_light is None:
        border = np.round(255 * border_pixels(sheet)).astype(np.int64)
        values, counts = np.unique(border @ [65536, 256, 1], return_counts=True)
        commonest = values[counts.argmax()]
        paper = np.array([commonest >> 16, commonest >> 8 & 255, commonest & 255]) / 255
    else:
        paper = sheet.max(axis=(0, 1)) if dark_on_light else sheet.min(axis=(0, 1))
    distance = np.sqrt(((sheet - paper) ** 2).mean(axis=2)) * on_sheet
    # Between the paper and the ink a drawing has only the soft edges of its strokes.
    between = (distance > 0.008) & (distance < 0.25 * distance.max())
    return distance if np.count_nonzero(between) < 0.1 * distance.size else None


def _ink_of_photo(
    sheet: np.ndarray, on_sheet: np.ndarray, dark_on_light: bool | None
) -> np.ndarray:
    """As `find_ink`, where the light is uneven and the paper has noise."""
    calm = sheet
    size = 2 * int(max(sheet.shape) / 500 + 0.5) + 1
    for _ in range(2):
        calm = ndimage.uniform_filter(calm, size=(size, size, 1), mode="nearest")
    if dark_on_light is None:
        direction = _ink_colour(calm, on_sheet)
    else:
        direction = np.full(3, -1 / 3 if dark_on_light else 1 / 3)

    along, grey = calm @ direction, calm.mean(axis=2)
    sign = -1 if direction.sum() < 0 else 1
    window = WIDEST * min(along.shape)
    for _ in range(2):
        light = sign * _without_strokes(sign * grey, window)
        contrast = (along - _without_strokes(along, window)) / np.maximum(light, 0.1)
        contrast = (contrast - np.median(contrast[on_sheet])) * on_sheet

        # Noise is what differs between places that are close, but not so close that the blur made
        # them alike. 1.05 makes it the standard deviation, if the noise is normal.
        step = max(1, max(contrast.shape) // 100)
        noise = 1.05 * np.median(np.abs(contrast[:, step:] - contrast[:, :-step]))
        strongest = np.quantile(contrast, 1 - SMALLEST_SHARE)
        if strongest < max(MIN_CONTRAST, 6 * noise):
            return np.zeros_like(contrast)
        # The second time the window is only as wide as these strokes want it.
        window = min(window, 4 * _stroke_width(contrast > 0.5 * strongest))
    if dark_on_light is None:
        least = max(0.12 * strongest, 3 * noise)
        contrast = without_ruled_lines(contrast, least, strongest)
    level = np.median(contrast[contrast > 0.5 * strongest])
    low, high = 0.3 * level, 0.7 * level  # a blurred stroke ends where it has half of its ink
    return ((contrast - low) / (high - low)).clip(0, 1)


def _stroke_width(inked: np.ndarray) -> float:
    """In pixels: the area over half of the outline, whose length is 0.8 of its pixels' edges."""
    edges = np.count_nonzero(np.diff(inked, axis=0)) + np.count_nonzero(np.diff(inked, axis=1))
    return 2 * np.count_nonzero(inked) / (0.8 * max(edges, 1))


def _ink_colour(calm: np.ndarray, on_sheet: np.ndarray) -> np.ndarray:
    """The direction (3,) in which ink differs from its paper; its shares add up to 1, unsigned."""
    cell = max(1, round(max(on_sheet.shape) / LIGHT_SIDE))
    ground = ndimage.median_filter(
        block_means(calm, cell), (LIGHT_WINDOW,) * 2 + (1,), mode="nearest"
    )
    ground = ground.repeat(cell, axis=0).repeat(cell, axis=1)[: len(calm), : calm.shape[1]]
    away = (calm - ground) * on_sheet[:, :, None]
    far = np.sqrt((away**2).sum(axis=2, keepdims=True))
    direction = (away * far**4).sum(axis=(0, 1))  # far counts, near doesn't
    return direction / max(np.abs(direction).sum(), 1e-12)


def _without_strokes(along: np.ndarray, window: float) -> np.ndarray:
    """What is higher than its surroundings, and narrower than the window, is cut down to them."""
    half = max(1, round(window / 2))
    wide = np.pad(along, half, mode="reflect", reflect_type="odd")  # a slope goes on
    size = 2 * half + 1
    wide = ndimage.maximum_filter(ndimage.minimum_filter(wide, size), size)
    return wide[half:-half, half:-half]
