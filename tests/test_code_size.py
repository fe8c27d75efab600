"""How many numbers a digit needs: the dense model with other code sizes, from files to the page."""

import base64
import copy
import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from page_actions import (
    PAPER,
    SEVEN,
    draw,
    ink,
    models_are_here,
    pixels,
    prepared_digit,
    press,
    wait_for_change,
)
from safetensors import safe_open
from safetensors.numpy import save
from torch import nn

from autoencoder import DenseAutoencoder
from autoencoder.checkpoints import CheckpointError, load_model, save_model
from autoencoder.demo.tabs.code_size import remark
from autoencoder.demo_data import CodeSize, load_code_sizes, load_demo_data
from autoencoder.evaluation import mean_squared_error
from autoencoder.records import Record, load_record

OWN = Path(__file__).parent.parent / "checkpoints"
FOLDERS = sorted(OWN.glob("dense-*"), key=lambda folder: int(folder.name.removeprefix("dense-")))
PLACE = "#code-size"
REBUILT = f"{PLACE} .rebuilt canvas"
ORIGINAL = f"{PLACE} .original canvas"


# ---- the files ----


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_committed_model_is_the_dense_recipe_and_its_error_is_that_of_its_record(folder, digits):
    size = int(folder.name.removeprefix("dense-"))
    record = load_record(folder).training
    assert record["command"] == f"python scripts/train.py dense --latent-dim {size} --half"
    assert record["recipe"] == load_record(OWN / "dense").training["recipe"]
    assert record["epochs_done"] == record["recipe"]["epochs"]
    model = load_model(DenseAutoencoder, folder, "")
    assert model.latent_dim == size
    assert mean_squared_error(model, digits.images) == pytest.approx(record["test_mse"], rel=1e-4)


def test_the_weights_are_stored_in_16_bits_and_small_together():
    files = [folder / "model.safetensors" for folder in FOLDERS]
    assert sum(path.stat().st_size for path in files) <= 5e6
    for path in files:
        with safe_open(path, "numpy") as tensors:
            assert {tensors.get_slice(name).get_dtype() for name in tensors.keys()} == {"F16"}  # noqa: SIM118


def test_16_bits_change_the_dense_model_s_error_by_less_than_a_hundredth(demo_data):
    rounded = copy.deepcopy(demo_data.dense.model).half().float()
    error = mean_squared_error(rounded, demo_data.digits.images)
    assert error == pytest.approx(demo_data.dense.errors.mean().item(), rel=0.01)


# ---- a folder of checkpoints ----


@pytest.fixture
def my_models(tmp_path) -> Path:
    """A folder with untrained dense models of 2 and of 20 numbers."""
    for size in (2, 20):
        save_model(DenseAutoencoder(size), tmp_path / f"my-models/dense-{size}", half=True)
    return tmp_path / "my-models"


def test_the_sizes_are_those_in_the_folder_and_the_dense_model_s_own(my_models, demo_data):
    save_model(DenseAutoencoder(5), my_models / "dense-old")  # not named after its size
    (my_models / "dense-64").mkdir()  # a training that has only begun
    two, three, twenty = load_code_sizes(my_models, demo_data.dense, demo_data.digits)
    assert [two.size, three.size, twenty.size] == [2, 3, 20]
    assert [two.name, three.name, twenty.name] == ["dense-2", "dense", "dense-20"]
    assert three.error == pytest.approx(demo_data.dense.errors.double().mean().item())
    for size in (two, twenty):  # no training.json: then it is measured
        assert size.record.training is None
        assert size.error == mean_squared_error(size.model, demo_data.digits.images)


def test_pca_goes_as_far_as_the_model_s_codes(my_models, demo_data):
    sizes = load_code_sizes(my_models, demo_data.dense, demo_data.digits)
    errors = replace(demo_data, code_sizes=sizes).errors_by_code_size()
    assert list(errors["dense"]) == [2, 3, 20]
    assert list(errors["PCA"]) == [2, 3, 4, 8, 16]


def test_a_folder_without_others_has_no_sizes_and_gets_none_of_the_project_s(tmp_path):
    shutil.copytree(OWN / "dense", tmp_path / "dense")
    mine = load_demo_data(tmp_path)
    assert mine.code_sizes == []
    assert mine.errors_by_code_size() == {"dense": {}, "PCA": {}}


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda folder: os.truncate(folder / "model.safetensors", 900), "safetensors is damaged"),
        (lambda folder: (folder / "config.json").unlink(), "config.json is missing"),
        (lambda folder: folder.rename(folder.with_name("dense-7")), "but the folder's name says 7"),
    ],
    ids=["cut short", "a file missing", "another size"],
)
def test_a_damaged_one_is_refused_in_a_sentence(my_models, demo_data, damage, reason):
    damage(my_models / "dense-20")
    with pytest.raises(CheckpointError, match=reason) as refused:
        load_code_sizes(my_models, demo_data.dense, demo_data.digits)
    assert "\n" not in str(refused.value)


def test_the_command_that_makes_a_missing_file_names_the_size(my_models, demo_data):
    (my_models / "dense-20/config.json").unlink()
    command = f"train.py dense --latent-dim 20 --half --out {my_models / 'dense-20'}"
    with pytest.raises(CheckpointError, match=re.escape(command)):
        load_code_sizes(my_models, demo_data.dense, demo_data.digits)


# ---- what is said of the curve ----


def sizes_with(errors: dict[int, float], layer: int = 12) -> list[CodeSize]:
    """Dense models of which the layer before the code has so many units."""
    found = []
    for size, error in errors.items():
        model = DenseAutoencoder(size)
        model.encoder[5], model.encoder[7] = nn.Linear(64, layer), nn.Linear(layer, size)
        found.append(CodeSize(f"dense-{size}", size, model, error, Record(Path(), None, None)))
    return found


def test_that_a_narrow_layer_ends_the_gain_is_said_where_a_code_is_longer():
    sizes = {3: 0.03, 8: 0.015, 16: 0.0125, 64: 0.0126}
    assert "beyond 12, the errors" in remark(sizes_with(sizes), {})
    assert "beyond 10, the errors" in remark(sizes_with(sizes, layer=10), {})
    assert remark(sizes_with(sizes, layer=64), {}) == ""


def test_that_pca_does_better_is_said_where_it_does():
    sizes = sizes_with({3: 0.03, 64: 0.012})
    assert "With 64 numbers PCA" in remark(sizes, {3: 0.05, 64: 0.008})
    assert "PCA" not in remark(sizes, {3: 0.05, 64: 0.013})


# ---- the page ----


def scroll_there(page) -> None:
    page.locator(PLACE).scroll_into_view_if_needed()
    page.locator(f"{PLACE} circle.mark").wait_for()


def words(page, text: str) -> str:
    """What is said of the digit once that has the text."""
    found = page.locator(f"{PLACE} .words", has_text=text)
    found.wait_for()
    return found.inner_text()


def numbers(size: int) -> str:
    return "1 number" if size == 1 else f"{size} numbers"


@torch.inference_mode()
def assert_rebuilt(page, size: CodeSize) -> None:
    """The large picture is what PyTorch makes of the digit on the paper, and so is the error."""
    text = words(page, f"With {numbers(size.size)} this digit")
    image = torch.from_numpy(prepared_digit(page))[None, None]
    rebuilt = size.model(image)
    np.testing.assert_allclose(ink(page, ORIGINAL), image[0, 0], atol=1 / 255)
    np.testing.assert_allclose(ink(page, REBUILT), rebuilt[0, 0], atol=1.01 / 255)
    error, average = map(float, re.findall(r"0\.\d+", text))
    assert error == pytest.approx((rebuilt - image).square().mean().item(), rel=0.006)
    assert average == pytest.approx(size.error, rel=0.006)


def test_nothing_is_fetched_for_it_before_somebody_comes_near(browser, server, demo_data):
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server)
    models_are_here(page)
    assert not any("slider.js" in url or "data/dense-" in url for url in asked)
    scroll_there(page)
    words(page, "With 3 numbers")  # the page's own model, which is there already
    page.locator(f"{PLACE} button").first.click()
    assert_rebuilt(page, demo_data.code_sizes[0])
    context.close()


def test_each_size_is_what_pytorch_makes_of_the_digit(page, demo_data):
    scroll_there(page)
    slider = page.get_by_role("slider", name="Numbers in the code")
    slider.focus()
    slider.press("Home")
    for size in demo_data.code_sizes:
        assert_rebuilt(page, size)
        assert slider.get_attribute("aria-valuetext") == numbers(size.size)
        pressed = page.locator(f"{PLACE} button[aria-pressed=true]")
        assert pressed.inner_text().strip() == str(size.size)
        slider.press("ArrowRight")
    page.wait_for_function(  # by now all are there, and the small pictures show them
        """() => [...document.querySelectorAll("#code-size .sizes canvas")].every((canvas) =>
            canvas.getContext("2d").getImageData(0, 0, 28, 28).data.some((value) => value > 99))"""
    )


def test_a_finger_chooses_a_picture_and_a_place_on_the_curve(browser, server, demo_data):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector(PAPER)
    scroll_there(page)
    buttons = page.locator(f"{PLACE} button")
    assert min(button.bounding_box()["height"] for button in buttons.all()) >= 40
    buttons.last.tap()
    assert_rebuilt(page, demo_data.code_sizes[-1])
    svg = page.locator(f"{PLACE} svg")
    svg.tap(position={"x": 56, "y": 100})  # where the axis begins
    assert_rebuilt(page, demo_data.code_sizes[0])
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_the_curve_has_the_errors_and_marks_where_one_is(page, demo_data):
    scroll_there(page)
    errors = demo_data.errors_by_code_size()
    words(page, "With 3 numbers")
    for name in ("dense", "pca"):
        points = page.locator(f"{PLACE} polyline.{name}").get_attribute("points").split()
        heights = [float(point.split(",")[1]) for point in points]
        found = list(errors["PCA" if name == "pca" else name].values())
        slope = (heights[-1] - heights[0]) / np.log(found[-1] / found[0])
        expected = heights[0] + slope * np.log(np.array(found) / found[0])
        np.testing.assert_allclose(heights, expected, atol=1e-3)
    here = page.locator(f"{PLACE} circle.mark")
    before = here.get_attribute("cx")
    page.locator(f"{PLACE} button").last.click()
    words(page, f"With {numbers(demo_data.code_sizes[-1].size)}")
    assert float(here.get_attribute("cx")) > float(before)
    own = page.locator(f"{PLACE} polygon.own")
    assert float(own.get_attribute("points").split(",")[0]) == float(here.get_attribute("cx"))


def test_it_follows_the_hand(page, demo_data):
    page.set_viewport_size({"width": 1280, "height": 1500})
    scroll_there(page)
    size = demo_data.code_sizes[-1]
    page.locator(f"{PLACE} button").last.click()
    assert_rebuilt(page, size)
    press(page, "Clear the paper")
    words(page, "Draw a digit")
    assert ink(page, REBUILT).max() == 0
    before = pixels(page, REBUILT)
    small = [f"{PLACE} button:nth-child({i}) canvas" for i in (1, len(demo_data.code_sizes))]
    draw(page, SEVEN)
    wait_for_change(page, REBUILT, before)
    assert_rebuilt(page, size)
    for canvas in small:
        wait_for_change(page, canvas, before)


def test_weights_that_can_t_be_fetched_are_asked_for_at_the_next_move(browser, server, demo_data):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.route("**/data/dense-*", lambda route: route.abort())
    page.goto(server)
    page.wait_for_selector(PAPER)
    scroll_there(page)
    slider = page.get_by_role("slider", name="Numbers in the code")
    slider.press("End")
    words(page, "tries again")
    assert ink(page, REBUILT).max() == 0
    page.unroute("**/data/dense-*")
    slider.press("Home")
    assert_rebuilt(page, demo_data.code_sizes[0])
    slider.press("End")
    assert_rebuilt(page, demo_data.code_sizes[-1])
    context.close()


def test_all_numbers_of_16_bits_are_read_as_numpy_reads_them(page):
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    file = base64.b64encode(save({"halves": halves})).decode()
    found = page.evaluate(
        """async (file) => {
            const { readSafetensors } =
                await import(new URL("web/model/safetensors.js", document.baseURI))
            const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0))
            const { halves } = readSafetensors(bytes.buffer)
            let text = ""
            for (const byte of new Uint8Array(halves.data.buffer)) text += String.fromCharCode(byte)
            return btoa(text)
        }""",
        file,
    )
    read = np.frombuffer(base64.b64decode(found), np.float32)
    np.testing.assert_array_equal(read, halves.astype(np.float32))
    numbers = ~np.isnan(read)
    np.testing.assert_array_equal(np.signbit(read[numbers]), np.signbit(halves[numbers]))


def test_the_page_s_index_stays_small(page, server):
    index = page.request.get(f"{server}data/page_data.js").text()
    models = json.loads(index.partition("models = ")[2].rstrip("\n;"))
    assert set(models) == {"dense", "conv", *(folder.name for folder in FOLDERS)}
    assert len(index) < 10_000
