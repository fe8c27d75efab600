"""Models that a training spoiled: the page opens on each, says what is the matter, and works."""

import json
import re

import numpy as np
import pytest
import torch
from gradio_client import Client, handle_file
from PIL import Image

from autoencoder import ConvAutoencoder, DenseAutoencoder, figures
from autoencoder.checkpoints import OWN, save_model
from autoencoder.demo import build
from autoencoder.demo_data import load_demo_data, load_snapshots
from autoencoder.latent import Directions, LatentSpace, with_width


def untrained():
    return DenseAutoencoder(), ConvAutoencoder()


def zero():
    """After too long a step: all units are dead, and all numbers of the code 0."""
    models = untrained()
    for model in models:
        for parameter in model.parameters():
            parameter.data.zero_()
    return models


def one_code():
    """The same, but the last layer's bias is left."""
    dense, conv = untrained()
    for layer in (dense.encoder[-1], conv.encoder[-2]):
        layer.weight.data.zero_()
    dense.encoder[-1].bias.data = torch.tensor([1e8, -3.0, 0.5])
    return dense, conv


def dead_numbers():
    """Trained models, of whose codes some numbers are the same for all digits."""
    dense, conv = (
        architecture.from_pretrained(OWN / name)
        for architecture, name in ((DenseAutoencoder, "dense"), (ConvAutoencoder, "conv"))
    )
    dense.encoder[-1].weight.data[1] = 0
    conv.encoder[-2].weight.data[:20] = 0
    return dense, conv


def infinite():
    """Each weight is finite, and the codes are not."""
    models = untrained()
    for model in models:
        for parameter in model.parameters():
            parameter.data *= 1e15
    return models


NOTHING_LEARNT, COLLAPSED, BROKEN = "has learnt nothing", "has collapsed", "is broken"
# How the dense model came to be and how the convolutional one, and what the page says of each.
PAIRS = {
    "zero and untrained": (zero, untrained, COLLAPSED, NOTHING_LEARNT),
    "one code and dead numbers": (one_code, dead_numbers, COLLAPSED, "numbers, 20 are the same"),
    "dead numbers and one code": (dead_numbers, one_code, NOTHING_LEARNT, COLLAPSED),
    "infinite": (infinite, infinite, BROKEN, BROKEN),
}


@pytest.fixture(scope="module", params=PAIRS)
def broken(request, tmp_path_factory):
    """An demo_data of such models, and what the page says of them."""
    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    dense, conv, *said = PAIRS[request.param]
    save_model(dense()[0], folder / "dense")
    save_model(conv()[1], folder / "conv")
    return load_demo_data(folder), said


@pytest.fixture(scope="module")
def server(broken):
    page = build(broken[0])
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True)
    yield url
    page.close(verbose=False)


def test_the_page_says_what_is_the_matter_and_each_tab_opens(page, broken):
    page.set_default_timeout(60_000)
    for name, said in zip(("dense", "convolutional"), broken[1], strict=True):
        assert page.get_by_text(re.compile(f"^(The|Of the) {name} model.*{said}")).is_visible()
    ends = page.locator("output.low, output.high").all_inner_texts()
    assert ends[0].lstrip("\N{MINUS SIGN}") == ends[1].lstrip("+")
    assert float(ends[1]) > 0
    page.get_by_role("tab", name="Latent space").click()
    page.wait_for_function("document.querySelector('#latent-scatter .gl-container canvas')")
    page.get_by_label("Form of the map").select_option("flat")
    page.locator("#latent-map .flat canvas").first.wait_for()
    page.get_by_role("tab", name="Decode").click()
    page.locator("#decoder .pad").click()
    page.get_by_role("button", name="The middle of everything").click()
    page.locator("#principal-directions input[type=range]").first.press("ArrowRight")
    page.locator("#principal-directions .result", has_text="Error to the digit:").wait_for()
    page.get_by_role("tab", name="Models").click()
    for chart in ("bottleneck-bars", "dense-by-digit", "conv-by-digit"):
        page.locator(f"#{chart} .frame").scroll_into_view_if_needed()  # it is drawn when seen
        page.wait_for_selector(f"#{chart} .main-svg")
    text = page.locator("body").inner_text()
    assert "NaN" not in text
    assert "Infinity" not in text


def test_programs_get_finite_numbers(server, demo_data, tmp_path):
    client = Client(server, verbose=False)
    Image.fromarray(255 - demo_data.digits.images[0, 0].numpy()).save(tmp_path / "digit.png")
    picture = handle_file(tmp_path / "digit.png")
    dense, conv = codes = client.predict(picture, api_name="/encode")
    answers = [
        codes,
        client.predict(picture, api_name="/reconstruct")[3],
        client.predict(dense, "dense", api_name="/decode"),
        client.predict(conv, "conv", api_name="/decode"),
        client.predict(dense, 8, api_name="/neighbours"),
        client.predict(0, 1, 3, api_name="/walk"),
        client.predict([0, 1], dense, 3, api_name="/plane"),
    ]
    text = json.dumps(answers, allow_nan=False)
    assert "null" not in text  # which stands for what JSON can't write


def test_its_figures_can_be_drawn(broken, tmp_path):
    demo_data = broken[0]
    codes, labels = demo_data.dense.codes.numpy(), demo_data.digits.labels.numpy()
    figures.latent_views(codes, labels).savefig(tmp_path / "latent.png")
    figures.bottleneck_figure(demo_data.methods()).savefig(tmp_path / "bottleneck.png")
    scene = figures.latent_scatter(codes).layout.scene
    for axis in (scene.xaxis, scene.yaxis, scene.zaxis):
        assert axis.range[0] < axis.range[1]
    assert min(scene.aspectratio[axis] for axis in "xyz") > 0


def test_directions_along_which_nothing_differs_carry_nothing():
    codes = torch.randn(500, 4, generator=torch.Generator().manual_seed(0))
    codes[:, 2] = 7
    own = Directions(codes)
    assert own.deviations[3] == own.shares[3] == 0
    scores = own.scores(codes)
    assert (scores[:, 3] == 0).all()
    torch.testing.assert_close(own.codes(scores), codes, atol=1e-5, rtol=1e-5)
    same = Directions(torch.full((500, 4), 7.0))
    assert same.shares.tolist() == [0, 0, 0, 0]
    assert same.codes(same.scores(torch.rand(3, 4))).tolist() == [[7, 7, 7, 7]] * 3


def test_a_range_without_width_gets_one():
    low, high = with_width(np.array([0.0, 5, -10]), np.array([0.0, 5, 90]))
    assert (low + high).tolist() == [0, 10, 80]
    assert (high - low).tolist() == [2, 2, 100]
    low, high = with_width(np.zeros(3), np.zeros(3))
    assert (high - low).tolist() == [1, 1, 1]
    low, high = with_width(np.float32([1e8]), np.float32([1e8]))
    assert np.float32(low) < np.float32(high)
    digits = LatentSpace(torch.zeros(50, 3), torch.arange(50) % 10)
    assert (digits.low < digits.high).all()
    assert (digits.core_low < digits.core_high).all()


def test_moments_of_codes_too_large_for_16_bits_can_be_shown(tmp_path):
    codes = np.zeros((2, 2000, 3), np.float16)
    codes[0, 0] = [np.inf, -np.inf, np.nan]
    np.savez(tmp_path / "snapshots.npz", epoch=[0, 1], test_mse=[0.2, 0.1], codes=codes)
    assert load_snapshots(tmp_path / "snapshots.npz")["codes"][0, 0].tolist() == [65504, -65504, 0]
    np.savez(tmp_path / "snapshots.npz", epoch=[0, 1], test_mse=[0.2, 0.1], codes=codes[:, :, :2])
    assert load_snapshots(tmp_path / "snapshots.npz") is None  # of a model with two numbers


def test_a_history_that_ends_in_no_number_is_drawn_as_far_as_it_goes():
    history = {"epoch": np.arange(1.0, 4)}
    for last in ([0.05, np.nan, np.inf], [np.nan] * 3, [0.0] * 3):
        history |= {"training_mse": np.array(last), "validation_mse": np.array(last)}
        assert len(figures.training_curves("dense", history).data) == 2
    assert figures.three_figures(float("inf")) == "inf"
