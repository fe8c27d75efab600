"""Snapshots of the latent space while it comes into being: codes of test digits, and weights."""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor

from autoencoder.checkpoints import write_safely
from autoencoder.evaluation import encode_all, mean_squared_error
from autoencoder.models import Autoencoder

FILE = "snapshots.npz"
WEIGHTS_FILE = "snapshot_weights.safetensors"
COUNT = 40
DIGITS = 2_000
FALL = 0.1  # of the test error, from one snapshot whose weights are kept to the next


class Snapshots:
    """Records about 40 snapshots, from before the first step, dense at first and sparse later.

    `images` are the test digits, uint8 (10000, 1, 28, 28): the codes of the first 2,000 are kept,
    and the error of all. The weights, which take far more room, are kept of the first snapshot, and
    of each whose error is a tenth below the one before whose weights are: about a dozen in a long
    training, most of them early. All are recorded to be shown; the training decides nothing by
    them.
    """

    def __init__(self, images: Tensor, steps: int):
        self.images = images
        self.steps = {0} | {int(step) for step in np.geomspace(1, steps, COUNT).round()}
        # once there is one: step (M,), test_mse (M,), codes (M, 2000, latent_dim) float16;
        # weights.at (W,) int32, of which snapshots; weights.encoder.1.weight (W, ...) float16, ...
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
        if self._has_fallen(snapshot["test_mse"]):
            at = len(self.recorded.get("step", []))
            snapshot["weights.at"] = torch.tensor([at], dtype=torch.int32)
            for name, weights in model.named_parameters():
                snapshot[f"weights.{name}"] = weights.detach().cpu().half()[None]
        for name, value in snapshot.items():
            before = [self.recorded[name]] if name in self.recorded else []
            self.recorded[name] = torch.cat([*before, value])

    def _has_fallen(self, error: Tensor) -> bool:
        if "weights.at" not in self.recorded:
            return True
        before = self.recorded["test_mse"][self.recorded["weights.at"][-1]]
        return bool(error <= (1 - FALL) * before)

    def save(self, folder: Path, steps_per_epoch: int) -> None:
        """Writes snapshots.npz: `epoch` (M,), `test_mse` (M,), `codes` (M, 2000, latent_dim);
        and snapshot_weights.safetensors: `at` (W,), `encoder.1.weight` (W, ...), and so on."""
        arrays = {
            "epoch": (self.recorded["step"] / steps_per_epoch).numpy(),
            "test_mse": self.recorded["test_mse"].numpy(),
            "codes": self.recorded["codes"].numpy(),
        }

        def write(path: Path) -> None:
            with open(path, "wb") as file:
                np.savez_compressed(file, **arrays)

        write_safely(folder / FILE, write)
        prefix = "weights."
        weights = {
            name.removeprefix(prefix): numbers
            for name, numbers in self.recorded.items()
            if name.startswith(prefix)
        }
        write_safely(folder / WEIGHTS_FILE, lambda path: path.write_bytes(save(weights)))
