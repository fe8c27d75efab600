"""All that the page shows and asks: the two models, the test digits, and the digits' codes."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from autoencoder.checkpoints import OWN, CheckpointError, load_model, printable
from autoencoder.data import Digits, load_digits
from autoencoder.diagnosis import LARGEST, diagnosis, keep_between
from autoencoder.evaluation import Method, encode_and_measure, measured
from autoencoder.latent import Directions, LatentSpace
from autoencoder.models import Autoencoder, ConvAutoencoder, DenseAutoencoder
from autoencoder.reconstruction import Reconstructor
from autoencoder.records import PcaRecord, Record, load_pca, load_record
from autoencoder.training.snapshots import DIGITS
from autoencoder.training.snapshots import FILE as SNAPSHOTS


@dataclass(frozen=True)
class TrainedModel:
    """A model, and what is known of it."""

    name: str  # for people: "dense" or "convolutional"
    model: Autoencoder
    codes: torch.Tensor  # (10000, latent_dim), of the test digits
    errors: torch.Tensor  # (10000,): mean squared error of each digit's reconstruction
    record: Record  # how it was trained
    diagnosis: str  # a sentence, if something is the matter with it; else empty


@dataclass(frozen=True)
class DemoData:
    """Made once when the server starts, read by every visitor, changed by none."""

    digits: Digits  # MNIST's 10,000 test digits
    dense: TrainedModel
    conv: TrainedModel
    latent: LatentSpace  # of the dense model
    directions: Directions  # of the convolutional model's codes
    snapshots: dict[str, np.ndarray] | None  # the dense model's snapshots.npz, if it is there
    reconstruct: Reconstructor
    pca: PcaRecord | None  # the yardstick, if it is there

    def methods(self) -> list[Method]:
        """How well each method rebuilds the test digits: a model, then PCA with as short a code."""
        found = []
        for name, trained in (("dense", self.dense), ("conv", self.conv)):
            code_size = trained.model.latent_dim
            found.append(measured(name, code_size, trained.errors, self.digits.labels))
            yardsticks = self.pca.methods if self.pca else []
            found += [pca for pca in yardsticks if pca.code_size == code_size]
        return found

    def provenance(self) -> str:
        """Which models these are, in words, where they are not the project's own; else empty."""
        models = (self.dense, self.conv)
        if all(is_own(trained.record.folder) for trained in models):
            return ""
        return " and ".join(f"the {m.name} model is {place(m.record.folder)}" for m in models)

    def diagnoses(self) -> list[str]:
        """A sentence for each model that something is the matter with."""
        return [m.diagnosis for m in (self.dense, self.conv) if m.diagnosis]


def load_demo_data(folder: Path) -> DemoData:
    """Reads a folder of checkpoints: dense/, conv/, mnist_test.npz and pca.json.

    Whatever the folder lacks is taken from the project's own, but it must have one of the models.
    Raises CheckpointError or DataError, which name the file and the command that makes it.
    """
    if not (folder / "dense").is_dir() and not (folder / "conv").is_dir():
        raise CheckpointError(
            f"{folder} has neither a folder dense nor a folder conv in it; "
            f"make one with: python scripts/train.py dense --out {folder / 'dense'}"
        )
    digits = load_digits(part(folder, "mnist_test.npz"))
    dense = load_trained(DenseAutoencoder, "dense", part(folder, "dense"), 3, digits)
    conv = load_trained(ConvAutoencoder, "convolutional", part(folder, "conv"), 64, digits)
    return DemoData(
        digits=digits,
        dense=dense,
        conv=conv,
        latent=LatentSpace(dense.codes, digits.labels),
        directions=Directions(conv.codes),
        snapshots=load_snapshots(dense.record.folder / SNAPSHOTS),
        reconstruct=Reconstructor(dense.model, conv.model, dense.errors, conv.errors),
        pca=load_pca(part(folder, "pca.json")),
    )


def load_trained(
    architecture: type[Autoencoder], name: str, folder: Path, numbers: int, digits: Digits
) -> TrainedModel:
    """The model in a folder, what it makes of the digits, and how it was trained."""
    model = load_model(architecture, folder, remedy(folder.name, folder))
    if model.latent_dim != numbers:
        raise CheckpointError(
            f"The model in {folder} keeps {model.latent_dim} numbers of an image, "
            f"but this page is made for {numbers}."
        )
    codes, errors, said = examine(name, model, digits)
    return TrainedModel(name, model, codes, errors, load_record(folder), said)


def examine(
    name: str, model: Autoencoder, digits: Digits
) -> tuple[torch.Tensor, torch.Tensor, str]:
    """The digits' codes and errors, and the `diagnosis`. What the model gives can then be shown."""
    keep_between(0, 1, model.decoder)
    codes, errors = encode_and_measure(model, digits.images)
    said = diagnosis(name, codes, errors, digits.images)
    keep_between(-LARGEST, LARGEST, model.encoder)
    if said:  # it may have been of codes that are cut off now
        codes, errors = encode_and_measure(model, digits.images)
    return codes, errors, said


def part(folder: Path, name: str) -> Path:
    return folder / name if (folder / name).exists() else OWN / name


def remedy(name: str, folder: Path) -> str:
    elsewhere = "" if is_own(folder) else f" --out {folder}"
    return f"make it with: python scripts/train.py {name}{elsewhere}"


def is_own(folder: Path) -> bool:
    return folder.resolve().parent == OWN.resolve()


def place(folder: Path) -> str:
    """Where a checkpoint is, for people: without the path to it, which is the host's affair."""
    if is_own(folder):
        return "the project's own"
    return printable("/".join(folder.resolve().parts[-2:]))


def load_snapshots(path: Path) -> dict[str, np.ndarray] | None:
    """`epoch` (M,), `test_mse` (M,), `codes` (M, 2000, 3), or None: the page does without them."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name].astype(float) for name in ("epoch", "test_mse", "codes")}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
    count = len(arrays["epoch"])
    if not count or arrays["codes"].shape != (count, DIGITS, 3):
        return None
    # codes beyond 65504, the largest in 16 bits, were stored as infinite
    return {
        name: np.nan_to_num(numbers, posinf=65504, neginf=-65504).astype(np.float32)
        for name, numbers in arrays.items()
    }
