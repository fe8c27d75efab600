"""The figures hold the numbers that they were given, and can be drawn."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autoencoder import figures
from autoencoder.evaluation import Method

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0277, "0.0277"),
        (0.0013, "0.00130"),
        (0.0016016, "0.00160"),
        (0.12999, "0.130"),
        (0.00004321, "0.0000432"),
        (1.5, "1.50"),
        (0.0, "0.00"),
    ],
)
def test_numbers_have_three_significant_digits(value, text):
    assert figures.three_figures(value) == text


def test_a_logarithmic_axis_has_round_numbers_inside_it():
    assert figures.log_ticks(0.0016, 0.15) == pytest.approx([0.002, 0.005, 0.01, 0.02, 0.05, 0.1])
    few = figures.log_ticks(0.046, 0.085)
    assert few == pytest.approx([0.05, 0.06, 0.07, 0.08, 0.09])


def test_the_bars_are_as_long_as_the_errors(demo_data):
    methods = demo_data.methods()
    bars = figures.bottleneck_bars(methods).data[0]
    assert list(bars.x) == [method.mse for method in methods]
    assert list(bars.text) == [figures.three_figures(method.mse) for method in methods]
    drawn = figures.bottleneck_figure(methods).axes[0].patches
    assert [bar.get_width() for bar in drawn] == [method.mse for method in methods]


def test_the_code_sizes_curves_are_the_errors_on_logarithmic_axes():
    errors = {"dense": {1: 0.05, 3: 0.03, 16: 0.012}, "PCA": {1: 0.06, 16: 0.025}}
    figure = figures.code_size_curve(errors)
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "log")
    axes = figures.code_size_figure(errors).axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    for trace, line, by_size in zip(figure.data, axes.lines, errors.values(), strict=True):
        assert dict(zip(trace.x, trace.y, strict=True)) == by_size
        assert dict(zip(*line.get_data(), strict=True)) == by_size
    assert list(figure.layout.xaxis.tickvals) == list(axes.get_xticks()) == [1, 3, 16]


def test_each_digit_has_its_bar_in_its_colour_and_pcas_mark():
    model = Method("dense", 3, 0.02, [digit / 100 for digit in range(10)])
    pca = Method("PCA", 3, 0.05, [digit / 50 for digit in range(10)])
    bars, marks = figures.error_by_digit(model, pca).data
    assert list(bars.y) == model.by_digit
    assert list(bars.marker.color) == figures.DIGIT_COLOURS
    assert list(marks.y) == pca.by_digit
    assert len(figures.error_by_digit(model, None).data) == 1


@pytest.mark.parametrize("epochs", [1, 3, 200])
def test_the_curves_are_the_history_on_a_logarithmic_axis(demo_data, epochs):
    history = {name: column[:epochs] for name, column in demo_data.conv.record.history.items()}
    figure = figures.training_curves("conv", history)
    assert figure.layout.yaxis.type == "log"
    for trace, column in zip(figure.data, ("training_mse", "validation_mse"), strict=True):
        np.testing.assert_allclose(trace.y, history[column], rtol=5e-4)  # short
        np.testing.assert_array_equal(trace.x, history["epoch"])
    axes = figures.training_figure({"conv": history}).axes[0]
    assert axes.get_yscale() == "log"
    np.testing.assert_array_equal(axes.lines[1].get_ydata(), history["validation_mse"])


def test_the_script_draws_all_figures_as_png_and_svg(tmp_path):
    result = subprocess.run(
        [sys.executable, "scripts/figures.py", "--out", str(tmp_path / "new")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    names = {"bottleneck", "code_size", "latent", "longer", "reconstructions", "training"}
    assert {path.stem for path in (tmp_path / "new").glob("*.svg")} == names
    for name in names:
        with Image.open(tmp_path / f"new/{name}.png") as picture:
            colours = np.asarray(picture.convert("L"))
            assert picture.width > 800
            assert colours.min() < 100 < 250 < colours.max()


def test_the_script_says_in_a_sentence_what_is_wrong(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    for arguments, message in (
        (["--checkpoints", str(tmp_path)], "neither a folder dense nor a folder conv"),
        (["--out", str(blocked)], "could not be written"),
    ):
        result = subprocess.run(
            [sys.executable, "scripts/figures.py", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert result.returncode != 0
        assert message in result.stderr
        assert "Traceback" not in result.stderr
