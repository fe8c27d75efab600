"""Whatever visitors send, they get an answer or a sentence, and the server goes on."""

import asyncio
import base64
import io
import json
import os
import random
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from random_requests import (
    API,
    FILES,
    Sent,
    as_json,
    drawing,
    good_inputs,
    random_requests,
    spoiled,
)

from autoencoder.demo.api.validation import read_code
from autoencoder.demo.server.uploaded_files import held, own_folder, sweep

ROOT = Path(__file__).parent.parent
SECRETS = ("root:x:0:0", "load_demo_data", '"latent_dim"', "PATH=/")  # what is in the FILES
tries = settings(
    max_examples=60,
    deadline=None,  # how long an answer takes depends on the machine
    derandomize=True,  # the same tries each time
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def routes(server):
    return sorted(httpx.get(f"{server}openapi.json").json()["paths"])


@pytest.fixture(scope="module")
def client(server):
    with httpx.Client(base_url=server, timeout=60) as client:
        yield client


def answer(client: httpx.Client, sent: Sent) -> tuple[int, str]:
    """The status, and the body; of a stream of events, which may never end, the first piece."""
    request = (sent.method, sent.path)
    with client.stream(*request, content=sent.body, headers=sent.headers) as response:
        if "event-stream" not in response.headers.get("Content-Type", ""):
            return response.status_code, response.read().decode("utf-8", "replace")
        return response.status_code, next(response.iter_text(), "")


def call(client: httpx.Client, endpoint: str, inputs: object) -> tuple[str, object]:
    """What the endpoint says: "complete" and the outputs, "error" and a sentence, or "refused"."""
    headers = {"Content-Type": "application/json"}
    url = f"{API}/call/{endpoint}"
    begun = client.post(url, content=as_json({"data": inputs}), headers=headers)
    if begun.status_code != 200:
        assert begun.status_code in (400, 422)
        return "refused", begun.json()["detail"]
    kind, data = client.get(f"{url}/{begun.json()['event_id']}").text.split("\n")[:2]
    return kind.removeprefix("event: "), json.loads(data.removeprefix("data: "), parse_constant=no)


def no(constant: str):
    raise AssertionError(f"{constant} is not JSON")


def send_file(client: httpx.Client, content: bytes) -> dict:
    [path] = client.post(f"{API}/upload", files={"files": ("digit.png", content)}).json()
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


# ---- values: anything that JSON can say, and what is nearly right ----

numbers = st.integers(-(10**30), 10**30) | st.floats() | st.booleans()
values = st.recursive(
    st.none() | numbers | st.text(max_size=20),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(max_size=8), parts),
    max_leaves=12,
)
nearly_code = st.lists(numbers | st.text("0123456789.e-", max_size=4), min_size=2, max_size=4)


@st.composite
def nearly_picture(draw) -> str:
    """A drawing with some of its file's bytes changed, or cut off."""
    file = bytearray(base64.b64decode(drawing(random.Random(draw(st.integers(0, 9))))[22:]))
    for _ in range(draw(st.integers(0, 3))):
        file[draw(st.integers(0, len(file) - 1))] = draw(st.integers(0, 255))
    end = draw(st.integers(0, len(file)) | st.just(len(file)))
    return "data:image/png;base64," + base64.b64encode(file[:end]).decode()


@st.composite
def nearly_right(draw, good) -> object:
    """What `good` makes of a source of random numbers, with up to three things in it spoiled."""
    rng = random.Random(draw(st.integers(0, 10**9)))
    value = good(rng)
    for _ in range(draw(st.integers(0, 3))):
        value = spoiled(rng, value)
    return value


@pytest.mark.parametrize("endpoint", ["decode", "neighbours", "walk", "plane"])
def test_an_endpoint_answers_or_refuses_with_a_sentence(client, endpoint):
    @tries
    @given(
        st.lists(values | nearly_code, max_size=3)
        | values
        | nearly_right(lambda rng: good_inputs(rng, endpoint))
    )
    def check(inputs):
        kind, said = call(client, endpoint, inputs)
        if kind == "error":
            assert said["error"].rstrip('"').endswith(".")
        else:
            assert kind in ("complete", "refused")
        assert "Traceback" not in str(said)

    check()


@pytest.mark.parametrize("endpoint", ["reconstruct", "encode"])
def test_a_file_is_answered_or_refused_with_a_sentence(client, endpoint):
    @tries
    @given(st.binary(max_size=50) | nearly_picture().map(lambda url: base64.b64decode(url[22:])))
    def check(content):
        kind, said = call(client, endpoint, [send_file(client, content)])
        assert kind == "complete" or said["error"].endswith(".")

    check()


@pytest.mark.parametrize("endpoint", ["reconstruct", "encode"])
def test_what_is_sent_for_a_file_is_answered_or_refused_with_a_sentence(client, endpoint):
    @tries
    @given(values | st.fixed_dictionaries({"path": values | st.sampled_from(FILES), "url": values}))
    def check(instead):
        kind, said = call(client, endpoint, [instead])
        assert kind in ("error", "refused")
        assert "Traceback" not in str(said)

    check()


@pytest.mark.parametrize("depth", [600, 900])
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a": ', "}")], ids=["lists", "dicts"])
def test_what_is_nested_deep_gets_a_sentence_and_leaves_no_traceback(
    client, capfd, brackets, depth
):
    start, end = brackets
    deep = json.loads(start * depth + "1" + end * depth)
    for endpoint in ("reconstruct", "encode", "decode", "neighbours", "walk", "plane"):
        kind, said = call(client, endpoint, [deep] * 3)
        assert kind == "error"
        assert said["error"].endswith(".")
    assert "Traceback" not in capfd.readouterr().err


@tries
@given(st.lists(numbers | st.text(max_size=3) | st.none(), min_size=3, max_size=3))
@example(["1", True, 2])
@example([1, 2, 3])
@example([1, 2, 10**400])
def test_a_code_is_made_of_finite_numbers_and_of_nothing_else(code):
    if all(type(number) in (int, float) and abs(number) < 1e38 for number in code):
        np.testing.assert_allclose(read_code(code, 3)[0], code, rtol=1e-6, atol=1e-37)
    elif any(type(number) not in (int, float) or not abs(number) < 1e39 for number in code):
        with pytest.raises(ValueError, match="list of 3 finite numbers"):
            read_code(code, 3)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(client, monkeypatch):
    file = io.BytesIO()
    Image.new("1", (5000, 5000), 1).save(file, "PNG")  # 25 megapixels in a few kilobytes
    monkeypatch.delattr("PIL.PngImagePlugin.PngImageFile.load_prepare")  # it can't be decoded now
    for endpoint in ("reconstruct", "encode"):
        kind, said = call(client, endpoint, [send_file(client, file.getvalue())])
        assert kind == "error"
        assert "too many pixels" in said["error"]


@pytest.mark.parametrize(
    "path",
    [
        f"{API}/file=http://example.org/",
        f"{API}/file=HTTPS://example.org/",
        f"{API}/file/https://example.org/",
        f"{API}/proxy=http://127.0.0.1:1/",
        f"{API}/deep_link?session_hash=x",
        f"{API}/custom_component/x/client/x/x",
        f"{API}/dev/reload",
        "/monitoring/summary",
    ],
)
def test_what_the_page_has_no_use_for_is_closed(client, path):
    assert client.get(path).json() == {"detail": "This page has nothing here."}


def test_a_picture_on_another_server_is_not_fetched(client):
    elsewhere = {"path": "https://example.org/x.png", "meta": {"_type": "gradio.FileData"}}
    for endpoint in ("reconstruct", "encode"):
        kind, said = call(client, endpoint, [elsewhere])
        assert kind == "error"
        assert "fetches nothing from other addresses; send the picture itself." in said["error"]


def test_no_more_files_are_taken_than_the_disk_should_hold(client, monkeypatch):
    picture = base64.b64decode(drawing(random.Random(1))[22:])
    send_file(client, picture)
    monkeypatch.setattr("autoencoder.demo.server.request_filter.MOST_HELD", 1)
    refused = client.post(f"{API}/upload", files={"files": ("digit.png", picture)})
    assert refused.status_code == 503
    assert refused.json()["detail"].startswith("Too many files are here already; please try again")


def count_held() -> None:
    """In a thread of its own: this one may have Playwright's event loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, held.sweep()).result()


def test_what_was_sent_is_held_at_once_and_what_is_there_once_it_was_counted(client):
    count_held()
    before = held.bytes()
    broken_off = (
        b'--edge\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        + bytes(5000)
    )
    kind = {"Content-Type": "multipart/form-data; boundary=edge"}
    client.post(f"{API}/upload", content=broken_off, headers=kind)
    assert held.bytes() == before + len(broken_off)
    send_file(client, bytes(3000))
    count_held()
    files_there = [path for path in own_folder().rglob("*") if path.is_file()]
    assert held.bytes() == sum(path.stat().st_size for path in files_there) > 3000


def test_uploads_that_broke_off_and_old_ones_are_swept_away(tmp_path):
    for name, age in (("old/lost.png", 9999), ("old/new.png", 0), ("gone/lost.png", 9999)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(9))
        os.utime(path, (time.time() - age,) * 2)
    assert sweep(tmp_path) == 9
    assert [path.name for path in tmp_path.rglob("*.png")] == ["new.png"]
    assert sweep(tmp_path, age=-1) == 0
    assert list(tmp_path.iterdir()) == []


# ---- a day's abuse in a minute ----


def test_5000_random_requests_do_no_harm(client, routes, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # what is left there would be seen
    before = files(ROOT)

    def check(sent: Sent) -> int:
        status, body = answer(client, sent)
        assert status < 500, f"{status} for {sent}"
        assert "Traceback" not in body, sent
        assert not any(secret in body for secret in SECRETS), f"{body[:300]} for {sent}"
        assert str(ROOT) not in body, f"{body[:300]} for {sent}"
        return status

    with ThreadPoolExecutor(8) as visitors:
        statuses = list(visitors.map(check, random_requests(0, 5000, routes)))
    assert statuses.count(200) > 500  # else it would not be abuse of what works

    for endpoint in ("decode", "neighbours", "walk", "plane"):
        assert call(client, endpoint, good_inputs(random.Random(1), endpoint))[0] == "complete"
    picture = base64.b64decode(drawing(random.Random(1))[22:])
    for endpoint in ("reconstruct", "encode"):
        assert call(client, endpoint, [send_file(client, picture)])[0] == "complete"

    # What was uploaded is in the one folder that is swept and, at the end, deleted.
    assert files(ROOT) == before
    assert files(tmp_path) == set()
    assert files(own_folder())
    sweep(own_folder(), age=-1)
    assert not files(own_folder())


def files(folder: Path) -> set[Path]:
    hidden = (".git", "__pycache__", ".pytest_cache", ".ruff_cache", "data")
    return {path for path in folder.rglob("*") if not set(path.parts) & set(hidden)}
