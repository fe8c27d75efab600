"""Faster ways to compute what a model's layers compute, for its training.

Three things cost a CPU much of its time in the convolutional model, and can be had cheaper:

- A convolution whose kernel covers the whole image, and its transpose, are matrix products.
- With an image's channels side by side in memory (channels last), the small convolutions are
  quicker.
- A transposed convolution to a single channel takes oneDNN twice as long as PyTorch's own code.

Each is done only where it gives what the layer itself gives, so any model may be trained so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@contextmanager
def fast_layers(model: nn.Module) -> Iterator[None]:
    """Meanwhile the layers of `model` are faster, and give the same but for rounding."""
    fast = {nn.Sequential: sequential, nn.Conv2d: conv2d, nn.ConvTranspose2d: conv_transpose2d}
    changed = [layer for layer in model.modules() if type(layer) in fast]
    for layer in changed:
        layer.forward = partial(fast[type(layer)], layer)
    try:
        yield
    finally:
        for layer in changed:
            del layer.forward  # which uncovers the class's own


def sequential(layers: nn.Sequential, x: Tensor) -> Tensor:
    """Channels last, if all layers are PyTorch's: others may ask how an image lies in memory."""
    are_pytorchs = all(type(m).__module__.startswith("torch.nn.modules.") for m in layers.modules())
    if are_pytorchs and x.ndim == 4:
        x = x.to(memory_format=torch.channels_last)
        return nn.Sequential.forward(layers, x).contiguous()
    return nn.Sequential.forward(layers, x)


def conv2d(layer: nn.Conv2d, x: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, D, 1, 1), where the kernel is H x W: each output sees all of the input"""
    is_plain = layer.padding == (0, 0) and layer.dilation == (1, 1) and layer.groups == 1
    if not is_plain or x.ndim != 4 or x.shape[2:] != layer.kernel_size:
        return nn.Conv2d.forward(layer, x)
    weights = layer.weight.permute(0, 2, 3, 1).flatten(1)  # (D, C, H, W) -> (D, H * W * C)
    pixels = x.permute(0, 2, 3, 1).flatten(1)  # (N, H * W * C), as it lies in memory
    return F.linear(pixels, weights, layer.bias)[:, :, None, None]


def conv_transpose2d(
    layer: nn.ConvTranspose2d, x: Tensor, output_size: list[int] | None = None
) -> Tensor:
    """(N, D, 1, 1) -> (N, C, H, W), where the kernel is H x W: the way back."""
    is_plain = layer.padding == layer.output_padding == (0, 0) and output_size is None
    is_plain = is_plain and layer.dilation == (1, 1) and layer.groups == 1
    if not is_plain or x.ndim != 4 or x.shape[2:] != (1, 1):
        use_onednn = torch.backends.mkldnn.enabled and layer.out_channels > 1
        with torch.backends.mkldnn.flags(enabled=use_onednn, allow_tf32=None):  # oneDNN
            return nn.ConvTranspose2d.forward(layer, x, output_size)
    weights = layer.weight.permute(2, 3, 1, 0).flatten(0, 2)  # (D, C, H, W) -> (H * W * C, D)
    pixels = F.linear(x.flatten(1), weights).unflatten(1, (*layer.kernel_size, -1))
    pixels = pixels.permute(0, 3, 1, 2)
    return pixels if layer.bias is None else pixels + layer.bias[:, None, None]
