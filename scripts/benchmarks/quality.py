"""How low the committed checkpoints' test error is: beside the tutorial's recipe and PCA."""

from pathlib import Path

from autoencoder.checkpoints import load_model
from autoencoder.data import load_mnist
from autoencoder.evaluation import Pca, mean_squared_error
from autoencoder.models import ARCHITECTURES
from benchmarks import Row
from benchmarks.tutorial import train_as_the_tutorial

TARGETS = {"dense": "<= 0.0280", "conv": "<= 0.00155"}


def quality(checkpoints: Path, data_dir: Path) -> list[Row]:
    """The test errors of both models, and of the same architectures trained there and then."""
    training, _, test = load_mnist(data_dir)
    rows = []
    for name, architecture in ARCHITECTURES.items():
        ours = load_model(architecture, checkpoints / name, f"python scripts/train.py {name}")
        theirs, _ = train_as_the_tutorial(architecture, data_dir)
        pca = Pca(training.images, ours.latent_dim)
        error, tutorial_error, pca_error = (
            mean_squared_error(reconstruct, test.images) for reconstruct in (ours, theirs, pca)
        )
        rows += [
            (f"{name}: test MSE", error, "", TARGETS[name]),
            (f"{name}: the tutorial's recipe", tutorial_error, "", ""),
            (f"{name}: PCA with a code of that size", pca_error, "", ""),
            (f"{name}: the tutorial's error over ours", tutorial_error / error, "times", ""),
            (f"{name}: PCA's error over ours", pca_error / error, "times", ""),
        ]
    return rows
