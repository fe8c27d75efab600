"""The page's endpoints, called as a program would, through gradio_client."""

import http.client
import io
import json
import urllib.error
import urllib.parse
import urllib.request
import zlib

import numpy as np
import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from autoencoder.demo.api.validation import read_code


@pytest.fixture(scope="module")
def client(server):
    return Client(server, verbose=False)


@pytest.fixture
def digit_file(demo_data, tmp_path):
    """A test digit as people have it: black on white, and larger."""
    pixels = 255 - demo_data.digits.images[0, 0].numpy()
    path = tmp_path / "seven.png"
    Image.fromarray(pixels).resize((280, 280), Image.Resampling.BICUBIC).save(path)
    return handle_file(str(path))


def grey(path: str) -> np.ndarray:
    return np.asarray(Image.open(path).convert("L").resize((28, 28), Image.Resampling.BOX)) / 255


def test_reconstruct_gives_the_pictures_the_codes_and_the_errors(client, demo_data, digit_file):
    seen, dense, conv, numbers = client.predict(digit_file, api_name="/reconstruct")
    original = demo_data.digits.images[0] / 255

    assert np.abs(1 - grey(seen) - original[0].numpy()).mean() < 0.03
    for name, picture in (("dense", dense), ("conv", conv)):
        model = getattr(demo_data.reconstruct, name)
        with torch.inference_mode():
            expected = model(original[None])[0, 0].numpy()
        assert np.abs(1 - grey(picture) - expected).mean() < 0.03
        assert len(numbers[name]["code"]) == model.latent_dim
        assert 0 < numbers[name]["mse"] < 0.05


def test_decode_of_encode_is_the_reconstruction(client, demo_data, digit_file):
    *_, numbers = client.predict(digit_file, api_name="/reconstruct")
    codes = client.predict(digit_file, api_name="/encode")
    for name, code in zip(("dense", "conv"), codes, strict=True):
        assert code == pytest.approx(numbers[name]["code"], abs=1e-4)
        pixels = client.predict(code, name, api_name="/decode")
        model = getattr(demo_data.reconstruct, name)
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


@pytest.mark.parametrize("endpoint", ["/reconstruct", "/encode"])
@pytest.mark.parametrize("picture", ["white", "noise"])
def test_a_picture_without_a_digit_gets_a_clear_message(client, tmp_path, endpoint, picture):
    noise = Image.effect_noise((300, 300), 8)
    image = noise if picture == "noise" else Image.new("L", (300, 300), 255)
    image.save(tmp_path / "empty.png")
    with pytest.raises(AppError, match="no digit to be seen"):
        client.predict(handle_file(str(tmp_path / "empty.png")), api_name=endpoint)


def call(server: str, endpoint: str, inputs: list) -> str:
    """The event stream with which the server answers a program that doesn't use gradio_client."""
    url = f"{server}gradio_api/call/{endpoint}"
    body = json.dumps({"data": inputs}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        event = json.load(response)["event_id"]
    with urllib.request.urlopen(f"{url}/{event}") as response:
        return response.read().decode()


WRONG_INPUTS = {
    "none": [],
    "a number": [5],
    "not a number": [float("nan")],
    "a text": ["hello"],
    "not base64": ["data:image/png;base64,***"],
    "pixels": [[0.0] * 784],
    "an object": [{"image": "x"}],
    "a file of the server's": [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}],
    "an address": [{"path": "http://localhost/x.png", "meta": {"_type": "gradio.FileData"}}],
}


@pytest.mark.parametrize("endpoint", ["reconstruct", "encode"])
@pytest.mark.parametrize("inputs", WRONG_INPUTS.values(), ids=list(WRONG_INPUTS))
def test_wrong_inputs_get_a_sentence_and_leave_no_traceback(server, capfd, endpoint, inputs):
    kind, data = call(server, endpoint, inputs).split("\n")[:2]
    assert kind == "event: error"
    assert json.loads(data.removeprefix("data: "))["error"].endswith(".")
    assert "Traceback" not in "".join(capfd.readouterr())


def test_too_few_inputs_get_a_sentence_at_each_endpoint(server, capfd):
    for endpoint in ("decode", "neighbours", "walk", "plane"):
        assert '"These inputs are too few' in call(server, endpoint, [])
    assert "Traceback" not in "".join(capfd.readouterr())


def test_a_mistake_is_never_answered_with_the_status_500(server):
    """Only the queue is open: without it Gradio would call a mistake the server's own failure."""
    request = urllib.request.Request(
        f"{server}gradio_api/run/reconstruct",
        b'{"data": [5]}',
        {"Content-Type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 404


def test_a_vast_request_is_refused_before_it_is_read(server):
    """It announces a hundred megabytes, and sends none of them."""
    address = urllib.parse.urlsplit(server)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    connection.putrequest("POST", "/gradio_api/component_server/")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(100_000_000))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def saved(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def vast_png(side: int = 20_000) -> bytes:
    """A picture of 20,000 x 20,000 in half a megabyte."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return len(data).to_bytes(4, "big") + checked + zlib.crc32(checked).to_bytes(4, "big")

    size = side.to_bytes(4, "big")
    squeezer = zlib.compressobj()
    line = bytes(1 + side)
    rows = b"".join(squeezer.compress(line) for _ in range(side)) + squeezer.flush()
    header = chunk(b"IHDR", size + size + bytes([8, 0, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "code", [None, "text", [1, 2], [[1, 2, 3]], [1, 2, float("nan")], {"0": 1}]
)
def test_a_wrong_code_is_refused(code):
    with pytest.raises(ValueError, match="3 finite numbers"):
        read_code(code, 3)


def test_reconstruct_answers_bad_files_with_the_same_sentences(server, tmp_path, capfd):
    client = Client(server, verbose=False)
    for name, content in {
        "digit.png": b"%PDF-1.7 in disguise",
        "vast.png": vast_png(),
        "cut.png": saved(Image.new("L", (280, 280)))[:60],
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(AppError, match=r"\w{3,}.*\."):
            client.predict(handle_file(str(path)), api_name="/reconstruct")
    assert "Traceback" not in "".join(capfd.readouterr())
