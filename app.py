"""Opens the demo: on a laptop with `python app.py`, on Hugging Face Spaces as it is."""

import argparse
import sys
from pathlib import Path

from autoencoder.checkpoints import CheckpointError
from autoencoder.data import DataError
from autoencoder.demo import build, load_exhibition


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--checkpoints",
        type=Path,
        default=Path(__file__).parent / "checkpoints",
        help="folder with dense/, conv/ and mnist_test.npz (default: the project's own)",
    )
    args = parser.parse_args()
    try:
        exhibition = load_exhibition(args.checkpoints)
    except (CheckpointError, DataError) as error:
        sys.exit(str(error))
    build(exhibition).launch()


if __name__ == "__main__":
    main()
