"""The two architectures, layer by layer, and the committed checkpoints."""

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from autoencoder import ConvAutoencoder, DenseAutoencoder
from autoencoder.data import to_unit
from autoencoder.evaluation import mean_squared_error

CHECKPOINTS = Path(__file__).parent.parent / "checkpoints"
MODELS = {"dense": DenseAutoencoder, "conv": ConvAutoencoder}


def shapes_after_each_layer(layers: nn.Sequential, x: torch.Tensor) -> list[tuple]:
    shapes = []
    for layer in layers:
        x = layer(x)
        shapes.append((type(layer).__name__, *x.shape[1:]))
    return shapes


def test_the_dense_encoder_narrows_to_3_numbers_and_the_decoder_widens_again():
    model = DenseAutoencoder()
    assert shapes_after_each_layer(model.encoder, torch.zeros(2, 1, 28, 28)) == [
        ("Flatten", 784),
        ("Linear", 128),
        ("ReLU", 128),
        ("Linear", 64),
        ("ReLU", 64),
        ("Linear", 12),
        ("ReLU", 12),
        ("Linear", 3),
    ]
    assert shapes_after_each_layer(model.decoder, torch.zeros(2, 3)) == [
        ("Linear", 12),
        ("ReLU", 12),
        ("Linear", 64),
        ("ReLU", 64),
        ("Linear", 128),
        ("ReLU", 128),
        ("Linear", 784),
        ("Sigmoid", 784),
        ("Unflatten", 1, 28, 28),
    ]


def test_the_convolutional_encoder_ends_in_a_1x1_image_of_64_channels():
    model = ConvAutoencoder()
    assert shapes_after_each_layer(model.encoder, torch.zeros(2, 1, 28, 28)) == [
        ("Conv2d", 16, 14, 14),
        ("ReLU", 16, 14, 14),
        ("Conv2d", 32, 7, 7),
        ("ReLU", 32, 7, 7),
        ("Conv2d", 64, 1, 1),
        ("Flatten", 64),
    ]
    assert shapes_after_each_layer(model.decoder, torch.zeros(2, 64)) == [
        ("Unflatten", 64, 1, 1),
        ("ConvTranspose2d", 32, 7, 7),
        ("ReLU", 32, 7, 7),
        ("ConvTranspose2d", 16, 14, 14),
        ("ReLU", 16, 14, 14),
        ("ConvTranspose2d", 1, 28, 28),
        ("Sigmoid", 1, 28, 28),
    ]


def test_convolutions_have_the_kernels_strides_and_paddings_of_the_description():
    def settings(layers: nn.Sequential) -> list[tuple]:
        convolutions = [m for m in layers if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)]
        return [(m.kernel_size[0], m.stride[0], m.padding[0]) for m in convolutions]

    model = ConvAutoencoder()
    assert settings(model.encoder) == [(3, 2, 1), (3, 2, 1), (7, 1, 0)]
    assert settings(model.decoder) == [(7, 1, 0), (3, 2, 1), (3, 2, 1)]


@pytest.mark.parametrize(("name", "parameters"), [("dense", 219_891), ("conv", 210_369)])
def test_the_number_of_parameters(name, parameters):
    assert sum(p.numel() for p in MODELS[name]().parameters()) == parameters


@pytest.mark.parametrize("name", MODELS)
def test_forward_is_decode_after_encode(name, digits):
    model = MODELS[name]()
    images = to_unit(digits.images[:5])
    codes = model.encode(images)
    assert codes.shape == (5, model.latent_dim)
    reconstructions = model.decode(codes)
    assert reconstructions.shape == (5, 1, 28, 28)
    assert torch.equal(model(images), reconstructions)


@pytest.mark.parametrize("name", MODELS)
def test_any_code_decodes_to_pixels_between_0_and_1(name):
    images = MODELS[name]().decode(100 * torch.randn(50, MODELS[name]().latent_dim))
    assert 0 <= images.min() <= images.max() <= 1


@pytest.mark.parametrize("name", MODELS)
def test_a_wrong_shape_is_refused_with_both_shapes_named(name):
    model = MODELS[name]()
    with pytest.raises(ValueError, match=r"\(N, 1, 28, 28\).*\(2, 28, 28\)"):
        model(torch.zeros(2, 28, 28))
    with pytest.raises(ValueError, match=rf"\(N, {model.latent_dim}\).*\(1, 5\)"):
        model.decode(torch.zeros(1, 5))


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_model_comes_back_the_same(name, tmp_path):
    model = MODELS[name]()
    model.save_pretrained(tmp_path)
    again = MODELS[name].from_pretrained(tmp_path)
    assert again.latent_dim == model.latent_dim
    assert all(map(torch.equal, model.parameters(), again.parameters()))


@pytest.mark.parametrize("name", MODELS)
def test_the_committed_checkpoint_reaches_its_recorded_error_on_all_test_digits(name, digits):
    recorded = json.loads((CHECKPOINTS / name / "training.json").read_text())
    model = MODELS[name].from_pretrained(CHECKPOINTS / name)
    assert mean_squared_error(model, digits.images) == pytest.approx(recorded["test_mse"], rel=1e-3)
    assert recorded["epochs_done"] == recorded["recipe"]["epochs"]
    assert recorded["test_mse"] <= {"dense": 0.0286, "conv": 0.00170}[name]
