"""The walk in a real browser: its steps are those of latent.py, and the GIF shows them."""

import copy
import io

import numpy as np
import pytest
from page_actions import ONE, PAPER, draw, ink, pixels, press, wait_for_change
from PIL import Image

from autoencoder.latent import cross_fade, walk

ROWS = ("dense", "conv", "pixels")


def open_walk(page) -> None:
    """Opens the tab, and waits until the first walk is there."""
    page.get_by_role("tab", name="Decode").click()
    page.locator("#walk .end b", has_text="test digit 7").wait_for()


def rows_of(demo_data, start: int, end: int) -> np.ndarray:
    """What Python makes of the walk between two test digits, (3, 12, 28, 28)."""
    ends = demo_data.digits.images[[start, end], 0] / 255
    dense, conv = demo_data.dense.model, demo_data.conv.model
    return np.stack([walk(dense, *ends), walk(conv, *ends), cross_fade(*ends)])


def from_cross_fade(images: np.ndarray) -> float:
    """How far a walk is at most from a fade of its ends, as a share of what those differ by."""
    shares = np.linspace(0, 1, len(images))[:, None, None]
    fade = images[0] * (1 - shares) + images[-1] * shares
    most = np.square(images - fade).mean(axis=(1, 2)).max()
    return float((most / np.square(images[0] - images[-1]).mean()) ** 0.5)


def save(page, path) -> Image.Image:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as GIF").click()
    assert download.value.suggested_filename == "walk.gif"
    download.value.save_as(path)
    return Image.open(io.BytesIO(path.read_bytes()))


def test_each_step_is_that_of_python(page, demo_data):
    pairs = [(4, 7), (0, 1), (3, 3)]
    ends = demo_data.digits.images[np.ravel(pairs), 0].flatten(1).double() / 255
    found = page.evaluate(
        """async (ends) => {
            const page = (path) => import(new URL(path, document.baseURI))
            const { loadAutoencoder } = await page("web/model/autoencoder.js")
            const { walk, crossFade } = await page("web/model/walk.js")
            const models = [await loadAutoencoder("dense"), await loadAutoencoder("conv")]
            const images = ends.map(end => Float32Array.from(end))
            return [0, 2, 4].map(i => [
                ...models.map(model => walk(model, images[i], images[i + 1], 12)),
                crossFade(images[i], images[i + 1], 12),
            ].map(row => row.map(image => [...image])))
        }""",
        ends.tolist(),
    )
    found = np.reshape(found, (3, 3, 12, 28, 28))
    models = [
        copy.deepcopy(model).double() for model in (demo_data.dense.model, demo_data.conv.model)
    ]
    for steps, pair in zip(found, ends.reshape(3, 2, 28, 28), strict=True):
        for row, model in zip(steps, models, strict=False):
            np.testing.assert_allclose(row, walk(model, *pair), rtol=0, atol=1e-5)
        np.testing.assert_allclose(steps[2], cross_fade(*pair), rtol=0, atol=1e-6)


def test_a_walk_is_chosen_shown_and_played(page, demo_data):
    open_walk(page)
    rows = rows_of(demo_data, 0, 7)  # what is on the paper, and the first 9
    for row, name in zip(rows, ROWS, strict=True):
        strip = row.transpose(1, 0, 2).reshape(28, -1)
        np.testing.assert_allclose(ink(page, f"#walk .{name}"), strip, atol=1.01 / 255)
    said = page.locator("#walk .said").inner_text()
    few, many = (f"{100 * from_cross_fade(row):.0f} %" for row in rows[:2])
    assert f"by at most {few} of what those differ by; through 64 numbers, by {many}." in said
    codes = cross_fade(*demo_data.dense.codes[[4, 7]])
    latent = demo_data.latent
    places = [latent.whereabouts(code) for code in codes]
    near = sum(place.distance <= latent.usual_gap for place in places)
    assert said.startswith(f"Through 3 numbers, {near} of 12 steps lie as near")

    before = [pixels(page, f"#walk .{name}") for name in ROWS]
    page.get_by_label("Digit at the start").select_option("2")
    for name, old in zip(ROWS, before, strict=True):
        wait_for_change(page, f"#walk .{name}", old)
    page.locator("#walk .end b", has_text="test digit 1").wait_for()  # the first 2
    assert page.locator("#walk").get_by_role("button", name="Another").first.is_enabled()
    dense = pixels(page, "#walk .dense")
    page.locator("#walk").get_by_role("button", name="Another").nth(1).click()
    wait_for_change(page, "#walk .dense", dense)
    dense = pixels(page, "#walk .dense")
    page.get_by_label("Digit at the end").select_option("drawing")
    wait_for_change(page, "#walk .dense", dense)
    assert page.locator("#walk .end b").nth(1).inner_text() == "on the paper"
    assert page.locator("#walk").get_by_role("button", name="Another").nth(1).is_disabled()

    now = pixels(page, "#walk .now canvas")
    page.locator("#walk").get_by_role("button", name="Play").click()
    wait_for_change(page, "#walk .now canvas", now)
    page.locator("#walk").get_by_role("button", name="Stop").click()
    strip = page.locator("#walk .strip").nth(2)
    box = strip.bounding_box()
    strip.hover(position={"x": box["width"] * 11.5 / 12, "y": box["height"] / 2})
    shown = ink(page, "#walk .line:last-child .now canvas")
    np.testing.assert_allclose(shown, ink(page, "#walk .pixels")[:, 11 * 28 :], atol=1e-9)


def test_two_ends_of_the_same_kind_are_two_digits(page):
    open_walk(page)
    for place in ("start", "end"):
        page.get_by_label(f"Digit at the {place}").select_option("4")
    page.locator("#walk .end b", has_text="test digit 6").wait_for()  # the second 4
    assert page.locator("#walk .end b").first.inner_text() == "test digit 4"


def test_without_a_drawing_it_starts_at_a_test_digit(page):
    press(page, "Clear the paper")
    page.get_by_role("tab", name="Decode").click()
    page.locator("#walk .end b", has_text="test digit 7").wait_for()
    assert page.locator("#walk .end b").first.inner_text() == "test digit 4"


def test_a_changed_drawing_is_walked_to(page):
    open_walk(page)
    page.get_by_label("Digit at the end").select_option("drawing")
    page.locator("#walk .end:nth-child(2) b", has_text="on the paper").wait_for()
    strip, end = pixels(page, "#walk .dense"), pixels(page, "#walk .end:nth-child(2) canvas")
    page.get_by_role("tab", name="Draw").click()
    page.locator(PAPER).scroll_into_view_if_needed()
    draw(page, ONE)
    page.get_by_role("tab", name="Decode").click()
    wait_for_change(page, "#walk .dense", strip)
    wait_for_change(page, "#walk .end:nth-child(2) canvas", end)


def test_the_gif_shows_the_walk_there_and_back(page, demo_data, tmp_path):
    open_walk(page)
    rows = rows_of(demo_data, 0, 7)
    with save(page, tmp_path / "walk.gif") as gif:
        assert gif.format == "GIF"
        assert gif.size == (440, 156)
        assert gif.n_frames == 22
        assert gif.info["loop"] == 0  # for ever
        for frame, step in enumerate([*range(12), *range(10, 0, -1)]):
            gif.seek(frame)
            assert gif.info["duration"] == 160
            grey = np.asarray(gif.convert("L"))
            for i, images in enumerate(rows):
                digit = grey[16:, 150 * i : 150 * i + 140]
                expected = np.kron(255 * (1 - images[step]), np.ones((5, 5)))
                np.testing.assert_allclose(digit, expected, atol=1.01)
                name = grey[:16, 150 * i : 150 * i + 140]
                assert name.min() < 150  # there is a name above
            assert (grey[16:, 140:150] == 255).all()  # between two digits


def test_a_browser_that_gives_back_noise_loses_only_the_names(page, demo_data, tmp_path):
    page.add_init_script(
        """const { getImageData } = CanvasRenderingContext2D.prototype
        CanvasRenderingContext2D.prototype.getImageData = function(...place) {
            const image = getImageData.apply(this, place)
            for (let i = 0; i < image.data.length; i++) image.data[i] = 256 * Math.random()
            return image
        }"""
    )
    page.reload()
    open_walk(page)
    rows = rows_of(demo_data, 0, 7)
    with save(page, tmp_path / "walk.gif") as gif:
        assert gif.n_frames == 22
        gif.seek(5)
        grey = np.asarray(gif.convert("L"))
        for i, images in enumerate(rows):
            expected = 255 * (1 - images[5])
            np.testing.assert_allclose(grey[18::5, 150 * i + 2 :: 5][:, :28], expected, atol=1.01)
        assert (grey[:16] == 255).all()


@pytest.mark.parametrize("end", ["4", "drawing"])
def test_a_walk_that_stands_still_is_saved_too(page, tmp_path, end):
    open_walk(page)
    for place in ("start", "end"):
        page.get_by_label(f"Digit at the {place}").select_option(end)
    with save(page, tmp_path / "walk.gif") as gif:
        gif.verify()
