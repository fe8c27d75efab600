"""How soon our training reaches the error of the tutorial's, and how well it uses the machine."""

import sys
from pathlib import Path
from time import perf_counter

import torch
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from autoencoder.data import load_mnist
from autoencoder.evaluation import mean_squared_error
from autoencoder.models import ARCHITECTURES, Autoencoder
from autoencoder.training import distributed
from autoencoder.training.loop import Recipe, Run, train
from benchmarks import Row
from benchmarks.tutorial import train_as_the_tutorial

# Short ones, which should end no higher than the tutorial's 10 epochs: the section says whether.
SHORT = {
    "dense": Recipe(epochs=10, batch_size=1024, lr=3e-2, weight_decay=0.01),
    "conv": Recipe(epochs=5, batch_size=896, lr=2e-2, weight_decay=0.01),
}
SOONER = {"dense": ">= 5", "conv": ">= 3.5"}
USED = {"dense": ">= 0.5", "conv": ">= 0.4"}


def training(checkpoints: Path, data_dir: Path) -> list[Row]:
    """Both models, the tutorial's way and ours, with the rate of a large torch.mm beside."""
    if distributed.COUNT > 1:
        sys.exit("This trains in one process: start it without torchrun and without WORLD_SIZE.")
    digits, validation, test = load_mnist(data_dir)
    rows = []
    for name, architecture in ARCHITECTURES.items():
        theirs, their_seconds = train_as_the_tutorial(architecture, data_dir)
        run = Run(architecture(), SHORT[name])
        best = multiplications_a_second()
        train(run, digits.images, validation.images[:1], before_step=ignore, after_epoch=ignore)
        best = (best + multiplications_a_second()) / 2

        images = run.epochs * len(digits.images) / run.seconds
        used = multiplications(run.model, digits.images[: run.recipe.batch_size]) * images / best
        rows += [
            (f"{name}: tutorial's test MSE", mean_squared_error(theirs, test.images), "", ""),
            (
                f"{name}: our test MSE, not above it",
                mean_squared_error(run.model, test.images),
                "",
                f"<= {mean_squared_error(theirs, test.images):.5f}",
            ),
            (f"{name}: tutorial's training", their_seconds, "s", ""),
            (f"{name}: our training", run.seconds, "s", ""),
            (f"{name}: times sooner", their_seconds / run.seconds, "", SOONER[name]),
            (f"{name}: our images", images, "a second", ""),
            (f"{name}: share of torch.mm's rate", used, "", USED[name]),
        ]
    return rows


def ignore(*_) -> None:
    pass


def multiplications(model: Autoencoder, images: torch.Tensor) -> float:
    """How many a training step takes for an image: forward, and backward to each weight."""
    pixels = images / 255
    with FlopCounterMode(display=False) as counter:  # counts a multiplication and its sum as two
        F.mse_loss(model(pixels), pixels).backward()
    return counter.get_total_flops() / 2 / len(images)


def multiplications_a_second(side: int = 2048, times: int = 8) -> float:
    """What the machine can do: the product of two large matrices, the best of several times."""
    left, right = torch.rand(2, side, side)
    seconds = []
    for _ in range(times):
        started = perf_counter()
        torch.mm(left, right)
        seconds.append(perf_counter() - started)
    return side**3 / min(seconds)
