"""The Draw tab in a real browser: whatever is done on the pad, both models follow."""

import base64
import io
import json
import os
import re
import resource
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zlib

import numpy as np
import pytest
from conftest import ROOT
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from page_actions import (
    ONE,
    PAPER,
    REBUILT,
    SEEN,
    SEVEN,
    assert_follows,
    draw,
    ink,
    ink_of,
    pixels,
    press,
    settle,
)
from PIL import Image

from autoencoder.demo.untrusted import read_code
from autoencoder.evaluation import reconstruction_errors
from autoencoder.reconstruction import Reconstructor

# ---- the way to the server and back ----


def test_the_newest_drawing_wins_when_the_server_is_slow(page, exhibition, monkeypatch):
    settle(page)
    asked = under_way = most = 0
    drawn_to_the_end = threading.Event()
    quick = Reconstructor.__call__

    def slow(self, *drawing, **options):
        nonlocal asked, under_way, most
        asked += 1
        under_way += 1
        most = max(most, under_way)
        drawn_to_the_end.wait(timeout=10)
        under_way -= 1
        return quick(self, *drawing, **options)

    monkeypatch.setattr(Reconstructor, "__call__", slow)
    draw(page, [(0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)], steps=10)
    drawn_to_the_end.set()
    page.wait_for_timeout(1500)
    monkeypatch.undo()
    assert most == 1
    assert 0 < asked < 6  # of 30 changes: the first, and after its answer the newest
    drawn = ink(page)
    assert_follows(page, exhibition)
    assert (ink(page) == drawn).all()


def opened_with_socket(browser, server, on_socket=None):
    """The page in a context of its own, whose WebSocket passes through `on_socket`."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.errors, page.sent, page.asked = [], [], []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("websocket", lambda web: web.on("framesent", lambda sent: page.sent.append(sent)))
    if on_socket:
        page.route_web_socket("**/component_server/", on_socket)
    page.goto(server)
    page.wait_for_selector(PAPER)
    settle(page)
    return page


def draws_well(page, exhibition) -> bool:
    """Whether the path follows the pen, and nothing is said of trouble."""
    draw(page, ONE)
    assert_follows(page, exhibition)
    assert page.errors == []
    return page.locator(".trouble").text_content() == ""


def by_http(page) -> int:
    return sum("component_server" in url for url in page.asked)


def test_the_questions_go_over_a_socket(browser, server, exhibition):
    page = opened_with_socket(browser, server)
    before = by_http(page)
    assert draws_well(page, exhibition)
    assert len(page.sent) > 3
    assert by_http(page) == before
    page.context.close()


def test_where_no_socket_is_let_through_the_page_asks_by_http(browser, server, exhibition):
    page = opened_with_socket(browser, server, lambda socket: socket.close())
    before = by_http(page)
    assert draws_well(page, exhibition)
    assert by_http(page) > before
    page.context.close()


def test_a_socket_that_breaks_is_not_noticed_and_made_anew(browser, server, exhibition):
    heard = []

    def pass_on(socket):
        behind = socket.connect_to_server()

        def question(message):
            heard.append(message)
            if len(heard) == 4:
                return socket.close()
            behind.send(message)

        socket.on_message(question)

    page = opened_with_socket(browser, server, pass_on)
    assert draws_well(page, exhibition)
    page.wait_for_timeout(10_000)
    assert len(heard) == 4
    assert draws_well(page, exhibition)  # meanwhile the page finds that it may try again
    assert draws_well(page, exhibition)
    assert len(heard) > 5
    page.context.close()


def test_when_a_socket_falls_silent_the_page_asks_by_http(browser, server, exhibition):
    page = opened_with_socket(browser, server, lambda socket: socket.on_message(lambda _: None))
    draw(page, ONE)
    page.wait_for_timeout(5_500)
    assert draws_well(page, exhibition)
    page.context.close()


def start_app(port: int) -> subprocess.Popen:
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port)}
    app = subprocess.Popen(
        [sys.executable, ROOT / "app.py"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/").close()
            return app
        except OSError:
            assert app.poll() is None
            time.sleep(0.1)
    raise TimeoutError


def test_the_drawing_outlives_the_server_and_a_reload(browser, exhibition):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = start_app(port)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_selector(PAPER)
        settle(page)
        draw(page, SEVEN)
        settle(page)

        app.kill()
        app.wait()
        draw(page, [(0.3, 0.55), (0.7, 0.55)])
        drawn = ink(page)
        page.locator(".trouble", has_text="Your drawing is safe").wait_for()
        assert (ink(page) == drawn).all()

        app = start_app(port)
        page.locator(".trouble:empty").wait_for(state="attached", timeout=60_000)
        assert_follows(page, exhibition)
        assert (ink(page) == drawn).all()

        page.reload()
        page.wait_for_selector(PAPER)
        settle(page)
        assert np.abs(ink(page) - drawn).mean() < 0.001
        press(page, "Undo")
        assert ink(page).sum() < drawn.sum()
    finally:
        context.close()
        app.kill()
        app.wait()


# ---- what is shown ----


def test_the_box_and_the_cross_show_what_the_drawing_was_fitted_to(page, exhibition):
    settle(page)
    draw(page, [(0.1, 0.1), (0.3, 0.1), (0.2, 0.4)])  # in a corner
    settle(page)
    fitted = exhibition.reconstruct(1 - ink(page), dark_on_light=True).fitted
    picture, box, cross = (
        page.locator(f"#model-input {part}").bounding_box()
        for part in (".picture", ".box", ".centre")
    )
    pixel = picture["width"] / 28
    shown = [(box["x"] - picture["x"]) / pixel, (box["y"] - picture["y"]) / pixel]
    shown += [box["width"] / pixel, box["height"] / pixel]
    assert shown == pytest.approx(fitted.box, abs=1.01)
    assert max(shown[2:]) == pytest.approx(20, abs=0.1)
    middle = [(cross[axis] - picture[axis]) / pixel for axis in "xy"]
    assert middle == pytest.approx(fitted.centre, abs=1.01)

    press(page, "Clear the paper")
    settle(page)
    for mark in ("#model-input .box", "#model-input .centre", ".map .here"):
        assert not page.locator(mark).is_visible()


def test_the_code_is_shown_as_bars_as_a_point_and_as_a_map(page, exhibition):
    settle(page)
    draw(page, SEVEN)
    seven = settle(page)
    places = [page.locator(".map .here").bounding_box()]
    numbers = ink_of(pixels(page, ".numbers canvas"))
    assert numbers.shape == (8, 8)
    code = exhibition.reconstruct(1 - ink(page), dark_on_light=True).conv.code.reshape(8, 8)
    strong = np.abs(code) > 1
    assert np.corrcoef(numbers[strong], np.abs(code)[strong])[0, 1] > 0.7

    codes = exhibition.dense_codes
    for axis, bar in enumerate(page.locator(".bar").all()):
        low, high = codes[:, axis].min().item(), codes[:, axis].max().item()
        number = float(bar.locator("output").text_content().replace("\N{MINUS SIGN}", "-"))
        track, fill = bar.locator("i").bounding_box(), bar.locator("b").bounding_box()
        ends = [low + (high - low) * (x - track["x"]) / track["width"] for x in edges(fill)]
        assert ends == pytest.approx(sorted((0, number)), abs=0.03 * (high - low))

    press(page, "Clear the paper")
    draw(page, [(0.5, 0.2), (0.25, 0.5), (0.5, 0.8), (0.75, 0.5), (0.5, 0.2)])
    assert settle(page)[1:] != seven[1:]
    places.append(page.locator(".map .here").bounding_box())
    assert np.hypot(*(places[0][axis] - places[1][axis] for axis in "xy")) > 20


def edges(box: dict) -> tuple[float, float]:
    return box["x"], box["x"] + box["width"]


def test_the_difference_the_error_and_the_words_belong_together(page, exhibition, digits):
    settle(page)
    for index in range(3):  # 0 is on the paper already
        if index:
            page.get_by_label("Which test digit").select_option(str(digits.labels[index].item()))
        settle(page)
        seen = ink(page, SEEN)
        for model in ("dense", "conv"):
            rebuilt = ink(page, f"#{model}-reconstruction canvas")
            difference = ink(page, f".{model} .difference canvas")
            np.testing.assert_allclose(difference, np.abs(rebuilt - seen), atol=0.01)
            mse = float(page.locator(f".{model} .mse").text_content())
            assert mse == pytest.approx(np.square(rebuilt - seen).mean(), abs=1e-4)
            errors = reconstruction_errors(
                getattr(exhibition.reconstruct, model), digits.images
            ).numpy()
            words = page.locator(f".{model} .place").text_content()
            share = float(re.fullmatch(r"Rebuilt better than (\d+) % of .*\.", words)[1])
            assert share == pytest.approx(100 * (errors > mse).mean(), abs=3)


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_moves_when_a_result_arrives(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    places = []
    settle(page)
    for change in (
        lambda: None,
        lambda: draw(page, [(0.1, 0.1), (0.9, 0.9), (0.5, 0.1), (0.1, 0.9), (0.9, 0.3)]),
        lambda: press(page, "Clear the paper"),
    ):
        change()
        settle(page)
        places.append(
            page.evaluate(
                """() => [...document.querySelectorAll(
                    "#sketchpad :is(canvas, button), .path :is(canvas, h3, figure, .coder, button)"
                )].map(element => {
                    const { left, top, width, height } = element.getBoundingClientRect()
                    return [left, top, width, height]
                })"""
            )
        )
    assert len(places[0]) > 30
    assert places[0] == places[1] == places[2]
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_scribble_is_called_unlike_anything_seen(page):
    settle(page)
    corners = [(0.1, 0.1), (0.9, 0.9), (0.5, 0.1), (0.1, 0.9), (0.9, 0.3), (0.1, 0.5), (0.9, 0.6)]
    press(page, "Thin line")
    draw(page, corners)
    page.get_by_text("this is not like anything it was trained on").first.wait_for()


def test_the_code_goes_to_the_other_tabs(page):
    settle(page)
    draw(page, SEVEN)
    settle(page)
    numbers = page.locator(".bar output").all_text_contents()
    code = [float(number.replace("\N{MINUS SIGN}", "-")) for number in numbers]

    page.get_by_role("button", name="Decode from here").click()
    page.locator("#decoder").wait_for()
    page.wait_for_timeout(500)
    sliders = page.locator("#decoder input[type=range]")
    shown = [float(sliders.nth(axis).input_value()) for axis in range(3)]
    assert shown == pytest.approx(code, abs=0.11)

    page.get_by_role("tab", name="Draw").click()
    page.get_by_role("button", name="Find it in the latent space").click()
    page.locator("#latent-scatter").wait_for()
    assert page.get_by_role("tab", name="Latent space").get_attribute("aria-selected") == "true"


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
