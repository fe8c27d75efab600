"""Snapshots of the latent space while it comes into being: the codes of test digits."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from autoencoder.checkpoints import write_safely
from autoencoder.evaluation import encode_all, mean_squared_error
from autoencoder.models import Autoencoder

FILE = "snapshots.npz"
COUNT = 40
DIGITS = 2_000


class Snapshots:
    """Records about 40 snapshots, from before the first step, dense at first and sparse later.

    `images` are the test digits, uint8 (10000, 1, 28, 28): the codes of the first 2,000 are kept,
    and the error of all. They are recorded to be shown; the training decides nothing by them.
    """

    def __init__(self, images: Tensor, steps: int):
        self.images = images
        self.steps = {0} | {int(step) for step in np.geomspace(1, steps, COUNT).round()}
        # once there is one: step (M,), test_mse (M,), codes (M, 2000, latent_dim) float16
        self.recorded: dict[str, Tensor] = {}

    def watch(self, model: Autoencoder, step: int) -> None:
        """Records the model as it is before `step`, if one is due there."""
        if step not in self.steps:
            return
        snapshot = {
            "step": torch.tensor([step]),
            "test_mse": torch.tensor([mean_squared_error(model, self.images)]),
            "codes": encode_all(model, self.images[:DIGITS]).cpu().half()[None],
        }
        for name, value in snapshot.items():
            before = [self.recorded[name]] if name in self.recorded else []
            self.recorded[name] = torch.cat([*before, value])

    def save(self, folder: Path, steps_per_epoch: int) -> None:
        """Writes snapshots.npz: `epoch` (M,), `test_mse` (M,), `codes` (M, 2000, latent_dim)."""
        arrays = {
            "epoch": (self.recorded["step"] / steps_per_epoch).numpy(),
            "test_mse": self.recorded["test_mse"].numpy(),
            "codes": self.recorded["codes"].numpy(),
        }

        def write(path: Path) -> None:
            with open(path, "wb") as file:
                np.savez_compressed(file, **arrays)

        write_safely(folder / FILE, write)
