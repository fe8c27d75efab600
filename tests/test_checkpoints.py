"""A missing or damaged checkpoint is refused with the file, the reason and the remedy."""

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from autoencoder import DenseAutoencoder
from autoencoder.checkpoints import CheckpointError, load_model, save_model, write_safely
from autoencoder.data import DataError
from autoencoder.demo_data import load_demo_data
from autoencoder.training import resuming
from autoencoder.training.loop import Recipe, Run
from autoencoder.training.snapshots import Snapshots

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
        case "infinite":
            change(checkpoint, **{"decoder.0.weight": torch.full((12, 3), torch.inf)})
        case "a header that promises too much":
            weights.write_bytes((2**60).to_bytes(8, "little") + b"{}")
        case "another code size":
            (checkpoint / "config.json").write_text('{"latent_dim": 5}')
        case "a code size in words":
            (checkpoint / "config.json").write_text('{"latent_dim": "three"}')
        case "a code size of a billion":
            (checkpoint / "config.json").write_text('{"latent_dim": 1000000000}')
        case "a negative code size":
            (checkpoint / "config.json").write_text('{"latent_dim": -3}')
        case "something else in the config":
            (checkpoint / "config.json").write_text('{"latent_dim": 3, "layers": 9}')
        case "no object":
            (checkpoint / "config.json").write_text("[3]")
        case "no text":
            (checkpoint / "config.json").write_bytes(b"\xff\xfe")
        case "no JSON":
            (checkpoint / "config.json").write_text("{")


# What was done to the checkpoint, and what the message calls damaged and why.
REASONS = {
    "cut short": "model.safetensors is damaged .*(incomplete|header)",
    "empty": "model.safetensors is damaged .*header",
    "another format": "model.safetensors is damaged .*header",
    "a header that promises too much": "model.safetensors is damaged .*header",
    "a tensor missing": "model.safetensors is damaged .*Missing key.*encoder.1.weight",
    "a tensor too many": "model.safetensors is damaged .*Unexpected key.*extra",
    "another shape": "model.safetensors is damaged .*size mismatch for encoder.1.weight",
    "not a number": "model.safetensors is damaged .*encoder.1.bias holds numbers that are not fin",
    "infinite": "model.safetensors is damaged .*decoder.0.weight holds numbers that are not finite",
    "another code size": "model.safetensors is damaged .*size mismatch",
    "a code size in words": "config.json is damaged .*latent_dim",
    "a code size of a billion": "config.json is damaged .*latent_dim",
    "a negative code size": "config.json is damaged .*latent_dim",
    "no object": "config.json is damaged .*latent_dim",
    "something else in the config": "config.json is damaged .*latent_dim",
    "no text": "config.json is damaged .*decode",
    "no JSON": "config.json is damaged .*Expecting",
}


@pytest.mark.parametrize("kind", REASONS)
def test_a_damaged_checkpoint_is_refused_with_the_reason(checkpoint, kind):
    damage(checkpoint, kind)
    with pytest.raises(CheckpointError, match=rf"{REASONS[kind]}.*\); {REMEDY}"):
        load_model(DenseAutoencoder, checkpoint, REMEDY)


class Payload:
    """Pickled, it makes a file when it is loaded."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.fixture
def pickles(tmp_path):
    """Everything that the page reads, with a pickle in the place of each file or beside it."""
    folder = tmp_path / "checkpoints"
    shutil.copytree(ROOT / "checkpoints", folder)
    payload = Payload(tmp_path / "unpickled")
    assert pickle.loads(pickle.dumps(payload)) is None  # it works ...
    payload.path.unlink()  # ... but not yet
    return folder, payload


def test_a_pickle_in_the_place_of_the_weights_is_refused(pickles):
    folder, payload = pickles
    torch.save(payload, folder / "conv/model.safetensors")
    with pytest.raises(CheckpointError, match=r"conv/model.safetensors is damaged"):
        load_demo_data(folder)
    (folder / "dense/model.safetensors").write_bytes(pickle.dumps(payload))
    with pytest.raises(CheckpointError, match=r"dense/model.safetensors is damaged"):
        load_demo_data(folder)
    assert not payload.path.exists()


def test_a_pickle_beside_the_weights_or_instead_of_them_is_not_read(pickles):
    folder, payload = pickles
    for name in ("pytorch_model.bin", "model.pt", "model.pkl"):
        torch.save(payload, folder / "dense" / name)
    load_demo_data(folder)
    (folder / "dense/model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"model.safetensors is missing"):
        load_demo_data(folder)
    assert not payload.path.exists()


def test_pickled_objects_in_the_arrays_are_not_loaded(pickles):
    folder, payload = pickles
    objects = np.array([payload], dtype=object)
    names = ("epoch", "test_mse", "codes")
    np.savez(folder / "dense/snapshots.npz", **dict.fromkeys(names, objects))
    assert load_demo_data(folder).snapshots is None  # the page does without them
    np.savez(folder / "mnist_test.npz", images=objects, labels=objects)
    with pytest.raises(DataError, match=r"mnist_test.npz is damaged"):
        load_demo_data(folder)
    (folder / "mnist_test.npz").write_bytes(pickle.dumps(payload))
    with pytest.raises(DataError, match=r"mnist_test.npz is damaged"):
        load_demo_data(folder)
    (folder / "mnist_test.npz").unlink()
    (folder / "mnist_training.npz").write_bytes(pickle.dumps(payload))
    with pytest.raises(DataError, match=r"mnist_training.npz is damaged"):
        load_demo_data(folder)
    assert not payload.path.exists()


def test_nothing_is_unpickled_when_models_and_trainings_are_loaded(monkeypatch, tmp_path, digits):
    run = Run(DenseAutoencoder(), Recipe(2, 100, 5e-3, 0.01))
    snapshots = Snapshots(digits.images[:10], steps=2)
    resuming.save_state(run, snapshots, tmp_path)

    def refuse(*_, **__):
        raise AssertionError("something was unpickled")

    for name in ("load", "loads", "Unpickler", "_Unpickler", "_load", "_loads"):
        monkeypatch.setattr(pickle, name, refuse)
    monkeypatch.setattr(torch, "load", refuse)
    monkeypatch.setattr(torch.serialization, "load", refuse)
    load_demo_data(ROOT / "checkpoints")
    DenseAutoencoder.from_pretrained(ROOT / "checkpoints/dense")
    resuming.load_state(run, snapshots, tmp_path)


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
