"""What the tests of the page do and see in the real browser."""

import base64
import io
from contextlib import contextmanager

import numpy as np
import torch
from PIL import Image

from autoencoder.drawing import prepare_digit

PAPER = "#sketchpad canvas"
SEEN = "#model-input canvas"
REBUILT = ("#dense-reconstruction canvas", "#conv-reconstruction canvas")
SEVEN = [(0.25, 0.25), (0.75, 0.25), (0.45, 0.85)]
ONE = [(0.5, 0.15), (0.5, 0.85)]


@contextmanager
def opened_page(browser, address, **options):
    """The page in a context of its own; at the end `page.errors`, the console's, must be empty."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
    page = context.new_page()
    page.errors = []
    page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    try:
        page.goto(address)
        page.wait_for_selector(PAPER)
        yield page
    finally:
        context.close()
    assert page.errors == []


def models_are_here(page):
    """Until both models rebuild what is drawn, and the page can say how well they do."""
    page.locator("#reconstruction [aria-busy=false]").wait_for(state="attached")


def paper_is_empty(page):
    """Until what was on the paper is gone, as a question of the lesson begins on an empty one."""
    page.locator(".words", has_text="Nothing to rebuild yet").first.wait_for()


def draw(page, points, steps=8):
    """One stroke of the mouse; `points` are shares of the paper's side."""
    page.mouse.move(*on_paper(page, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*on_paper(page, *point), steps=steps)
    page.mouse.up()


def on_paper(page, x: float, y: float) -> tuple[float, float]:
    """Where on the page a place of the paper is."""
    box = page.locator(PAPER).bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def pixels(page, canvas: str) -> str:
    return page.eval_on_selector(canvas, "canvas => canvas.toDataURL()")


def ink_of(data_url: str) -> np.ndarray:
    image = Image.open(io.BytesIO(base64.b64decode(data_url.partition(",")[2])))
    return np.asarray(image.convert("RGBA"))[..., 3] / 255


def ink(page, canvas: str = PAPER) -> np.ndarray:
    """What a canvas shows, (H, W) in [0, 1]."""
    return ink_of(pixels(page, canvas))


def settle(page) -> tuple[str, ...]:
    """Waits until the pictures stay as they are; returns the paper and all that is shown of it."""
    return tuple(
        page.evaluate(
            """async (selectors) => {
                const read = () => selectors.map((s) => document.querySelector(s).toDataURL());
                let seen = [];
                let since = performance.now();
                while (performance.now() - since < 300) {
                    const now = read();
                    if (now.some((picture, i) => picture !== seen[i])) since = performance.now();
                    seen = now;
                    await new Promise((resolve) => setTimeout(resolve, 50));
                }
                return seen;
            }""",
            [PAPER, SEEN, *REBUILT],
        )
    )


def wait_for_change(page, canvas: str, before: str):
    """Until a canvas shows something else than what `pixels` gave of it before."""
    page.wait_for_function(
        "([canvas, before]) => document.querySelector(canvas).toDataURL() !== before",
        arg=[canvas, before],
    )


def press(page, name: str):
    page.locator("#sketchpad").get_by_role("button", name=name, exact=True).click()


def prepared_digit(page) -> np.ndarray | None:
    """The image (28, 28) that the sketchpad has told the page; None if the paper is empty."""
    image = page.evaluate(
        """async () => {
            const { drawing } = await import(new URL("web/shared/state.js", document.baseURI))
            const frame = () => new Promise(requestAnimationFrame)
            await frame() // a drawing is prepared at most once a frame
            await frame()
            return drawing.value && [...drawing.value.image]
        }"""
    )
    return None if image is None else np.array(image, np.float32).reshape(28, 28)


@torch.inference_mode()
def assert_follows(page, demo_data):
    """The page shows what Python prepares of the paper, and what both models make of that."""
    settle(page)
    image = prepared_digit(page)
    # The paper has as many pixels as the screen, so the box differs by one of 28 at most.
    assert np.abs(prepare_digit(ink(page)).image - image).mean() < 0.05
    np.testing.assert_allclose(ink(page, SEEN), image, atol=1 / 255)
    for canvas, name in zip(REBUILT, ("dense", "conv"), strict=True):
        expected = getattr(demo_data.reconstruct, name)(torch.from_numpy(image)[None, None])
        np.testing.assert_allclose(ink(page, canvas), expected[0, 0], atol=1.5 / 255)


def wait_for_what_is_fetched_ahead(page):
    """Until all is there that the page fetches while the hand rests."""
    last = "web/components/sketchpad/in_address.js"
    page.wait_for_function(
        """last => performance.getEntriesByType("resource")
            .some(({ name }) => name.endsWith(last))""",
        arg=last,
        timeout=60_000,
    )
    # and all that it imports
    page.evaluate("async last => void await import(new URL(last, document.baseURI))", last)
