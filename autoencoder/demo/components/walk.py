"""A walk from one digit to another, through both latent spaces and through the pixels."""

import base64
import io

import gradio as gr
import numpy as np
from PIL import Image, ImageDraw

from autoencoder.demo.components.exploring import exploring
from autoencoder.demo.components.parts import as_base64, as_bytes
from autoencoder.demo.places import read_digit
from autoencoder.exhibition import Exhibition
from autoencoder.latent import cross_fade
from autoencoder.latent import walk as walk_through

STEPS = 12
ZOOM = 5  # pixels of the GIF for one of a digit's
NAMES = ("3 numbers", "64 numbers", "cross-fade")


def walk(exhibition: Exhibition, **arguments) -> gr.HTML:
    """Three rows of 12 pictures: dense, convolutional, and a plain cross-fade of the pixels."""
    digits = exhibition.digits

    def rows(data: object) -> np.ndarray:
        if not isinstance(data, list) or len(data) != 2:
            raise ValueError("Send two digits: where the walk starts and where it ends.")
        return walk_rows(exhibition, *data)

    def go(data: object) -> dict:
        """[start, end], test digits' indices or drawings -> the rows; start and end as they are."""
        strips = [as_bytes(strip(row)) for row in rows(data)]
        return {
            "rows": strips,
            "ends": [as_bytes(read_digit(exhibition, end).numpy()) for end in data],
        }

    def save(data: object) -> dict:
        """[start, end] -> the walk there and back as a GIF."""
        return {"gif": base64.b64encode(gif(rows(data))).decode()}

    first = [int((digits.labels == digit).nonzero()[0]) for digit in (4, 9)]
    return exploring(
        "walk",
        go,
        save,
        labels=as_base64(digits.labels.numpy().astype(np.uint8)),
        first={"ends": first, "answer": go(first)},
        **arguments,
    )


def walk_rows(exhibition: Exhibition, start: object, end: object, steps: int = STEPS) -> np.ndarray:
    """(3, steps, 28, 28) in [0, 1]: dense, convolutional, cross-fade.

    `start` and `end` are test digits or drawings, as `read_digit` takes them.
    """
    images = [read_digit(exhibition, which) for which in (start, end)]
    models = exhibition.reconstruct.dense, exhibition.reconstruct.conv
    walks = [walk_through(model, *images, steps) for model in models]
    return np.stack([*walks, cross_fade(*images, steps)])


def strip(row: np.ndarray) -> np.ndarray:
    """Images (N, 28, 28) -> beside each other, (28, 28 * N)."""
    return row.transpose(1, 0, 2).reshape(28, -1)


def gif(rows: np.ndarray) -> bytes:
    """Rows (3, N, 28, 28) in [0, 1] -> an animated GIF, the three beside each other, named."""
    side = 28 * ZOOM
    frames = []
    for images in rows.transpose(1, 0, 2, 3):
        frame = Image.new("L", (3 * side + 20, side + 16), 255)
        for i, (name, image) in enumerate(zip(NAMES, images, strict=True)):
            pixels = Image.fromarray(np.round(255 * (1 - image)).astype(np.uint8))
            frame.paste(
                pixels.resize((side, side), Image.Resampling.NEAREST), (i * (side + 10), 16)
            )
            ImageDraw.Draw(frame).text((i * (side + 10) + 6, 2), name, fill=90)
        frames.append(frame)
    file = io.BytesIO()
    there_and_back = frames + frames[-2:0:-1]
    there_and_back[0].save(
        file, "GIF", save_all=True, append_images=there_and_back[1:], duration=160, loop=0
    )
    return file.getvalue()
