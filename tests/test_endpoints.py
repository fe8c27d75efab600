"""The page's endpoints, called as a program would, through gradio_client."""

import numpy as np
import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image


@pytest.fixture(scope="module")
def client(server):
    return Client(server, verbose=False)


@pytest.fixture
def digit_file(exhibition, tmp_path):
    """A test digit as people have it: black on white, and larger."""
    pixels = 255 - exhibition.digits.images[0, 0].numpy()
    path = tmp_path / "seven.png"
    Image.fromarray(pixels).resize((280, 280), Image.Resampling.BICUBIC).save(path)
    return handle_file(str(path))


def grey(path: str) -> np.ndarray:
    return np.asarray(Image.open(path).convert("L").resize((28, 28), Image.Resampling.BOX)) / 255


def test_reconstruct_gives_the_pictures_the_codes_and_the_errors(client, exhibition, digit_file):
    seen, dense, conv, numbers = client.predict(digit_file, api_name="/reconstruct")
    original = exhibition.digits.images[0] / 255

    assert np.abs(1 - grey(seen) - original[0].numpy()).mean() < 0.03
    for name, picture in (("dense", dense), ("conv", conv)):
        model = getattr(exhibition.reconstruct, name)
        with torch.inference_mode():
            expected = model(original[None])[0, 0].numpy()
        assert np.abs(1 - grey(picture) - expected).mean() < 0.03
        assert len(numbers[name]["code"]) == model.latent_dim
        assert 0 < numbers[name]["mse"] < 0.05


def test_decode_of_encode_is_the_reconstruction(client, exhibition, digit_file):
    *_, numbers = client.predict(digit_file, api_name="/reconstruct")
    codes = client.predict(digit_file, api_name="/encode")
    for name, code in zip(("dense", "conv"), codes, strict=True):
        assert code == pytest.approx(numbers[name]["code"], abs=1e-4)
        pixels = client.predict(code, name, api_name="/decode")
        model = getattr(exhibition.reconstruct, name)
        with torch.inference_mode():
            expected = model.decode(torch.tensor([code]))[0, 0].numpy()
        np.testing.assert_allclose(pixels, expected, atol=1e-4)


@pytest.mark.parametrize(
    ("code", "model", "message"),
    [
        ([1.0, 2.0], "dense", "list of 3 finite numbers"),
        ([1.0] * 3, "conv", "list of 64 finite numbers"),
        (["one", 2, 3], "dense", "list of 3 finite numbers"),
        ([[1, 2, 3]], "dense", "list of 3 finite numbers"),
        ([1, 2, None], "dense", "list of 3 finite numbers"),
        ([1, 2, 1e39], "dense", "list of 3 finite numbers"),
        ("text", "dense", "list of 3 finite numbers"),
        ([1, 2, 3], "sparse", 'must be "dense" or "conv"'),
    ],
)
def test_a_wrong_code_gets_a_clear_message(client, code, model, message):
    with pytest.raises(AppError, match=message):
        client.predict(code, model, api_name="/decode")


def test_a_file_that_is_no_picture_gets_a_clear_message(client, tmp_path):
    path = tmp_path / "digit.png"
    path.write_text("%PDF-1.7 in disguise")
    with pytest.raises(AppError, match=r"picture|image"):
        client.predict(handle_file(str(path)), api_name="/reconstruct")
    with pytest.raises(AppError, match="Send a picture"):
        client.predict(None, api_name="/encode")
