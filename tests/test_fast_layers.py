"""The faster layers give what the plain ones give, whatever layers a model is made of."""

import random
from itertools import pairwise

import pytest
import torch
from torch import nn

from autoencoder import ConvAutoencoder, DenseAutoencoder
from autoencoder.data import to_unit
from autoencoder.training.fast_layers import fast_layers


def results(model, images):
    """What the model makes of the images, and the gradients that this gives its weights."""
    model.zero_grad()
    outputs = model(images)
    outputs.square().mean().backward()
    return [outputs.detach(), *(parameter.grad.clone() for parameter in model.parameters())]


def plain_and_fast(model, images):
    plain = results(model, images)
    with fast_layers(model):
        return zip(plain, results(model, images), strict=True)


@pytest.mark.parametrize("architecture", [DenseAutoencoder, ConvAutoencoder])
def test_both_models_are_the_same_but_for_rounding(digits, architecture):
    for plain, fast in plain_and_fast(architecture(), to_unit(digits.images[:50])):
        torch.testing.assert_close(fast, plain, rtol=1e-3, atol=1e-6)


def test_afterwards_the_layers_are_as_they_were(digits):
    model, images = ConvAutoencoder(), to_unit(digits.images[:50])
    before = results(model, images)
    with fast_layers(model):
        model(images)
    assert all(map(torch.equal, before, results(model, images)))
    assert not any("forward" in vars(layer) for layer in model.modules())


class Viewing(nn.Module):
    """A layer such as people write: it asks how its input lies in memory."""

    def forward(self, x):
        return x.view(len(x), -1).view(x.shape)


class Residual(nn.Module):
    """Its convolution's output is needed twice: by the activation and by the sum."""

    def __init__(self, channels):
        super().__init__()
        self.convolution = nn.Conv2d(channels, channels, 3, padding=1)
        self.activation = nn.ReLU()

    def forward(self, x):
        x = self.convolution(x)
        return self.activation(x) + x


def random_layer(chance: random.Random, shape: torch.Size) -> nn.Module:
    """One that may or may not fit to images of that shape (N, C, H, W)."""
    channels, size = shape[1], tuple(shape[2:])
    kernel = chance.choice([1, 3, (3, 2), 7, 9, size, size])
    settings = {
        "stride": chance.choice([1, 1, 2, 3]),
        "padding": chance.choice([0, 0, 1, 2]),
        "dilation": chance.choice([1, 1, 1, 2]),
        "groups": chance.choice([1, 1, channels]),
        "bias": chance.random() < 0.7,
    }
    out = settings["groups"] * chance.choice([1, 1, 3])
    match chance.randrange(8):
        case 0 | 1:
            mode = chance.choice(["zeros", "zeros", "reflect", "circular"])
            return nn.Conv2d(channels, out, kernel, padding_mode=mode, **settings)
        case 2:
            settings |= {"stride": 1, "padding": chance.choice(["same", "valid"])}
            return nn.Conv2d(channels, out, kernel, **settings)
        case 3 | 4:
            settings["output_padding"] = chance.choice([0, 0, 1])
            return nn.ConvTranspose2d(channels, out, kernel, **settings)
        case 5:
            return chance.choice([nn.MaxPool2d(2), nn.AvgPool2d(2), nn.BatchNorm2d(channels)])
        case 6:
            return chance.choice([Viewing(), Residual(channels)])
        case _:
            return chance.choice([nn.ReLU(), nn.Sigmoid(), nn.Tanh(), nn.Softplus()])


def random_model(seed: int) -> nn.Sequential:
    """Eight layers that fit to each other, for 28x28 images; one ReLU may stand at two places."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    layers, x, relu = [], torch.rand(2, 1, 28, 28), nn.ReLU()
    while len(layers) < 8:
        try:
            layer = random_layer(chance, x.shape)
            made = layer(x)
        except (RuntimeError, ValueError):
            continue  # the kernel is larger than the image, for example
        if 0 < made.numel() <= 6_000:
            layers += [layer, *([relu] if chance.random() < 0.3 else [])]
            x = made.detach()
    half = chance.choice([2, 4, 6])
    return nn.Sequential(nn.Sequential(*layers[:half]), nn.Sequential(*layers[half:]))


@pytest.mark.parametrize("start", range(0, 120, 40))
def test_so_are_models_of_any_layers(digits, start):
    images = to_unit(digits.images[:3]).double()
    for seed in range(start, start + 40):
        model = random_model(seed).double()
        for plain, fast in plain_and_fast(model, images):
            torch.testing.assert_close(fast, plain, rtol=1e-7, atol=1e-9, msg=f"{seed}: {model}")


def test_those_models_have_what_could_go_wrong():
    """The shapes at which the matrix products come in question, and each activation before ReLU."""
    before_relu, whole, whole_but = set(), 0, 0
    for seed in range(120):
        layers = [layer for part in random_model(seed) for layer in part]
        x = torch.rand(2, 1, 28, 28)
        for layer, following in pairwise(layers):
            if isinstance(layer, nn.Conv2d) and layer.kernel_size == x.shape[2:] != (1, 1):
                plain = layer.padding in ((0, 0), "valid")
                whole, whole_but = whole + plain, whole_but + (not plain)
            if isinstance(following, nn.ReLU):
                before_relu.add(type(layer).__name__)
            x = layer(x)
    assert whole > 5
    assert whole_but > 5
    assert {"Sigmoid", "Tanh", "Conv2d", "ConvTranspose2d", "ReLU"} <= before_relu
