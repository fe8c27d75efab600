"""The Train tab in a real browser: a run from its first press to what becomes of the model."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from page_actions import ONE, draw, ink, models_are_here, pixels, prepared_digit, wait_for_change

from autoencoder import ConvAutoencoder, DenseAutoencoder
from autoencoder.checkpoints import CheckpointError
from autoencoder.data import to_unit
from autoencoder.demo_data import load_demo_data

RECIPE = Path(__file__).parent.parent / "autoencoder/demo/web/training/recipe.js"
TRAIN = "#train [data-do=train]"
ERROR = "#train output.error"
PROGRESS = "#train .progress"
SIZES = (1, 2, 3, 4, 8, 16, 32, 64)
SHORT = 12_800  # images of a whole run


def shorten(page, images: int) -> None:
    """Makes whole runs of so many images, in the tab and in its workers."""
    recipe = re.sub(r"images: [\d_]+", f"images: {images}", RECIPE.read_text("utf-8"))
    page.route(
        "**/training/recipe.js",
        lambda route: route.fulfill(body=recipe, content_type="text/javascript"),
    )


def open_tab(page) -> None:
    """Opens the tab, and waits until an untrained network is there."""
    page.get_by_role("tab", name="Train", exact=True).click()
    untrained(page)


def untrained(page) -> None:
    page.locator(PROGRESS, has_text=re.compile(r"^0 of .* images seen")).wait_for()


def seen(page, least: int) -> None:
    """Waits until the network has seen so many images."""
    page.wait_for_function(
        """([progress, least]) =>
            parseInt(document.querySelector(progress).textContent.replaceAll(",", "")) >= least""",
        arg=[PROGRESS, least],
    )


def error(page) -> float:
    return float(page.locator(ERROR).inner_text())


def trained(page, tap: bool = False) -> None:
    """A whole run."""
    button = page.locator(TRAIN)
    button.tap() if tap else button.click()
    page.locator(TRAIN, has_text="Train again").wait_for()


def rebuilt(page, digit: int) -> np.ndarray:
    """What the network makes of the example of a digit, (28, 28) in [0, 1]."""
    return ink(page, f"#train .ten > :nth-child({digit + 1}) .picture:last-child canvas")


def example(page, digit: int) -> np.ndarray:
    """How it goes in."""
    return ink(page, f"#train .ten > :nth-child({digit + 1}) .picture:not(:last-child) canvas")


def choose_size(page, size: int) -> None:
    """Waits until an untrained network with so many numbers is there."""
    page.locator("#train [name=size]").fill(str(SIZES.index(size)))
    page.locator("#train .from", has_text=f"from {size} number").wait_for()
    untrained(page)


def moment_of(page, images: int) -> None:
    page.get_by_label("Go back through the run").fill(str(images))


def settings(page) -> str:
    return page.locator("#train tbody tr").first.inner_text()


def test_its_digits_are_fetched_when_it_is_opened(page):
    names = 'performance.getEntriesByType("resource").map(({ name }) => name)'
    assert not [name for name in page.evaluate(names) if "train" in name]
    open_tab(page)
    assert sum("data/training_digits." in name for name in page.evaluate(names)) == 1


def test_before_the_first_press_all_is_there_but_what_is_learned(page):
    open_tab(page)
    assert error(page) > 0.15
    assert abs(rebuilt(page, 3).mean() - 0.5) < 0.2  # grey: it knows nothing
    texts = page.locator("#train .loss text").all_text_contents()
    assert "PCA with 3: 0.0513" in texts
    assert "this page's dense model: 0.0277" in texts
    assert page.locator("#train .names b").count() == 10


def test_a_whole_run_by_mouse(page, demo_data):
    shorten(page, SHORT)
    open_tab(page)
    before = [rebuilt(page, digit) for digit in range(10)]
    trained(page)
    assert 0.03 < error(page) < 0.07
    first = [int((demo_data.digits.labels == digit).nonzero()[0]) for digit in range(10)]
    images = to_unit(demo_data.digits.images[first]).squeeze(1).numpy()
    for digit in range(10):
        np.testing.assert_allclose(example(page, digit), images[digit], atol=1 / 255)
    after = [rebuilt(page, digit) for digit in range(10)]
    assert np.square(np.array(after) - images).mean() < 0.5 * np.square(before - images).mean()
    row = settings(page).split("\t")
    assert row[:5] == ["dense", "3", "20,000", "0.007", "0"]
    assert float(row[5]) == error(page)
    assert page.locator("#train .by-size polygon").count() == 1


def test_a_whole_run_by_finger_on_a_phone(browser, server):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    shorten(page, 3_200)
    page.goto(server)
    page.wait_for_selector("#sketchpad canvas")
    page.get_by_role("tab", name="Train", exact=True).tap()
    untrained(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for target in page.locator("#train :is(button, select, input):visible").all():
        assert target.bounding_box()["height"] >= 44
    trained(page, tap=True)
    assert error(page) < 0.12
    for part in (TRAIN, ERROR, "#train .ten"):
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 844
    context.close()


def test_a_laptop_shows_what_happens_without_scrolling(browser, server):
    context = browser.new_context(viewport={"width": 1366, "height": 625})
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector("#sketchpad canvas")
    open_tab(page)
    for part in (TRAIN, ERROR, ".ten", ".loss", ".map", ".three", "[name=noise]"):
        box = page.locator(part if "#" in part else f"#train {part}").bounding_box()
        assert box["y"] + box["height"] <= 625, part
    context.close()


def test_with_100_digits_it_learns_by_heart(page):
    page.get_by_role("tab", name="Train", exact=True).click()
    page.locator("#train [name=digits]").select_option("100")
    choose_size(page, 16)
    page.locator(TRAIN).click()
    page.wait_for_function(
        """() => {
            const last = (name) => {
                const line = document.querySelector(`#train .loss polyline.${name}`)
                return Number(line?.getAttribute("points")?.trim().split(",").pop())
            }
            // on the logarithmic axis of 0.3 down to the lowest: lower by more than a factor of 2
            const [a, b] = ["0.1", "0.05"].map((text) => Number([...document
                .querySelectorAll("#train .loss .end")].find((t) => t.textContent === text)
                ?.getAttribute("y")))
            return last("training") - last("validation") > b - a
        }""",
        timeout=60_000,
    )


def test_it_pauses_goes_on_and_takes_single_steps(page):
    shorten(page, 64_000)
    open_tab(page)
    page.get_by_role("button", name="One step").click()
    page.locator(PROGRESS, has_text=re.compile(r"^128 of")).wait_for()
    page.get_by_role("button", name="One step").click()
    page.locator(PROGRESS, has_text=re.compile(r"^256 of")).wait_for()
    page.get_by_role("button", name="Go on").click()
    seen(page, 2_000)
    page.get_by_role("button", name="Pause").click()
    page.locator(TRAIN, has_text="Go on").wait_for()
    page.locator(PROGRESS).filter(has_not_text="a second").wait_for()
    page.get_by_role("button", name="Start over").click()
    untrained(page)
    assert "dense" in settings(page)  # what was learned stays in the list


def test_the_slider_goes_back_through_the_run_and_to_the_present(page):
    shorten(page, SHORT)
    open_tab(page)
    untrained_picture = rebuilt(page, 0)
    trained(page)
    final, final_error = rebuilt(page, 0), error(page)
    moment_of(page, 0)
    np.testing.assert_allclose(rebuilt(page, 0), untrained_picture, atol=1 / 255)
    assert error(page) > 0.15
    assert page.locator("#train .moment").inner_text() == "Then: 0 images."
    moment_of(page, SHORT)
    np.testing.assert_allclose(rebuilt(page, 0), final, atol=1 / 255)
    assert error(page) == final_error


def test_what_is_on_the_paper_is_rebuilt_and_where_the_next_step_changes_it(page):
    own, changed = (
        "#train .own figure:nth-child(1) canvas",
        "#train .own figure:nth-child(3) canvas",
    )
    open_tab(page)
    seven = ink(page, own)
    page.get_by_role("tab", name="Draw", exact=True).click()
    page.locator("#sketchpad").get_by_role("button", name="Clear").click()
    draw(page, ONE)
    image = prepared_digit(page)
    page.get_by_role("tab", name="Train", exact=True).click()
    page.wait_for_function(
        "([own, before]) => document.querySelector(own).toDataURL() !== before",
        arg=[own, None],
    )
    np.testing.assert_allclose(ink(page, own), image, atol=1 / 255)
    assert np.abs(seven - image).max() > 0.5
    before = pixels(page, changed)
    assert ink(page, changed).max() > 0.5
    assert "Orange: the next step adds ink" in page.locator("#train .change").inner_text()
    page.get_by_role("button", name="One step").click()
    wait_for_change(page, changed, before)


def test_a_loss_that_becomes_infinite_stops_the_run_and_says_what_to_do(page):
    open_tab(page)
    page.locator("#train [name=rate]").fill("11")  # the highest
    choose_size(page, 4)
    page.locator(TRAIN).click()
    stopped = page.locator(f"{PROGRESS}.stopped")
    stopped.wait_for(timeout=60_000)
    assert "lower learning rate" in stopped.inner_text()
    assert page.get_by_role("button", name="One step").is_disabled()
    page.locator("#train [name=rate]").fill("5")
    untrained(page)  # and it can be tried again


def saved_model(page, folder: Path) -> Path:
    folder.mkdir(parents=True)
    page.get_by_role("button", name="Save it").click()
    for name in ("model.safetensors", "config.json"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == name
        download.value.save_as(folder / name)
    return folder


@torch.inference_mode()
def assert_rebuilds_as_the_tab(page, model, digits) -> None:
    for digit in range(10):
        first = int((digits.labels == digit).nonzero()[0])
        expected = model.decode(model.encode(to_unit(digits.images[first : first + 1])))
        np.testing.assert_allclose(rebuilt(page, digit), expected[0, 0], atol=2 / 255)


def test_a_saved_model_is_opened_by_the_app_and_rebuilds_the_same(page, tmp_path, demo_data):
    shorten(page, 6_400)
    open_tab(page)
    trained(page)
    saved_model(page, tmp_path / "my-models/dense")
    assert "my-models/dense, then: python app.py" in page.locator("#train .kept").inner_text()
    mine = load_demo_data(tmp_path / "my-models")
    assert "the dense model is my-models/dense" in mine.provenance()
    assert_rebuilds_as_the_tab(page, mine.dense.model, demo_data.digits)
    assert json.loads((tmp_path / "my-models/dense/config.json").read_text()) == {"latent_dim": 3}


def test_a_saved_model_of_another_code_size_is_opened_beside_the_page_s(page, tmp_path, demo_data):
    open_tab(page)
    choose_size(page, 8)
    saved_model(page, tmp_path / "my-models/dense-8")
    assert "my-models/dense-8, then" in page.locator("#train .kept").inner_text()
    mine = load_demo_data(tmp_path / "my-models")
    assert [size.size for size in mine.code_sizes] == [3, 8]
    assert_rebuilds_as_the_tab(page, mine.code_sizes[1].model, demo_data.digits)
    shutil.move(tmp_path / "my-models/dense-8", tmp_path / "my-models/dense")
    with pytest.raises(CheckpointError, match=r"keeps 8 numbers .* its folder dense-8"):
        load_demo_data(tmp_path / "my-models")


def test_a_saved_convolutional_model_is_read_by_python(page, tmp_path, demo_data):
    open_tab(page)
    page.locator("#train [name=model]").select_option("conv")
    choose_size(page, 16)
    folder = saved_model(page, tmp_path / "my-models/conv")
    assert "the app can't open this one" in page.locator("#train .kept").inner_text()
    assert_rebuilds_as_the_tab(page, ConvAutoencoder.from_pretrained(folder), demo_data.digits)
    with pytest.raises(CheckpointError, match=r"16 numbers .* ConvAutoencoder.from_pretrained"):
        load_demo_data(tmp_path / "my-models")


@torch.inference_mode()
def test_a_trained_model_is_used_on_draw_and_decode_until_one_goes_back(page, tmp_path):
    shorten(page, 6_400)
    card = page.locator("#reconstruction .model.dense")
    models_are_here(page)
    own = pixels(page, "#dense-reconstruction canvas")
    open_tab(page)
    choose_size(page, 8)
    trained(page)
    model = DenseAutoencoder.from_pretrained(saved_model(page, tmp_path / "dense-8"))
    page.get_by_role("button", name="Use it on this page").click()
    card.get_by_text("Your dense model").wait_for()
    assert card.get_by_text("keeps 8 numbers").is_visible()
    wait_for_change(page, "#dense-reconstruction canvas", own)
    image = torch.from_numpy(prepared_digit(page))[None, None]
    code = model.encode(image)
    np.testing.assert_allclose(
        ink(page, "#dense-reconstruction canvas"), model.decode(code)[0, 0], atol=2 / 255
    )

    used = pixels(page, "#dense-reconstruction canvas")
    card.get_by_role("slider").first.press("End")  # along the first direction
    wait_for_change(page, "#dense-reconstruction canvas", used)
    card.get_by_role("button", name="encoder look inside").click()
    page.locator('#inside canvas[aria-label*="nn.Linear(12, 8)"]').wait_for()

    page.get_by_role("tab", name="Decode", exact=True).click()
    page.locator("#decoder .owner", has_text="your own dense model with 8 numbers").wait_for()
    page.locator("#decoder .words", has_text=re.compile("Among|Between|Where")).wait_for()
    decoded = pixels(page, "#decoder .decoded canvas")
    page.get_by_label("The code's first number").press("End")
    wait_for_change(page, "#decoder .decoded canvas", decoded)

    page.locator("#decoder").get_by_role("button", name="Back to this page's model").click()
    page.locator("#decoder .owner").wait_for(state="hidden")
    page.get_by_role("tab", name="Draw", exact=True).click()
    card.get_by_text("keeps 3 numbers").wait_for()
    assert pixels(page, "#dense-reconstruction canvas") == own


def test_a_trained_convolutional_model_shows_its_code_as_squares(page):
    open_tab(page)
    page.locator("#train [name=model]").select_option("conv")
    choose_size(page, 16)
    page.get_by_role("button", name="Use it on this page").click()
    card = page.locator("#reconstruction .model.conv")
    card.get_by_text("keeps 16 numbers").wait_for()
    squares = card.locator(".numbers")
    assert squares.locator("canvas").first.get_attribute("width") == "4"
    before = pixels(page, "#conv-reconstruction canvas")
    squares.press("ArrowRight")
    for _ in range(20):
        squares.press("+")
    wait_for_change(page, "#conv-reconstruction canvas", before)
    card.get_by_role("button", name="Back to this page's model").click()
    card.get_by_text("keeps 64 numbers").wait_for()
    assert squares.locator("canvas").first.get_attribute("width") == "8"


def test_memory_stays_flat_over_five_runs(page):
    shorten(page, 3_200)
    open_tab(page)
    session = page.context.new_cdp_session(page)

    def heap() -> float:
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")

    session.send("Performance.enable")
    trained(page)
    first = heap()
    for run in range(2, 7):
        trained(page)
        page.wait_for_function(
            "n => document.querySelectorAll('#train tbody tr').length === n", arg=run
        )
        assert len(page.workers) == 1
    assert heap() < first + 2e6


def test_progress_is_told_to_those_who_do_not_see_it_a_few_times_a_run(page):
    shorten(page, SHORT)
    open_tab(page)
    page.evaluate(
        """() => {
            window.told = []
            const said = document.querySelector("#train .said")
            new MutationObserver(() => window.told.push(said.textContent))
                .observe(said, { childList: true, characterData: true, subtree: true })
        }"""
    )
    trained(page)
    told = page.evaluate("window.told")
    assert 1 <= len(told) <= 4
    assert (
        told[-1] == f"Done: the error on validation digits is {page.locator(ERROR).inner_text()}."
    )


def test_digits_that_cannot_be_had_are_asked_for_again_at_the_next_press(page):
    page.route("**/data/training_digits.*", lambda route: route.abort())
    page.get_by_role("tab", name="Train", exact=True).click()
    page.locator(PROGRESS, has_text="Are you online?").wait_for()
    page.unroute("**/data/training_digits.*")
    page.errors.clear()
    page.locator(TRAIN).click()
    seen(page, 1_000)
