"""Measures the checkpoints on MNIST's test digits, with PCA of the same code size beside each.

python scripts/evaluate.py
python scripts/evaluate.py dense --json
python scripts/evaluate.py --figure reconstructions.png
python scripts/evaluate.py --pca checkpoints/pca.json
"""

import argparse
import json
import shlex
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from torch import Tensor

from autoencoder.checkpoints import OWN, CheckpointError, load_model
from autoencoder.data import DATA, DataError, Digits, load_mnist
from autoencoder.evaluation import (
    CODE_SIZES,
    Pca,
    examples,
    measured,
    psnr,
    reconstruction_errors,
)
from autoencoder.models import ARCHITECTURES, Autoencoder
from autoencoder.records import PcaRecord, save_pca


def summarise(errors: Tensor, labels: Tensor) -> dict:
    """The error of all digits (mse, psnr in dB), and the same of each digit 0-9 on its own."""

    def row(chosen: Tensor) -> dict:
        mse = chosen.double().mean().item()
        return {"mse": mse, "psnr": psnr(mse)}

    return row(errors) | {"by_digit": [row(errors[labels == digit]) for digit in range(10)]}


def print_table(results: dict[str, dict]) -> None:
    """A row for all test digits and a row a digit; for each method its MSE and PSNR."""
    print("test digits" + "".join(f"{name:>22}" for name in results))
    print(" " * 11 + f"{'MSE':>12}{'PSNR dB':>10}" * len(results))
    rows = [("all 10,000", list(results.values()))]
    rows += [(str(d), [result["by_digit"][d] for result in results.values()]) for d in range(10)]
    for name, cells in rows:
        numbers = (f"{cell['mse']:12.5f}{cell['psnr']:10.2f}" for cell in cells)
        print(f"{name:<11}" + "".join(numbers))


def save_figure(models: dict[str, Autoencoder], test: Digits, path: Path) -> None:
    from autoencoder.figures import reconstruction_rows

    reconstruction_rows(examples(models, test)).savefig(path, dpi=150)
    print(f"Figure in {path}", file=sys.stderr)


def main() -> None:
    sys.stdout.reconfigure(errors="backslashreplace")  # a path may have what it can't write
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "model", nargs="?", choices=ARCHITECTURES, help="one of them (default: both)"
    )
    parser.add_argument("--checkpoints", type=Path, default=OWN, help="their folder")
    parser.add_argument("--data-dir", default=DATA, help="where MNIST is, or is downloaded to")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="also draw reconstructions")
    parser.add_argument(
        "--pca", type=Path, metavar="FILE", help="also write PCA's errors, for the page to show"
    )
    args = parser.parse_args()
    names = [args.model] if args.model else list(ARCHITECTURES)
    try:
        models = {
            name: load_model(
                ARCHITECTURES[name],
                args.checkpoints / name,
                f"make it with: python scripts/train.py {name}",
            )
            for name in names
        }
        training, _, test = load_mnist(args.data_dir)
    except (CheckpointError, DataError) as error:
        sys.exit(str(error))

    sizes = {model.latent_dim for model in models.values()} | {*(CODE_SIZES if args.pca else ())}
    pca = Pca(training.images, max(sizes))
    pca_errors = {
        size: reconstruction_errors(pca.shortened(size), test.images) for size in sorted(sizes)
    }
    results = {}
    for name, model in models.items():
        size = model.latent_dim
        results[name] = summarise(reconstruction_errors(model, test.images), test.labels)
        results[f"PCA ({size})"] = summarise(pca_errors[size], test.labels)
    if args.json:
        print(json.dumps(results, indent=2))
    else:
        print_table(results)
    if args.figure:
        try:
            save_figure(models, test, args.figure)
        except (OSError, ValueError) as error:  # a folder that isn't there, an unknown ending
            sys.exit(f"The figure could not be written to {args.figure}: {error}")
    if args.pca:
        command = shlex.join(["python", "scripts/evaluate.py", *sys.argv[1:]])
        methods = [measured("PCA", *found, test.labels) for found in pca_errors.items()]
        try:
            save_pca(PcaRecord(command, len(training.images), methods), args.pca)
        except OSError as error:
            sys.exit(f"PCA's errors could not be written to {args.pca}: {error}")


if __name__ == "__main__":
    main()
