"""All that the page shows and asks: the two models, the digits, and the test digits' codes."""

import re
import zipfile
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import load

from autoencoder.checkpoints import OWN, WEIGHTS, CheckpointError, load_model, printable
from autoencoder.data import Digits, load_digits, load_training_digits
from autoencoder.diagnosis import LARGEST, diagnosis, keep_between
from autoencoder.evaluation import Method, encode_and_measure, mean_squared_error, measured
from autoencoder.latent import Directions, LatentSpace
from autoencoder.models import Autoencoder, ConvAutoencoder, DenseAutoencoder
from autoencoder.reconstruction import Reconstructor
from autoencoder.records import PcaRecord, Record, load_pca, load_record
from autoencoder.training.snapshots import DIGITS, WEIGHTS_FILE
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
class CodeSize:
    """The dense model with a code of some size, and how well it does."""

    name: str  # of its folder: "dense-8", or "dense" for the page's own model
    size: int  # numbers in the code
    model: Autoencoder
    error: float  # mean squared error per pixel, of all test digits
    record: Record


@dataclass(frozen=True)
class DemoData:
    """Made once when the server starts, read by every visitor, changed by none."""

    digits: Digits  # MNIST's 10,000 test digits
    training: Digits  # 20,000 of the training digits, for models that are trained in the page
    validation: Digits  # 1,000 of the validation digits, on which those are measured
    dense: TrainedModel
    conv: TrainedModel
    latent: LatentSpace  # of the dense model
    directions: Directions  # of the convolutional model's codes
    snapshots: dict[str, np.ndarray] | None  # the dense model's snapshots.npz, if it is there
    snapshot_weights: dict[str, np.ndarray] | None  # of some of those snapshots, likewise
    reconstruct: Reconstructor
    pca: PcaRecord | None  # the yardstick, if it is there
    code_sizes: list[CodeSize]  # the dense one among others, the shortest code first; or none

    def methods(self) -> list[Method]:
        """How well each method rebuilds the test digits: a model, then PCA with as short a code."""
        found = []
        for name, trained in (("dense", self.dense), ("conv", self.conv)):
            code_size = trained.model.latent_dim
            found.append(measured(name, code_size, trained.errors, self.digits.labels))
            yardsticks = self.pca.methods if self.pca else []
            found += [pca for pca in yardsticks if pca.code_size == code_size]
        return found

    def errors_by_code_size(self) -> dict[str, dict[int, float]]:
        """Test errors, {"dense": {1: 0.046, ...}, "PCA": {1: 0.061, ...}}: see `code_sizes`."""
        dense = {size.size: size.error for size in self.code_sizes if isfinite(size.error)}
        methods = self.pca.methods if self.pca and dense else []
        pca = {m.code_size: m.mse for m in methods if min(dense) <= m.code_size <= max(dense)}
        return {"dense": dense, "PCA": pca}

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
    """Reads a folder of checkpoints: dense/, conv/, dense-8/ and so on, pca.json, mnist_test.npz
    and mnist_training.npz.

    Whatever the folder lacks is taken from the project's own, but for the dense models of other
    code sizes, and it must have one of the models.
    Raises CheckpointError or DataError, which name the file and the command that makes it.
    """
    if not any((folder / name).is_dir() for name in ("dense", "conv")) and not others(folder):
        raise CheckpointError(
            f"{folder} has neither a folder dense nor a folder conv in it; "
            f"make one with: python scripts/train.py dense --out {folder / 'dense'}"
        )
    digits = load_digits(part(folder, "mnist_test.npz"))
    training, validation = load_training_digits(part(folder, "mnist_training.npz"))
    dense = load_trained(DenseAutoencoder, "dense", part(folder, "dense"), 3, digits)
    conv = load_trained(ConvAutoencoder, "convolutional", part(folder, "conv"), 64, digits)
    snapshots = load_snapshots(dense.record.folder / SNAPSHOTS)
    return DemoData(
        digits=digits,
        training=training,
        validation=validation,
        dense=dense,
        conv=conv,
        latent=LatentSpace(dense.codes, digits.labels),
        directions=Directions(conv.codes),
        snapshots=snapshots,
        snapshot_weights=snapshots and load_snapshot_weights(dense, len(snapshots["epoch"])),
        reconstruct=Reconstructor(dense.model, conv.model, dense.errors, conv.errors),
        pca=load_pca(part(folder, "pca.json")),
        code_sizes=load_code_sizes(folder, dense, digits),
    )


def load_trained(
    architecture: type[Autoencoder], name: str, folder: Path, numbers: int, digits: Digits
) -> TrainedModel:
    """The model in a folder, what it makes of the digits, and how it was trained."""
    model = load_model(architecture, folder, remedy(folder.name, folder))
    if model.latent_dim != numbers:
        raise CheckpointError(
            f"The model in {folder} keeps {model.latent_dim} numbers of an image, "
            f"but this page is made for {numbers}; {elsewhere(model)}"
        )
    codes, errors, said = examine(name, model, digits)
    return TrainedModel(name, model, codes, errors, load_record(folder), said)


def elsewhere(model: Autoencoder) -> str:
    """What can be done with a model of another code size."""
    if isinstance(model, DenseAutoencoder):
        return f"name its folder dense-{model.latent_dim}, and the page has it beside its own."
    return f"only Python can use it, by {type(model).__name__}.from_pretrained."


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


def load_code_sizes(folder: Path, dense: TrainedModel, digits: Digits) -> list[CodeSize]:
    """`dense` among the dense models of other code sizes; nothing if the folder has none of those.

    They are in dense-N/, N numbers each, as `scripts/train.py dense --latent-dim N` writes them.
    """
    found = {}
    for size, place in others(folder).items():
        found[size] = load_code_size(place, size, digits)
    if found:
        error = dense.errors.double().mean().item()
        size = dense.model.latent_dim
        found[size] = CodeSize("dense", size, dense.model, error, dense.record)
    return [found[size] for size in sorted(found)]


def others(folder: Path) -> dict[int, Path]:
    """The folders of dense models by the code size that they are named after."""
    places = [weights.parent for weights in sorted(folder.glob(f"dense-*/{WEIGHTS}"))]
    named = [(re.fullmatch(r"dense-([1-9]\d*)", place.name), place) for place in places]
    return {int(name[1]): place for name, place in named if name}


def load_code_size(folder: Path, size: int, digits: Digits) -> CodeSize:
    """Its error is the one that the training wrote down; measuring them all takes half a second."""
    model = load_model(
        DenseAutoencoder, folder, remedy(f"dense --latent-dim {size} --half", folder)
    )
    if model.latent_dim != size:
        raise CheckpointError(
            f"The model in {folder} keeps {model.latent_dim} numbers of an image, "
            f"but the folder's name says {size}."
        )
    record = load_record(folder)
    known = record.training and record.training["test_mse"]
    error = known or mean_squared_error(model, digits.images)
    return CodeSize(folder.name, size, model, error, record)


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


def load_snapshot_weights(dense: TrainedModel, snapshots: int) -> dict[str, np.ndarray] | None:
    """`at` (W,), the numbers of W of the snapshots, and each of the model's weights (W, ...).

    None if they are not there, or of another model than this one: the page does without them.
    """
    try:
        weights = load((dense.record.folder / WEIGHTS_FILE).read_bytes())
    except (OSError, SafetensorError):
        return None
    at = weights.get("at", np.zeros(0, int))
    shapes = {name: (len(at), *w.shape) for name, w in dense.model.named_parameters()}
    shapes["at"] = at.shape
    found = {name: numbers.shape for name, numbers in weights.items()}
    if found != shapes or not at.size or not 0 <= at.min() <= at.max() < snapshots:
        return None
    return weights
