"""The Draw tab in a real browser: whatever is done on the pad, both models follow."""

import base64
import io
import json
import resource
import urllib.error
import urllib.request
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


@pytest.fixture(scope="session")
def ask(server):
    """Calls a component's server function as a program would: -> the status and the answer."""
    components = json.load(urllib.request.urlopen(server + "config"))["components"]

    def ask(name: str, data: object) -> tuple[int, object]:
        owner = next(c["id"] for c in components if name in c["props"].get("server_fns", ()))
        body = {"data": data, "component_id": owner, "fn_name": name, "session_hash": "test"}
        request = urllib.request.Request(
            server + "gradio_api/component_server/",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    return ask


def as_url(content: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(content).decode()


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


NO_PICTURES = {
    "nothing": None,
    "a number": 5,
    "not a number": float("nan"),
    "a list": [0.0] * 784,
    "an object": {"image": "x"},
    "empty": "",
    "not a data URL": "hello",
    "not base64": "data:image/png;base64,***",
    "no base64 mark": "data:image/png,hello",
    "half a URL": "data:",
    "empty picture": "data:image/png;base64,",
    "huge": "data:image/png;base64," + "A" * 17_000_000,
    "a PDF": as_url(b"%PDF-1.7 in disguise"),
    "a cut PNG": as_url(saved(Image.new("L", (280, 280)))[:60]),
    "not ASCII": "data:image/png;base64,\N{SNOWMAN}",
}


@pytest.mark.parametrize("name", ["rebuild", "read_file"])
@pytest.mark.parametrize("data", NO_PICTURES.values(), ids=NO_PICTURES.keys())
def test_what_is_no_picture_is_refused_with_a_sentence(ask, capfd, name, data):
    status, answer = ask(name, data)
    assert status == 422
    assert answer["detail"].endswith(".")
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("name", ["rebuild", "read_file"])
def test_a_vast_picture_is_refused_before_it_takes_memory(ask, name):
    url = as_url(vast_png())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status, answer = ask(name, url)
    assert status == 422
    assert "too many pixels" in answer["detail"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


def test_bad_pictures_leave_nothing_behind_and_the_next_visitor_notices_nothing(ask, digits):
    refused = [*NO_PICTURES.values(), as_url(vast_png())]

    def insist(times: int) -> None:
        for _ in range(times):
            for data in refused:
                assert ask("rebuild", data)[0] == ask("read_file", data)[0] == 422

    insist(2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    insist(4)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # kilobytes
    status, answer = ask(
        "rebuild", as_url(saved(Image.fromarray(255 - digits.images[0, 0].numpy())))
    )
    assert status == 200
    assert answer["conv"]["mse"] < 0.01


@pytest.mark.parametrize("shade", [0, 255])
def test_a_picture_without_ink_shows_nothing_and_is_no_file_for_the_pad(ask, shade):
    url = as_url(saved(Image.new("L", (300, 200), shade)))
    status, answer = ask("read_file", url)
    assert status == 422
    assert answer["detail"].endswith(".")
    status, answer = ask("rebuild", url)
    assert (status, answer) == (200, {"empty": True}) or status == 422


def test_an_animation_counts_as_its_first_picture_or_is_refused(ask):
    frames = [Image.new("L", (280, 280), 255) for _ in range(3)]
    frames[0].paste(0, (120, 40, 150, 240))
    content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    status, answer = ask("read_file", as_url(content))
    assert status == 200 or answer["detail"].endswith(".")


@pytest.mark.parametrize("data", [None, "7", ["7"], ["x", 1], [7, 1], ["7", 1.5], ["7", True]])
def test_a_wrong_wish_for_a_test_digit_is_refused(ask, data):
    status, answer = ask("test_digit", data)
    assert status == 422
    assert answer["detail"].endswith(".")


def test_any_whole_number_finds_a_test_digit(ask):
    for which in (0, -1, 10**30):
        assert ask("test_digit", ["any", which])[0] == 200


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
