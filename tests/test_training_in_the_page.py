"""The networks that the page trains: their gradients and their steps are PyTorch's."""

import base64
import copy
import inspect

import numpy as np
import pytest
import torch
import wasmtime
from conftest import ROOT
from torch import nn
from torch.nn import functional as F

from autoencoder.data import to_unit
from autoencoder.demo.exported_layers import architectures, untrained_layers
from autoencoder.models import ARCHITECTURES, ConvAutoencoder, DenseAutoencoder
from autoencoder.training.loop import initialise, learning_rate

WEB = ROOT / "autoencoder/demo/web/training"
BATCH = 64
MODELS = [DenseAutoencoder(), DenseAutoencoder(latent_dim=1), ConvAutoencoder()]

# `body` has these to work with; arrays of float32 travel as base64.
IN_PAGE = """
async ({ body, architecture, weights, images, settings, plain, given }) => {
    const page = (path) => import(new URL(`web/${path}`, document.baseURI));
    const { Training } = await page("training/training.js");
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const floats = (text) => new Float32Array(bytes(text).buffer);
    const base64 = (array) => {
        const all = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
        let text = "";
        for (let i = 0; i < all.length; i += 8192) {
            text += String.fromCharCode(...all.subarray(i, i + 8192));
        }
        return btoa(text);
    };
    const address = new URL("web/training/matmul.wasm", document.baseURI);
    const kernel = plain ? null : await (await fetch(address)).arrayBuffer();
    const training = new Training(
        { architecture, batch: 64, steps: 100, learningRate: 7e-3, weightDecay: 0.03, noise: 0,
          seed: 5, ...settings },
        bytes(images), kernel);
    const { parameters, trained } = training;
    if (weights) parameters.values.set(floats(weights));
    const AsyncFunction = (async () => {}).constructor;
    const names = ["training", "page", "floats", "base64", "given"];
    return new AsyncFunction(...names, body)(training, page, floats, base64, given);
}
"""


def in_page(page, model, images, body, *, weights=True, plain=False, given=None, **settings):
    """What `body`, the lines of a function, gives for a Training of the model on uint8 images."""
    architecture = untrained_layers(model)
    return page.evaluate(
        IN_PAGE,
        {
            "body": inspect.cleandoc(body),
            "architecture": architecture,
            "weights": as_base64(flat(model.parameters())) if weights else None,
            "images": base64.b64encode(images.numpy().tobytes()).decode(),
            "settings": settings,
            "plain": plain,
            "given": given,
        },
    )


def flat(tensors) -> np.ndarray:
    return np.concatenate([tensor.detach().numpy().ravel() for tensor in tensors])


def as_base64(array: np.ndarray) -> str:
    return base64.b64encode(array.astype("<f4").tobytes()).decode()


def as_array(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def assert_near(found: np.ndarray, expected: list[torch.Tensor], names: list[str], share: float):
    """Each tensor differs from the expected one by no more than that share of its length."""
    at = 0
    for name, tensor in zip(names, expected, strict=True):
        tensor = tensor.detach().double().numpy()
        part = found[at : at + tensor.size].reshape(tensor.shape)
        at += tensor.size
        difference = np.linalg.norm(part - tensor) / np.linalg.norm(tensor)
        assert difference <= share, f"{name} differs by {difference}"
    assert at == len(found)


def initialised(model, seed=3):
    model = copy.deepcopy(model)
    initialise(model, seed)
    return model


def test_the_kernel_is_made_of_its_text():
    assert (WEB / "matmul.wasm").read_bytes() == wasmtime.wat2wasm((WEB / "matmul.wat").read_text())


@pytest.mark.parametrize("plain", [False, True], ids=["kernel", "plain loops"])
def test_matrix_products_of_any_size(modules, plain):
    differences = modules.evaluate(
        """async (plain) => {
            const at = (path) => new URL(`web/training/${path}`, document.baseURI);
            const { kernelMatmul, plainMatmul } = await import(at("matmul.js"));
            const kernel = await (await fetch(at("matmul.wasm"))).arrayBuffer();
            const matmul = plain ? plainMatmul(9000) : kernelMatmul(kernel, 9000, 40);
            const differences = [];
            const sizes = [[1, 8, 8], [3, 12, 16], [4, 4, 8], [7, 40, 24], [33, 20, 32]];
            for (const [m, k, n] of sizes) {
                let taken = 0;
                const array = (size) => matmul.memory.subarray(taken, (taken += size));
                const [a, b, c, after] = [array(m * k), array(k * n), array(m * n), array(50)];
                for (const matrix of [a, b]) {
                    matrix.forEach((_, i) => { matrix[i] = Math.random() - 0.5; });
                }
                const differ = (value) => {
                    let most = 0;
                    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) {
                        let sum = 0;
                        for (let p = 0; p < k; p++) sum += value(i, p, j);
                        most = Math.max(most, Math.abs(sum - c[i * n + j]));
                    }
                    return most;
                };
                after.fill(7);
                c.fill(9);
                matmul.product(c, a, b, m, k, n);
                differences.push(differ((i, p, j) => a[i * k + p] * b[p * n + j]));
                c.fill(9);
                matmul.productAT(c, a, b, m, k, n);
                differences.push(differ((i, p, j) => a[p * m + i] * b[p * n + j]));
                c.fill(9);
                matmul.productBT(c, a, b, m, k, n);
                differences.push(differ((i, p, j) => a[i * k + p] * b[j * k + p]));
                differences.push(after.every((value) => value === 7) ? 0 : 1);
            }
            return differences;
        }""",
        plain,
    )
    assert max(differences) < 1e-5


@pytest.mark.parametrize("plain", [False, True], ids=["kernel", "plain loops"])
@pytest.mark.parametrize("model", MODELS, ids=["dense", "dense, one number", "convolutional"])
def test_every_gradient_is_pytorchs(modules, digits, model, plain):
    model = initialised(model)
    images = digits.images[:BATCH]
    found = in_page(
        modules,
        model,
        images,
        """
        const loss = training.step();
        return { loss, gradients: base64(training.parameters.gradients),
                 order: [...training.order] };
        """,
        plain=plain,
    )
    # in 64 bits, as PyTorch's own rounding is no yardstick; the order of a batch changes nothing
    model.double()
    inputs = to_unit(images).double()
    loss = F.mse_loss(model(inputs), inputs)
    loss.backward()
    assert found["loss"] == pytest.approx(loss.item(), rel=1e-5)
    names = [name for name, _ in model.named_parameters()]
    gradients = [parameter.grad for parameter in model.parameters()]
    assert_near(as_array(found["gradients"]), gradients, names, 1e-4)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_fifty_steps_are_adamws(modules, digits, name):
    """The first fifty of a real run, with a seed for which no ReLU's input is so near to zero that
    rounding decides: after that, even PyTorch in 32 and in 64 bits go ways of their own.
    """
    model = initialised(ARCHITECTURES[name](), seed=0)
    steps, peak = {"dense": (2813, 7e-3), "conv": (938, 5e-3)}[name]
    images = digits.images[:1000]
    found = in_page(
        modules,
        model,
        images,
        """
        const batches = [];
        const losses = Array.from({ length: 50 }, () => {
            const loss = training.step();
            batches.push([...training.order.subarray(training.next - 64, training.next)]);
            return loss;
        });
        return { losses, batches, weights: base64(training.parameters.values) };
        """,
        steps=steps,
        learningRate=peak,
        seed=0,
    )
    # the loop of training/loop.py, but for Muon
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.03)
    losses = []
    for step, indices in enumerate(found["batches"]):
        batch = to_unit(images[indices])
        loss = F.mse_loss(model(batch), batch)
        model.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["lr"] = learning_rate(step, steps, peak)
        optimizer.step()
        losses.append(loss.item())
    np.testing.assert_allclose(found["losses"], losses, rtol=1e-3)
    assert losses[-1] < 0.8 * losses[0]
    names = [name for name, _ in model.named_parameters()]
    assert_near(as_array(found["weights"]), list(model.parameters()), names, 1e-3)


class OtherLayers(nn.Module):
    """Each kind of layer, with settings that the project's own models don't have."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 3, (5, 3), stride=(2, 3), padding=(1, 2), bias=False),
            nn.Tanh(),
            nn.Flatten(),
            nn.Linear(3 * 13 * 10, 5),
        )
        self.decoder = nn.Sequential(
            nn.Linear(5, 2 * 14 * 7),
            nn.LeakyReLU(0.2),
            nn.Dropout(0.0),
            nn.Unflatten(1, (2, 14, 7)),
            nn.ConvTranspose2d(
                2, 1, (3, 5), stride=(2, 4), padding=(0, 1), output_padding=(0, 3), bias=False
            ),
            nn.Conv2d(1, 1, (2, 3)),
            nn.Sigmoid(),
        )

    def forward(self, images):
        return self.decoder(self.encoder(images))


@pytest.mark.parametrize("model", [*MODELS, OtherLayers()], ids=lambda model: type(model).__name__)
def test_the_gradients_say_how_the_loss_changes(modules, digits, model):
    """Finite differences: a small step along a layer's gradient changes the loss by its length."""
    ratios = in_page(
        modules,
        initialised(model),
        digits.images[:BATCH],
        """
        const { meanSquaredError } = await page("training/network.js");
        const { trained, target, parameters } = training;
        training.step();
        const loss = () => {
            trained.forward();
            return meanSquaredError(trained.output, target);
        };
        loss();
        trained.backward();
        const ratios = [];
        for (const layer of [...parameters.encoder, ...parameters.decoder]) {
            for (const parameter of [layer.weight, layer.bias]) {
                if (!parameter) continue;
                const { value } = parameter;
                const gradient = parameter.gradient.slice();
                const length = Math.hypot(...gradient);
                const weights = value.slice();
                const move = (distance) => {
                    value.forEach((_, i) => {
                        value[i] = weights[i] + (distance * gradient[i]) / length;
                    });
                    return loss();
                };
                const distance = Math.min(0.01, 1e-4 / length);
                ratios.push((move(distance) - move(-distance)) / (2 * distance * length));
                value.set(weights);
            }
        }
        return ratios;
        """,
    )
    assert len(ratios) == len(list(model.parameters()))
    np.testing.assert_allclose(ratios, 1, atol=0.02)


def test_other_layers_have_pytorchs_gradients(modules, digits):
    model = initialised(OtherLayers())
    images = digits.images[:BATCH]
    found = in_page(
        modules, model, images, "training.step(); return base64(training.parameters.gradients);"
    )
    model.double()
    inputs = to_unit(images).double()
    F.mse_loss(model(inputs), inputs).backward()
    names = [name for name, _ in model.named_parameters()]
    assert_near(as_array(found), [p.grad for p in model.parameters()], names, 1e-4)


def test_dropout_switches_off_and_makes_up_for_it(modules):
    shares = modules.evaluate(
        """async () => {
            const at = (path) => new URL(`web/training/${path}`, document.baseURI);
            const { LAYERS } = await import(at("layers.js"));
            const { randomNumbers } = await import(at("random.js"));
            const tools = { batch: 8, array: (size) => new Float32Array(size) };
            const x = { shape: [500], value: new Float32Array(4000).fill(3),
                        gradient: new Float32Array(4000) };
            const trained = LAYERS.Dropout(x, { p: 0.25 }, { ...tools, random: randomNumbers(1) });
            trained.forward();
            trained.y.gradient.set(trained.y.value);
            trained.backward();
            const off = trained.y.value.filter((value) => value === 0).length / 4000;
            const on = trained.y.value.find((value) => value !== 0);
            const followed = x.gradient.every(
                (gradient, i) => Math.abs(gradient - trained.y.value[i] / 0.75) < 1e-5);
            const measured = LAYERS.Dropout(x, { p: 0.25 }, { ...tools, random: null });
            measured.forward();
            return { off, on, followed, kept: measured.y.value.every((value) => value === 3) };
        }"""
    )
    assert shares["off"] == pytest.approx(0.25, abs=0.03)
    assert shares["on"] == pytest.approx(4)
    assert shares["followed"]
    assert shares["kept"]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_first_weights_are_spread_as_pythons(modules, digits, name):
    model = ARCHITECTURES[name]()
    found = in_page(
        modules,
        model,
        digits.images[:BATCH],
        "return base64(training.parameters.values);",
        weights=False,
    )
    values = as_array(found)
    expected = initialised(model)
    at = 0
    for parameter in expected.parameters():
        part = values[at : at + parameter.numel()]
        at += parameter.numel()
        if parameter.numel() < 1000:
            continue  # too few to tell
        assert part.std() == pytest.approx(parameter.std().item(), rel=0.1)
        assert np.abs(part).max() == pytest.approx(parameter.abs().max().item(), rel=0.3)
        assert abs(part.mean()) < 4 * part.std() / len(part) ** 0.5
    assert at == len(values)


def test_each_digit_is_seen_once_before_any_is_seen_again(modules, digits):
    def batches(seed):
        return in_page(
            modules,
            DenseAutoencoder(),
            digits.images[:200],
            """
            return Array.from({ length: 6 }, () => {
                training.step();
                return [...training.order.subarray(training.next - 64, training.next)];
            });
            """,
            seed=seed,
        )

    first = batches(1)
    for epoch in (first[:3], first[3:]):
        seen = np.concatenate(epoch)
        assert len(set(seen)) == len(seen) == 192  # the other 8 fill no batch
    assert first[:3] != first[3:]
    assert batches(1) == first
    assert batches(2) != first


def test_the_schedule_is_pythons(modules):
    found = modules.evaluate(
        """async () => {
            const { learningRate } = await import(
                new URL("web/training/adamw.js", document.baseURI));
            return Array.from({ length: 101 }, (_, step) => learningRate(step, 100, 0.01));
        }"""
    )
    expected = [learning_rate(step, 100, 0.01) for step in range(101)]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-18)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_what_it_learned_is_what_draw_and_decode_show(modules, digits, name):
    """The same weights in the page's other networks, which take one image at a time."""
    found = in_page(
        modules,
        ARCHITECTURES[name](),
        digits.images[:BATCH],
        """
        const { Autoencoder } = await page("model/autoencoder.js");
        for (let i = 0; i < 5; i++) training.step();
        const images = Float32Array.from(training.images, (pixel) => pixel / 255);
        const rebuilt = training.rebuild(images);
        const { encoder, decoder } = training.layers();
        const model = new Autoencoder(encoder, decoder);
        const most = (a, b) => a.reduce((found, x, i) => Math.max(found, Math.abs(x - b[i])), 0);
        const differences = [];
        const size = rebuilt.codes.length / 64;
        for (let n = 0; n < 64; n++) {
            const code = model.encode(images.subarray(784 * n, 784 * (n + 1)));
            differences.push(most(code, rebuilt.codes.subarray(size * n, size * (n + 1))));
            const image = rebuilt.images.subarray(784 * n, 784 * (n + 1));
            differences.push(most(model.decode(code), image));
        }
        let sum = 0;
        images.forEach((pixel, i) => { sum += (pixel - rebuilt.images[i]) ** 2; });
        return { differences, error: training.error(training.images), sum: sum / images.length };
        """,
    )
    assert max(found["differences"]) < 1e-5
    assert found["error"] == pytest.approx(found["sum"], rel=1e-6)


def test_the_next_change_is_what_the_next_step_does(modules, digits):
    found = in_page(
        modules,
        DenseAutoencoder(),
        digits.images[:BATCH],
        """
        for (let i = 0; i < 5; i++) training.step();
        const image = Float32Array.from(training.images.subarray(0, 784), (pixel) => pixel / 255);
        const before = training.rebuild(image).images;
        const weights = training.parameters.values.slice();
        const said = training.nextChange(image);
        const learned = weights.some((weight, i) => weight !== training.parameters.values[i]);
        training.step();
        const after = training.rebuild(image).images;
        return { learned, said: base64(said), done: base64(after.map((x, i) => x - before[i])) };
        """,
        weights=False,
    )
    assert not found["learned"]
    said, done = (as_array(found[name]) for name in ("said", "done"))
    assert np.abs(done).max() > 0.001
    np.testing.assert_array_equal(said, done)


def test_noise_is_on_what_goes_in_alone(modules, digits):
    found = in_page(
        modules,
        DenseAutoencoder(),
        digits.images[:BATCH],
        """
        training.step();
        const { input } = training.trained;
        return { input: base64(input.value), target: base64(training.target),
                 order: [...training.order] };
        """,
        noise=0.3,
    )
    target = as_array(found["target"]).reshape(784, BATCH).T
    order = found["order"]
    np.testing.assert_allclose(target, to_unit(digits.images[order]).reshape(BATCH, 784), atol=1e-6)
    given = as_array(found["input"]).reshape(784, BATCH).T
    assert given.min() == 0
    assert given.max() == 1
    inner = given[(target > 0.4) & (target < 0.6)] - target[(target > 0.4) & (target < 0.6)]
    assert inner.std() == pytest.approx(0.28, abs=0.03)  # a little less than 0.3, as it is cut off


def test_the_map_lies_along_the_principal_directions(modules, demo_data):
    codes = demo_data.conv.codes[:1000].numpy()
    places = modules.evaluate(
        """async (codes) => {
            const { PrincipalComponents } = await import(
                new URL("web/training/principal_components.js", document.baseURI));
            const components = new PrincipalComponents(64, 3);
            return [...components.project(Float32Array.from(codes), 3)];
        }""",
        codes.ravel().tolist(),
    )
    variances = np.var(np.reshape(places, (1000, 3)), axis=0)
    principal = np.linalg.eigvalsh(np.cov(codes.T, ddof=0))[::-1][:3]
    np.testing.assert_allclose(variances, principal, rtol=0.01)


def test_every_code_size_can_be_trained():
    for name, sizes in architectures().items():
        for size, layers in sizes.items():
            shapes = [list(parameter.shape) for parameter in ARCHITECTURES[name](size).parameters()]
            found = [
                shape
                for part in ("encoder", "decoder")
                for layer in layers[part]
                for shape in layer["shapes"].values()
            ]
            assert found == shapes
