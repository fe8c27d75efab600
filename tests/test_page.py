"""The page in a real browser: every tab opens, and answers what a visitor does."""

import io

import numpy as np
import pytest
from page_actions import PAPER, REBUILT, SEEN, settle
from PIL import Image


def pixels(page, selector: str) -> str:
    """What a picture on the page shows, as text that differs if the picture does."""
    return page.eval_on_selector(
        selector,
        """element => {
            if (element instanceof HTMLCanvasElement) return element.toDataURL()
            return element.src
        }""",
    )


def test_a_stroke_changes_both_reconstructions(page):
    shown = ["#dense-reconstruction", "#conv-reconstruction"]
    pictures = [f"{element} :is(canvas, img)" for element in shown]
    page.wait_for_selector(pictures[1])
    before = [pixels(page, picture) for picture in pictures]
    box = page.locator("#sketchpad canvas").first.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.7 * box["height"], steps=10)
    page.mouse.up()
    for picture, old in zip(pictures, before, strict=True):
        page.wait_for_function(
            """([selector, old]) => {
                const element = document.querySelector(selector)
                return (element.src ?? element.toDataURL()) !== old
            }""",
            arg=[picture, old],
        )


def test_a_slider_changes_the_decoded_digit(page):
    page.get_by_role("tab", name="Decode").click()
    picture = "#decoder :is(canvas, img)"
    page.wait_for_selector(picture)
    before = pixels(page, picture)
    slider = page.locator("#decoder input[type=range]").first
    slider.focus()
    for _ in range(20):
        slider.press("ArrowRight")
    page.wait_for_function(
        """([selector, old]) => {
            const element = document.querySelector(selector)
            return (element.src ?? element.toDataURL()) !== old
        }""",
        arg=[picture, before],
    )


def test_gradios_own_ways_to_other_pages_are_not_shown(page):
    for shown in (".nav-holder", "footer .show-api"):
        assert not page.locator(shown).first.is_visible()
    assert page.get_by_role("button", name="Settings").is_visible()


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
