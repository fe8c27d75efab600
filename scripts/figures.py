"""Draws the project's figures for the README and for papers, each as PNG and as SVG.

python scripts/figures.py
python scripts/figures.py --checkpoints my-models --out my-figures
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from autoencoder import figures
from autoencoder.checkpoints import OWN, CheckpointError
from autoencoder.data import DataError
from autoencoder.demo_data import DemoData, is_own, load_demo_data
from autoencoder.evaluation import examples
from autoencoder.records import Record, load_record


def draw(demo_data: DemoData) -> dict:
    """The figures by name; one whose numbers are not stored with the checkpoints is left out."""
    models = {"dense": demo_data.dense.model, "conv": demo_data.conv.model}
    records = {"dense": demo_data.dense.record, "conv": demo_data.conv.record}
    histories = {name: record.history for name, record in records.items() if record.history}
    codes, labels = demo_data.dense.codes.numpy(), demo_data.digits.labels.numpy()
    drawn = {
        "reconstructions": figures.reconstruction_rows(examples(models, demo_data.digits)),
        "bottleneck": figures.bottleneck_figure(demo_data.methods()),
        "latent": figures.latent_views(codes, labels),
    }
    if demo_data.code_sizes:
        drawn["code_size"] = figures.code_size_figure(demo_data.errors_by_code_size())
    if histories:
        drawn["training"] = figures.training_figure(histories)
    if is_own(records["conv"].folder):
        drawn["longer"] = figures.longer_trainings(conv_trainings(records["conv"]), aim=0.00155)
    return drawn


def conv_trainings(now: Record) -> dict:
    """The histories of the convolutional model's trainings, by optimizer and epochs."""
    earlier = [load_record(folder) for folder in sorted((ROOT / "docs/trainings").iterdir())]
    trainings = {
        f"AdamW alone, {record.training['recipe']['epochs']} epochs": record.history
        for record in earlier
    }
    return trainings | {f"with Muon, {now.training['recipe']['epochs']} epochs": now.history}


def main() -> None:
    sys.stdout.reconfigure(errors="backslashreplace")  # a path may have what it can't write
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--checkpoints", type=Path, default=OWN, help="folder with dense/, conv/ or both"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder for the figures")
    args = parser.parse_args()
    try:
        demo_data = load_demo_data(args.checkpoints)
    except (CheckpointError, DataError) as error:
        sys.exit(str(error))
    try:
        args.out.mkdir(parents=True, exist_ok=True)
        for name, figure in draw(demo_data).items():
            for kind in ("png", "svg"):
                path = args.out / f"{name}.{kind}"
                figure.savefig(path, dpi=150)
                print(path)
    except OSError as error:
        sys.exit(f"The figures could not be written to {args.out}: {error}")


if __name__ == "__main__":
    main()
