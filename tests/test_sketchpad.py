"""The sketchpad in a real browser: what hands, keys and files do is on the paper and counts."""

import base64
import io
import sys
import zlib

import numpy as np
import pytest
from conftest import ROOT
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
    models_are_here,
    on_paper,
    pixels,
    prepared_digit,
    press,
    settle,
    wait_for_change,
)
from PIL import Image

from autoencoder.drawing import find_ink, prepare_digit, read_image

sys.path.insert(0, str(ROOT / "scripts"))
from simulated_pictures import enlarge, photograph

ODD = "Something that the models have never seen"


@pytest.fixture
def seven_file(demo_data, tmp_path):
    """A test digit as a large dark-on-light picture."""
    path = tmp_path / "seven.png"
    digit = Image.fromarray(255 - demo_data.digits.images[0, 0].numpy())
    digit.resize((600, 600), Image.Resampling.BICUBIC).save(path)
    return path


# ---- the pad ----


def test_on_opening_a_test_digit_is_drawn_and_rebuilt(page, demo_data):
    settle(page)
    assert ink(page).any()
    original = demo_data.digits.images[0, 0].numpy() / 255
    assert np.abs(ink(page, SEEN) - original).mean() < 0.02
    assert_follows(page, demo_data)
    assert page.locator(".verdict .words", has_text="of MNIST's test digits").count() == 2


def test_both_models_follow_the_mouse(page, demo_data):
    first = settle(page)
    draw(page, SEVEN)
    assert all(now != old for now, old in zip(settle(page), first, strict=True))
    assert_follows(page, demo_data)


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


def test_touch_draws_and_does_not_scroll(browser, server, demo_data):
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

    touch("touchStart", 100, 260)
    for step in range(20):
        touch("touchMove", 100, 260 - 9 * step)
    touch("touchEnd")
    assert np.abs(ink(page) - before).any()
    assert page.evaluate("window.scrollY") == 0
    assert_follows(page, demo_data)
    context.close()


def test_a_stylus_draws(page, demo_data):
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
    assert_follows(page, demo_data)


def test_undo_redo_clear_and_eraser(page, demo_data):
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
    assert_follows(page, demo_data)

    press(page, "Clear the paper")
    settle(page)
    assert not any(ink(page, canvas).any() for canvas in (PAPER, SEEN, *REBUILT))
    press(page, "Undo")
    assert ink(page).any()
    assert_follows(page, demo_data)


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


def test_a_test_digit_of_a_chosen_class(page, demo_data):
    settle(page)
    before = settle(page)
    page.get_by_label("Which test digit").select_option("3")
    wait_for_change(page, PAPER, before[0])
    settle(page)
    threes = demo_data.digits.images[demo_data.digits.labels == 3] / 255
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


def test_upload(page, seven_file, demo_data):
    settle(page)
    press(page, "Clear the paper")
    before = pixels(page, PAPER)
    page.set_input_files("#sketchpad input[type=file]", seven_file)
    wait_for_change(page, PAPER, before)
    settle(page)
    original = demo_data.digits.images[0, 0].numpy() / 255
    assert np.abs(ink(page, SEEN) - original).mean() < 0.05
    press(page, "Undo")
    assert not ink(page).any()


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_paste_and_drop(page, seven_file, demo_data, way):
    settle(page)
    press(page, "Clear the paper")
    before = pixels(page, PAPER)
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
    wait_for_change(page, PAPER, before)
    assert_follows(page, demo_data)


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


def test_the_drawing_stays_when_tabs_change(page, demo_data):
    settle(page)
    draw(page, SEVEN)
    before = settle(page)
    page.get_by_role("tab", name="Latent space").click()
    page.get_by_role("tab", name="Draw").click()
    assert settle(page) == before


def test_everything_but_the_free_drawing_works_from_the_keyboard(page, seven_file):
    page.on("filechooser", lambda _: None)  # from now on there is no dialog of the browser's
    settle(page)
    page.get_by_role("tab").last.focus()
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
        elif reached[-1] == ODD:
            with page.expect_file_chooser() as chooser:
                page.keyboard.press("Tab")
                page.keyboard.press("Enter")
            break
    widths = ["Thin line", "Medium line, as in MNIST", "Thick line"]
    sources = ["Which test digit", "Next test digit", ODD]
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
        for element in page.locator("#sketchpad, #reconstruction")
        .locator("button:visible, select, canvas:not([aria-hidden])")
        .all()
    ]
    assert len(names) == len(set(names)) > 20
    assert all(len(name.strip()) > 2 for name in names)


# ---- hands ----


def middle_of(image: np.ndarray) -> tuple[float, float]:
    """x and y of the ink, as shares of the paper's side."""
    y, x = np.nonzero(image > 0.5)
    return (x.mean() / len(image), y.mean() / len(image))


def test_a_click_draws_a_dot_that_counts(page):
    press(page, "Clear the paper")
    page.mouse.click(*on_paper(page, 0.3, 0.6))
    assert middle_of(ink(page)) == pytest.approx((0.3, 0.6), abs=0.01)
    assert prepared_digit(page)[9:19, 9:19].mean() > 0.95
    page.mouse.click(*on_paper(page, 0.7, 0.6))
    press(page, "Undo")
    assert middle_of(ink(page)) == pytest.approx((0.3, 0.6), abs=0.01)
    press(page, "Undo")
    assert prepared_digit(page) is None


def test_a_tap_draws_a_dot_that_counts(browser, server):
    context = browser.new_context(
        viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector(PAPER)
    settle(page)
    page.touchscreen.tap(*on_paper(page, 0.3, 0.6))
    assert middle_of(ink(page)) == pytest.approx((0.3, 0.6), abs=0.02)
    assert prepared_digit(page)[9:19, 9:19].mean() > 0.95
    context.close()


def test_a_stroke_over_selected_text_is_drawn_to_its_end(page):
    press(page, "Clear the paper")
    page.keyboard.press("Control+a")
    assert page.evaluate("getSelection().toString().length") > 100
    draw(page, [(0.1, 0.5), (0.9, 0.5)], steps=20)
    drawn = np.flatnonzero((ink(page) > 0.5).any(axis=0)) / len(ink(page))
    assert (drawn[0], drawn[-1]) == pytest.approx((0.06, 0.94), abs=0.02)


def test_a_stroke_ends_with_its_button_whatever_the_others_do(page):
    press(page, "Clear the paper")
    page.mouse.move(*on_paper(page, 0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*on_paper(page, 0.4, 0.2), steps=4)
    page.mouse.down(button="right")
    page.mouse.move(*on_paper(page, 0.6, 0.2), steps=4)
    page.mouse.up(button="left")
    drawn = ink(page)
    assert (drawn[int(0.2 * len(drawn)), int(0.2 * len(drawn)) : int(0.6 * len(drawn))] == 1).all()
    page.mouse.move(*on_paper(page, 0.6, 0.8), steps=4)
    page.mouse.up(button="right")
    page.mouse.move(*on_paper(page, 0.2, 0.8), steps=4)
    assert (ink(page) == drawn).all()


def test_a_stroke_ends_when_the_browser_takes_the_pointer_away(page):
    """As a menu does, after which no button's release is told."""
    press(page, "Clear the paper")
    page.evaluate(
        """() => document.querySelector("#sketchpad canvas")
            .addEventListener("pointerdown", event => { window.pointer = event.pointerId })"""
    )
    page.mouse.move(*on_paper(page, 0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*on_paper(page, 0.4, 0.2), steps=4)
    page.eval_on_selector(PAPER, "canvas => canvas.releasePointerCapture(window.pointer)")
    page.mouse.move(*on_paper(page, 0.4, 0.3))  # only now the browser tells of it
    drawn = ink(page)
    page.mouse.move(*on_paper(page, 0.4, 0.8), steps=4)
    page.mouse.up()
    assert (ink(page) == drawn).all()
    draw(page, [(0.5, 0.6), (0.8, 0.6)])
    assert ink(page).sum() > 1.5 * drawn.sum()


def test_no_menu_comes_up_while_the_pen_is_down(page):
    page.evaluate(
        """() => document.addEventListener("contextmenu", event => {
            window.menu = !event.defaultPrevented
        })"""
    )
    page.mouse.move(*on_paper(page, 0.2, 0.2))
    page.mouse.down()
    page.mouse.click(*on_paper(page, 0.4, 0.2), button="right")
    assert page.evaluate("window.menu") is False
    page.mouse.up()
    page.mouse.click(*on_paper(page, 0.4, 0.2), button="right")
    assert page.evaluate("window.menu") is True


def stroke_end(image: np.ndarray) -> tuple[float, float]:
    """x and y of the ink that lies farthest to the right."""
    y, x = np.nonzero(image > 0.5)
    return x.max() / len(image), y[x == x.max()].mean() / len(image)


def test_the_ink_stays_under_the_pointer_when_the_page_is_scrolled(page):
    page.set_viewport_size({"width": 1280, "height": 500})
    press(page, "Clear the paper")
    page.evaluate("scrollTo(0, 0)")
    side = page.locator(PAPER).bounding_box()["width"]
    x, y = on_paper(page, 0.2, 0.3)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.wheel(0, 60)
    page.wait_for_function("scrollY === 60")
    page.mouse.move(x + 0.5 * side, y, steps=4)
    page.mouse.up()
    assert stroke_end(ink(page)) == pytest.approx((0.7, 0.3 + 60 / side), abs=0.06)


def test_clear_while_the_pen_is_down_ends_the_stroke(page):
    settle(page)
    page.mouse.move(*on_paper(page, 0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*on_paper(page, 0.4, 0.2), steps=4)
    page.get_by_role("button", name="Clear the paper").focus()
    page.keyboard.press("Enter")
    page.mouse.move(*on_paper(page, 0.4, 0.8), steps=4)
    page.mouse.up()
    assert not ink(page).any()
    assert prepared_digit(page) is None
    press(page, "Undo")
    assert ink(page).any()
    draw(page, ONE)
    settle(page)
    assert prepared_digit(page).any()


def press_key(page, key: str, code: str, shift: bool = False):
    """A key with Ctrl, on a keyboard where it has another letter than on an English one."""
    session = page.context.new_cdp_session(page)
    modifiers = 2 + 8 * shift
    for kind in ("rawKeyDown", "keyUp"):
        event = {"type": kind, "key": key, "code": code, "modifiers": modifiers}
        session.send("Input.dispatchKeyEvent", event)


@pytest.mark.parametrize(
    ("undo", "redo"),
    [
        (("z", "KeyZ", False), ("y", "KeyY", False)),
        (("z", "KeyY", False), ("y", "KeyZ", False)),  # German
        (("\N{CYRILLIC SMALL LETTER YA}", "KeyZ", False),) * 2,
        (("\N{GREEK SMALL LETTER ZETA}", "KeyZ", False),) * 2,
    ],
    ids=["English", "German", "Russian", "Greek"],
)
def test_undo_and_redo_on_other_keyboards(page, undo, redo):
    if undo == redo:
        redo = (redo[0].upper(), redo[1], True)
    settle(page)
    before = ink(page)
    draw(page, SEVEN)
    after = ink(page)
    press_key(page, *undo)
    assert (ink(page) == before).all()
    press_key(page, *redo)
    assert (ink(page) == after).all()


def test_a_browser_that_tells_only_the_last_of_several_moves(page):
    page.evaluate("PointerEvent.prototype.getCoalescedEvents = () => []")
    press(page, "Clear the paper")
    draw(page, ONE)
    assert ink(page).any()


def test_a_small_drawing_is_seen_as_if_it_had_been_drawn_larger(page):
    two = [(0.1, 0.2), (0.4, 0), (0.8, 0.05), (0.9, 0.3), (0.1, 1), (0.5, 0.95), (0.9, 1)]
    widths = []
    for share in (0.5, 0.25, 0.125):
        press(page, "Clear the paper")
        draw(page, [(0.5 + share * (x - 0.5), 0.5 + share * (y - 0.5)) for x, y in two])
        settle(page)
        widths.append(stroke_width(prepared_digit(page)))
    assert widths == pytest.approx([widths[0]] * 3, rel=0.1)


def test_the_drawing_outlives_a_reload(page):
    settle(page)
    draw(page, SEVEN)
    page.get_by_label("Which test digit").select_option("3")
    page.wait_for_function("() => !document.querySelector('#sketchpad [data-do=undo]').disabled")
    press(page, "Eraser")
    draw(page, ONE)
    before = settle(page)
    page.reload()
    page.wait_for_selector(PAPER)
    models_are_here(page)
    assert settle(page) == before
    press(page, "Undo")
    press(page, "Redo")
    assert settle(page) == before


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "no JSON",
        "null",
        '{"steps": [], "done": 0}',
        '{"steps": [{"picture": "data:image/png;base64,AAAA", "example": true}], "done": 1}',
        '{"steps": [{"points": [0.1, null], "width": 0.1}], "done": 1}',
        '{"steps": [{"clear": true}], "done": 7}',
    ],
)
def test_what_was_stored_in_another_format_is_left_out(page, stored):
    opening = settle(page)
    page.evaluate(
        """stored => {
            for (const key of ["sketch", "drawing"]) sessionStorage.setItem(key, stored)
        }""",
        stored,
    )
    page.reload()
    page.wait_for_selector(PAPER)
    assert settle(page) == opening


def test_an_exception_in_another_component_is_reported_and_stops_nothing(page):
    settle(page)
    page.evaluate(
        """async () => {
            const { drawing } = await import(new URL("web/shared/state.js", document.baseURI))
            let times = 0
            drawing.subscribe(document.body, () => { if (times++) throw new Error("on purpose") })
        }"""
    )
    before = ink(page)
    draw(page, ONE)
    assert (ink(page) != before).any()
    press(page, "Undo")
    assert (ink(page) == before).all()
    page.wait_for_function("() => true")
    assert len(page.errors) > 1
    assert all("on purpose" in error for error in page.errors)
    page.errors.clear()


# ---- files of all kinds ----


def drop(page, *files, text: str = ""):
    """As the operating system drops them on the paper."""
    x, y = on_paper(page, 0.5, 0.5)
    items = [{"mimeType": "text/uri-list", "data": text}] if text else []
    data = {"items": items, "files": [str(file) for file in files], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": data})


def says(page, words: str):
    page.locator("#sketchpad .note", has_text=words).wait_for()


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


def saved(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"%PDF-1.7 in disguise", "not a whole picture"),
        (saved(Image.new("L", (280, 280)))[:60], "not a whole picture"),
        (vast_png(), "too many pixels; please shrink it"),
        (saved(Image.new("L", (5, 300))), "5x300 pixels is too narrow"),
        (saved(Image.new("L", (300, 200), 255)), "no digit to be seen"),
    ],
    ids=["empty", "PDF", "cut off", "vast", "narrow", "blank"],
)
def test_a_file_that_cannot_be_used_gets_a_sentence(page, tmp_path, content, words):
    before = settle(page)
    file = tmp_path / "digit.png"
    file.write_bytes(content)
    page.set_input_files("#sketchpad input[type=file]", file)
    says(page, words)
    assert settle(page) == before


def test_what_is_dropped_and_is_no_picture_gets_a_sentence(page, tmp_path):
    before = settle(page)
    drop(page, text="https://example.com/seven.png")
    says(page, "address, or text")
    drop(page, tmp_path)
    says(page, "This is a folder; please choose a picture in it.")
    assert settle(page) == before


def test_a_file_that_has_gone_meanwhile_gets_a_sentence(page, seven_file):
    before = settle(page)
    page.evaluate(
        """() => {
            const input = document.createElement("input")
            input.type = "file"
            input.id = "files"
            document.body.append(input)
        }"""
    )
    page.set_input_files("#files", seven_file)
    seven_file.unlink()
    page.evaluate(
        """() => {
            const dataTransfer = new DataTransfer()
            dataTransfer.items.add(document.querySelector("#files").files[0])
            document.querySelector("#sketchpad canvas").dispatchEvent(
                new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }))
        }"""
    )
    says(page, "This file can't be opened; please choose a picture again.")
    assert settle(page) == before


def test_a_file_is_dropped(page, seven_file, digits):
    before = settle(page)
    drop(page, seven_file)
    wait_for_change(page, PAPER, before[0])
    assert np.abs(prepared_digit(page) - digits.images[0, 0].numpy() / 255).mean() < 0.05


def test_a_photo_is_turned_as_its_exif_data_says(page, digits, tmp_path):
    random = np.random.default_rng(0)
    photo = Image.open(io.BytesIO(photograph(enlarge(digits.images[2, 0].numpy() / 255), random)))
    exif = photo.getexif()
    exif[0x0112] = 6  # to be turned clockwise
    turned = tmp_path / "photo.jpg"
    photo.transpose(Image.Transpose.ROTATE_90).save(turned, exif=exif, quality=95)
    before = settle(page)
    page.set_input_files("#sketchpad input[type=file]", turned)
    wait_for_change(page, PAPER, before[0])
    expected = prepare_digit(find_ink(read_image(turned))).image
    assert np.abs(prepared_digit(page) - expected).mean() < 0.03


def test_half_transparent_ink_is_seen(page, digits, tmp_path):
    ink_of_digit = enlarge(digits.images[2, 0].numpy().astype(np.float32) / 255)
    alpha = Image.fromarray(np.round(0.3 * 255 * ink_of_digit).astype(np.uint8))
    picture = Image.merge("RGBA", [Image.new("L", alpha.size, 30)] * 3 + [alpha])
    file = tmp_path / "ink.png"
    picture.save(file)
    before = settle(page)
    page.set_input_files("#sketchpad input[type=file]", file)
    wait_for_change(page, PAPER, before[0])
    assert np.abs(prepared_digit(page) - prepare_digit(ink_of_digit).image).mean() < 0.03


def test_where_canvases_read_back_as_noise_one_can_draw_but_use_no_photo(page, seven_file):
    """As Firefox does with privacy.resistFingerprinting."""
    press(page, "Clear the paper")
    draw(page, ONE)
    expected = prepared_digit(page)
    page.add_init_script(
        """for (const kind of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
            const { getImageData } = kind.prototype
            kind.prototype.getImageData = function (...place) {
                const pixels = getImageData.apply(this, place)
                crypto.getRandomValues(pixels.data.subarray(0, 65536))
                return pixels
            }
        }"""
    )
    page.reload()
    page.wait_for_selector(PAPER)
    np.testing.assert_array_equal(prepared_digit(page), expected)
    page.set_input_files("#sketchpad input[type=file]", seven_file)
    says(page, "allow this page to read canvases, or draw the digit")


def test_test_digits_that_cannot_be_fetched_are_tried_again(page, digits):
    before = settle(page)
    page.route("**/data/test_images*", lambda route: route.abort())
    page.get_by_label("Which test digit").select_option("3")
    says(page, "can't be fetched at the moment; please try again")
    page.unroute("**/data/test_images*")
    page.errors.clear()  # the browser's own line about the failure
    press(page, "Next test digit")
    wait_for_change(page, PAPER, before[0])
    first = digits.images[digits.labels == 3][0, 0].numpy() / 255
    np.testing.assert_allclose(prepared_digit(page), first, atol=1e-5)
