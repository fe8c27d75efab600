"""The Draw tab in a real browser: whatever is done on the pad, both models follow."""

import io
import zlib

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from page_actions import (
    PAPER,
    REBUILT,
    SEEN,
    settle,
)
from PIL import Image

from autoencoder.demo.api.validation import read_code


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_shows_the_pad_and_a_reconstruction_without_scrolling_sideways(
    browser, server, theme
):
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=3)
    page = context.new_page()
    errors = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(f"{server}?__theme={theme}")
    page.wait_for_selector(PAPER)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    pad, rebuilt = (page.locator(place).bounding_box() for place in (PAPER, REBUILT[0]))
    assert rebuilt["y"] + rebuilt["height"] - pad["y"] < 664  # a phone's screen without its bars
    assert page.eval_on_selector(PAPER, "canvas => canvas.width / canvas.clientWidth") == 3
    assert errors == []
    context.close()


def test_in_the_dark_the_ink_is_light(page, server):
    page.goto(f"{server}?__theme=dark")
    page.wait_for_selector(PAPER)
    settle(page)
    for canvas in (PAPER, SEEN, *REBUILT):
        shot = Image.open(io.BytesIO(page.locator(canvas).screenshot())).convert("L")
        assert np.median(np.asarray(shot)) < 80
        assert np.asarray(shot).max() > 200


# ---- bad input ----


def saved(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def vast_png(side: int = 20_000) -> bytes:
    """A picture of 20,000 x 20,000 in half a megabyte."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return len(data).to_bytes(4, "big") + checked + zlib.crc32(checked).to_bytes(4, "big")

    size = side.to_bytes(4, "big")
    squeezer = zlib.compressobj()
    line = bytes(1 + side)
    rows = b"".join(squeezer.compress(line) for _ in range(side)) + squeezer.flush()
    header = chunk(b"IHDR", size + size + bytes([8, 0, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "code", [None, "text", [1, 2], [[1, 2, 3]], [1, 2, float("nan")], {"0": 1}]
)
def test_a_wrong_code_is_refused(code):
    with pytest.raises(ValueError, match="3 finite numbers"):
        read_code(code, 3)


def test_reconstruct_answers_bad_files_with_the_same_sentences(server, tmp_path, capfd):
    client = Client(server, verbose=False)
    for name, content in {
        "digit.png": b"%PDF-1.7 in disguise",
        "vast.png": vast_png(),
        "cut.png": saved(Image.new("L", (280, 280)))[:60],
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(AppError, match=r"\w{3,}.*\."):
            client.predict(handle_file(str(path)), api_name="/reconstruct")
    assert "Traceback" not in "".join(capfd.readouterr())
