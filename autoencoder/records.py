"""What the files beside the models tell of them: how each was trained, and how good PCA is.

A file that is missing or damaged is None or empty here, for the models do without it.
"""

import csv
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from autoencoder.checkpoints import printable, write_json
from autoencoder.evaluation import Method


@dataclass(frozen=True)
class Record:
    """How a checkpoint came to be, from its own files."""

    folder: Path
    training: dict | None  # training.json, as scripts/train.py writes it
    history: dict[str, np.ndarray] | None  # history.csv, a column each (epochs,)


def load_record(folder: Path) -> Record:
    return Record(folder, _load_training(folder / "training.json"), _load_history(folder))


def _load_training(path: Path) -> dict | None:
    try:
        report = json.loads(path.read_text("utf-8"))
        recipe, versions = dict(report["recipe"]), dict(report["versions"])
        numbers = {
            name: float(report[name]) for name in ("seconds", "validation_mse", "test_mse")
        } | {name: int(report[name]) for name in ("epochs_done", "threads")}
        words = {name: printable(str(report[name])) for name in ("command", "device")}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return numbers | words | {"recipe": recipe, "versions": versions}


def _load_history(folder: Path) -> dict[str, np.ndarray] | None:
    try:
        with open(folder / "history.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        columns = ("epoch", "training_mse", "validation_mse")
        history = {name: np.array([float(row[name]) for row in rows]) for name in columns}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return history if rows else None


@dataclass(frozen=True)
class PcaRecord:
    """What PCA does on the test digits, fitted to the training digits, which the page lacks."""

    command: str  # that measured it
    training_digits: int  # to how many it was fitted
    methods: list[Method]  # a code size each


def save_pca(record: PcaRecord, path: Path) -> None:
    methods = [method._asdict() for method in record.methods]
    write_json(path, asdict(record) | {"methods": methods})


def load_pca(path: Path) -> PcaRecord | None:
    """Reads what `save_pca` wrote."""
    try:
        content = json.loads(path.read_text("utf-8"))
        methods = [Method(**method) for method in content["methods"]]
        return PcaRecord(
            printable(str(content["command"])), int(content["training_digits"]), methods
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
