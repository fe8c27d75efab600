"""A picture's file -> its colours."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MAX_BYTES = 20_000_000
MAX_PIXELS_JPEG = 52_000_000  # a camera's 50 megapixels; a JPEG can be decoded at a reduced size
MAX_PIXELS = 20_000_000  # all others must be decoded whole, which takes 4 bytes a pixel
MIN_SIDE = 8
MAX_ELONGATION = 20  # the longer side over the shorter
WORKING_SIDE = 1000  # pixels; a larger picture is shrunk to it


class DrawingError(ValueError):
    """A picture can't be used; the message tells a visitor what is wrong and what to do."""


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
