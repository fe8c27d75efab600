"""What both models make of the drawing, in a real browser: it is what PyTorch makes of it."""

import base64
import io
import re
import time

import numpy as np
import pytest
import torch
from page_actions import models_are_here, wait_for_what_is_fetched_ahead
from PIL import Image
from program import free_port, running

from autoencoder.data import to_unit

PAPER = "#sketchpad canvas"
SEEN = "#model-input canvas"
REBUILT = ("#dense-reconstruction canvas", "#conv-reconstruction canvas")
SEVEN = [(0.25, 0.25), (0.75, 0.25), (0.45, 0.85)]
ONE = [(0.5, 0.15), (0.5, 0.85)]
SCRIBBLE = [(0.1, 0.1), (0.9, 0.9), (0.5, 0.1), (0.1, 0.9), (0.9, 0.3), (0.1, 0.5), (0.9, 0.6)]
MINUS = "\N{MINUS SIGN}"


def draw(page, points, steps=8):
    box = page.locator(PAPER).bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=steps)
    page.mouse.up()


def pixels(page, canvas: str) -> str:
    return page.eval_on_selector(canvas, "canvas => canvas.toDataURL()")


def ink_of(data_url: str) -> np.ndarray:
    image = Image.open(io.BytesIO(base64.b64decode(data_url.partition(",")[2])))
    return np.asarray(image.convert("RGBA"))[..., 3] / 255


def ink(page, canvas: str = PAPER) -> np.ndarray:
    return ink_of(pixels(page, canvas))


def settle(page) -> tuple[str, ...]:
    """Waits until the pictures stay as they are; returns the paper and all that is shown of it."""
    seen, since = None, time.monotonic()
    while time.monotonic() - since < 0.4:
        now = tuple(pixels(page, canvas) for canvas in (PAPER, SEEN, *REBUILT))
        if now != seen:
            seen, since = now, time.monotonic()
        page.wait_for_timeout(50)
    return seen


def press(page, name: str):
    page.locator("#sketchpad").get_by_role("button", name=name, exact=True).click()


def put_test_digit(page, demo_data, index: int):
    """A test digit on the sketchpad; returns when the models have rebuilt it."""
    page.evaluate(
        """async ([image, index]) => {
            const page = path => import(new URL(path, document.baseURI))
            const { imageToDraw } = await page("web/shared/state.js")
            imageToDraw.set({ image: Float32Array.from(image), index })
        }""",
        [to_unit(demo_data.digits.images[index]).flatten().tolist(), int(index)],
    )
    settle(page)


def all_is_here(page, demo_data):
    """Until nothing is left to fetch, for the other tabs and for other code sizes either."""
    models_are_here(page)
    page.locator("#code-size .sizes").hover()
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(
        """files => {
            const here = performance.getEntriesByType("resource")
            return files.every(file => here.some(({ name }) => name.includes(`/data/${file}.`)))
        }""",
        arg=["plotly", "test_images", *(size.name for size in demo_data.code_sizes)],
        timeout=60_000,
    )


def open_page(context, url, bytes_a_second=-1):
    page = context.new_page()
    context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "uploadThroughput": -1}
        | {"downloadThroughput": bytes_a_second},
    )
    page.errors = []
    page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(url)
    page.wait_for_selector(SEEN)
    return page


@pytest.fixture
def context(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context
    context.close()


def number(text: str) -> float:
    return float(text.replace(MINUS, "-"))


def assert_follows(page, demo_data):
    """All that is shown is what PyTorch makes of the drawing that is on the paper now."""
    settle(page)
    image = page.evaluate(
        """async () => {
            const { drawing } = await import(new URL("web/shared/state.js", document.baseURI))
            return [...drawing.value.image]
        }"""
    )
    image = torch.tensor(image).reshape(1, 1, 28, 28)
    np.testing.assert_allclose(ink(page, SEEN), image[0, 0], atol=1 / 255)
    for name, canvas in zip(("dense", "conv"), REBUILT, strict=True):
        model = getattr(demo_data.reconstruct, name)
        with torch.inference_mode():
            code = model.encode(image)
            rebuilt = model.decode(code)
        difference = (rebuilt - image)[0, 0].numpy()
        np.testing.assert_allclose(ink(page, canvas), rebuilt[0, 0], atol=1 / 255)
        shown = ink(page, f".{name} .difference canvas")
        np.testing.assert_allclose(shown, np.abs(difference), atol=1 / 255)

        mse = float(np.square(difference).mean())
        text = page.locator(f".{name} .mse").text_content()
        assert float(text) == pytest.approx(mse, abs=6e-5)
        worse = (getattr(demo_data, name).errors >= mse).double().mean().item()
        words = page.locator(f".{name} .words").text_content()
        if worse < 0.01:
            assert words.startswith("Rebuilt worse than 99 % of MNIST's test digits")
        else:
            share = re.fullmatch(r"Rebuilt better than (\d+) % of MNIST's test digits\.", words)[1]
            assert int(share) == pytest.approx(min(99, 100 * worse), abs=0.6)

        if name == "dense":
            bars = page.locator(".bar output").all_text_contents()
            assert [number(bar) for bar in bars] == pytest.approx(code[0].tolist(), abs=0.051)
        else:
            scale = number(page.locator("output.high").text_content().removeprefix("+"))
            shares = (code[0].abs() / scale).clamp(max=1).reshape(8, 8)
            np.testing.assert_allclose(ink(page, ".numbers canvas"), shares, atol=1 / 255)


# ---- what is shown ----


def test_on_opening_a_test_digit_is_rebuilt(page, demo_data):
    models_are_here(page)
    assert_follows(page, demo_data)
    original = demo_data.digits.images[0, 0].numpy() / 255
    np.testing.assert_allclose(ink(page, SEEN), original, atol=1 / 255)
    assert page.locator(".verdict .words", has_text="of MNIST's test digits").count() == 2


def test_until_the_models_are_there_python_s_answer_is_shown(context, server, demo_data):
    context.route(re.compile(r"/data/(dense|conv)\."), lambda route: None)  # never answered
    page = open_page(context, server)
    page.get_by_text("Rebuilt better than").first.wait_for()
    assert_follows(page, demo_data)
    assert page.get_by_text("on its way: 0 %").count() == 2


def test_test_digits_are_rebuilt_as_pytorch_does(page, demo_data):
    models_are_here(page)
    rng = np.random.default_rng(0)
    for index in rng.choice(10_000, 6, replace=False):
        put_test_digit(page, demo_data, index)
        assert_follows(page, demo_data)


@pytest.mark.parametrize("points", [SEVEN, ONE, SCRIBBLE, [(0.05, 0.05), (0.07, 0.06)]])
def test_drawings_are_rebuilt_as_pytorch_does(page, demo_data, points):
    before = settle(page)
    draw(page, points)
    assert all(now != old for now, old in zip(settle(page), before, strict=True))
    assert_follows(page, demo_data)


def test_the_box_and_the_cross_show_what_the_drawing_was_scaled_to(page, demo_data):
    settle(page)
    draw(page, [(0.1, 0.1), (0.3, 0.1), (0.2, 0.4)])  # in a corner
    settle(page)
    prepared = demo_data.reconstruct(1 - ink(page), dark_on_light=True).digit
    picture, box, cross = (
        page.locator(f"#model-input {part}").bounding_box()
        for part in (".picture", ".box", ".centre")
    )
    pixel = picture["width"] / 28
    shown = [(box["x"] - picture["x"]) / pixel, (box["y"] - picture["y"]) / pixel]
    shown += [box["width"] / pixel, box["height"] / pixel]
    assert shown == pytest.approx(prepared.box, abs=1.01)
    assert max(shown[2:]) == pytest.approx(20, abs=0.1)
    middle = [(cross[axis] - picture[axis]) / pixel for axis in "xy"]
    assert middle == pytest.approx(prepared.centre, abs=1.01)

    press(page, "Clear the paper")
    settle(page)
    for mark in ("#model-input .box", "#model-input .centre", ".map .here"):
        assert not page.locator(mark).is_visible()
    assert not any(ink(page, canvas).any() for canvas in (SEEN, *REBUILT))
    assert page.locator(".verdict .words", has_text="Nothing to rebuild yet").count() == 2
    assert page.locator("#reconstruction").get_by_role("button", disabled=True).count() == 2


def test_the_dense_code_is_shown_as_bars_and_as_a_place_on_the_map(page, demo_data):
    settle(page)
    draw(page, SEVEN)
    settle(page)
    codes = demo_data.dense.codes
    for axis, bar in enumerate(page.locator(".bar").all()):
        low, high = codes[:, axis].min().item(), codes[:, axis].max().item()
        shown = number(bar.locator("output").text_content())
        track, fill = bar.locator("i").bounding_box(), bar.locator("b").bounding_box()
        edges = (fill["x"], fill["x"] + fill["width"])
        ends = [low + (high - low) * (x - track["x"]) / track["width"] for x in edges]
        assert ends == pytest.approx(sorted((0, shown)), abs=0.03 * (high - low))

    places = [page.locator(".map .here").bounding_box()]
    press(page, "Clear the paper")
    draw(page, [(0.5, 0.2), (0.25, 0.5), (0.5, 0.8), (0.75, 0.5), (0.5, 0.2)])
    settle(page)
    places.append(page.locator(".map .here").bounding_box())
    assert np.hypot(*(places[0][axis] - places[1][axis] for axis in "xy")) > 20


def test_each_digit_s_ring_lies_in_its_cloud_on_the_map(page, demo_data):
    models_are_here(page)
    digits = demo_data.digits
    for digit in (0, 1, 2):
        mine = torch.nonzero(digits.labels == digit).flatten()
        codes = demo_data.dense.codes[mine]
        typical = mine[(codes - codes.median(dim=0).values).norm(dim=1).argmin()]
        put_test_digit(page, demo_data, typical)
        ring = page.locator(".map .here").bounding_box()
        name = page.locator(".map .names b").nth(digit).bounding_box()
        apart = [
            ring[side] + ring[size] / 2 - name[side] - name[size] / 2
            for side, size in (("x", "width"), ("y", "height"))
        ]
        assert np.hypot(*apart) < 20
    assert ink(page, ".map canvas").astype(bool).mean() > 0.1


@pytest.mark.parametrize("name", ["dense", "conv"])
def test_what_is_said_of_the_worst_rebuilt_is_true_of_test_digits_and_of_scribbles(
    page, demo_data, name
):
    models_are_here(page)
    words = page.locator(f".{name} .words")
    put_test_digit(page, demo_data, int(getattr(demo_data, name).errors.argmax()))
    assert words.text_content() == "One of the 1 % of MNIST's test digits that it rebuilds worst."
    press(page, "Clear the paper")
    press(page, "Thin line")
    draw(page, SCRIBBLE)
    settle(page)
    assert words.text_content() == "Rebuilt worse than 99 % of MNIST's test digits."


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_moves_when_the_models_or_a_result_arrive(context, server, width):
    arriving = []
    context.route(re.compile(r"/data/(dense|conv)\."), lambda route: arriving.append(route))
    page = open_page(context, server)
    page.set_viewport_size({"width": width, "height": 900})
    places = []
    for change in (
        lambda: None,
        lambda: draw(page, ONE),
        lambda: [route.continue_() for route in arriving] and models_are_here(page),
        lambda: draw(page, [(0.1, 0.1), (0.9, 0.9), (0.5, 0.1), (0.1, 0.9), (0.9, 0.3)]),
        lambda: press(page, "Clear the paper"),
    ):
        change()
        settle(page)
        places.append(
            page.evaluate(
                """() => [...document.querySelectorAll(
                    ":is(#sketchpad, #reconstruction) :is(canvas, h3, figure, .coder, button)"
                )].map(element => {
                    const { left, top, width, height } = element.getBoundingClientRect()
                    return [left, top + scrollY, width, height]
                })"""
            )
        )
    assert len(places[0]) > 30
    assert all(now == places[0] for now in places)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.errors == []


# ---- to the other tabs ----


def test_the_code_and_the_drawing_go_to_the_other_tabs(page):
    settle(page)
    draw(page, SEVEN)
    settle(page)
    page.evaluate(
        """async () => {
            const state = await import(new URL("web/shared/state.js", document.baseURI))
            state.codeToDecode.subscribe(document.body, code => { window.code ??= code })
            state.drawingToFind.subscribe(document.body, wanted => { window.wanted ||= wanted })
        }"""
    )
    shown = [number(text) for text in page.locator(".bar output").all_text_contents()]
    page.get_by_role("button", name="Decode from here").click()
    page.get_by_role("tab", name="Decode", selected=True).wait_for()
    assert page.evaluate("code") == pytest.approx(shown, abs=0.051)

    page.get_by_role("tab", name="Draw").click()
    assert not page.evaluate("wanted")
    page.get_by_role("button", name="Find it in the latent space").click()
    page.get_by_role("tab", name="Latent space", selected=True).wait_for()
    assert page.evaluate("wanted")


# ---- weights on their way, and a server that is away ----


def test_the_share_of_the_weights_is_told_and_a_stroke_made_meanwhile_is_rebuilt(
    context, server, demo_data
):
    waiting = []
    context.route(re.compile(r"/data/dense\."), lambda route: waiting.append(route))
    context.add_init_script(
        """window.told = new Set()
        new MutationObserver(() => {
            const output = document.querySelector(".conv .arriving output")
            if (output) told.add(parseInt(output.value))
        }).observe(document, { childList: true, subtree: true })"""
    )
    page = open_page(context, server, bytes_a_second=500_000)
    page.wait_for_function("told.has(100)")
    told = page.evaluate("[...told]")
    assert told == sorted(told)
    assert len(told) > 3

    draw(page, SEVEN)
    later = page.locator(".words", has_text="Will be rebuilt as soon as the model is here.")
    assert later.count() == 2
    assert not any(ink(page, canvas).any() for canvas in REBUILT)
    assert ink(page, SEEN).any()
    for route in waiting:
        route.continue_()
    models_are_here(page)
    assert_follows(page, demo_data)


def test_the_models_rebuild_while_what_their_errors_are_compared_with_is_on_its_way(
    context, server, demo_data
):
    waiting = []
    context.route(re.compile(r"/data/test_digits\."), lambda route: waiting.append(route))
    page = open_page(context, server)
    page.locator(".conv .arriving").wait_for(state="hidden")
    assert page.locator(".words", has_text="of MNIST's test digits").count() == 2  # came with it
    opened = [pixels(page, canvas) for canvas in REBUILT]
    draw(page, SEVEN)
    settle(page)
    assert all(
        pixels(page, canvas) != before for canvas, before in zip(REBUILT, opened, strict=True)
    )
    assert page.locator(".verdict .nearest").inner_text() == "You drew this."
    assert page.locator(".verdict .words").all_inner_texts() == ["", ""]
    bar = page.get_by_role("slider", name="1st number of the dense model's code")
    bar.press("ArrowUp")
    held = bar.get_attribute("aria-valuenow")
    waiting.pop().continue_()
    models_are_here(page)
    said = page.locator(".verdict .words").all_inner_texts()
    assert said[0] == "1 of its 3 numbers is not the encoder's but yours."
    assert "of MNIST's test digits" in said[1]
    assert page.locator(".verdict .nearest").inner_text().startswith("You hold the code: it lies")
    assert bar.get_attribute("aria-valuenow") == held
    page.get_by_role("button", name="Back to your drawing").click()
    assert_follows(page, demo_data)


def test_test_digits_that_can_t_be_fetched_are_asked_for_until_they_are_there(context, server):
    digits = re.compile(r"/data/test_digits\.")
    context.route(digits, lambda route: route.abort())
    page = open_page(context, server)
    page.get_by_text("The test digits can't be fetched at the moment.").wait_for()
    context.unroute(digits)
    models_are_here(page)
    assert page.locator("#reconstruction .trouble").inner_text() == ""


def test_models_that_can_t_be_fetched_are_asked_for_until_they_are_there(
    context, server, demo_data
):
    weights = re.compile(r"/data/conv\.")
    context.route(weights, lambda route: route.abort())
    page = open_page(context, server)
    page.get_by_text("The models can't be fetched at the moment. Your drawing is safe").wait_for()
    draw(page, SEVEN)
    later = page.locator(".words", has_text="Will be rebuilt as soon as the model is here.")
    assert later.count() == 2
    context.unroute(weights)
    models_are_here(page)
    assert_follows(page, demo_data)
    assert page.locator("#reconstruction .trouble").text_content() == ""
    assert all("Failed to load resource" in error for error in page.errors)  # the browser's own


def test_while_one_draws_nothing_is_asked_of_the_server(page, demo_data):
    all_is_here(page, demo_data)
    wait_for_what_is_fetched_ahead(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for _ in range(3):
        draw(page, SCRIBBLE, steps=10)
        press(page, "Undo")
        draw(page, SEVEN)
        press(page, "Clear the paper")
    draw(page, ONE)
    assert_follows(page, demo_data)
    assert [url for url in asked if "/assets/" not in url] == []


def test_when_the_server_is_gone_the_open_page_goes_on(context, demo_data):
    with running("app.py", "--port", free_port()) as (_, url):
        page = open_page(context, url)
        all_is_here(page, demo_data)
        wait_for_what_is_fetched_ahead(page)
    for points in (SEVEN, ONE, SCRIBBLE):
        press(page, "Clear the paper")
        draw(page, points)
        assert_follows(page, demo_data)
    assert page.locator("#reconstruction .trouble").text_content() == ""
    assert page.errors == []


def test_a_fault_while_painting_is_an_exception_and_stops_nothing(page, demo_data):
    models_are_here(page)
    settle(page)
    page.evaluate(
        """() => {
            const { putImageData } = CanvasRenderingContext2D.prototype
            CanvasRenderingContext2D.prototype.putImageData = () => {
                CanvasRenderingContext2D.prototype.putImageData = putImageData
                throw new Error("This canvas is broken.")
            }
        }"""
    )
    draw(page, SEVEN)
    assert_follows(page, demo_data)
    assert [error for error in page.errors if "This canvas is broken." in error]
    assert page.locator("#reconstruction .trouble").text_content() == ""
    page.errors.clear()
