"""Writes checkpoints/mnist_test.npz, the 10,000 MNIST test digits that the demo runs on."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from autoencoder.checkpoints import OWN
from autoencoder.data import DATA, DataError, load_mnist, save_digits


def main() -> None:
    sys.stdout.reconfigure(errors="backslashreplace")  # a path may have what it can't write
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", default=DATA, help="where MNIST is, or is downloaded to")
    parser.add_argument("--out", type=Path, default=OWN / "mnist_test.npz")
    args = parser.parse_args()
    try:
        test = load_mnist(args.data_dir)[2]
    except DataError as error:
        sys.exit(str(error))
    save_digits(test, args.out)
    print(f"{len(test.images):,} digits in {args.out}")


if __name__ == "__main__":
    main()
