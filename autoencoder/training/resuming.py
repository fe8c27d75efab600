"""Saving a training after each epoch, so that a kill at any moment loses one epoch at most.

Weights, the optimizers' averages, the history and the snapshots recorded so far go into one file,
which is replaced as a whole. It is safetensors and JSON: nothing in it can run code.
"""

import json
from contextlib import chdir
from dataclasses import asdict
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from autoencoder.checkpoints import CheckpointError, write_safely
from autoencoder.training.loop import Run
from autoencoder.training.snapshots import Snapshots

FILE = "training_state.safetensors"


def save_state(run: Run, snapshots: Snapshots | None, folder: Path) -> None:
    """Replaces the training state in `folder` by the run as it is now."""
    tensors: dict[str, Tensor] = {}
    for name, tensor in run.model.state_dict().items():
        tensors[f"model.{name}"] = tensor
    for optimizer in run.optimizers:
        for index, averages in optimizer.state_dict()["state"].items():
            for name, tensor in averages.items():
                tensors[f"{type(optimizer).__name__}.{index}.{name}"] = tensor
    if snapshots:
        for name, tensor in snapshots.recorded.items():
            tensors[f"snapshots.{name}"] = tensor
    tensors = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    progress = {
        "recipe": asdict(run.recipe),
        "epochs": run.epochs,
        "seconds": run.seconds,
        "history": run.history,
    }
    metadata = {"progress": json.dumps(progress)}
    write_safely(folder / FILE, lambda path: path.write_bytes(save(tensors, metadata)))


def load_state(run: Run, snapshots: Snapshots | None, folder: Path) -> None:
    """Takes `run` and `snapshots` to where the state in `folder` was saved.

    Raises CheckpointError if there is none, if it is damaged, or if it has another recipe or other
    layers.
    """
    path = folder / FILE
    if not path.is_file():
        raise CheckpointError(
            f"There is no unfinished training in {folder}; leave --resume out to begin one."
        )
    try:
        # safetensors opens no path that isn't UTF-8, but a folder may be called so
        with chdir(folder), safe_open(FILE, "pt") as file:
            progress = json.loads(file.metadata()["progress"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{path} is damaged; leave --resume out to begin the training anew."
        ) from error
    if progress["recipe"] != asdict(run.recipe):
        recipe = ", ".join(f"{name} {value}" for name, value in progress["recipe"].items())
        raise CheckpointError(
            f"The training in {folder} was begun with {recipe}; give the same with --resume."
        )

    def part(prefix: str) -> dict[str, Tensor]:
        return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}

    try:
        run.model.load_state_dict(part("model."))
    except RuntimeError as error:
        raise CheckpointError(
            f"The training in {folder} is of a model with other layers than this one; leave "
            f"--resume out to begin one anew."
        ) from error
    for optimizer in run.optimizers:
        averages: dict[int, dict[str, Tensor]] = {}
        for name, tensor in part(f"{type(optimizer).__name__}.").items():
            index, name = name.split(".")
            averages.setdefault(int(index), {})[name] = tensor
        groups = optimizer.state_dict()["param_groups"]
        optimizer.load_state_dict({"state": averages, "param_groups": groups})
    run.epochs = progress["epochs"]
    run.seconds = progress["seconds"]
    run.history = progress["history"]
    if snapshots:
        snapshots.recorded = part("snapshots.")
