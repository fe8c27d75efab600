"""Files that outlive a kill or a full disk, and reading a checkpoint back with clear errors."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from autoencoder.models import Autoencoder

WEIGHTS = "model.safetensors"
OWN = Path(__file__).parent.parent / "checkpoints"  # the models that are part of the project
LONGEST_CODE = 784  # numbers, as many as an image has pixels


class CheckpointError(RuntimeError):
    """A checkpoint is missing or damaged; the message names the file and the remedy."""


def write_safely(path: str | Path, write: Callable[[Path], object]) -> None:
    """Calls `write` with a file beside `path`, then renames that to `path`.

    Whatever happens meanwhile, `path` is either as it was or complete.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        write(unfinished)
        with open(unfinished, "rb") as file:
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def save_model(model: Autoencoder, folder: str | Path, half: bool = False) -> None:
    """Writes config.json and model.safetensors, the files that `from_pretrained` reads.

    `half` writes the weights in 16 bits; they are used in 32 bits all the same.
    """
    weights = {name: tensor.cpu().contiguous() for name, tensor in model.state_dict().items()}
    if half:
        weights = {name: tensor.half() for name, tensor in weights.items()}
    write_json(Path(folder, "config.json"), {"latent_dim": model.latent_dim})
    write_safely(Path(folder, WEIGHTS), lambda path: path.write_bytes(save(weights)))


def write_json(path: str | Path, content: object) -> None:
    write_safely(path, lambda unfinished: unfinished.write_text(json.dumps(content, indent=2)))


def printable(text: str) -> str:
    """A path as text: what are no characters among its bytes becomes \\udc80 to \\udcff."""
    return text.encode("utf-8", "backslashreplace").decode()


def load_model(architecture: type[Autoencoder], folder: str | Path, remedy: str) -> Autoencoder:
    """The model in a local folder, for use, on the CPU.

    Raises CheckpointError, which ends with `remedy` (the command that makes the checkpoint), if a
    file is missing or damaged, or holds other tensors than the architecture's, or a NaN.
    """
    for name in ("config.json", WEIGHTS):
        if not Path(folder, name).is_file():
            raise CheckpointError(f"{Path(folder, name)} is missing; {remedy}")
    model = architecture(**_read_config(Path(folder, "config.json"), remedy)).eval()
    try:
        # from_pretrained takes no folder whose name isn't UTF-8
        model.load_state_dict(load(Path(folder, WEIGHTS).read_bytes()))
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise CheckpointError(f"{Path(folder, WEIGHTS)} is damaged ({reason}); {remedy}") from error
    for name, tensor in model.state_dict().items():
        if not torch.isfinite(tensor).all():
            raise CheckpointError(
                f"{Path(folder, WEIGHTS)} is damaged ({name} holds numbers that are not finite); "
                f"{remedy}"
            )
    return model


def _read_config(path: Path, remedy: str) -> dict:
    """Checked before a model is made of it: a code of a billion numbers would fill the memory."""
    try:
        config = json.loads(path.read_text("utf-8"))
        if not isinstance(config, dict) or set(config) != {"latent_dim"}:
            raise ValueError("it must be an object with latent_dim and nothing else")
        size = config["latent_dim"]
        if type(size) is not int or not 1 <= size <= LONGEST_CODE:
            raise ValueError(f"latent_dim must be a whole number from 1 to {LONGEST_CODE}")
        return config
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} is damaged ({error}); {remedy}") from error
