"""A missing or damaged checkpoint is refused with the file, the reason and the remedy."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from autoencoder import DenseAutoencoder
from autoencoder.checkpoints import CheckpointError, load_model, save_model, write_safely

ROOT = Path(__file__).parent.parent
REMEDY = "make it with: python scripts/train.py dense"


@pytest.fixture
def checkpoint(tmp_path):
    save_model(DenseAutoencoder(), tmp_path)
    return tmp_path


def change(checkpoint: Path, **tensors):
    path = checkpoint / "model.safetensors"
    changed = load_file(path) | tensors
    save_file({name: t for name, t in changed.items() if t is not None}, path)


def test_a_whole_checkpoint_loads(checkpoint):
    assert load_model(DenseAutoencoder, checkpoint, REMEDY).latent_dim == 3


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_missing_file_is_named_with_the_command_that_makes_it(checkpoint, name):
    (checkpoint / name).unlink()
    with pytest.raises(CheckpointError, match=rf"{name} is missing; {REMEDY}"):
        load_model(DenseAutoencoder, checkpoint, REMEDY)


def damage(checkpoint: Path, kind: str):
    weights = checkpoint / "model.safetensors"
    match kind:
        case "cut short":
            os.truncate(weights, 1000)
        case "empty":
            weights.write_bytes(b"")
        case "another format":
            weights.write_bytes(b"\x80\x04 not safetensors")
        case "a tensor missing":
            change(checkpoint, **{"encoder.1.weight": None})
        case "a tensor too many":
            change(checkpoint, extra=torch.zeros(2))
        case "another shape":
            change(checkpoint, **{"encoder.1.weight": torch.zeros(2, 2)})
        case "not a number":
            change(checkpoint, **{"encoder.1.bias": torch.full((128,), torch.nan)})
        case "another code size":
            (checkpoint / "config.json").write_text('{"latent_dim": 5}')
        case "a code size in words":
            (checkpoint / "config.json").write_text('{"latent_dim": "three"}')
        case "no JSON":
            (checkpoint / "config.json").write_text("{")


@pytest.mark.parametrize(
    "kind",
    [
        "cut short",
        "empty",
        "another format",
        "a tensor missing",
        "a tensor too many",
        "another shape",
        "not a number",
        "another code size",
        "a code size in words",
        "no JSON",
    ],
)
def test_a_damaged_checkpoint_is_refused(checkpoint, kind):
    damage(checkpoint, kind)
    with pytest.raises(CheckpointError, match=rf"is damaged \(.+\); {REMEDY}"):
        load_model(DenseAutoencoder, checkpoint, REMEDY)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")

    def fail(unfinished: Path):
        unfinished.write_text("half of the n")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        write_safely(path, fail)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_app_without_a_checkpoint_says_which_command_makes_it(tmp_path):
    shutil.copy(ROOT / "checkpoints/mnist_test.npz", tmp_path)
    result = subprocess.run(
        [sys.executable, "app.py", "--checkpoints", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode != 0
    assert "make one with: python scripts/train.py dense --out" in result.stderr
    assert "Traceback" not in result.stderr
