"""The networks in the browser give what PyTorch gives."""

import base64
import copy
import subprocess
import sys
from itertools import zip_longest

import numpy as np
import pytest
import torch
from conftest import ROOT
from torch import nn

from autoencoder.data import to_unit
from autoencoder.demo.exported_layers import LayerError, exported_layers
from autoencoder.models import Autoencoder

# Arrays travel as base64 of float32.
IN_PAGE = """
async ({ name, layers, weights, images, codes }) => {
    const page = (path) => import(new URL(path, document.baseURI));
    const { Autoencoder, loadAutoencoder } = await page("web/model/autoencoder.js");
    const floats = (text) => new Float32Array(Uint8Array.fromBase64(text).buffer);
    const rows = (text, length) => {
        const all = floats(text);
        return Array.from({ length: all.length / length }, (_, row) =>
            all.slice(row * length, (row + 1) * length));
    };
    const base64 = (arrays) => {
        const all = new Float32Array(arrays.length * (arrays[0]?.length ?? 0));
        arrays.forEach((array, row) => all.set(array, row * array.length));
        return new Uint8Array(all.buffer).toBase64();
    };
    const withWeights = (part) => layers[part].map((layer, at) => {
        const found = { ...layer };
        for (const kind of ["weight", "bias"]) {
            const stored = weights[`${part}.${at}.${kind}`];
            if (stored) found[kind] = { data: floats(stored.data), shape: stored.shape };
        }
        return found;
    });
    const model = name
        ? await loadAutoencoder(name)
        : new Autoencoder(withWeights("encoder"), withWeights("decoder"));
    const encoded = rows(images, 784).map((image) => model.encode(image));
    return {
        codes: base64(encoded),
        rebuilt: base64(encoded.map((code) => model.decode(code))),
        decoded: base64(rows(codes.data, codes.shape[1]).map((code) => model.decode(code))),
    };
}
"""


def as_base64(array: np.ndarray) -> str:
    return base64.b64encode(array.astype("<f4").tobytes()).decode()


def in_page(page, images: torch.Tensor, codes: torch.Tensor, **model) -> dict[str, np.ndarray]:
    """What the page makes of images and of codes; `model` is its name, or its layers and weights.

    `codes` and `rebuilt` of the images, `decoded` of the codes, each (N, ...). There may be fewer
    codes than images.
    """
    found = {"codes": [], "rebuilt": [], "decoded": []}
    parts = zip_longest(images.split(500), codes.split(500), fillvalue=codes[:0])
    for some_images, some_codes in parts:
        sent = {"images": as_base64(some_images.numpy())} | model
        sent["codes"] = {"data": as_base64(some_codes.numpy()), "shape": list(some_codes.shape)}
        for name, text in page.evaluate(IN_PAGE, sent).items():
            rows = np.frombuffer(base64.b64decode(text), np.float32)
            found[name].append(rows)
    return {
        name: np.concatenate(rows).reshape(len(codes if name == "decoded" else images), -1)
        for name, rows in found.items()
    }


@pytest.mark.parametrize("name", ["dense", "conv"])
def test_both_models_give_what_pytorch_gives_for_all_test_digits(modules, demo_data, name):
    model = getattr(demo_data.reconstruct, name)
    images = to_unit(demo_data.digits.images)
    # In 32 bits PyTorch differs from itself by 2e-5 in the reconstruction, by how many images it
    # takes at a time; so reconstructions are compared with what it gives in 64 bits.
    exact = copy.deepcopy(model).double()
    with torch.inference_mode():  # a few at a time are quicker: they stay in the cache
        codes = torch.cat([model.encode(some) for some in images.split(100)])
        decoded = model.decode(codes[:1000]).flatten(1)
        rebuilt = torch.cat([exact(some.double()).flatten(1) for some in images.split(100)])
    found = in_page(modules, images, codes[:1000], name=name)
    np.testing.assert_allclose(found["codes"], codes, rtol=0, atol=1e-4)
    np.testing.assert_allclose(found["decoded"], decoded, rtol=0, atol=1e-5)
    np.testing.assert_allclose(found["rebuilt"], rebuilt, rtol=0, atol=1e-5)


def test_other_code_sizes_of_which_the_weights_have_16_bits_do_so_too(modules, demo_data):
    images = to_unit(demo_data.digits.images[:100])
    for size in demo_data.code_sizes:
        with torch.inference_mode():
            codes = size.model.encode(images)
            decoded = size.model.decode(codes).flatten(1)
        found = in_page(modules, images, codes, name=size.name)
        np.testing.assert_allclose(found["codes"], codes, rtol=0, atol=1e-4)
        np.testing.assert_allclose(found["decoded"], decoded, rtol=0, atol=1e-5)


class Odd(Autoencoder):
    """An encoder and a decoder of any layers."""

    def __init__(self, encoder: list[nn.Module], decoder: list[nn.Module], latent_dim: int):
        super().__init__()
        self.encoder, self.decoder = nn.Sequential(*encoder), nn.Sequential(*decoder)
        self.latent_dim = latent_dim


def odd_convolutions() -> Odd:
    """Kernels, strides and paddings that differ down and across, with and without bias."""
    return Odd(
        [
            nn.Conv2d(1, 4, (5, 3), stride=(3, 1), padding=(2, 0), bias=False),  # -> 4, 10, 26
            nn.LeakyReLU(0.2),
            nn.Dropout(0.5),
            nn.Conv2d(4, 6, (4, 7), stride=(2, 3), padding=(0, 4)),  # -> 6, 4, 10
            nn.Tanh(),
            nn.Flatten(),
            nn.Linear(240, 5, bias=False),
        ],
        [
            nn.Linear(5, 2 * 7 * 9),
            nn.Sigmoid(),
            nn.Unflatten(1, (2, 7, 9)),
            nn.ConvTranspose2d(2, 3, (3, 4), stride=(2, 3), padding=(1, 1), output_padding=(1, 2)),
            nn.ReLU(),  # 3, 14, 28
            nn.ConvTranspose2d(3, 1, (2, 1), stride=(2, 1), bias=False),  # -> 1, 28, 28
            nn.Sigmoid(),
        ],
        latent_dim=5,
    )


def odd_padding() -> Odd:
    """More padding than the kernel needs, and a transposed convolution that cuts its edge off."""
    return Odd(
        [
            nn.Conv2d(1, 3, 7, padding=5),  # -> 3, 32, 32
            nn.ReLU(),
            nn.Conv2d(3, 2, 1, stride=4),  # -> 2, 8, 8
            nn.Flatten(),
        ],
        [
            nn.Unflatten(1, (2, 8, 8)),
            nn.LeakyReLU(),
            nn.ConvTranspose2d(2, 1, 9, stride=4, padding=4, output_padding=3),  # -> 1, 32, 32
            nn.Conv2d(1, 1, 5),  # -> 1, 28, 28
            nn.Tanh(),
        ],
        latent_dim=128,
    )


@pytest.mark.parametrize("make", [odd_convolutions, odd_padding])
def test_models_with_other_layers_give_what_pytorch_gives(modules, digits, make):
    torch.manual_seed(0)
    model = make().eval()
    images = to_unit(digits.images[:20])
    with torch.inference_mode():
        codes = model.encode(images)
        decoded = model.decode(codes).clamp(0, 1)  # as the page shows them
    assert decoded.shape == (20, 1, 28, 28)
    weights = {
        name: {"data": as_base64(tensor.numpy()), "shape": list(tensor.shape)}
        for name, tensor in model.state_dict().items()
    }
    found = in_page(modules, images, codes, layers=exported_layers(model), weights=weights)
    np.testing.assert_allclose(found["codes"], codes, rtol=0, atol=1e-4)
    np.testing.assert_allclose(found["decoded"], decoded.flatten(1), rtol=0, atol=1e-5)


def test_what_a_spoiled_model_gives_is_finite(modules):
    """As keep_between in diagnosis.py cuts it off."""
    model = Odd([nn.Flatten(), nn.Linear(784, 3)], [nn.Linear(3, 784)], latent_dim=3)
    for layer, bias in (
        (model.encoder[1], [torch.inf, -torch.inf, torch.nan]),
        (model.decoder[0], [-5, 0.5, 7, torch.nan] * 196),
    ):
        layer.weight.data.zero_()
        layer.bias.data = torch.tensor(bias)
    found = in_page(
        modules,
        torch.zeros(1, 784),
        torch.zeros(1, 3),
        layers=exported_layers(model),
        weights={
            name: {"data": as_base64(tensor.numpy()), "shape": list(tensor.shape)}
            for name, tensor in model.state_dict().items()
        },
    )
    assert found["codes"].tolist() == [[1e9, -1e9, 0]]
    assert found["decoded"][0, :4].tolist() == [0, 0.5, 1, 0]


@pytest.mark.parametrize(
    "layer",
    [
        nn.BatchNorm2d(1),
        nn.Conv2d(1, 1, 3, dilation=2),
        nn.Conv2d(2, 2, 3, groups=2),
        nn.Conv2d(1, 1, 3, padding="same"),
        nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect"),
        nn.Flatten(2),
        nn.Sequential(nn.ReLU()),
    ],
)
def test_a_layer_that_the_page_does_not_know_is_named(layer):
    model = Odd([nn.ReLU(), layer], [nn.ReLU()], latent_dim=1)
    with pytest.raises(LayerError, match=r"the layer encoder\.1, " + type(layer).__name__):
        exported_layers(model)


def test_the_demo_ends_at_its_start_with_a_sentence_that_names_the_layer():
    changed = """
import torch.nn as nn
from autoencoder.models import DenseAutoencoder
first = DenseAutoencoder.__init__
def changed(self, latent_dim=3):
    first(self, latent_dim)
    self.encoder[2] = nn.GELU()
DenseAutoencoder.__init__ = changed
import app
app.main()
"""
    run = subprocess.run([sys.executable, "-c", changed], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stderr.startswith("The page can't draw with the layer encoder.2, GELU")
    assert run.stderr.count("\n") == 1
