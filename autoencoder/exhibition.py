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
class Exhibition:
    """Made once when the server starts, read by every visitor, changed by none."""

    digits: Digits  # MNIST's 10,000 test digits
    dense_codes: torch.Tensor  # (10000, 3)
    dense_errors: torch.Tensor  # (10000,): mean squared error of each digit's reconstruction
    conv_codes: torch.Tensor  # (10000, 64)
    conv_errors: torch.Tensor  # (10000,)
    latent: LatentSpace  # of the dense model
    directions: Directions  # of the convolutional model's codes
    snapshots: dict[str, np.ndarray] | None  # the dense model's snapshots.npz, if it is there
    reconstruct: Reconstructor
    dense_record: Record  # how the dense model came to be
    conv_record: Record
    pca: PcaRecord | None  # the yardstick, if it is there
    diagnoses: list[str]  # a sentence for each model that something is the matter with

    def methods(self) -> list[Method]:
        """How well each method rebuilds the test digits: a model, then PCA with as short a code."""
        dense, conv = self.reconstruct.dense, self.reconstruct.conv
        found = []
        for name, model, errors in (
            ("dense", dense, self.dense_errors),
            ("conv", conv, self.conv_errors),
        ):
            found.append(measured(name, model.latent_dim, errors, self.digits.labels))
            yardsticks = self.pca.methods if self.pca else []
            found += [pca for pca in yardsticks if pca.code_size == model.latent_dim]
        return found

    def provenance(self) -> str:
        """Which models these are, in words, where they are not the project's own; else empty."""
        records = {"dense": self.dense_record, "convolutional": self.conv_record}
        if all(is_own(record.folder) for record in records.values()):
            return ""
        named = {name: place(record.folder) for name, record in records.items()}
        return " and ".join(f"the {name} model is {where}" for name, where in named.items())


def load_exhibition(folder: Path) -> Exhibition:
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
    folders = {name: part(folder, name) for name in ("dense", "conv")}
    dense, conv = (
        load_model(architecture, folders[name], remedy(name, folders[name]))
        for architecture, name in ((DenseAutoencoder, "dense"), (ConvAutoencoder, "conv"))
    )
    for model, folder_of, numbers in ((dense, folders["dense"], 3), (conv, folders["conv"], 64)):
        if model.latent_dim != numbers:
            raise CheckpointError(
                f"The model in {folder_of} keeps {model.latent_dim} numbers of an image, "
                f"but this page is made for {numbers}."
            )
    dense_codes, dense_errors, dense_diagnosis = examine("dense", dense, digits)
    conv_codes, conv_errors, conv_diagnosis = examine("convolutional", conv, digits)
    return Exhibition(
        digits=digits,
        dense_codes=dense_codes,
        dense_errors=dense_errors,
        conv_codes=conv_codes,
        conv_errors=conv_errors,
        latent=LatentSpace(dense_codes, digits.labels),
        directions=Directions(conv_codes),
        snapshots=load_snapshots(folders["dense"] / SNAPSHOTS),
        reconstruct=Reconstructor(dense, conv, dense_errors, conv_errors),
        dense_record=load_record(folders["dense"]),
        conv_record=load_record(folders["conv"]),
        pca=load_pca(part(folder, "pca.json")),
        diagnoses=list(filter(None, (dense_diagnosis, conv_diagnosis))),
    )


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
    moments = len(arrays["epoch"])
    if not moments or arrays["codes"].shape != (moments, DIGITS, 3):
        return None
    # codes beyond 65504, the largest in 16 bits, were stored as infinite
    return {
        name: np.nan_to_num(numbers, posinf=65504, neginf=-65504).astype(np.float32)
        for name, numbers in arrays.items()
    }
