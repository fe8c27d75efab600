"""The Draw tab as one scene: what is in sight, codes in the hand, odd inputs, the first moments."""

import re

import numpy as np
import pytest
import torch
from page_actions import (
    ONE,
    PAPER,
    REBUILT,
    SEEN,
    SEVEN,
    draw,
    ink,
    models_are_here,
    prepared_digit,
    settle,
)
from PIL import Image

from autoencoder.drawing import prepare_digit

DENSE, CONV = REBUILT
# a laptop, a frame, tablets, phones, a large screen, and two that are enlarged to 200 %
SIZES = [
    (1366, 625),
    (1280, 700),
    (1024, 768),
    (820, 1180),
    (390, 844),
    (844, 390),
    (1920, 1080),
    (640, 512),
    (683, 312),
]


@pytest.fixture
def scene(page):
    """The page, with both models and the opening's digit, which is test digit 0."""
    models_are_here(page)
    settle(page)
    return page


def moving_page(browser, server):
    """The page of a visitor who doesn't mind motion."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    return page, context


# ---- what is in sight ----


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_paper_and_pictures_are_in_the_first_view(scene, width, height):
    scene.set_viewport_size({"width": width, "height": height})
    settle(scene)
    for place in (PAPER, "#model-input", "#dense-reconstruction", "#conv-reconstruction"):
        box = scene.locator(place).bounding_box()
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
        assert box["width"] > 85  # and large enough
    assert scene.evaluate("document.documentElement.scrollWidth") <= width


def test_the_tabs_come_soon_and_no_text_is_small(scene):
    scene.set_viewport_size({"width": 1366, "height": 625})
    assert scene.get_by_role("tab").first.bounding_box()["y"] < 110
    sizes = scene.locator("#scene").evaluate(
        """scene => [...scene.querySelectorAll("*")]
            .filter(element => [...element.childNodes].some(node =>
                node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
            .map(element => parseFloat(getComputedStyle(element).fontSize))"""
    )
    assert len(sizes) > 40
    assert min(sizes) >= 14


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844), (640, 450)])
def test_nothing_jumps_while_the_page_comes(browser, server, width, height):
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    page = context.new_page()
    # on a slow machine the parts of the page come one after the other
    slow = {"rate": 10}
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", slow)
    page.add_init_script(
        """window.shift = 0
        new PerformanceObserver(list => {
            for (const entry of list.getEntries()) window.shift += entry.value
        }).observe({ type: "layout-shift", buffered: true })"""
    )
    page.goto(server)
    page.wait_for_selector(PAPER)
    models_are_here(page)
    settle(page)
    page.evaluate("document.fonts.ready")
    assert page.evaluate("shift") < 0.02
    context.close()


# ---- codes in the hand ----


def dense_code(page) -> list[float]:
    """What the three bars say, unrounded."""
    bars = page.get_by_role("slider", name="number of the dense model's code").all()
    return [float(bar.get_attribute("aria-valuenow")) for bar in bars]


@torch.inference_mode()
def assert_decoded(page, demo_data, image: np.ndarray):
    """The dense model's picture, difference and error are those of the code that the bars say."""
    settle(page)
    decoded = demo_data.dense.model.decode(torch.tensor([dense_code(page)]))[0, 0].numpy()
    np.testing.assert_allclose(ink(page, DENSE), decoded, atol=1.5 / 255)
    shown = ink(page, ".dense .difference canvas")
    np.testing.assert_allclose(shown, np.abs(decoded - image), atol=1.5 / 255)
    mse = float(np.square(decoded - image).mean())
    assert float(page.locator(".dense .mse").text_content()) == pytest.approx(mse, abs=6e-5)


def drag(page, selector: str, start: tuple[float, float], end: tuple[float, float]):
    """From one place of an element to another, as shares of it; with the mouse."""
    box = page.locator(selector).first.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=6)
    page.mouse.up()


def test_a_bar_is_dragged_and_the_decoder_follows(scene, demo_data):
    image, own = prepared_digit(scene), dense_code(scene)
    before = settle(scene)
    drag(scene, ".bar i", (0.5, 0.5), (0.25, 0.5))
    assert_decoded(scene, demo_data, image)
    held = dense_code(scene)
    low, high = (float(x) for x in (demo_data.latent.low[0], demo_data.latent.high[0]))
    assert held[0] == pytest.approx(low + 0.25 * (high - low), abs=0.02 * (high - low))
    assert held[1:] == own[1:]
    mark = scene.locator(".bar u").first  # the encoder's own number
    assert mark.is_visible()
    assert float(mark.evaluate("mark => parseFloat(mark.style.left)")) == pytest.approx(
        100 * (own[0] - low) / (high - low), abs=0.1
    )
    assert scene.locator(".dense .nearest").text_content().startswith("You hold the code: it lies")
    assert "1 of its 3 numbers" in scene.locator(".dense .words").text_content()
    paper, seen, dense, conv = settle(scene)
    assert (paper, seen, conv) == (before[0], before[1], before[3])
    assert dense != before[2]

    scene.get_by_role("button", name="Back to the digit").click()
    assert settle(scene) == before
    assert dense_code(scene) == own
    assert not mark.is_visible()


def test_the_ring_is_dragged_and_moves_two_numbers(scene, demo_data):
    image, own = prepared_digit(scene), dense_code(scene)
    drag(scene, ".map", (0.5, 0.5), (0.2, 0.8))
    assert_decoded(scene, demo_data, image)
    assert sum(now != old for now, old in zip(dense_code(scene), own, strict=True)) == 2
    area, ring, hollow = (
        scene.locator(place).bounding_box() for place in (".map", ".map .here", ".map .own")
    )
    place = [
        (ring[side] + ring[size] / 2 - area[side]) / area[size]
        for side, size in (("x", "width"), ("y", "height"))
    ]
    assert place == pytest.approx([0.2, 0.8], abs=0.03)
    assert hollow["x"] > ring["x"]  # where the drawing's own is


def test_keys_move_the_bars_and_the_ring(scene, demo_data):
    image, own = prepared_digit(scene), dense_code(scene)
    bar = scene.get_by_role("slider", name="2nd number")
    low, high = (float(bar.get_attribute(f"aria-value{end}")) for end in ("min", "max"))
    step = (high - low) / 100
    for key, value in (
        ("ArrowRight", own[1] + step),
        ("ArrowDown", own[1]),
        ("PageDown", own[1] - 10 * step),
        ("Home", low),
        ("End", high),
    ):
        bar.press(key)
        settle(scene)
        assert dense_code(scene)[1] == pytest.approx(value, abs=1e-3)
    assert_decoded(scene, demo_data, image)
    before = dense_code(scene)
    scene.locator(".map").press("ArrowLeft")
    settle(scene)
    assert dense_code(scene) != before
    back = scene.get_by_role("button", name="Back to the digit")
    back.focus()
    scene.keyboard.press("Enter")
    settle(scene)
    assert dense_code(scene) == own
    assert scene.evaluate("document.activeElement.role") == "slider"


def test_a_finger_drags_the_ring_and_the_page_stays(browser, server):
    context = browser.new_context(
        viewport={"width": 390, "height": 700},
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector(PAPER)
    models_are_here(page)
    for selector in (".map", ".numbers"):
        place = page.locator(selector)
        place.scroll_into_view_if_needed()
        before, scrolled = settle(page), page.evaluate("scrollY")
        box = place.bounding_box()
        finger = context.new_cdp_session(page)
        for kind, share in (
            ("touchStart", 0.8),
            *(("touchMove", 0.8 - 0.1 * step) for step in range(1, 8)),
            ("touchEnd", None),
        ):
            at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + (share or 0) * box["height"]}
            points = [] if share is None else [at]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        now = settle(page)
        assert page.evaluate("scrollY") == scrolled
        assert now[:2] == before[:2]
        assert now[2:] != before[2:]
    context.close()


def test_a_new_stroke_lets_go_and_what_is_held_can_be_decoded(scene):
    drag(scene, ".bar i", (0.5, 0.5), (0.1, 0.5))
    drag(scene, ".numbers", (0.3, 0.3), (0.3, 0.0))
    held = dense_code(scene)
    scene.evaluate(
        """async () => {
            const state = await import(new URL("web/shared/state.js", document.baseURI))
            state.codeToDecode.subscribe(document.body, code => { window.code ??= code })
        }"""
    )
    scene.get_by_role("button", name="Decode from here").click()
    assert scene.evaluate("code") == pytest.approx(held, abs=1e-3)
    scene.get_by_role("tab", name="Draw").click()
    assert scene.get_by_role("button", name=re.compile("Back to")).count() == 2
    draw(scene, SEVEN)
    settle(scene)
    assert scene.get_by_role("button", name=re.compile("Back to")).count() == 0
    assert dense_code(scene) != held


@torch.inference_mode()
def test_a_square_that_is_pointed_at_shows_where_it_works(scene, demo_data):
    model = demo_data.conv.model
    image = torch.from_numpy(prepared_digit(scene))[None, None]
    code = model.encode(image)
    deviations = demo_data.conv.codes.std(dim=0)
    difference = ink(scene, ".conv .difference canvas")
    box = scene.locator(".numbers").bounding_box()
    for number in (0, 19, 63):
        x, y = (number % 8 + 0.5) / 8, (number // 8 + 0.5) / 8
        scene.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        settle(scene)
        grown = code.clone()
        grown[0, number] += deviations[number]
        effect = (model.decode(grown) - model.decode(code))[0, 0].abs()
        np.testing.assert_allclose(ink(scene, ".conv .difference canvas"), effect, atol=1.5 / 255)
        value = f"{code[0, number]:.1f}".replace("-", "\N{MINUS SIGN}")
        assert scene.locator(".said").text_content().startswith(f"Number {number + 1}: {value}.")
    scene.mouse.move(0, 0)
    settle(scene)
    assert (ink(scene, ".conv .difference canvas") == difference).all()


@torch.inference_mode()
def test_squares_are_changed_by_dragging_by_a_double_click_and_by_keys(scene, demo_data):
    model = demo_data.conv.model
    code = model.encode(torch.from_numpy(prepared_digit(scene))[None, None])
    scale = float(scene.locator("output.high").text_content())

    def assert_rebuilt():
        settle(scene)
        np.testing.assert_allclose(ink(scene, CONV), model.decode(code)[0, 0], atol=1.5 / 255)

    scene.locator(".numbers").focus()
    scene.keyboard.press("ArrowRight")
    scene.keyboard.press("ArrowDown")
    scene.keyboard.press("+")
    code[0, 9] += scale / 20
    assert_rebuilt()
    scene.keyboard.press("ArrowRight")
    scene.keyboard.press("Delete")
    code[0, 10] = 0
    assert_rebuilt()
    box = scene.locator(".numbers").bounding_box()
    scene.mouse.dblclick(box["x"] + 2.5 / 8 * box["width"], box["y"] + 0.5 / 8 * box["height"])
    code[0, 2] = 0
    assert_rebuilt()
    assert "3 of its 64 numbers" in scene.locator(".conv .words").text_content()
    drag(scene, ".numbers", (0.5 / 8, 0.5 / 8), (0.5 / 8, 3.5 / 8))  # down by three squares
    code[0, 0] -= scale / 2
    assert_rebuilt()


# ---- odd inputs ----


def choose(page, kind: str) -> str:
    """One of the odd inputs; returns what is said of it."""
    page.locator("#sketchpad .note").evaluate("note => { note.textContent = '' }")
    page.get_by_label("Something that the models have never seen").select_option(kind)
    page.wait_for_function("() => document.querySelector('#sketchpad .note').textContent")
    settle(page)
    return page.locator("#sketchpad .note").text_content()


@torch.inference_mode()
def assert_models_see(page, demo_data, image: np.ndarray, tolerance: float = 1.01 / 255):
    np.testing.assert_allclose(ink(page, SEEN), image, atol=tolerance)
    seen = torch.from_numpy(prepared_digit(page))[None, None]
    for canvas, name in ((DENSE, "dense"), (CONV, "conv")):
        rebuilt = getattr(demo_data.reconstruct, name)(seen)[0, 0]
        np.testing.assert_allclose(ink(page, canvas), rebuilt, atol=1.5 / 255)


def test_moved_and_turned_digits_reach_the_models_as_they_are(scene, demo_data):
    words = choose(scene, "shifted")
    index = int(re.search(r"test digit ([\d,]+), moved 4 pixels", words)[1].replace(",", ""))
    digit = demo_data.digits.images[index, 0].numpy()
    moved = np.zeros_like(digit)
    moved[:, 4:] = digit[:, :-4]
    assert_models_see(scene, demo_data, moved / 255)
    assert "as they are" in scene.locator(".explain").text_content()

    words = choose(scene, "turned")
    index = int(re.search(r"test digit ([\d,]+), turned by 30", words)[1].replace(",", ""))
    digit = Image.fromarray(demo_data.digits.images[index, 0].numpy())
    turned = np.asarray(digit.rotate(-30, Image.Resampling.BILINEAR)) / 255
    middle = (slice(4, 24), slice(4, 24))  # Pillow leaves out what lies half beyond the edge
    np.testing.assert_allclose(ink(scene, SEEN)[middle], turned[middle], atol=2 / 255)
    draw(scene, ONE)
    settle(scene)
    assert scene.locator(".nearest").text_content().startswith("You drew on this; ")
    scene.get_by_role("button", name="Clear the paper").click()
    draw(scene, ONE)
    settle(scene)
    assert scene.locator(".nearest").text_content().startswith("You drew this; ")
    assert "scaled to a box" in scene.locator(".explain").text_content()


def test_noise_and_empty_paper_are_rebuilt_too(scene, demo_data):
    assert choose(scene, "noise") == "This is noise."
    assert ink(scene, SEEN).mean() == pytest.approx(0.5, abs=0.05)
    assert_models_see(scene, demo_data, prepared_digit(scene))
    assert "worse than 99 %" in scene.locator(".dense .words").text_content()
    assert choose(scene, "empty") == "This is empty paper."
    assert_models_see(scene, demo_data, np.zeros((28, 28)))


def test_a_letter_and_two_digits_are_prepared_like_a_drawing(scene, demo_data):
    assert choose(scene, "letter") == "This is an M, no digit."
    rows, columns = np.nonzero(ink(scene, SEEN) > 0.1)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    words = scene.locator(".nearest").text_content()
    assert words.startswith("This is an M, no digit; with 3 numbers the nearest it can say is a")
    words = choose(scene, "two")
    pair = re.search(r"test digits ([\d,]+) and ([\d,]+)\.", words).groups()
    images = [demo_data.digits.images[int(i.replace(",", "")), 0] / 255 for i in pair]
    both = np.zeros((56, 56), np.float32)
    both[14:42] = torch.cat(images, dim=1)
    expected = prepare_digit(both.repeat(3, axis=0).repeat(3, axis=1)).image  # as on the paper
    np.testing.assert_allclose(ink(scene, SEEN), expected, atol=2 / 255)


@torch.inference_mode()
def test_next_says_which_digit_came_and_what_is_nearest(scene, demo_data):
    latent = demo_data.latent
    for digit in ("4", "9"):
        scene.locator("#sketchpad .note").evaluate("note => { note.textContent = '' }")
        scene.get_by_label("Which test digit").select_option(digit)
        scene.wait_for_function("() => document.querySelector('#sketchpad .note').textContent")
        settle(scene)
        words = scene.locator("#sketchpad .note").text_content()
        index = int((demo_data.digits.labels == int(digit)).nonzero()[0])
        assert words == f"This is a {digit}, test digit {index:,}."
        code = demo_data.dense.codes[index].numpy()
        near, _ = latent.nearest(code, but=index)
        labels = [int(demo_data.digits.labels[i]) for i in near]
        most = max(labels, key=labels.count)
        said = scene.locator(".nearest").text_content()
        assert said.startswith(words.rstrip("."))
        assert re.search(rf"nearest it can say is an? {most}: it lands ", said)


# ---- the first moments ----


def test_an_invitation_stands_on_the_paper_until_the_first_stroke(scene):
    hint = scene.locator("#sketchpad .hint")
    assert hint.is_visible()
    choose(scene, "noise")
    assert hint.is_visible()
    draw(scene, ONE)
    assert not hint.is_visible()
    scene.get_by_role("button", name="Clear the paper").click()
    assert hint.is_visible()


def test_a_digit_writes_itself_once_and_leaves_nothing_behind(browser, server):
    page, context = moving_page(browser, server)
    page.goto(server)
    said = "This wrote itself; with 3 numbers the nearest it can say is a 3"
    page.locator(".nearest", has_text=said).wait_for()
    settle(page)
    assert page.get_by_role("button", name="Undo").is_disabled()
    assert page.evaluate("sessionStorage.length") == 0
    at_rest = page.evaluate(
        """async () => {
            const request = requestAnimationFrame
            let requested = 0
            globalThis.requestAnimationFrame = act => { requested += 1; return request(act) }
            let still = 0  // frames in a row without a request
            for (let frame = 0; frame < 600 && still < 10; frame++) {
                requested = 0
                await new Promise(resolve => request(resolve))
                still = requested ? 0 : still + 1
            }
            return still === 10
        }"""
    )
    assert at_rest
    draw(page, [(0.05, 0.95), (0.3, 0.95)])
    settle(page)
    assert not ink(page)[: ink(page).shape[0] // 2].any()
    context.close()


@pytest.mark.parametrize("event", ["keydown", "pointerdown"])
def test_a_digit_that_writes_itself_is_stopped_by_key_and_touch(browser, server, digits, event):
    page, context = moving_page(browser, server)
    page.add_init_script(
        f"""new MutationObserver(() => {{
            const words = document.querySelector(".nearest")?.textContent ?? ""
            if (window.stopped || !words.startsWith("This wrote itself")) return
            window.stopped = true
            document.body.dispatchEvent(new Event("{event}", {{ bubbles: true }}))
        }}).observe(document, {{ childList: true, subtree: true }})"""
    )
    page.goto(server)
    page.wait_for_function("window.stopped")
    settle(page)
    np.testing.assert_allclose(prepared_digit(page), digits.images[0, 0] / 255, atol=1e-5)
    assert page.locator(".nearest").text_content().startswith("This is a 7, test digit 0; ")
    context.close()


def test_no_digit_writes_itself_over_a_drawing_that_was_kept(browser, server):
    page, context = moving_page(browser, server)
    page.goto(server)
    page.wait_for_selector(PAPER)
    draw(page, ONE)
    page.clock.install()
    page.reload()
    page.wait_for_selector(PAPER)
    models_are_here(page)
    page.clock.fast_forward(5000)
    settle(page)
    assert page.locator(".nearest").text_content().startswith("You drew this; ")
    context.close()
