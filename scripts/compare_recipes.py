"""Trains a model by variations of its recipe, and prints the validation error of each.

python scripts/compare_recipes.py dense
python scripts/compare_recipes.py conv "peak 2e-03" "peak 1e-02"

The runs are short: what they say of the long one is a hint.
"""

import argparse
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from autoencoder.data import DATA, DataError, load_mnist
from autoencoder.evaluation import mean_squared_error
from autoencoder.models import ARCHITECTURES, Autoencoder
from autoencoder.training import distributed
from autoencoder.training.loop import Recipe, Run, learning_rate, optimizers, train

STARTS = {
    "dense": Recipe(epochs=40, batch_size=256, lr=1e-2, weight_decay=0.03),
    "conv": Recipe(epochs=8, batch_size=128, lr=6e-3, weight_decay=0.01),
}


@dataclass(frozen=True)
class Variation:
    """What differs from the start: fields of the recipe, or one of the loop's parts."""

    recipe: Recipe
    schedule: str = "cosine"  # or "constant"
    default_weights: bool = False  # PyTorch's own first weights
    average: bool = False  # an exponential average of the weights, over about 1,000 steps
    muon: str = "convolutions"  # which of the hidden weights Muon trains; or "none", or "all"


def variations(model: str) -> dict[str, Variation]:
    """Of the model called so, by name; the first is the start itself."""
    start = STARTS[model]
    peak, size = start.lr, start.batch_size

    def vary(**fields) -> Variation:
        return Variation(replace(start, **fields))

    found = {
        "start": Variation(start),
        "another seed": vary(seed=1),
        "a third seed": vary(seed=2),
        f"peak {peak / 3:.0e}": vary(lr=peak / 3),
        f"peak {peak * 2:.0e}": vary(lr=peak * 2),
        f"batches of {size // 2}": vary(batch_size=size // 2),
        f"batches of {size * 2}": vary(batch_size=size * 2),
        "no weight decay": vary(weight_decay=0),
        "weight decay 0.1": vary(weight_decay=0.1),
        "a constant learning rate of 1e-3": replace(vary(lr=1e-3), schedule="constant"),
        "AdamW alone": replace(Variation(start), muon="none"),
        "Muon for all hidden layers": replace(Variation(start), muon="all"),
        "an average of the last weights": replace(Variation(start), average=True),
        "twice as long": vary(epochs=2 * start.epochs),
    }
    if model == "dense":  # the other has no linear layer, so all its first weights are PyTorch's
        found["PyTorch's own first weights"] = replace(Variation(start), default_weights=True)
    return found


def validation_error(name: str, variation: Variation, training, validation) -> float:
    """Trains a model as the variation says. Images are uint8 (N, 1, 28, 28)."""
    run = Run(ARCHITECTURES[name](), variation.recipe)
    if variation.default_weights:
        for layer in run.model.modules():
            if hasattr(layer, "reset_parameters"):
                layer.reset_parameters()
    if variation.muon != "convolutions":
        matrices = [weight for weight in run.model.parameters() if weight.ndim > 1]
        hidden = matrices[1:-1] if variation.muon == "all" else []
        run.optimizers = optimizers(run.model, variation.recipe, hidden)
    average = AveragedModel(run.model, multi_avg_fn=get_ema_multi_avg_fn(0.999))
    train(
        run,
        training,
        validation,
        before_step=partial(keep_average, average, run.model) if variation.average else ignore,
        after_epoch=ignore,
        schedule=learning_rate if variation.schedule == "cosine" else constant,
    )
    return mean_squared_error(average if variation.average else run.model, validation)


def keep_average(average: AveragedModel, model: Autoencoder, step: int) -> None:
    average.update_parameters(model)


def constant(step: int, steps: int, peak: float) -> float:
    return peak


def ignore(*_) -> None:
    pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=ARCHITECTURES)
    parser.add_argument("names", nargs="*", help="of the variations (default: all of them)")
    parser.add_argument("--data-dir", default=DATA, help="where MNIST is, or is downloaded to")
    args = parser.parse_args()
    if distributed.COUNT > 1:
        sys.exit("This trains in one process: start it without torchrun and without WORLD_SIZE.")
    known = variations(args.model)
    if unknown := [name for name in args.names if name not in known]:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    try:
        training, validation, _ = load_mnist(args.data_dir)
    except DataError as error:
        sys.exit(str(error))
    print(f"{args.model}, {STARTS[args.model]}", flush=True)
    for name in args.names or known:
        torch.manual_seed(0)
        error = validation_error(args.model, known[name], training.images, validation.images)
        print(f"{name:36}{error:.6f}", flush=True)


if __name__ == "__main__":
    main()
