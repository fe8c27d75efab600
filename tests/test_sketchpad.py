"""The sketchpad in a real browser: what hands, keys and files do is on the paper and counts."""

import base64

import numpy as np
import pytest
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
    prepared_digit,
    press,
    settle,
    wait_for_change,
)
from PIL import Image


@pytest.fixture
def seven_file(exhibition, tmp_path):
    """A test digit as a large dark-on-light picture."""
    path = tmp_path / "seven.png"
    digit = Image.fromarray(255 - exhibition.digits.images[0, 0].numpy())
    digit.resize((600, 600), Image.Resampling.BICUBIC).save(path)
    return path


# ---- the pad ----


def test_on_opening_a_test_digit_is_drawn_and_rebuilt(page, exhibition):
    settle(page)
    assert ink(page).any()
    original = exhibition.digits.images[0, 0].numpy() / 255
    assert np.abs(ink(page, SEEN) - original).mean() < 0.02
    assert_follows(page, exhibition)
    assert page.get_by_text("of MNIST's test digits").count() == 2


def test_both_models_follow_the_mouse(page, exhibition):
    first = settle(page)
    draw(page, SEVEN)
    assert all(now != old for now, old in zip(settle(page), first, strict=True))
    assert_follows(page, exhibition)


def test_the_digit_of_the_opening_makes_room_for_the_first_stroke(page):
    settle(page)
    draw(page, [(0.05, 0.95), (0.3, 0.95)])
    assert not ink(page)[: ink(page).shape[0] // 2].any()


def test_a_stroke_that_leaves_the_paper_goes_on_when_it_comes_back(page):
    press(page, "Clear the paper")
    draw(page, [(0.5, 0.5), (1.2, 0.5), (1.2, 0.8), (0.5, 0.8)])
    drawn = ink(page)
    side = len(drawn)
    assert drawn[side * 8 // 10, side * 6 // 10]
    assert not drawn[side * 65 // 100].any()


def test_a_fast_hand_draws_a_smooth_line(page):
    press(page, "Clear the paper")
    draw(page, [(0.2, 0.5), (0.5, 0.2), (0.8, 0.5)], steps=1)
    columns = (ink(page) > 0.5).any(axis=0)
    drawn = np.flatnonzero(columns)
    assert columns[drawn[0] : drawn[-1]].all()
    assert not (ink(page) > 0.5)[: int(0.2 * len(columns))].any()  # the corner is rounded


def test_touch_draws_and_does_not_scroll(browser, server, exhibition):
    context = browser.new_context(
        viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector(PAPER)
    settle(page)
    before = ink(page)
    box = page.locator(PAPER).bounding_box()
    finger = context.new_cdp_session(page)

    def touch(kind, x=None, y=None):
        points = [] if x is None else [{"x": box["x"] + x, "y": box["y"] + y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 100, 150)
    for step in range(20):
        touch("touchMove", 100, 150 - 5 * step)
    touch("touchEnd")
    assert np.abs(ink(page) - before).any()
    assert page.evaluate("window.scrollY") == 0
    assert_follows(page, exhibition)
    context.close()


def test_a_stylus_draws(page, exhibition):
    press(page, "Clear the paper")
    box = page.locator(PAPER).bounding_box()
    stylus = page.context.new_cdp_session(page)
    moves = [("mouseMoved", 0.2 + 0.06 * step) for step in range(11)]
    for kind, y in (("mousePressed", 0.2), *moves, ("mouseReleased", 0.8)):
        place = {"x": box["x"] + 0.5 * box["width"], "y": box["y"] + y * box["height"]}
        pen = {"button": "left", "buttons": 1, "clickCount": 1, "pointerType": "pen"}
        stylus.send("Input.dispatchMouseEvent", {"type": kind, **place, **pen})
    settle(page)
    drawn = ink(page)
    assert drawn[len(drawn) // 2, len(drawn) // 2]
    assert_follows(page, exhibition)


def test_undo_redo_clear_and_eraser(page, exhibition):
    opening = settle(page)
    draw(page, SEVEN)
    one_stroke = settle(page)
    draw(page, [(0.3, 0.55), (0.7, 0.55)])
    two_strokes = settle(page)
    assert len({opening, one_stroke, two_strokes}) == 3

    press(page, "Undo")
    assert settle(page) == one_stroke
    page.keyboard.press("Control+z")
    assert settle(page) == opening
    assert page.get_by_role("button", name="Undo").is_disabled()
    page.keyboard.press("Control+Shift+z")
    press(page, "Redo")
    assert settle(page) == two_strokes

    press(page, "Eraser")
    draw(page, [(0.2, 0.55), (0.8, 0.55)])
    assert 0 < ink(page).sum() < ink_of(two_strokes[0]).sum()
    assert_follows(page, exhibition)

    press(page, "Clear the paper")
    settle(page)
    assert not any(ink(page, canvas).any() for canvas in (PAPER, SEEN, *REBUILT))
    press(page, "Undo")
    assert ink(page).any()
    assert_follows(page, exhibition)


def test_three_widths(page):
    drawn = []
    press(page, "Clear the paper")
    for name in ("Thin line", "Medium line, as in MNIST", "Thick line"):
        press(page, name)
        draw(page, ONE)
        drawn.append(ink(page).sum())
        press(page, "Undo")
    assert drawn[0] < drawn[1] < drawn[2]


def stroke_width(image: np.ndarray) -> float:
    """In pixels: a stroke's area over its length, which is half of what its outline measures."""
    return float(2 * image.sum() / np.hypot(*np.gradient(image)).sum())


def test_the_first_pen_has_the_stroke_width_of_mnist(page, digits):
    theirs = [stroke_width(image) for image in digits.images[:1000, 0].numpy() / 255]
    narrow, middle, wide = np.quantile(theirs, (0.1, 0.5, 0.9))
    one = [(0.5, 0.18), (0.5, 0.82)]
    two = [(0.3, 0.3), (0.4, 0.18), (0.6, 0.18), (0.68, 0.35), (0.3, 0.82), (0.72, 0.82)]
    four = [(0.3, 0.18), (0.28, 0.5), (0.7, 0.5), (0.68, 0.18), (0.68, 0.82)]
    seven = [(0.28, 0.18), (0.72, 0.18), (0.45, 0.82)]
    ours = []
    for digit in (one, two, four, seven):
        press(page, "Clear the paper")
        draw(page, digit)
        settle(page)
        ours.append(stroke_width(ink(page, SEEN)))
    assert all(narrow < width < wide for width in ours)
    assert np.mean(ours) == pytest.approx(middle, rel=0.1)


def test_a_test_digit_of_a_chosen_class(page, exhibition):
    settle(page)
    before = settle(page)
    page.get_by_label("Which test digit").select_option("3")
    wait_for_change(page, PAPER, before[0])
    settle(page)
    threes = exhibition.digits.images[exhibition.digits.labels == 3] / 255
    np.testing.assert_allclose(prepared_digit(page), threes[0, 0], atol=1e-5)
    before = pixels(page, PAPER)
    press(page, "Next test digit")
    wait_for_change(page, PAPER, before)
    settle(page)
    np.testing.assert_allclose(prepared_digit(page), threes[1, 0], atol=1e-5)


def test_paper_that_is_nearly_all_ink_is_still_dark_on_light(page):
    settle(page)
    press(page, "Thick line")
    rows = enumerate(np.linspace(0.01, 0.99, 14))
    draw(page, [(x, y) for row, y in rows for x in ((0.01, 0.99), (0.99, 0.01))[row % 2]], steps=4)
    press(page, "Eraser")
    draw(page, [(0.45, 0.5), (0.55, 0.5)])
    settle(page)
    assert ink(page).mean() > 0.9
    assert ink(page, SEEN)[5:9, 5:23].mean() > 0.9
    assert ink(page, SEEN)[13:15, 13:15].mean() < 0.1


# ---- pictures from outside ----


def test_upload(page, seven_file, exhibition):
    settle(page)
    press(page, "Clear the paper")
    page.set_input_files("#sketchpad input[type=file]", seven_file)
    page.wait_for_function("() => document.querySelector('#sketchpad .hint').hidden")
    settle(page)
    original = exhibition.digits.images[0, 0].numpy() / 255
    assert np.abs(ink(page, SEEN) - original).mean() < 0.05
    press(page, "Undo")
    assert not ink(page).any()


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_paste_and_drop(page, seven_file, exhibition, way):
    settle(page)
    press(page, "Clear the paper")
    page.evaluate(
        """([way, content]) => {
            const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0))
            const data = new DataTransfer()
            data.items.add(new File([bytes], "seven.png", { type: "image/png" }))
            const options = { bubbles: true, cancelable: true }
            const target = document.querySelector("#sketchpad canvas")
            target.dispatchEvent(way === "paste"
                ? new ClipboardEvent("paste", { ...options, clipboardData: data })
                : new DragEvent("drop", { ...options, dataTransfer: data }))
        }""",
        [way, base64.b64encode(seven_file.read_bytes()).decode()],
    )
    page.wait_for_function("() => document.querySelector('#sketchpad .hint').hidden")
    assert_follows(page, exhibition)


def test_a_file_that_is_no_picture_gets_a_sentence_and_changes_nothing(page, tmp_path):
    before = settle(page)
    wrong = tmp_path / "digit.png"
    wrong.write_text("%PDF-1.7 in disguise")
    page.set_input_files("#sketchpad input[type=file]", wrong)
    page.locator("#sketchpad .note", has_text="picture").wait_for()
    assert settle(page) == before


def test_a_file_that_is_too_large_is_refused_before_it_is_decoded(page, tmp_path):
    before = settle(page)
    large = tmp_path / "large.png"
    large.write_bytes(bytes(20_000_001))
    page.set_input_files("#sketchpad input[type=file]", large)
    page.locator("#sketchpad .note", has_text="too large").wait_for()
    assert settle(page) == before
    draw(page, ONE)
    assert page.locator("#sketchpad .note").text_content() == ""


def test_the_drawing_outlives_a_reload_when_the_storage_is_full(page):
    settle(page)
    for _ in range(2):
        draw(page, SEVEN, steps=20)
    press(page, "Clear the paper")
    page.evaluate(
        """() => {
            const setItem = Storage.prototype.setItem
            Storage.prototype.setItem = function (key, value) {
                if (value.length > 1000) throw new DOMException("full", "QuotaExceededError")
                setItem.call(this, key, value)
            }
        }"""
    )
    draw(page, ONE)
    drawn = ink(page)
    page.reload()
    page.wait_for_selector(PAPER)
    settle(page)
    assert np.abs(ink(page) - drawn).mean() < 0.001


def test_the_drawing_stays_when_tabs_change(page, exhibition):
    settle(page)
    draw(page, SEVEN)
    before = settle(page)
    page.get_by_role("tab", name="Latent space").click()
    page.get_by_role("tab", name="Draw").click()
    assert settle(page) == before


def test_everything_but_the_free_drawing_works_from_the_keyboard(page, seven_file):
    settle(page)
    page.locator(PAPER).focus()
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.ariaLabel"))
        if reached[-1] in ("Pen", "Eraser", "Thin line", "Thick line"):
            page.keyboard.press("Space")
            assert page.evaluate("document.activeElement.ariaPressed") == "true"
        elif reached[-1] == "Clear the paper":
            page.keyboard.press("Enter")
            assert not ink(page).any()
        elif reached[-1] == "Which test digit":
            before = settle(page)
            page.keyboard.press("3")
            wait_for_change(page, PAPER, before[0])
        elif reached[-1] == "Next test digit":
            before = settle(page)
            page.keyboard.press("Enter")
            wait_for_change(page, PAPER, before[0])
            with page.expect_file_chooser() as chooser:
                page.keyboard.press("Tab")
                page.keyboard.press("Enter")
            break
    widths = ["Thin line", "Medium line, as in MNIST", "Thick line"]
    sources = ["Which test digit", "Next test digit"]
    assert reached == ["Pen", "Eraser", *widths, "Clear the paper", *sources]  # nothing to undo

    before = settle(page)
    chooser.value.set_files(seven_file)
    wait_for_change(page, PAPER, before[0])
    with_file = settle(page)
    for keys, expected in (
        ("Control+z", before),
        ("Control+Shift+z", with_file),
        ("Meta+z", before),
        ("Meta+Shift+Z", with_file),
    ):
        page.keyboard.press(keys)
        assert settle(page) == expected


def test_each_button_and_picture_has_a_name(page):
    settle(page)
    names = [
        element.get_attribute("aria-label") or element.text_content()
        for element in page.locator("#sketchpad, .path").locator("button, select, canvas").all()
    ]
    assert len(names) == len(set(names)) > 20
    assert all(len(name.strip()) > 2 for name in names)
