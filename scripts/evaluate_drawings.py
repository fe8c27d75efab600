"""Measures how well drawing/ prepares drawings and photos, made here from real test digits.

python scripts/evaluate_drawings.py
python scripts/evaluate_drawings.py --digits 20 --kinds "ruled scan" "hard shadow" --json
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
import torch
from PIL import Image
from simulated_pictures import KINDS, enlarge, on_paper
from torch.nn.functional import avg_pool2d
from tqdm import tqdm

from autoencoder import ConvAutoencoder
from autoencoder.checkpoints import CheckpointError, load_model
from autoencoder.data import DataError, Digits, load_digits
from autoencoder.drawing import find_ink, prepare_digit, read_image

SEED = 0
NEIGHBOURS = 5
# Where the strokes keep their width and direction, the original should come back.
COMES_BACK = ("enlarged", "moved", "inverted", "photographed")


def naive(grey: np.ndarray) -> np.ndarray:
    """No preparation: the whole picture shrunk to 28x28, with light ink on a dark ground."""
    image = Image.fromarray(grey.astype(np.float32)).resize((28, 28), Image.Resampling.BOX)
    small = np.asarray(image)
    border = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    return 1 - small if np.median(border) > 0.5 else small


@torch.inference_mode()
def model_error(model: ConvAutoencoder, images: np.ndarray) -> float:
    """The mean squared error per pixel of images (N, 28, 28)."""
    total = 0.0
    for batch in torch.from_numpy(images).unsqueeze(1).split(1000):
        total += (model(batch) - batch).square().mean(dim=(1, 2, 3)).sum().item()
    return total / len(images)


class Reader:
    """Tells a prepared digit's label by its nearest neighbours among the test digits."""

    def __init__(self, digits: Digits):
        self.features = self._features(digits.images.float().squeeze(1) / 255)
        self.labels = digits.labels

    def __call__(self, images: np.ndarray, itself: np.ndarray | None = None) -> np.ndarray:
        """Images (N, 28, 28) -> labels (N,); the test digit `itself` (N,) is no neighbour."""
        distances = torch.cdist(self._features(torch.from_numpy(images)), self.features)
        if itself is not None:
            distances[torch.arange(len(images)), torch.from_numpy(itself)] = torch.inf
        nearest = distances.topk(NEIGHBOURS, largest=False).indices
        return self.labels[nearest].mode(dim=1).values.numpy()

    @staticmethod
    def _features(images: torch.Tensor) -> torch.Tensor:
        """Blurred by one pixel, so that a stroke's exact place counts less; of length 1."""
        blurred = avg_pool2d(images.unsqueeze(1), 3, stride=1, padding=1).flatten(1)
        return blurred / blurred.norm(dim=1, keepdim=True).clamp(min=1e-6)


def measure(
    model: ConvAutoencoder, digits: Digits, count: int, kinds: list[str], progress: bool
) -> dict[str, dict]:
    """For each kind its errors, and `right`: the share of digits that can still be told.

    Of the test digits those are taken that can be told when they are drawn plainly.
    """
    reader = Reader(digits)
    chosen = np.random.default_rng(SEED).permutation(len(digits.images))[: 2 * count]
    images = digits.images[chosen, 0].numpy().astype(np.float32) / 255
    plain = np.stack([prepare_digit(find_ink(on_paper(enlarge(image)))).image for image in images])
    told = reader(plain, chosen) == digits.labels[chosen].numpy()
    chosen, images = chosen[told][:count], images[told][:count]
    labels = digits.labels[chosen].numpy()

    original = model_error(model, images)
    results = {}
    with tqdm(total=len(kinds) * len(images), unit="digit", disable=not progress) as bar:
        for name in kinds:
            bar.set_description(name)
            random = np.random.default_rng(SEED)
            unprepared, prepared = np.empty_like(images), np.empty_like(images)
            for i, digit in enumerate(images):
                picture = KINDS[name](digit, random)
                if isinstance(picture, bytes):
                    picture = read_image(picture)
                prepared[i] = prepare_digit(find_ink(picture)).image
                unprepared[i] = naive(picture.mean(axis=2) if picture.ndim == 3 else picture)
                bar.update()
            told = reader(prepared, chosen)
            results[name] = {
                "right": float((told == labels).mean()),
                "original": original,
                "naive": model_error(model, unprepared),
                "prepared": model_error(model, prepared),
            }
            if name in COMES_BACK:
                results[name]["pixel_difference_naive"] = float(abs(unprepared - images).mean())
                results[name]["pixel_difference"] = float(abs(prepared - images).mean())
    return results


def print_table(results: dict[str, dict]) -> None:
    print(f"{'':<20}{'':>8}{'error of the model (MSE)':>36}{'difference to the original':>28}")
    heads = ("original", "naive", "prepared", "naive", "prepared")
    print(f"{'':<20}{'right':>8}" + "".join(f"{head:>12}" for head in heads[:3]), end="")
    print("".join(f"{head:>14}" for head in heads[3:]))
    for name, row in results.items():
        line = f"{row['right']:8.1%}"
        line += "".join(f"{row[column]:12.5f}" for column in ("original", "naive", "prepared"))
        if "pixel_difference" in row:
            line += f"{row['pixel_difference_naive']:14.4f}{row['pixel_difference']:14.4f}"
        print(f"{name:<20}{line}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--digits", type=int, default=100, help="test digits of each kind (100)")
    parser.add_argument(
        "--kinds", nargs="+", choices=KINDS, default=list(KINDS), metavar="KIND", help="all"
    )
    parser.add_argument("--checkpoints", type=Path, default="checkpoints", help="their folder")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    args = parser.parse_args()
    if not 1 <= args.digits <= 5000:
        parser.error("--digits must be between 1 and 5000")
    try:
        model = load_model(
            ConvAutoencoder, args.checkpoints / "conv", "make it with: python scripts/train.py conv"
        )
        digits = load_digits(args.checkpoints / "mnist_test.npz")
    except (CheckpointError, DataError) as error:
        sys.exit(str(error))
    results = measure(model.eval(), digits, args.digits, args.kinds, progress=not args.json)
    if args.json:
        print(json.dumps(results, indent=2))
    else:
        print_table(results)


if __name__ == "__main__":
    main()
