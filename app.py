"""Opens the demo: on a laptop with `python app.py`, on Hugging Face Spaces as it is."""

import argparse
import sys
from pathlib import Path

from autoencoder.checkpoints import OWN, CheckpointError
from autoencoder.data import DataError
from autoencoder.demo import build, load_exhibition


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--checkpoints",
        type=Path,
        default=OWN,
        help="folder with dense/, conv/ or both; what it lacks is taken from the project's own",
    )
    args = parser.parse_args()
    try:
        exhibition = load_exhibition(args.checkpoints)
    except (CheckpointError, DataError) as error:
        sys.exit(str(error))
    if exhibition.provenance():
        print(f"On this page {exhibition.provenance()}.")
    build(exhibition).launch()


if __name__ == "__main__":
    main()
