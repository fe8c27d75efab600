"""The layers that the page shows, against PyTorch's own numbers."""

from math import prod

import pytest
import torch

from autoencoder import ConvAutoencoder, DenseAutoencoder
from autoencoder.layers import layers

MODELS = [DenseAutoencoder, ConvAutoencoder]


@pytest.mark.parametrize("architecture", MODELS)
def test_each_layer_has_the_shape_that_really_leaves_it(architecture):
    model = architecture()
    encoder, decoder = layers(model)
    passing = torch.zeros(1, 1, 28, 28)
    for module, layer in zip([*model.encoder, *model.decoder], [*encoder, *decoder], strict=True):
        passing = module(passing)
        assert layer.kind == module._get_name()
        assert layer.shape == tuple(passing.shape[1:])
    assert encoder[-1].shape == (model.latent_dim,)
    assert decoder[-1].shape == (1, 28, 28)


@pytest.mark.parametrize("architecture", MODELS)
def test_the_parameters_add_up_to_all_that_the_optimiser_gets(architecture):
    model = architecture()
    encoder, decoder = layers(model)
    assert [layer.parameters for layer in encoder] == [
        sum(prod(p.shape) for p in module.parameters()) for module in model.encoder
    ]
    total = sum(parameter.numel() for parameter in model.parameters())
    assert sum(layer.parameters for layer in encoder + decoder) == total


def test_convolutions_say_what_they_look_at():
    encoder, decoder = layers(ConvAutoencoder())
    windows = [layer.window.replace("\N{MULTIPLICATION SIGN}", "x") for layer in encoder]
    assert windows == ["3x3, stride 2", "", "3x3, stride 2", "", "7x7", ""]
    assert not any(layer.window for part in layers(DenseAutoencoder()) for layer in part)
    assert decoder[1].window == encoder[4].window


def test_looking_at_a_model_leaves_it_as_it_was():
    model = DenseAutoencoder()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    layers(model)
    assert not any(module._forward_hooks for module in model.modules())
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_other_layers_are_shown_too_and_one_at_two_places_twice():
    model, relu = ConvAutoencoder(), torch.nn.ReLU()
    model.encoder = torch.nn.Sequential(
        torch.nn.Conv2d(1, 8, 3, padding=1), relu, torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(8, 64, 14), relu, torch.nn.Flatten(),
    )  # fmt: skip
    encoder, decoder = layers(model)
    assert [layer.shape[0] for layer in encoder] == [8, 8, 8, 64, 64, 64]
    assert encoder[2].window == "2\N{MULTIPLICATION SIGN}2, stride 2"
    assert decoder[-1].shape == (1, 28, 28)
