"""What is the matter with a model, in a sentence; and how it can be shown all the same.

A training with too high a learning rate, or a layer that was changed, may leave a model whose codes
are all the same, or no finite numbers.
"""

import torch
from torch import Tensor, nn

from autoencoder.data import to_unit

LARGEST = 1e9  # of a code's numbers that can be shown


def diagnosis(name: str, codes: Tensor, errors: Tensor, images: Tensor) -> str:
    """A sentence on the model called `name`, or nothing if all is well.

    The model gave these codes (N, D) to these images, uint8 (N, 1, 28, 28), and rebuilt each with
    its error (N,).
    """
    beyond = int((~(codes.abs() <= LARGEST)).any(dim=1).sum())  # also where a number is NaN
    if beyond:
        return (
            f"The {name} model is broken: of {beyond:,} of the {len(codes):,} test digits it makes "
            f"codes that are infinite or enormous, here cut off. Train it with a lower --lr."
        )
    low, high = codes.amin(dim=0), codes.amax(dim=0)
    same = int((high - low <= 1e-5 * torch.maximum(low.abs(), high.abs())).sum())
    if same == codes.shape[1]:
        return (
            f"The {name} model has collapsed: all test digits get the same code, and so the same "
            f"picture. Train it with a lower --lr."
        )
    error, error_of_mean = errors.mean().item(), mean_picture_error(images)
    if not error < error_of_mean:
        return (
            f"The {name} model has learnt nothing so far: its error is {error:.3f}, and would be "
            f"{error_of_mean:.3f} with the same picture for all digits, their mean. Train it "
            f"for more epochs, or with a lower --lr."
        )
    if same:
        return (
            f"Of the {name} model's {codes.shape[1]} numbers, {same} are the same for all test "
            f"digits, so that they say nothing."
        )
    return ""


def mean_picture_error(images: Tensor) -> float:
    """The mean squared error per pixel if each image (N, 1, 28, 28) is rebuilt as their mean."""
    return to_unit(images).var(dim=0, correction=0).mean().item()


def keep_between(low: float, high: float, part: nn.Module) -> None:
    """From now on, what `part` gives is between these, and 0 where it would be no number."""
    part.register_forward_hook(lambda _part, _input, x: x.nan_to_num().clamp(low, high))
