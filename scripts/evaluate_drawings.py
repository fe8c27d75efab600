"""Measures how well drawing.py prepares drawings and photos, made here from real test digits.

python scripts/evaluate_drawings.py
python scripts/evaluate_drawings.py --digits 200 --json
"""

import argparse
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
import torch
from PIL import Image, ImageFilter
from tqdm import tqdm

from autoencoder import ConvAutoencoder
from autoencoder.checkpoints import CheckpointError, load_model
from autoencoder.data import DataError, load_digits
from autoencoder.drawing import find_ink, fit, read_image

SEED = 0
Random = np.random.Generator


# ---- what hands, pens and cameras do to a digit; ink (H, W) in [0, 1] in and out ----


def enlarge(digit: np.ndarray, side: int = 280) -> np.ndarray:
    """(28, 28) -> (side, side) with a pen's sharp outline, which lies where the digit is half."""
    smooth = Image.fromarray(digit).resize((2 * side, 2 * side), Image.Resampling.BICUBIC)
    outline = (np.asarray(smooth) > 0.5).astype(np.float32)
    return np.asarray(Image.fromarray(outline).resize((side, side), Image.Resampling.BOX))


def thicken(ink: np.ndarray, share: float = 0.035) -> np.ndarray:
    """Strokes get wider by this share of the picture's side: by one of MNIST's pixels."""
    return _through_filter(ink, ImageFilter.MaxFilter, share)


def thin(ink: np.ndarray, share: float = 0.035) -> np.ndarray:
    """Strokes get narrower by this share of the side; where nothing would be left they stay."""
    return np.maximum(_through_filter(ink, ImageFilter.MinFilter, share), _middles(ink))


def move(ink: np.ndarray, random: Random) -> np.ndarray:
    """Onto paper of twice the size, anywhere on it."""
    height, width = ink.shape
    moved = np.zeros((2 * height, 2 * width), np.float32)
    top, left = random.integers(0, height + 1), random.integers(0, width + 1)
    moved[top : top + height, left : left + width] = ink
    return moved


def tilt(ink: np.ndarray, degrees: float) -> np.ndarray:
    image = Image.fromarray(np.pad(ink, len(ink) // 8))
    return np.asarray(image.rotate(degrees, Image.Resampling.BILINEAR))


def photograph(ink: np.ndarray, random: Random) -> bytes:
    """A JPEG: blue ink on yellowish paper, a lamp at one side, dark corners, noise and blur."""
    ink = np.pad(ink, len(ink) // 4)
    ink = np.asarray(Image.fromarray(ink).resize((800, 800), Image.Resampling.BICUBIC))
    paper, blue = np.array([0.93, 0.92, 0.86]), np.array([0.16, 0.23, 0.58])
    picture = paper + ink[:, :, None].clip(0, 1) * (blue - paper)

    y, x = np.mgrid[-1:1:800j, -1:1:800j]
    angle = random.uniform(0, 2 * np.pi)
    lamp = 0.7 + 0.3 * (x * np.cos(angle) + y * np.sin(angle)) / np.sqrt(2)  # from 0.4 to 1
    corners = 1 - 0.15 * (x**2 + y**2)
    picture *= (lamp * corners)[:, :, None]

    blurred = Image.fromarray(_to_bytes(picture)).filter(ImageFilter.GaussianBlur(2.5))
    noisy = np.asarray(blurred) / 255 + random.normal(0, 0.03, (800, 800, 1))
    file = io.BytesIO()
    Image.fromarray(_to_bytes(noisy)).save(file, "JPEG", quality=80)
    return file.getvalue()


def _to_bytes(picture: np.ndarray) -> np.ndarray:
    return np.round(255 * picture.clip(0, 1)).astype(np.uint8)


def _through_filter(ink: np.ndarray, kind: type, share: float) -> np.ndarray:
    size = 2 * round(share * len(ink) / 2) + 1  # the filters want an odd number
    return np.asarray(Image.fromarray(_to_bytes(ink)).filter(kind(size)), np.float32) / 255


def _middles(ink: np.ndarray) -> np.ndarray:
    """What is left of the strokes if they are worn off until just before they vanish."""
    image = Image.fromarray(_to_bytes(ink))
    middles = np.zeros_like(ink)
    while image.getbbox():
        worn = image.filter(ImageFilter.MinFilter(3))
        # What the way back doesn't bring back has been the middle of a stroke.
        back = worn.filter(ImageFilter.MaxFilter(3))
        middles = np.maximum(middles, (np.asarray(image, np.float32) - np.asarray(back)) / 255)
        image = worn
    return middles.clip(0, 1)


# ---- what is measured ----


def on_paper(ink: np.ndarray) -> np.ndarray:
    """Ink -> grey values, black on white."""
    return 1 - ink


HANDS: dict[str, Callable[[np.ndarray, Random], np.ndarray]] = {
    "enlarged": lambda digit, random: on_paper(enlarge(digit)),
    "thickened": lambda digit, random: on_paper(thicken(enlarge(digit))),
    "thinned": lambda digit, random: on_paper(thin(enlarge(digit))),
    "moved": lambda digit, random: on_paper(move(enlarge(digit), random)),
    "tilted": lambda digit, random: on_paper(tilt(enlarge(digit), random.uniform(-15, 15))),
    "inverted": lambda digit, random: enlarge(digit),
    "photographed": lambda digit, random: read_image(photograph(enlarge(digit), random)),
}
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


def measure(model: ConvAutoencoder, digits: np.ndarray, progress: bool) -> dict[str, dict]:
    """Digits (N, 28, 28) in [0, 1] -> for each of HANDS the errors."""
    original = model_error(model, digits)
    results = {}
    bar = tqdm(total=len(HANDS) * len(digits), unit="digit", disable=not progress)
    with bar:
        for name, hand in HANDS.items():
            bar.set_description(name)
            random = np.random.default_rng(SEED)
            unprepared, prepared = np.empty_like(digits), np.empty_like(digits)
            for i, digit in enumerate(digits):
                grey = hand(digit, random)
                unprepared[i], prepared[i] = naive(grey), fit(find_ink(grey)).image
                bar.update()
            results[name] = {
                "original": original,
                "naive": model_error(model, unprepared),
                "prepared": model_error(model, prepared),
            }
            if name in COMES_BACK:
                results[name]["pixel_difference_naive"] = float(abs(unprepared - digits).mean())
                results[name]["pixel_difference"] = float(abs(prepared - digits).mean())
    return results


def print_table(results: dict[str, dict]) -> None:
    print(f"{'':<14}{'error of the model (MSE)':>36}{'difference to the original':>28}")
    print(f"{'':<14}{'original':>12}{'naive':>12}{'prepared':>12}{'naive':>14}{'prepared':>14}")
    for name, row in results.items():
        line = "".join(f"{row[column]:12.5f}" for column in ("original", "naive", "prepared"))
        if "pixel_difference" in row:
            line += f"{row['pixel_difference_naive']:14.4f}{row['pixel_difference']:14.4f}"
        print(f"{name:<14}{line}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--digits", type=int, default=1000, help="how many test digits (1000)")
    parser.add_argument("--checkpoints", type=Path, default="checkpoints", help="their folder")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    args = parser.parse_args()
    if not 1 <= args.digits <= 10_000:
        parser.error("--digits must be between 1 and 10000")
    try:
        model = load_model(
            ConvAutoencoder, args.checkpoints / "conv", "make it with: python scripts/train.py conv"
        )
        images = load_digits(args.checkpoints / "mnist_test.npz").images.squeeze(1).numpy()
    except (CheckpointError, DataError) as error:
        sys.exit(str(error))
    chosen = np.random.default_rng(SEED).permutation(len(images))[: args.digits]
    digits = images[chosen].astype(np.float32) / 255
    results = measure(model.eval(), digits, progress=not args.json)
    if args.json:
        print(json.dumps(results, indent=2))
    else:
        print_table(results)


if __name__ == "__main__":
    main()
