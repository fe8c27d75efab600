"""Reading MNIST and the digits that ship with the project."""

import os
import shutil
import socket
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.datasets import MNIST

from autoencoder.data import (
    DataError,
    load_digits,
    load_mnist,
    load_training_digits,
    save_digits,
    to_unit,
)

OWN = Path(__file__).parent.parent / "checkpoints"


def test_the_splits_are_disjoint_parts_of_all_of_mnist(mnist_dir):
    training, validation, test = load_mnist(mnist_dir)
    sizes = [len(part.images) for part in (training, validation, test)]
    assert sizes == [55_000, 5_000, 10_000]
    assert training.images.shape[1:] == (1, 28, 28)
    assert training.images.dtype == torch.uint8

    together = torch.cat([training.images, validation.images]).flatten(1).numpy()
    original = MNIST(mnist_dir, train=True).data.flatten(1).numpy()
    assert sorted(map(bytes, together)) == sorted(map(bytes, original))


def test_the_validation_digits_are_the_same_in_every_run(mnist_dir):
    first, second = (load_mnist(mnist_dir)[1] for _ in range(2))
    assert torch.equal(first.images, second.images)
    assert torch.equal(first.labels, second.labels)


def test_the_committed_test_digits_are_mnists(mnist_dir, digits):
    _, _, test = load_mnist(mnist_dir)
    assert torch.equal(digits.images, test.images)
    assert torch.equal(digits.labels, test.labels)


def test_the_committed_training_digits_are_parts_of_mnists_training_and_validation_digits(
    mnist_dir,
):
    training, validation = load_training_digits(OWN / "mnist_training.npz")
    for part, whole, size in zip(
        (training, validation), load_mnist(mnist_dir)[:2], (20_000, 1_000), strict=True
    ):
        assert torch.equal(part.images, whole.images[:size])
        assert torch.equal(part.labels, whole.labels[:size])


def test_each_digit_is_among_the_training_digits_about_as_often_as_any_other():
    training, validation = load_training_digits(OWN / "mnist_training.npz")
    for labels, least in (
        (training.labels, 1700),
        (validation.labels, 80),
        (training.labels[:100], 7),
    ):
        assert torch.bincount(labels, minlength=10).min() >= least


def test_the_training_digits_are_small_on_the_way():
    assert (OWN / "mnist_training.npz").stat().st_size <= 4e6


def test_without_files_and_network_one_sentence_says_what_to_do(tmp_path, monkeypatch):
    with socket.socket() as closed:  # a port where nobody answers
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{closed.getsockname()[1]}/"])
        with pytest.raises(DataError, match=r"could not be downloaded; connect .* --data-dir"):
            load_mnist(tmp_path)


@pytest.mark.parametrize("damage", ["cut short", "one byte changed", "empty"])
def test_a_damaged_file_is_named(mnist_dir, tmp_path, damage):
    shutil.copytree(mnist_dir, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "MNIST/raw/t10k-images-idx3-ubyte"
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes({"cut short": content[:-100], "empty": b""}.get(damage, content))
    with pytest.raises(DataError, match=r"t10k-images-idx3-ubyte is damaged; delete it"):
        load_mnist(tmp_path)


def test_saved_digits_come_back_the_same(digits, tmp_path):
    save_digits(digits, tmp_path / "digits.npz")
    again = load_digits(tmp_path / "digits.npz")
    assert torch.equal(again.images, digits.images)
    assert torch.equal(again.labels, digits.labels)


def test_missing_or_damaged_digits_name_the_file_and_the_command(tmp_path):
    path = tmp_path / "digits.npz"
    with pytest.raises(DataError, match=r"digits.npz is missing; .*make_test_digits.py"):
        load_digits(path)
    path.write_bytes(b"PK\x03\x04 not really an archive")
    with pytest.raises(DataError, match=r"digits.npz is damaged; .*make_test_digits.py"):
        load_digits(path)
    np.savez(path, images=np.zeros((3, 5, 5), np.uint8), labels=np.zeros(3, np.uint8))
    with pytest.raises(DataError, match=r"does not hold 28x28 digits"):
        load_digits(path)


def test_missing_or_damaged_training_digits_name_the_file_and_the_command(digits, tmp_path):
    path = tmp_path / "mnist_training.npz"
    with pytest.raises(DataError, match=r"training.npz is missing; .*make_training_digits.py"):
        load_training_digits(path)
    shutil.copy(OWN / path.name, path)
    os.truncate(path, 1_000_000)
    with pytest.raises(DataError, match=r"training.npz is damaged; .*make_training_digits.py"):
        load_training_digits(path)
    save_digits(digits, path)
    with pytest.raises(DataError, match=r"not hold 21,000 digits; .*make_training_digits.py"):
        load_training_digits(path)


def test_pixels_are_scaled_to_between_0_and_1():
    pixels = to_unit(torch.tensor([0, 51, 255], dtype=torch.uint8))
    assert pixels.tolist() == pytest.approx([0, 0.2, 1])
