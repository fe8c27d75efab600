"""What the files beside the models tell, and what the page does without them."""

import csv
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from autoencoder import DenseAutoencoder
from autoencoder.checkpoints import CheckpointError, save_model
from autoencoder.data import load_mnist
from autoencoder.demo_data import load_demo_data
from autoencoder.evaluation import Pca, mean_squared_error, measured, reconstruction_errors
from autoencoder.records import PcaRecord, load_pca, load_record, save_pca

ROOT = Path(__file__).parent.parent
OWN = ROOT / "checkpoints"


@pytest.mark.parametrize("name", ["dense", "conv"])
def test_a_record_is_what_the_files_say(name):
    record = load_record(OWN / name)
    report = json.loads((OWN / name / "training.json").read_text())
    for key in ("command", "recipe", "seconds", "versions", "validation_mse", "epochs_done"):
        assert record.training[key] == report[key]
    with open(OWN / name / "history.csv") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == report["epochs_done"]
    for column in ("epoch", "training_mse", "validation_mse"):
        np.testing.assert_array_equal(record.history[column], [float(row[column]) for row in rows])


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_text(""),
        lambda path: path.write_text("[1, 2"),
        lambda path: path.write_text("epoch,training_mse\n1,x\n"),
        lambda path: path.write_bytes(b"\xff\xfe\x00"),
    ],
)
def test_a_missing_or_damaged_file_is_none_and_nothing_else_is(tmp_path, damage):
    folder = Path(shutil.copytree(OWN / "dense", tmp_path / "dense"))
    damage(folder / "training.json")
    record = load_record(folder)
    assert record.training is None
    assert len(record.history["epoch"])
    damage(folder / "history.csv")
    assert load_record(folder).history is None


def test_pcas_record_comes_back_as_it_was_written(tmp_path, digits):
    errors = reconstruction_errors(Pca(digits.images[:500], 3), digits.images)
    record = PcaRecord("the command", 500, [measured("PCA", 3, errors, digits.labels)])
    save_pca(record, tmp_path / "pca.json")
    assert load_pca(tmp_path / "pca.json") == record
    (tmp_path / "pca.json").write_text('{"methods": [{"code_size": 3}]}')
    assert load_pca(tmp_path / "pca.json") is None
    assert load_pca(tmp_path / "nothing.json") is None


def test_the_committed_errors_of_pca_are_those_of_the_training_digits(mnist_dir):
    training, _, test = load_mnist(mnist_dir)
    record = load_pca(OWN / "pca.json")
    assert record.training_digits == len(training.images)
    assert [method.code_size for method in record.methods] == [1, 2, 3, 4, 8, 16, 32, 64]
    longest = Pca(training.images, 64)
    for method in record.methods:
        pca = longest.shortened(method.code_size)
        assert method.mse == pytest.approx(mean_squared_error(pca, test.images), rel=1e-4)
        mean_of_digits = np.average(method.by_digit, weights=np.bincount(test.labels))
        assert method.mse == pytest.approx(mean_of_digits, rel=1e-9)


# ---- a folder that has only a part ----


@pytest.fixture
def my_models(tmp_path):
    """A folder with an untrained dense model and nothing else, as people make it."""
    save_model(DenseAutoencoder(), tmp_path / "my-models/dense")
    return tmp_path / "my-models"


def test_what_a_folder_lacks_is_the_projects_own_and_it_is_said_which(my_models, demo_data):
    mine = load_demo_data(my_models)
    assert mine.dense.errors.mean() > 2 * demo_data.dense.errors.mean()
    torch.testing.assert_close(mine.conv.errors, demo_data.conv.errors)
    assert mine.provenance() == (
        "the dense model is my-models/dense and the convolutional model is the project's own"
    )
    assert mine.dense.record.training is None
    assert mine.snapshots is None
    assert [method.name for method in mine.methods()] == ["dense", "PCA", "conv", "PCA"]
    assert demo_data.provenance() == ""


def test_a_folder_without_any_model_is_refused(tmp_path):
    with pytest.raises(CheckpointError, match=r"neither.+train\.py dense --out .+dense"):
        load_demo_data(tmp_path)


def test_an_unfinished_model_is_refused_with_the_command_for_its_folder(my_models):
    (my_models / "dense/model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=rf"train\.py dense --out {my_models / 'dense'}"):
        load_demo_data(my_models)


def test_a_model_with_another_code_is_refused(tmp_path):
    save_model(DenseAutoencoder(latent_dim=2), tmp_path / "dense")
    with pytest.raises(CheckpointError, match="keeps 2 numbers of an image"):
        load_demo_data(tmp_path)


def test_a_newcomers_first_training_opens(mnist_dir, tmp_path):
    out = tmp_path / "my-models/dense"
    arguments = ["dense", "--epochs", "1", "--out", out, "--data-dir", mnist_dir]
    subprocess.run(
        [sys.executable, "scripts/train.py", *map(str, arguments)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    mine = load_demo_data(tmp_path / "my-models")
    assert mine.dense.record.training["recipe"]["epochs"] == 1
    assert len(mine.dense.record.history["epoch"]) == 1
    assert math.isclose(mine.methods()[0].mse, mine.dense.record.training["test_mse"], rel_tol=1e-4)
