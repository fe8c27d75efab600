"""Measures how good and how quick the project is, each section beside its peer, as a table.

python scripts/benchmark.py quality   # test errors: ours, the tutorial's recipe, PCA
python scripts/benchmark.py training  # how soon the tutorial's error is reached
python scripts/benchmark.py browser-training  # the page's own training; TensorFlow.js, PyTorch
python scripts/benchmark.py sketch    # from the pen to both reconstructions; gr.Sketchpad
python scripts/benchmark.py decode    # from the pad to the decoded digit
python scripts/benchmark.py page      # the first view, near and far, and the latent space
python scripts/benchmark.py startup   # from `python app.py` to the first page
python scripts/benchmark.py classroom # many visitors open the page
"""

import argparse
import importlib
import inspect
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from benchmarks.idle import idle_share

from autoencoder.checkpoints import CheckpointError
from autoencoder.data import DATA, DataError

SECTIONS = (
    "quality",
    "training",
    "browser-training",
    "sketch",
    "decode",
    "page",
    "startup",
    "classroom",
)
BUSY = 0.9  # with less of the machine than this, times mean little


def met(value: float, target: str) -> bool | None:
    if not target:
        return None
    sign, number = target.split()
    return value <= float(number) if sign == "<=" else value >= float(number)


def print_table(rows: list) -> None:
    for what, value, unit, target in rows:
        verdict = {True: "met", False: "missed", None: ""}[met(value, target)]
        number = f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"
        print(f"{what:54}{number:>10} {unit:10}{target:>11}  {verdict}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("section", nargs="+", choices=SECTIONS)
    parser.add_argument("--clients", type=int, default=200, help="visitors in the classroom")
    parser.add_argument("--seconds", type=int, default=60, help="within which they come")
    parser.add_argument(
        "--delay",
        type=float,
        default=100,
        metavar="MS",
        help="of the server that is far away, one way (default: 100)",
    )
    parser.add_argument(
        "--mbit",
        type=float,
        default=10,
        help="megabits a second of the line to it, when the page is opened (default: 10)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--data-dir", default=DATA, help="where MNIST is, or is downloaded to")
    parser.add_argument(
        "--checkpoints",
        type=Path,
        default=ROOT / "checkpoints",
        help="folder with dense/, conv/ and mnist_test.npz (default: the project's own)",
    )
    args = parser.parse_args()

    results = {}
    for name in args.section:
        module = name.replace("-", "_")
        measure = getattr(importlib.import_module(f"benchmarks.{module}"), module)
        takes = inspect.signature(measure).parameters
        idle = idle_share()
        try:
            rows = measure(**{key: value for key, value in vars(args).items() if key in takes})
        except (CheckpointError, DataError) as error:
            sys.exit(str(error))
        keys = ("what", "value", "unit", "target")
        results[name] = {
            "idle_share_before": round(idle, 2),
            "rows": [dict(zip(keys, row, strict=True)) | {"met": met(*row[1::2])} for row in rows],
        }
        if args.json:
            continue
        print(f"\n{name}")
        print_table(rows)
        if idle < BUSY:
            print(
                f"The machine was busy before this began ({idle:.0%} of it was to be had): "
                "believe the ratios, not the times."
            )
    if args.json:
        print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
