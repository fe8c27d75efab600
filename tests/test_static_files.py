"""What the page fetches: files that a browser may keep, small on the way."""

import gzip
import re

import httpx
import numpy as np
from safetensors.numpy import load

from autoencoder.demo.page_data import INDEX, page_data


def test_each_file_has_a_name_that_changes_with_its_content(demo_data):
    data = page_data(demo_data)
    assert data == page_data(demo_data)  # the same checkpoints, the same bytes
    assert all(re.fullmatch(r"[\w-]+\.[0-9a-f]{8}\.\S+", name) for name in data if name != INDEX)


def test_the_arrays_are_those_of_the_models_and_of_the_digits(demo_data):
    data = page_data(demo_data)

    def arrays(name: str) -> dict[str, np.ndarray]:
        [file] = [content for path, content in data.items() if path.startswith(f"{name}.")]
        return load(gzip.decompress(file))

    digits = arrays("test_digits")
    np.testing.assert_array_equal(digits["labels"], demo_data.digits.labels)
    np.testing.assert_array_equal(digits["dense_codes"], demo_data.dense.codes)
    images = arrays("test_images")["images"]
    np.testing.assert_array_equal(images, demo_data.digits.images.squeeze(1))
    training = arrays("training_digits")
    np.testing.assert_array_equal(training["training"], demo_data.training.images.squeeze(1))
    np.testing.assert_array_equal(training["validation"], demo_data.validation.images.squeeze(1))
    for name, model in (
        ("dense", demo_data.dense.model),
        ("conv", demo_data.conv.model),
    ):
        weights = arrays(name)
        for key, tensor in model.state_dict().items():
            np.testing.assert_array_equal(weights[key], tensor)


def test_a_browser_keeps_the_data_for_ever_and_asks_again_for_the_index(server):
    index = httpx.get(f"{server}data/{INDEX}")
    assert index.headers["Cache-Control"] == "no-cache"
    paths = re.findall(r'"path": "([^"]+)"', index.text)
    assert len(paths) >= 6
    for path in paths:
        response = httpx.get(f"{server}data/{path}")
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]


def test_scripts_travel_compressed_to_whoever_takes_that(server):
    packed = httpx.get(f"{server}data/{INDEX}", headers={"Accept-Encoding": "gzip"})
    plain = httpx.get(f"{server}data/{INDEX}", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.text == plain.text


def test_what_is_not_there_is_not_found(server):
    for path in (
        "data/elsewhere.gz",
        "data/..%2fpage_data.py",
        "web/elsewhere.js",
        "web/../app.py",
    ):
        assert httpx.get(server + path).status_code == 404
