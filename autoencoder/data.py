"""MNIST as whole tensors, and the digits that ship with the project.

MNIST: Yann LeCun, Corinna Cortes, Christopher J. C. Burges, CC BY-SA 3.0.
"""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

# The unpacked files that torchvision keeps in DATA_DIR/MNIST/raw.
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
DATA = Path(__file__).parent.parent / "data"  # where MNIST is kept, if nothing else is said
VALIDATION_SIZE = 5_000
VALIDATION_SEED = 0
TRAINING_PART = 20_000  # of the training digits: what the page learns from
VALIDATION_PART = 1_000  # of the validation digits, behind them in the same file


class DataError(RuntimeError):
    """MNIST or a file of digits can't be had; the message says what to do."""


class Digits(NamedTuple):
    """Images (N, 1, 28, 28), uint8, 0 is paper and 255 is ink; labels (N,), int64."""

    images: Tensor
    labels: Tensor


def load_mnist(data_dir: str | Path = DATA) -> tuple[Digits, Digits, Digits]:
    """The 55,000 training, 5,000 validation and 10,000 test digits of MNIST.

    Reads `data_dir`/MNIST/raw, where torchvision keeps the files, and downloads them on first use.
    The validation digits are the same seeded part of the training split in every run.

    Raises DataError if there are neither files nor a network, or if a file is damaged or
    can't be read.
    """
    raw = Path(data_dir, "MNIST", "raw")
    if not all(os.path.isfile(raw / name) for name in SHA256):
        _download(data_dir)
    train_images, train_labels, test_images, test_labels = (_read(raw / name) for name in SHA256)

    order = torch.randperm(
        len(train_labels), generator=torch.Generator().manual_seed(VALIDATION_SEED)
    )
    validation, training = order[:VALIDATION_SIZE], order[VALIDATION_SIZE:]
    return (
        Digits(train_images[training], train_labels[training]),
        Digits(train_images[validation], train_labels[validation]),
        Digits(test_images, test_labels),
    )


def _download(data_dir: str | Path) -> None:
    from torchvision.datasets import MNIST  # here: to import it takes two seconds

    try:
        MNIST(data_dir, download=True)
    except (OSError, RuntimeError, ValueError, AssertionError) as error:
        raise DataError(
            f"MNIST is not in {data_dir} and could not be downloaded; connect to the internet, or "
            f"name with --data-dir a folder that holds MNIST/raw/train-images-idx3-ubyte "
            f"and the three files beside it."
        ) from error


def _read(path: Path) -> Tensor:
    """Images (N, 1, 28, 28), uint8, or labels (N,), int64."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != SHA256[path.name]:
        raise DataError(f"{path} is damaged; delete it and run this again to download it anew.")
    # behind numbers that tell the sizes, which this very file is known to have
    header = 16 if "images" in path.name else 8
    values = torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=header)
    return values.reshape(-1, 1, 28, 28) if "images" in path.name else values.long()


def save_digits(digits: Digits, path: str | Path) -> None:
    """Writes digits as a compressed .npz of `images` (N, 28, 28) and `labels` (N,), both uint8."""
    np.savez_compressed(
        path,
        images=digits.images.squeeze(1).numpy(),
        labels=digits.labels.numpy().astype(np.uint8),
    )


def load_digits(path: str | Path, script: str = "make_test_digits.py") -> Digits:
    """Reads what `save_digits` wrote.

    Raises DataError if it is missing or damaged; `script` is the one that makes it.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            images, labels = file["images"], file["labels"]
    except FileNotFoundError:
        problem = "is missing"
    except Exception:  # a damaged archive raises zipfile's, zlib's, NumPy's or the system's errors
        problem = "is damaged"
    else:
        if images.dtype == np.uint8 and images.shape == (len(labels), 28, 28):
            return Digits(torch.from_numpy(images).unsqueeze(1), torch.from_numpy(labels).long())
        problem = "does not hold 28x28 digits"
    raise DataError(f"{path} {problem}; make it with: python scripts/{script}")


def training_part(training: Digits, validation: Digits) -> Digits:
    """The first digits of both parts, which `load_mnist` gives in a seeded order, as one."""
    return Digits(
        torch.cat([training.images[:TRAINING_PART], validation.images[:VALIDATION_PART]]),
        torch.cat([training.labels[:TRAINING_PART], validation.labels[:VALIDATION_PART]]),
    )


def load_training_digits(path: str | Path) -> tuple[Digits, Digits]:
    """The 20,000 training and 1,000 validation digits of a file of `training_part`.

    Raises DataError if it is missing or damaged.
    """
    script = "make_training_digits.py"
    images, labels = load_digits(path, script)
    if len(images) != TRAINING_PART + VALIDATION_PART:
        raise DataError(
            f"{path} does not hold {TRAINING_PART + VALIDATION_PART:,} digits; "
            f"make it with: python scripts/{script}"
        )
    return (
        Digits(images[:TRAINING_PART], labels[:TRAINING_PART]),
        Digits(images[TRAINING_PART:], labels[TRAINING_PART:]),
    )


def to_unit(images: Tensor) -> Tensor:
    """uint8 images in [0, 255] -> float32 images in [0, 1], on the same device."""
    return images.float().div_(255)
