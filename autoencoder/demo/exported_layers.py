"""A model's layers as the page's networks (web/model/layers.js) read them."""

import inspect

import torch
from torch import nn

from autoencoder.evaluation import CODE_SIZES
from autoencoder.models import ARCHITECTURES, Autoencoder

SETTINGS = {  # of each kind of layer that layers.js has, what its function needs to know
    nn.Linear: (),
    nn.Conv2d: ("stride", "padding"),
    nn.ConvTranspose2d: ("stride", "padding", "output_padding"),
    nn.ReLU: (),
    nn.LeakyReLU: ("negative_slope",),
    nn.Tanh: (),
    nn.Sigmoid: (),
    nn.Flatten: (),
    nn.Unflatten: ("unflattened_size",),
    nn.Dropout: ("p",),
}


class LayerError(ValueError):
    """The page can't draw with a layer; the message says with which."""


def exported_layers(model: Autoencoder) -> dict[str, list[dict]]:
    """{"encoder": [...], "decoder": [...]}: a dictionary a layer, `kind`, `line`, its settings.

    Raises LayerError for a layer that layers.js has no function for.
    """
    return {
        part: [exported(layer, f"{part}.{at}") for at, layer in enumerate(getattr(model, part))]
        for part in ("encoder", "decoder")
    }


def architectures() -> dict[str, dict[int, dict[str, list[dict]]]]:
    """The layers of both models by name and code size, for the page to train: web/training.

    As `exported_layers`, with the shapes of each layer's parameters: {"weight": [128, 784], ...}.
    """
    with torch.device("meta"):  # shapes without numbers
        return {
            name: {size: untrained_layers(architecture(size)) for size in CODE_SIZES}
            for name, architecture in ARCHITECTURES.items()
        }


def untrained_layers(model: Autoencoder) -> dict[str, list[dict]]:
    return {
        part: [
            layer | {"shapes": {name: list(p.shape) for name, p in module.named_parameters()}}
            for layer, module in zip(layers, getattr(model, part), strict=True)
        ]
        for part, layers in exported_layers(model).items()
    }


def exported(layer: nn.Module, place: str) -> dict:
    if type(layer) not in SETTINGS or not is_plain(layer):
        known = ", ".join(kind.__name__ for kind in SETTINGS)
        raise LayerError(
            f"The page can't draw with the layer {place}, {layer}: it knows {known}, "
            f"convolutions with neither dilation nor groups, and padding with zeros alone."
        )
    return {"kind": type(layer).__name__, "line": line(layer)} | {
        name: getattr(layer, name) for name in SETTINGS[type(layer)]
    }


def line(layer: nn.Module) -> str:
    """The layer as models.py writes it down: "nn.Linear(784, 128)"."""
    arguments = []
    for name, parameter in inspect.signature(type(layer)).parameters.items():
        if not hasattr(layer, name):  # as device and dtype
            continue
        value = getattr(layer, name)
        if name == "bias":
            value = value is not None
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d) and isinstance(value, tuple):
            value = value[0] if len(set(value)) == 1 else value
        if parameter.default is inspect.Parameter.empty and name != "kernel_size":
            arguments.append(repr(value))
        elif value != parameter.default:
            arguments.append(f"{name}={value!r}")
    return f"nn.{type(layer).__name__}({', '.join(arguments)})"


def is_plain(layer: nn.Module) -> bool:
    """Whether all settings but those of `SETTINGS` are as PyTorch sets them."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        zeros = layer.padding_mode == "zeros" and not isinstance(layer.padding, str)
        return layer.dilation == (1, 1) and layer.groups == 1 and zeros
    if isinstance(layer, nn.Flatten):
        return (layer.start_dim, layer.end_dim) == (1, -1)
    if isinstance(layer, nn.Unflatten):
        return layer.dim == 1
    return True
