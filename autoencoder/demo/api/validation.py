"""Checks what programs send: codes, points, axes, counts.

Each function returns what was meant or raises a ValueError whose message says what to send.
"""

import numpy as np
import torch

AXES = 3  # of the dense model's latent space


def read_code(numbers: object, latent_dim: int) -> torch.Tensor:
    """A list of numbers -> (1, latent_dim) float32, or a ValueError."""
    wrong = ValueError(f"The code must be a list of {latent_dim} finite numbers.")
    if not isinstance(numbers, list) or len(numbers) != latent_dim:
        raise wrong
    if not all(type(number) in (int, float) for number in numbers):  # neither "1" nor true
        raise wrong
    try:
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
            code = np.array(numbers, dtype=np.float32)
    except OverflowError as error:
        raise wrong from error
    if not np.isfinite(code).all():
        raise wrong
    return torch.from_numpy(code).reshape(1, latent_dim)


def read_whole(value: object, low: int, high: int, name: str) -> int:
    """A whole number from low to high. JSON may bring it as 3.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}.")
    return value


def read_point(value: object) -> np.ndarray:
    """Three finite numbers -> (3,) float64."""
    return read_code(value, AXES)[0].double().numpy()


def read_axes(value: object) -> tuple[int, int]:
    """Two different axes, [right, up], each 0, 1 or 2."""
    if (
        not isinstance(value, list | tuple)
        or len(value) != 2
        or any(type(axis) is not int or not 0 <= axis < AXES for axis in value)
        or value[0] == value[1]
    ):
        raise ValueError("The axes must be two different ones of 0, 1 and 2, such as [0, 1].")
    return value[0], value[1]
