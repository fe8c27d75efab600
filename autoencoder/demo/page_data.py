"""The files that the page fetches: weights, codes, digits, snapshots; made once at the start.

Arrays travel in the safetensors format, packed with gzip. Each file's name has a hash of its
content in it, so that a browser may keep it for ever; `page_data.js`, which the page's modules
import, says what the names are.
"""

import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from plotly.offline import get_plotlyjs
from safetensors.numpy import save

from autoencoder.checkpoints import WEIGHTS
from autoencoder.demo.exported_layers import architectures, exported_layers
from autoencoder.demo_data import DemoData
from autoencoder.latent import with_width

INDEX = "page_data.js"


def page_data(demo_data: DemoData) -> dict[str, bytes]:
    """The content of each file by its path below the page's data/."""
    models = {size.name: size for size in demo_data.code_sizes}
    models |= {"dense": demo_data.dense, "conv": demo_data.conv}
    arrays = {
        "test_digits": {
            "labels": demo_data.digits.labels.to(torch.uint8).numpy(),
            "dense_codes": demo_data.dense.codes.numpy(),
            "dense_errors": demo_data.dense.errors.numpy(),
            "conv_errors": demo_data.conv.errors.numpy(),
        },
        "test_images": {"images": demo_data.digits.images.squeeze(1).numpy()},
        "training_digits": {
            "training": demo_data.training.images.squeeze(1).numpy(),
            "validation": demo_data.validation.images.squeeze(1).numpy(),
        },
        "principal_directions": {
            "mean": demo_data.directions.mean.numpy(),
            "directions": demo_data.directions.directions.numpy(),
            "deviations": demo_data.directions.deviations.numpy(),
        },
    }
    if demo_data.snapshots is not None:
        arrays["snapshots"] = snapshots(demo_data.snapshots)
    if demo_data.snapshot_weights is not None:
        arrays["snapshot_weights"] = demo_data.snapshot_weights
    packed = {
        f"{name}.safetensors": weights_file(model.record.folder) for name, model in models.items()
    } | {f"{name}.safetensors": save(tensors) for name, tensors in arrays.items()}

    files = {}
    index = {}
    for name, content in packed.items():
        # level 6: the tenth that level 9 saves costs two seconds at the start
        content = gzip.compress(content, 6, mtime=0)
        path = f"{hashed(name, content)}.gz"
        files[path] = content
        index[name] = {"path": path, "bytes": len(content)}
    texts = {
        "plotly.min.js": get_plotlyjs(),
        "architectures.json": json.dumps(architectures()),  # of the models that the page can train
    }
    for name, text in texts.items():
        content = text.encode()
        path = hashed(name, content)
        files[path] = content
        index[name] = {"path": path, "bytes": len(content)}

    layers = {name: exported_layers(model.model) for name, model in models.items()}
    files[INDEX] = (
        f"export const files = {json.dumps(index)};\nexport const models = {json.dumps(layers)};\n"
    ).encode()
    return files


def weights_file(folder: Path) -> bytes:
    return (folder / WEIGHTS).read_bytes()


def hashed(name: str, content: bytes) -> str:
    """A name with the content's hash in it: "dense.safetensors" -> "dense.0f3a61b2.safetensors"."""
    stem, _, kind = name.partition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}.{kind}"


def snapshots(snapshots: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The codes of 2,000 test digits in M snapshots of training, as uint16 between low and high.

    `epochs` (M,), `errors` (M,), `low` (3,), `high` (3,), `codes` (M, 2000, 3).
    """
    codes = snapshots["codes"]
    low, high = with_width(codes.min(axis=(0, 1)), codes.max(axis=(0, 1)))
    return {
        "epochs": snapshots["epoch"],
        "errors": snapshots["test_mse"],
        "low": low.astype(np.float32),
        "high": high.astype(np.float32),
        "codes": np.round((codes - low) / (high - low) * 65535).astype(np.uint16),
    }
