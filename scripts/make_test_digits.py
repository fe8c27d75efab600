"""Writes checkpoints/mnist_test.npz, the 10,000 MNIST test digits that the demo runs on."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from autoencoder.checkpoints import OWN
from autoencoder.data import DATA, DataError, Digits, load_mnist, save_digits


def make_digits(description: str, name: str, choose: Callable[..., Digits]) -> None:
    """Runs a command that writes what `choose` takes of MNIST's training, validation, test digits.

    `name` is that of the file.
    """
    sys.stdout.reconfigure(errors="backslashreplace")  # a path may have what it can't write
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data-dir", default=DATA, help="where MNIST is, or is downloaded to")
    parser.add_argument("--out", type=Path, default=OWN / name)
    args = parser.parse_args()
    try:
        digits = choose(*load_mnist(args.data_dir))
    except DataError as error:
        sys.exit(str(error))
    save_digits(digits, args.out)
    print(f"{len(digits.images):,} digits in {args.out}")


if __name__ == "__main__":
    make_digits(__doc__, "mnist_test.npz", lambda training, validation, test: test)
