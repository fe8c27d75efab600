"""64 numbers by their principal directions, in a real browser: equal to what latent.py gives."""

import numpy as np
import pytest
import torch
from page_actions import ONE, draw, ink, pixels, press, wait_for_change

from autoencoder.data import to_unit

PLACE = "#principal-directions"
ORIGINAL, WHOLE, STEERED = (f"{PLACE} .{name}" for name in ("original", "whole", "steered"))

IN_PAGE = """
async ({ codes, scores, keep }) => {
    const page = (path) => import(new URL(path, document.baseURI))
    const module = await page("web/model/principal_directions.js")
    const directions = await module.loadPrincipalDirections()
    return {
        shares: directions.shares(),
        scores: codes.map(code => directions.scores(code)),
        codes: scores.map(one => directions.code(one, keep)),
    }
}
"""


def open_directions(page) -> None:
    page.get_by_role("tab", name="Decode").click()
    page.locator(f"{PLACE} .result", has_text="All directions are kept").wait_for()


def becomes(page, canvas: str, wanted: str) -> None:
    page.wait_for_function(
        "([canvas, wanted]) => document.querySelector(canvas).toDataURL() === wanted",
        arg=[canvas, wanted],
    )


@pytest.mark.parametrize("keep", [1, 6, 64])
def test_scores_and_codes_are_those_of_python(page, demo_data, keep):
    directions, codes = demo_data.directions, demo_data.conv.codes[:50]
    scores = directions.scores(codes)
    sent = {"codes": codes.tolist(), "scores": scores.tolist(), "keep": keep}
    found = page.evaluate(IN_PAGE, sent)
    np.testing.assert_allclose(found["shares"], directions.shares, atol=1e-12)
    np.testing.assert_allclose(found["scores"], scores, atol=1e-9)
    np.testing.assert_allclose(found["codes"], directions.codes(scores, keep), atol=1e-5)


def test_directions_along_which_nothing_differs_break_nothing(page):
    scores, code, shares = page.evaluate(
        """async () => {
            const page = (path) => import(new URL(path, document.baseURI))
            const { PrincipalDirections } = await page("web/model/principal_directions.js")
            const mean = Float64Array.of(1, 2)
            const flat = new PrincipalDirections(
                mean, Float64Array.of(1, 0, 0, 1), new Float64Array(2))
            return [flat.scores([5, 7]), flat.code([3, 3], 2), flat.shares()]
        }"""
    )
    assert (scores, code, shares) == ([0, 0], [1, 2], [0, 0])


def test_a_digit_is_steered_along_its_directions(page, demo_data):
    open_directions(page)
    assert pixels(page, STEERED) == pixels(page, WHOLE)
    old = pixels(page, STEERED)
    slider = page.locator(f"{PLACE} .sliders input").first
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    wait_for_change(page, STEERED, old)
    page.get_by_role("button", name="Undo the changes").click()
    becomes(page, STEERED, old)
    keep = page.get_by_label("How many directions are kept")
    keep.focus()
    keep.press("Home")
    page.locator(".result", has_text="1 direction carries").wait_for()
    wait_for_change(page, STEERED, old)
    assert page.locator(f"{PLACE} .sliders input").nth(1).is_disabled()
    assert page.locator(PLACE).get_by_role("button", name="Another").is_disabled()
    drawn = pixels(page, ORIGINAL)
    page.locator(f"{PLACE} select").select_option("8")
    wait_for_change(page, ORIGINAL, drawn)


def test_without_a_drawing_it_starts_at_a_test_digit(page, demo_data):
    press(page, "Clear the paper")
    open_directions(page)
    image = to_unit(demo_data.digits.images[2, 0])
    np.testing.assert_allclose(ink(page, ORIGINAL), image, atol=1e-9)


def test_its_digit_is_the_newest_drawing(page):
    open_directions(page)
    original = pixels(page, ORIGINAL)
    page.get_by_role("tab", name="Draw").click()
    draw(page, ONE)
    page.get_by_role("tab", name="Decode").click()
    wait_for_change(page, ORIGINAL, original)


def test_what_is_kept_and_changed_is_decoded_as_in_python(page, demo_data):
    open_directions(page)
    directions, model = demo_data.directions, demo_data.conv.model
    image = to_unit(demo_data.digits.images[0, 0])  # which is on the paper
    np.testing.assert_allclose(ink(page, ORIGINAL), image, atol=1e-9)
    shares = page.locator(f"{PLACE} .sliders label .small").all_inner_texts()
    assert [float(text.removesuffix(" %")) for text in shares] == pytest.approx(
        (100 * directions.shares[:6]).tolist(), abs=0.51
    )
    page.get_by_label("How many directions are kept").fill("20")
    page.get_by_label("Direction 2,").fill("-3")
    page.locator(".result", has_text="20 directions carry").wait_for()
    page.locator(f"{PLACE} .sliders output", has_text="\N{MINUS SIGN}3.0").wait_for()
    moved = [float(s.input_value()) for s in page.locator(f"{PLACE} .sliders input").all()]
    with torch.inference_mode():
        scores = directions.scores(model.encode(image[None, None]))
        own = scores[0, :6].tolist()
        assert moved == pytest.approx([own[0], -3, *own[2:]], abs=0.051)
        scores[0, :6] = torch.tensor(moved)
        rebuilt = model.decode(directions.codes(scores, 20))[0, 0]
    np.testing.assert_allclose(ink(page, STEERED), rebuilt, atol=1.01 / 255)
    text = page.locator(f"{PLACE} .result").inner_text()
    error = (rebuilt - image).square().mean().item()
    assert text.startswith(f"Error to the digit: {error:.4f}. 20 directions carry")
    assert f"{100 * directions.shares[:20].sum():.0f} %" in text
