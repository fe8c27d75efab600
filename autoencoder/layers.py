"""The layers of a model as they are: found by sending an image through it."""

from typing import NamedTuple

import torch
from torch import nn

from autoencoder.models import Autoencoder


class Layer(NamedTuple):
    """One layer: its kind by PyTorch's name, and what comes out of it for one image."""

    kind: str
    window: str  # of a convolution: "7x7" or "3x3, stride 2"; else empty
    shape: tuple[int, ...]  # after it, without the batch
    parameters: int  # how many numbers the training finds for it


@torch.inference_mode()
def layers(model: Autoencoder) -> tuple[list[Layer], list[Layer]]:
    """The encoder's layers and the decoder's, in the order in which an image meets them."""
    met = []

    def meet(layer: nn.Module, _, output: torch.Tensor) -> None:
        parameters = sum(parameter.numel() for parameter in layer.parameters())
        shape = tuple(output.shape[1:])
        met.append(Layer(type(layer).__name__, window(layer), shape, parameters))

    hooks = [
        layer.register_forward_hook(meet)
        for layer in {*model.encoder, *model.decoder}  # one may stand at two places
    ]
    try:
        model(torch.zeros(1, 1, 28, 28))
    finally:
        for hook in hooks:
            hook.remove()
    return met[: len(model.encoder)], met[len(model.encoder) :]


def window(layer: nn.Module) -> str:
    if not hasattr(layer, "kernel_size"):
        return ""
    (height, width), (stride, _) = map(pair, (layer.kernel_size, layer.stride))
    return f"{height}\N{MULTIPLICATION SIGN}{width}" + (f", stride {stride}" if stride > 1 else "")


def pair(size: int | tuple[int, int]) -> tuple[int, int]:
    """Of a convolution it is a pair; of a pooling it may be one number for both sides."""
    return size if isinstance(size, tuple) else (size, size)
