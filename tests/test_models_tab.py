"""The Models tab in a real browser: what it says is what the models and their files say."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from page_actions import ink, opened_page, prepared_digit

from autoencoder.data import to_unit
from autoencoder.demo import build
from autoencoder.demo_data import load_demo_data
from autoencoder.figures import three_figures

OWN = Path(__file__).parent.parent / "checkpoints"
NAMES = ("dense", "conv")
CHARTS = ["bottleneck-bars", "code-size-curve"]
CHARTS += [f"{name}-{kind}" for kind in ("by-digit", "curves") for name in NAMES]


def open_models(page, charts=CHARTS) -> None:
    page.set_default_timeout(60_000)
    page.get_by_role("tab", name="Models").click()
    for chart in charts:  # each is drawn when it comes into view
        page.locator(f"#{chart} .frame").scroll_into_view_if_needed()
        page.wait_for_selector(f"#{chart} .main-svg")


def cells(page, table: str) -> list[list[str]]:
    """The text of a table's body, a list a row."""
    return page.eval_on_selector_all(
        f"{table} tbody tr", "rows => rows.map(r => [...r.cells].map(c => c.innerText.trim()))"
    )


def plotted(page, chart: str) -> list[dict]:
    """The numbers of each trace of a chart, as Plotly draws them."""
    return page.eval_on_selector(
        f"#{chart} .js-plotly-plot",
        "graph => graph._fullData.map(t => ({x: Array.from(t.x), y: Array.from(t.y)}))",
    )


def test_the_numbers_are_those_of_the_models_and_their_files(page, demo_data):
    open_models(page)
    methods = demo_data.methods()
    assert [method.name for method in methods] == ["dense", "PCA", "conv", "PCA"]
    rows = cells(page, "#price-table")
    assert [row[3] for row in rows] == [three_figures(method.mse) for method in methods]
    assert [int(row[1]) for row in rows] == [3, 3, 64, 64]
    assert [row[2] for row in rows] == ["0.4 %", "0.4 %", "8.2 %", "8.2 %"]
    stored = json.loads((OWN / "pca.json").read_text())
    stored = {method["code_size"]: method["mse"] for method in stored["methods"]}
    assert [row[3] for row in rows[1::2]] == [three_figures(stored[3]), three_figures(stored[64])]
    bars = plotted(page, "bottleneck-bars")[0]["x"]
    assert bars == pytest.approx([method.mse for method in methods])

    for name, own, pca in zip(NAMES, methods[::2], methods[1::2], strict=True):
        model = getattr(demo_data.reconstruct, name)
        layers = cells(page, f"#{name}-network")
        parameters = [int(row[3].replace(",", "")) for row in layers if row[3]]
        assert len(parameters) == len(model.encoder) + len(model.decoder)
        assert sum(parameters) == sum(p.numel() for p in model.parameters())
        code = next(row for row in layers if row[0] == "the code")
        assert code[2] == str(model.latent_dim)

        bars, marks = plotted(page, f"{name}-by-digit")
        assert bars["y"] == pytest.approx(own.by_digit)
        assert marks["y"] == pytest.approx(pca.by_digit)

        report = json.loads((OWN / name / "training.json").read_text())
        origin = dict(cells(page, f"#{name}-origin"))
        assert origin["command"] == report["command"]
        assert origin["epochs"] == str(report["recipe"]["epochs"])
        assert origin["seed"] == str(report["recipe"]["seed"])
        assert report["versions"]["torch"] in origin["versions"]
        assert origin["validation error"] == three_figures(report["validation_mse"])
        assert origin["model"] == "the project's own"

        history = np.genfromtxt(OWN / name / "history.csv", delimiter=",", names=True)
        for trace, column in zip(
            plotted(page, f"{name}-curves"), ("training_mse", "validation_mse"), strict=True
        ):
            assert trace["y"] == pytest.approx(history[column].tolist(), rel=5e-4)


def test_each_code_size_is_there_with_its_error_and_its_command(page, demo_data):
    open_models(page, ["code-size-curve"])
    errors = demo_data.errors_by_code_size()
    dense, pca = plotted(page, "code-size-curve")
    for trace, name in ((dense, "dense"), (pca, "PCA")):
        assert dict(zip(trace["x"], trace["y"], strict=True)) == pytest.approx(errors[name])
    rows = {int(row[0]): row[1:] for row in cells(page, "#code-size-table")}
    assert list(rows) == [size.size for size in demo_data.code_sizes]
    for size in demo_data.code_sizes:
        report = json.loads((OWN / size.name / "training.json").read_text())
        expected = [report["test_mse"], errors["PCA"][size.size]]
        assert rows[size.size] == [*map(three_figures, expected), report["command"]]


def test_the_galleries_show_the_best_the_middle_and_the_worst(page, demo_data):
    open_models(page)
    for name in NAMES:
        errors = getattr(demo_data, name).errors.double().numpy()
        page.locator(f"#{name}-gallery [data-digit]").first.wait_for()
        shown = page.eval_on_selector_all(
            f"#{name}-gallery .rank",
            "ranks => ranks.map(r => [...r.querySelectorAll('button')].map(b => +b.dataset.digit))",
        )
        best, typical, worst = (errors[indices] for indices in shown)
        ranked = np.sort(errors)
        np.testing.assert_array_equal(best, ranked[:6])
        np.testing.assert_array_equal(worst, ranked[:-7:-1])
        assert np.abs(typical - np.median(errors)).max() < 0.01 * np.median(errors)


def test_a_click_on_a_digit_puts_exactly_that_one_on_the_sketchpad(page, demo_data):
    open_models(page)
    worst = int(demo_data.dense.errors.argmax())
    page.locator(f"#dense-gallery [data-digit='{worst}']").click()
    page.get_by_role("tab", name="Draw", selected=True).wait_for()
    error = f"{demo_data.dense.errors[worst].item():.4f}"
    page.get_by_text(f"Mean squared error: {error}").wait_for()
    assert page.locator("#sketchpad canvas").first.is_visible()
    original = demo_data.digits.images[worst, 0] / 255
    np.testing.assert_allclose(prepared_digit(page), original, atol=2 / 255)


def test_a_tile_shows_the_digit_and_what_the_model_rebuilds_of_it(page, demo_data):
    open_models(page)
    for name in NAMES:
        tile = page.locator(f"#{name}-gallery .typical [data-digit]").first
        index = int(tile.get_attribute("data-digit"))
        image = to_unit(demo_data.digits.images[[index]])
        with torch.inference_mode():
            rebuilt = getattr(demo_data.reconstruct, name)(image)
        expected = torch.cat([image, rebuilt], dim=2)[0, 0]
        shown = ink(page, f"#{name}-gallery [data-digit='{index}'] canvas")
        np.testing.assert_allclose(shown, expected, atol=1 / 255)
        error = getattr(demo_data, name).errors[index].item()
        assert tile.locator("span").text_content() == three_figures(error)


def test_pictures_that_can_t_be_fetched_are_asked_for_at_the_next_click(browser, server):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    pictures = "**/data/test_images.*"
    page.route(pictures, lambda route: route.abort())
    page.goto(server)
    page.get_by_role("tab", name="Models").click()
    gallery = page.locator("#dense-gallery")
    gallery.scroll_into_view_if_needed()
    gallery.get_by_role("status").filter(has_text="tries again").wait_for()
    assert gallery.locator("[data-digit]").count() == 0
    page.unroute(pictures)
    gallery.get_by_role("button").first.click()
    gallery.locator("[data-digit]").first.wait_for()
    assert gallery.locator("[data-digit]").count() == 18
    assert gallery.get_by_role("status").text_content() == ""
    context.close()


def test_the_tiles_are_reached_and_pressed_with_the_keyboard(page, demo_data):
    open_models(page)
    best = int(demo_data.conv.errors.argmin())
    tile = page.locator(f"#conv-gallery [data-digit='{best}']")
    digit = int(demo_data.digits.labels[best])
    name = tile.get_attribute("aria-label")
    assert name.startswith(f"a {digit} ")
    assert f"(its error), test digit {best}; draw it" in name
    tile.focus()
    tile.press("Enter")
    page.get_by_role("tab", name="Draw", selected=True).wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_shows_all_of_it_without_scrolling_sideways(browser, server, theme):
    size = {"width": 390, "height": 844}
    with opened_page(browser, f"{server}?__theme={theme}", viewport=size) as page:
        open_models(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        too_wide = page.evaluate(
            """() => [...document.querySelectorAll("[role=tabpanel] :is(table, svg, button)")]
                .filter(e => e.getBoundingClientRect().right > 390).map(e => e.outerHTML)"""
        )
        assert too_wide == []


# ---- with another folder ----


@pytest.fixture(scope="module")
def bare_server(tmp_path_factory):
    """A page on a folder that holds the dense model's two files and nothing else."""
    folder = tmp_path_factory.mktemp("bare") / "my-models"
    (folder / "dense").mkdir(parents=True)
    for file in ("config.json", "model.safetensors"):
        shutil.copy(OWN / "dense" / file, folder / "dense")
    page = build(load_demo_data(folder))
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True)
    yield url
    page.close(verbose=False)


def test_a_model_without_its_files_is_shown_and_what_is_missing_is_said(browser, bare_server):
    with opened_page(browser, bare_server) as page:
        page.get_by_text("the dense model is my-models/dense").wait_for()
        missing = ("dense-curves", "code-size-curve")
        open_models(page, [chart for chart in CHARTS if chart not in missing])
        page.get_by_text("it has no whole history.csv").wait_for()
        page.get_by_text("it has no whole training.json").wait_for()
        assert page.locator("#dense-curves").count() == 0
        assert cells(page, "#dense-origin") == [["model", "my-models/dense"]]
        assert len(cells(page, "#conv-origin")) > 5
        assert len(cells(page, "#price-table")) == 4
        for place in ("#code-size", "#code-size-curve", "#code-size-table"):  # it has but one size
            assert page.locator(place).count() == 0
