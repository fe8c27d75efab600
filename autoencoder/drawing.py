"""A drawing or a photo of a digit -> the 28x28 image that MNIST would have made of it.

    fitted = fit(find_ink(read_image("photo.jpg")))
    fitted.image  # (28, 28) float32 in [0, 1]

Each step is a function of its own: a file to grey values, grey values to ink, ink to a digit.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, ImageOps

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
LIGHT_RANK = 0.55  # 0.5 is the median

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
    """The grey values (H, W), float32 in [0, 1], of an image file: its bytes, or its path.

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
        image.draft("L", size)  # decodes at 1/2, 1/4 or 1/8 of the size, but not below `size`
    image.load()
    orientation = image.getexif().get(0x0112, 1)
    grey = _shrunken(_to_grey(image), size)
    if orientation != 1:
        grey.getexif()[0x0112] = orientation
        grey = ImageOps.exif_transpose(grey)
    return np.asarray(grey, np.float32) / 255


def _shrunken(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.BOX)


def _to_grey(image: Image.Image) -> Image.Image:
    """An image of any mode -> mode "L"."""
    if image.has_transparency_data:
        return _on_paper(image.convert("RGBA").convert("LA"))
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow would clip to 8
        return Image.fromarray((np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype("u1"))
    if image.mode in ("1", "L", "RGB"):
        return image.convert("L")
    return image.convert("RGB").convert("L")


def _on_paper(image: Image.Image) -> Image.Image:
    """Fills the transparent parts of an "LA" image so that what is drawn can be seen."""
    grey, alpha = image.split()
    if alpha.getextrema()[0] == 255:
        return grey
    visible = np.asarray(grey)[np.asarray(alpha) > 127]
    if not visible.size:
        return Image.new("L", image.size, 255)
    middle = float(np.median(visible))
    if visible.size > 0.5 * grey.width * grey.height and np.ptp(visible) > 64:
        paper = round(middle)  # a picture with round corners, say: its own paper goes on
    elif middle < 128:
        paper = 255  # dark ink on nothing
    else:
        paper = 0  # light ink on nothing
    return Image.composite(grey, Image.new("L", grey.size, paper), alpha)


def find_ink(grey: np.ndarray, dark_on_light: bool | None = None) -> np.ndarray:
    """Grey values (H, W) in [0, 1] -> ink (H, W), float32 in [0, 1]: 0 is paper, 1 is ink.

    Ink may be darker or lighter than its paper; `dark_on_light` is for a caller that knows which.
    On even paper (a drawing made with a computer) ink is how far a pixel is from the paper, as a
    share of the farthest. On a photo the light is found first, and noise doesn't count. All zeros
    if there is nothing to be seen.
    """
    grey = np.asarray(grey, np.float32)
    paper = _even_paper(grey, dark_on_light)
    if paper is None:
        return _ink_of_photo(grey, dark_on_light)
    if dark_on_light is None:
        dark_on_light = bool(paper - grey.min() >= grey.max() - paper)
    ink = paper - grey if dark_on_light else grey - paper
    strongest = ink.max()
    if strongest < MIN_CONTRAST:
        return np.zeros_like(ink)
    return (ink / strongest).clip(0, 1)


def _border(picture: np.ndarray) -> np.ndarray:
    """The outermost pixels: on most pictures they are paper."""
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def _even_paper(grey: np.ndarray, dark_on_light: bool | None) -> np.float32 | None:
    """The grey value of a drawing's paper, or None if the paper is uneven: a photo."""
    if dark_on_light is None:
        commonest = np.bincount(np.round(255 * _border(grey)).astype(np.intp)).argmax()
        paper = np.float32(commonest / 255)
    else:
        paper = grey.max() if dark_on_light else grey.min()
    distance = np.abs(grey - paper)
    # Between the paper and the ink a drawing has only the soft edges of its strokes.
    between = (distance > 0.008) & (distance < 0.25 * distance.max())
    return paper if np.count_nonzero(between) < 0.1 * grey.size else None


def _ink_of_photo(grey: np.ndarray, dark_on_light: bool | None) -> np.ndarray:
    """As `find_ink`, where the light is uneven and the paper has noise."""
    image = Image.fromarray(np.round(255 * grey).astype(np.uint8))
    small = image.resize((LIGHT_SIDE, LIGHT_SIDE), Image.Resampling.BOX)
    if dark_on_light is None:
        dark_on_light = _is_dark_on_light(np.asarray(small, np.float32))

    # The light on the paper: a running median, nearly, which is wider than strokes, so that it
    # doesn't see them, and can follow a shadow. A little to the paper's side of the median, it
    # bears more ink.
    rank = LIGHT_RANK if dark_on_light else 1 - LIGHT_RANK
    light = small.filter(ImageFilter.RankFilter(LIGHT_WINDOW, int(rank * LIGHT_WINDOW**2)))
    light = np.asarray(light.resize(image.size, Image.Resampling.BICUBIC), np.float32) / 255
    calm = image.filter(ImageFilter.GaussianBlur(max(image.size) / 500))  # less noise
    contrast = (light - np.asarray(calm, np.float32) / 255) / np.maximum(light, 0.1)
    if not dark_on_light:
        contrast = -contrast
    contrast -= np.median(_border(contrast))

    # Noise is what differs between places that are close, but not so close that the blur made
    # them alike. 1.05 makes it the standard deviation, if the noise is normal.
    step = max(1, max(grey.shape) // 100)
    noise = 1.05 * np.median(np.abs(contrast[:, step:] - contrast[:, :-step]))
    strongest = np.quantile(contrast, 1 - SMALLEST_SHARE)
    if strongest < max(MIN_CONTRAST, 6 * noise):
        return np.zeros_like(contrast)
    level = np.median(contrast[contrast > 0.5 * strongest])
    low, high = 0.3 * level, 0.7 * level  # a blurred stroke ends where it has half of its ink
    return ((contrast - low) / (high - low)).clip(0, 1).astype(np.float32)


def _is_dark_on_light(grey: np.ndarray) -> bool:
    """Whether the ink on a small square photo is darker than its paper.

    A plane is laid through the border's grey values; the ink is what lies far off that plane.
    """
    across, down = np.meshgrid(*[np.linspace(-1, 1, len(grey))] * 2)
    plane = np.stack([np.ones_like(across), across, down], axis=-1)  # (N, N, 3)
    border = np.stack([_border(axis) for axis in np.moveaxis(plane, -1, 0)], axis=-1)
    coefficients = np.linalg.lstsq(border, _border(grey), rcond=None)[0]
    return bool(((plane @ coefficients - grey) ** 3).sum() > 0)  # cubed: far counts, near doesn't


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
        parts = _connected(mass.reshape(cells, cells) > 0)
        masses = [mass[part].sum() for part in parts]
        specks = [p for p, m in zip(parts, masses, strict=True) if m < SPECK * max(masses)]
        if not specks:
            break
        gone = np.isin(where, np.concatenate(specks))
        ink = ink.copy()
        ink[ys[gone], xs[gone]] = 0
    return ink


def _connected(grid: np.ndarray) -> list[list[int]]:
    """The parts of a square grid of booleans that touch, corners included, as flat indices.

    A part is the bits of one whole number, so that a shift moves all of its cells at once.
    """
    cells = len(grid)
    row = cells + 1  # an empty column more, so that a row's end doesn't touch the next one's start
    left = sum(1 << (y * row + x) for y, x in np.argwhere(grid).tolist())
    parts = []
    while left:
        part, grown = 0, left & -left  # the lowest of the bits
        while grown != part:
            part = grown
            grown |= grown << 1 | grown >> 1
            grown |= grown << row | grown >> row
            grown &= left
        left &= ~part
        parts.append(
            [at // row * cells + at % row for at in range(part.bit_length()) if part >> at & 1]
        )
    return parts


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
    image = Image.fromarray(np.round(255 * fine).astype(np.uint8))
    for _ in range(pixels):
        image = image.filter(ImageFilter.MaxFilter(3))
    thick = np.asarray(image, np.float32) / 255
    left, top, right, bottom = _ink_box(thick)
    return thick[top:bottom, left:right]
