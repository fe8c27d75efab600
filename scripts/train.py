"""Trains an autoencoder on MNIST and writes its checkpoint.

python scripts/train.py dense
python scripts/train.py conv --epochs 10 --out /tmp/conv
python scripts/train.py dense --latent-dim 8 --half
torchrun --nproc-per-node 2 scripts/train.py conv
"""

import argparse
import csv
import io
import math
import platform
import shlex
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import torch

from autoencoder.checkpoints import (
    LONGEST_CODE,
    OWN,
    CheckpointError,
    save_model,
    write_json,
    write_safely,
)
from autoencoder.data import DATA, DataError, load_mnist
from autoencoder.evaluation import mean_squared_error
from autoencoder.models import ARCHITECTURES, Autoencoder
from autoencoder.training import distributed, resuming
from autoencoder.training.loop import Recipe, Run, TrainingError, train
from autoencoder.training.snapshots import Snapshots

RECIPES = {
    "dense": Recipe(epochs=600, batch_size=256, lr=1e-2, weight_decay=0.03),
    "conv": Recipe(epochs=200, batch_size=128, lr=6e-3, weight_decay=0.1),
}


LARGEST = 10**9  # of the whole numbers


def whole_number(least: int, largest: int = LARGEST) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not least <= int(text) <= largest:
            raise ValueError
        return int(text)

    number.__name__ = f"whole number from {least} to {largest:,}"  # for argparse's message
    return number


def positive_number(text: str) -> float:
    if not 0 < float(text) < math.inf:
        raise ValueError
    return float(text)


positive_number.__name__ = "positive number"  # for argparse's message


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=ARCHITECTURES)
    parser.add_argument(
        "--latent-dim",
        type=whole_number(1, LONGEST_CODE),
        help="numbers in the code (default: 3 dense, 64 conv)",
    )
    parser.add_argument("--epochs", type=whole_number(1), help="passes over the training images")
    parser.add_argument("--batch-size", type=whole_number(1), help="images a step")
    parser.add_argument("--lr", type=positive_number, help="peak of the learning rate")
    parser.add_argument(
        "--seed", type=whole_number(0), help="decides first weights and order (default: 0)"
    )
    parser.add_argument(
        "--device", default="auto", help="auto (CUDA, then MPS, then CPU) or a name"
    )
    parser.add_argument("--data-dir", default=DATA, help="where MNIST is, or is downloaded to")
    parser.add_argument(
        "--half", action="store_true", help="write the weights in 16 bits, a file half as large"
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="folder (default: checkpoints/dense or .../conv; with --latent-dim 8 .../dense-8)",
    )
    parser.add_argument("--resume", action="store_true", help="go on with the training in --out")
    return parser.parse_args()


def pick_device(name: str) -> torch.device:
    if name != "auto":
        try:
            torch.empty(0, device=name)
        except (RuntimeError, AssertionError) as error:
            raise TrainingError(f"There is no device {name!r} here; try --device cpu.") from error
        return torch.device(name)
    if torch.cuda.is_available():
        if torch.cuda.device_count() < distributed.COUNT_HERE:
            raise TrainingError(
                f"There are {torch.cuda.device_count()} GPUs for {distributed.COUNT_HERE} "
                f"processes; start one a GPU, or try --device cpu."
            )
        return torch.device("cuda", distributed.NUMBER_HERE)
    has_mps = torch.backends.mps.is_available() and distributed.COUNT == 1
    return torch.device("mps" if has_mps else "cpu")


def save_checkpoint(run: Run, folder: Path, report: dict, half: bool) -> None:
    save_model(run.model, folder, half)
    table = io.StringIO()
    writer = csv.DictWriter(table, fieldnames=run.history[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(run.history)
    write_safely(folder / "history.csv", lambda path: path.write_text(table.getvalue()))
    write_json(folder / "training.json", report)


def main() -> None:
    sys.stdout.reconfigure(errors="backslashreplace")  # a path may have what it can't write
    args = parse_arguments()
    chosen = {name: getattr(args, name) for name in ("epochs", "batch_size", "lr", "seed")}
    name = args.model
    recipe = asdict(RECIPES[args.model]) | {k: v for k, v in chosen.items() if v is not None}
    model = ARCHITECTURES[args.model]()
    if args.latent_dim not in (None, model.latent_dim):
        model = ARCHITECTURES[args.model](args.latent_dim)
        name = f"{args.model}-{args.latent_dim}"
    out = args.out or OWN / name
    launcher = ["python"]
    if distributed.COUNT > 1:
        launcher = ["torchrun", "--nproc-per-node", str(distributed.COUNT_HERE)]
    command = shlex.join([*launcher, "scripts/train.py", *sys.argv[1:]])
    try:
        if unset := distributed.unset():
            raise TrainingError(
                f"WORLD_SIZE is {distributed.COUNT}, but {' and '.join(unset)} not set; start "
                f"several processes by torchrun, or one without WORLD_SIZE."
            )
        device = pick_device(args.device)
        with distributed.joined(device):
            run_training(args, model, Recipe(**recipe), out, command, device)
    except (DataError, TrainingError, CheckpointError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{out} could not be written ({error}); the files that were there are whole.")


def fail(message: str) -> None:
    """Ends the program; of several processes on this machine, one says why."""
    sys.exit(message if distributed.NUMBER_HERE == 0 else 1)


def run_training(
    args: argparse.Namespace,
    model: Autoencoder,
    recipe: Recipe,
    out: Path,
    command: str,
    device: torch.device,
) -> None:
    with distributed.one_before_the_others():
        mnist = load_mnist(args.data_dir)
    training, validation, test = (part.images.to(device) for part in mnist)
    steps_per_epoch = math.ceil(len(training) / recipe.batch_size)

    run = Run(model.to(device), recipe)
    snapshots = None
    if args.model == "dense" and model.latent_dim == 3:  # codes that can be shown in space
        snapshots = Snapshots(test, recipe.epochs * steps_per_epoch)
    if args.resume:
        resuming.load_state(run, snapshots, out)

    saved = args.resume  # whether what is saved in `out` is of this training

    def before_step(step: int) -> None:
        if snapshots:
            snapshots.watch(run.model, step)

    def after_epoch() -> None:
        nonlocal saved
        resuming.save_state(run, snapshots, out)
        saved = True

    try:
        train(run, training, validation, before_step=before_step, after_epoch=after_epoch)
    except KeyboardInterrupt:
        if not saved:
            sys.exit("\nStopped before the first epoch was done; nothing was written.")
        resuming.load_state(run, snapshots, out)  # back to the end of the last whole epoch
    if not distributed.IS_FIRST:
        return

    if args.half:
        run.model.half().float()  # what is measured is what is written
    report = {
        "command": command,
        "recipe": asdict(recipe),
        "epochs_done": run.epochs,
        "seconds": round(run.seconds, 1),
        "device": device.type,
        "processes": distributed.COUNT,
        "threads": torch.get_num_threads(),
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "validation_mse": mean_squared_error(run.model, validation),
        "test_mse": mean_squared_error(run.model, test),
    }
    save_checkpoint(run, out, report, args.half)
    if snapshots:
        snapshots.save(out, steps_per_epoch)
    print(
        f"{run.epochs} epochs: validation MSE {report['validation_mse']:.5f}, "
        f"test MSE {report['test_mse']:.5f}, checkpoint in {out}"
    )
    if run.epochs < recipe.epochs:
        again = command if args.resume else f"{command} --resume"
        sys.exit(f"Stopped at epoch {run.epochs} of {recipe.epochs}; go on with: {again}")
    (out / resuming.FILE).unlink()


if __name__ == "__main__":
    main()
