"""Errors and the PCA yardstick, against independent computations."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.decomposition import PCA

from autoencoder.evaluation import Pca, mean_squared_error, psnr, reconstruction_errors
from autoencoder.records import load_pca

ROOT = Path(__file__).parent.parent


def test_the_error_of_each_digit_is_the_mean_of_its_784_squared_differences(demo_data):
    images = demo_data.digits.images[:1500]
    half = demo_data.dense.model
    errors = reconstruction_errors(half, images)
    with torch.inference_mode():
        rebuilt = half(images / 255).numpy()
    expected = np.mean((rebuilt - images.numpy() / 255) ** 2, axis=(1, 2, 3))
    np.testing.assert_allclose(errors, expected, rtol=1e-4)
    assert mean_squared_error(half, images) == pytest.approx(expected.mean(), rel=1e-4)


def test_psnr_of_known_errors():
    assert psnr(1.0) == 0
    assert psnr(0.01) == pytest.approx(20)
    assert psnr(0.0) == float("inf")


@pytest.mark.parametrize("code_size", [3, 64])
def test_pca_rebuilds_like_scikit_learns(demo_data, code_size):
    images = demo_data.digits.images[:3000]
    pixels = images.flatten(1).numpy() / 255
    theirs = PCA(code_size, svd_solver="full").fit(pixels)
    expected = theirs.inverse_transform(theirs.transform(pixels)).clip(0, 1)
    rebuilt = Pca(images, code_size)(images / 255).flatten(1).numpy()
    np.testing.assert_allclose(rebuilt, expected, atol=1e-4)


def test_a_shortened_pca_is_the_one_that_is_fitted_with_so_few_numbers(digits):
    images = digits.images[:1000]
    short, fitted = Pca(images, 8).shortened(2), Pca(images, 2)
    assert short.components.shape == (2, 784)
    torch.testing.assert_close(short(images / 255), fitted(images / 255))


def run_script(*arguments, folder=ROOT):
    return subprocess.run(
        [sys.executable, ROOT / "scripts/evaluate.py", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_the_script_measures_both_models_beside_pca_and_draws_them(mnist_dir, tmp_path):
    figure, stored = tmp_path / "figure.png", tmp_path / "pca.json"
    result = run_script("--json", "--data-dir", mnist_dir, "--figure", figure, "--pca", stored)
    assert result.returncode == 0, result.stderr
    results = json.loads(result.stdout)
    assert list(results) == ["dense", "PCA (3)", "conv", "PCA (64)"]
    for name in ("dense", "conv"):
        recorded = json.loads((ROOT / "checkpoints" / name / "training.json").read_text())
        assert results[name]["mse"] == pytest.approx(recorded["test_mse"], rel=1e-3)
        assert len(results[name]["by_digit"]) == 10
    assert results["dense"]["mse"] < results["PCA (3)"]["mse"]
    assert results["conv"]["mse"] < results["PCA (64)"]["mse"]
    assert Image.open(figure).size[0] > 1000
    record = load_pca(stored)
    assert record.command.endswith(f"--pca {stored}")
    methods = {method.code_size: method for method in record.methods}
    assert list(methods) == [1, 2, 3, 4, 8, 16, 32, 64]
    for size in (3, 64):
        expected = results[f"PCA ({size})"]
        assert methods[size].mse == expected["mse"]
        assert methods[size].by_digit == [digit["mse"] for digit in expected["by_digit"]]


def test_the_table_has_a_row_for_all_digits_and_one_for_each(mnist_dir, tmp_path):
    result = run_script("dense", "--data-dir", mnist_dir, folder=tmp_path)  # from anywhere
    rows = [line.split()[0] for line in result.stdout.splitlines()[2:]]
    assert rows == ["all", *"0123456789"]


def test_a_missing_checkpoint_is_named(tmp_path):
    result = run_script("--checkpoints", tmp_path)
    assert result.returncode != 0
    assert "is missing; make it with: python scripts/train.py dense" in result.stderr
    assert "Traceback" not in result.stderr
