"""A drawing or a photo of a digit -> the 28x28 image that MNIST would have made of it.

    fitted = fit(find_ink(read_image("photo.jpg")))
    fitted.image  # (28, 28) float32 in [0, 1]

Each step is a function of its own: a file to grey values, grey values to ink, ink to a digit.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from scipy import ndimage

# ---- what read_image takes ----
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MAX_BYTES = 20_000_000
MAX_PIXELS_JPEG = 52_000_000  # a camera's 50 megapixels; a JPEG can be decoded at a reduced size
MAX_PIXELS = 20_000_000  # all others must be decoded whole, which takes 4 bytes a pixel
MIN_SIDE = 8
MAX_ELONGATION = 20  # the longer side over the shorter
WORKING_SIDE = 1000  # pixels; a larger picture is shrunk to it

# ---- what find_ink calls ink ----
MIN_CONTRAST = 0.1  # of the ink to the paper; less is no drawing
SMALLEST_SHARE = 2e-4  # of a photo's pixels: less ink than that is no drawing
LIGHT_SIDE = 40  # pixels: enough for the light on a photo's paper
LIGHT_WINDOW = 25  # of these pixels
WIDEST = 0.3  # of the sheet's shorter side: no stroke is wider
SHEET_CELLS = 100  # along the longer side: enough to see where a sheet ends

# ---- how MNIST's digits stand in their 28x28 pixels ----
SIDE = 28
BOX_SIDE = 20
CENTRE = 14  # the pixel, counted from 0, in which each test digit's centre of mass lies
INK_THRESHOLD = 0.1  # fainter ink does not count for the box
SPECK = 0.02  # a separate part with less than this share of the largest part's ink is no ink
THIN = 1.2  # pixels of 28: strokes thinner than this are thickened ...
THICKENED = 2.0  # ... to this; the median of MNIST's test digits is 2.3
FINE = 4  # thickening happens on a grid that is finer by this factor


class DrawingError(ValueError):
    """A picture can't be used; the message tells a visitor what is wrong and what to do."""


@dataclass(frozen=True)
class Fitted:
    """A digit as MNIST holds them, and what it was fitted to. Lengths are pixels of the 28x28."""

    image: np.ndarray  # (28, 28) float32 in [0, 1], 1 is ink
    box: tuple[float, float, float, float]  # of the ink: left, top, width, height
    centre: tuple[float, float]  # of the ink's mass: x, y; a pixel's middle is at .5


def read_image(data: bytes | str | Path) -> np.ndarray:
    """The colours (H, W, 3), float32 in [0, 1], of an image file: its bytes, or its path.

    Turned as its EXIF data says, transparent parts filled with paper, at most 1,000 pixels a side;
    of an animation the first picture. The file need not be trusted: its size is checked before
    anything is decoded.

    Raises DrawingError for whatever is not a whole picture of a usable size.
    """
    if not isinstance(data, bytes):
        data = _read_file(data)
    if not data:
        raise DrawingError("This file is empty; please choose a picture.")
    if len(data) > MAX_BYTES:
        raise DrawingError(
            f"This file is too large; please choose a picture of at most {MAX_BYTES // 10**6} MB."
        )
    try:
        # Only the header is read here.
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(MAX_PIXELS) from error
    except Exception as error:  # a decoder's error on a damaged file may be of any kind
        raise _unreadable() from error
    with image:
        _check_size(image)
        try:
            return _decode(image)
        except Exception as error:
            raise _unreadable() from error


def _read_file(path: str | Path) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, TypeError, ValueError) as error:
        raise DrawingError("This file can't be opened; please choose a picture again.") from error


def _unreadable() -> DrawingError:
    return DrawingError(
        "This is not a whole picture that can be read; please choose a PNG, JPEG, WebP, GIF or BMP."
    )


def _too_many_pixels(most: int) -> DrawingError:
    return DrawingError(
        f"This picture has too many pixels; please shrink it to {most // 10**6} megapixels or less."
    )


def _check_size(image: Image.Image) -> None:
    short, long = sorted(image.size)
    most = MAX_PIXELS_JPEG if _is_jpeg(image) else MAX_PIXELS
    if short * long > most:
        raise _too_many_pixels(most)
    if short < MIN_SIDE or long > MAX_ELONGATION * short:
        raise DrawingError(
            f"A picture of {image.width}x{image.height} pixels is too narrow for a digit; "
            f"please choose a larger one."
        )


def _is_jpeg(image: Image.Image) -> bool:
    return image.format in ("JPEG", "MPO")  # MPO is what some cameras call a JPEG with a preview


def _decode(image: Image.Image) -> np.ndarray:
    shrink = min(1, WORKING_SIDE / max(image.size))
    size = tuple(max(1, round(side * shrink)) for side in image.size)
    if _is_jpeg(image):
        image.draft("RGB", size)  # decodes at 1/2, 1/4 or 1/8 of the size, but not below `size`
    image.load()
    orientation = image.getexif().get(0x0112, 1)
    colours = _shrunken(_to_rgb(image), size)
    if orientation != 1:
        colours.getexif()[0x0112] = orientation
        colours = ImageOps.exif_transpose(colours)
    return np.asarray(colours, np.float32) / 255


def _shrunken(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.BOX)


def _to_rgb(image: Image.Image) -> Image.Image:
    """An image of any mode -> mode "RGB"."""
    if image.has_transparency_data and not _is_bitmap_without_alpha(image):
        return _on_paper(image.convert("RGBA"))
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow would clip to 8
        grey = (np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype("u1")
        return Image.fromarray(grey).convert("RGB")
    return image.convert("RGB")


def _is_bitmap_without_alpha(image: Image.Image) -> bool:
    """Many programs leave the fourth byte of a BMP's pixels at zero, and mean opaque."""
    return image.format == "BMP" and image.mode == "RGBA" and not image.getchannel("A").getbbox()


def _on_paper(image: Image.Image) -> Image.Image:
    """Fills the transparent parts of an "RGBA" image so that what is drawn can be seen."""
    colours, alpha = image.convert("RGB"), image.getchannel("A")
    faintest, strongest = alpha.getextrema()
    if faintest == 255:
        return colours
    visible = np.asarray(colours)[np.asarray(alpha) > strongest // 2]
    if not visible.size:
        return Image.new("RGB", image.size, "white")
    middle = np.median(visible, axis=0)
    if len(visible) > 0.5 * image.width * image.height and np.ptp(visible, axis=0).max() > 64:
        paper = tuple(round(c) for c in middle)  # a picture with round corners: its own paper
    elif middle.mean() < 128:
        paper = (255, 255, 255)  # dark ink on nothing
    else:
        paper = (0, 0, 0)  # light ink on nothing
    return Image.composite(colours, Image.new("RGB", image.size, paper), alpha)


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
        place, on_sheet = _find_sheet(picture)
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
            distance = _without_ruled_lines(distance, 0.1 * distance.max(), distance.max())
        ink[place] = distance / distance.max()
    return ink


def _border(picture: np.ndarray) -> np.ndarray:
    """The outermost pixels: on most pictures they are paper."""
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


# ---- the sheet ----


def _find_sheet(picture: np.ndarray) -> tuple[tuple[slice, slice], np.ndarray]:
    """Where the paper lies, and which pixels there are on it.

    The picture is cut into cells, and cells without an edge make even parts. A sheet is a part
    within the picture that is nearly a rectangle, has another colour than the picture's border, and
    has something on it. If there is none, the sheet is all but the strips along the sides that are
    neither the largest part nor that in a shadow.
    """
    height, width, _ = picture.shape
    cell = max(1, round(max(height, width) / SHEET_CELLS))
    cells = _block_means(picture, cell)
    parts, colours = _even_parts(cells)
    areas = np.bincount(parts.ravel(), minlength=len(colours))
    areas[0] = 0

    border = np.median(_border(cells), axis=0)
    inner = [
        part
        for part in np.flatnonzero(areas > max(64, 0.04 * parts.size))
        if (_border(parts) == part).mean() < 0.05
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


def _block_means(picture: np.ndarray, cell: int) -> np.ndarray:
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


# ---- the ink ----


def _distance_to_even_paper(
    sheet: np.ndarray, on_sheet: np.ndarray, dark_on_light: bool | None
) -> np.ndarray | None:
    """How far each pixel is from a drawing's paper, or None if the paper is uneven: a photo."""
    if dark_on_light is None:
        border = np.round(255 * _border(sheet)).astype(np.int64)
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
        contrast = _without_ruled_lines(contrast, least, strongest)
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
        _block_means(calm, cell), (LIGHT_WINDOW,) * 2 + (1,), mode="nearest"
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


def _without_ruled_lines(contrast: np.ndarray, least: float, strongest: float) -> np.ndarray:
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


def fit(ink: np.ndarray) -> Fitted:
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
        return Fitted(nothing, (14.0, 14.0, 0.0, 0.0), (14.0, 14.0))
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
    return Fitted(
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
