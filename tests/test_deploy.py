"""deploy_space.py: what a Space gets, shown on a stand-in for the Hub's HTTP API."""

import contextlib
import functools
import hashlib
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from hub import Hub, front_matter_errors, new_space
from program import ENVIRONMENT, ROOT, running

CPU = ("--gradio", "--hardware", "cpu-basic")
KINDS = pytest.mark.parametrize("kind", [(), ("--gradio",), CPU], ids=["static", "zero", "cpu"])
OTHER_CODES = list(ROOT.glob("checkpoints/dense-*"))
ZERO_GPU_PACKAGE = """
import sys

if "torch" in sys.modules:
    raise ImportError("spaces must be imported before PyTorch")

import gradio

decorated, launch = [], gradio.Blocks.launch

def GPU(function):
    decorated.append(function)
    return function

def gradio_auto_wrap(function):  # Gradio calls it where this package is installed
    return function

def launch_if_decorated(*arguments, **settings):
    if not decorated:
        raise RuntimeError("No @spaces.GPU function detected")
    return launch(*arguments, **settings)

gradio.Blocks.launch = launch_if_decorated
"""


@contextlib.contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run(endpoint: str, token: str, home: Path, *arguments) -> subprocess.CompletedProcess:
    """The command, on a computer that knows no other Hub than the stand-in."""
    settings = {
        "HF_HOME": str(home),
        "HF_ENDPOINT": endpoint,
        "HF_TOKEN": token,
        "HF_HUB_DISABLE_XET": "1",  # Git LFS instead of the Hub's own protocol
    }
    return subprocess.run(
        [sys.executable, "scripts/deploy_space.py", *arguments],
        cwd=ROOT,
        env=ENVIRONMENT | settings,
        capture_output=True,
        text=True,
        timeout=120,
    )


class Files(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def hub():
    with serving(Hub()) as hub:
        yield hub


@pytest.fixture
def deploy(tmp_path, hub):
    def deploy(*arguments, token="hf_free", endpoint=hub.url) -> subprocess.CompletedProcess:
        return run(endpoint, token, tmp_path / "home", *arguments)

    return deploy


@pytest.fixture(scope="module")
def new_spaces(tmp_path_factory):
    """A new Space of each kind, as the Hub has it then, and what the command printed."""

    @functools.cache
    def new_space(*kind) -> tuple[Hub, dict, str]:
        with serving(Hub()) as hub:
            home = tmp_path_factory.mktemp("home")
            result = run(hub.url, "hf_paying", home, "our-school/Two_digits", *kind)
        assert result.returncode == 0, result.stderr
        return hub, hub.spaces["our-school/Two_digits"], result.stdout

    return new_space


def listed(output: str) -> dict[str, int]:
    """The files and sizes that the command printed."""
    rows = re.findall(r"^ *([\d,]+)  (\S+)$", output, re.MULTILINE)
    return {path: int(size.replace(",", "")) for size, path in rows}


def download(space: dict, folder: Path) -> None:
    for path, content in space["files"].items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def front_matter(space: dict) -> dict:
    return yaml.safe_load(space["files"]["README.md"].decode().split("---\n")[1])


@KINDS
def test_a_dry_run_lists_the_files_without_login_or_network(deploy, kind):
    result = deploy("me/digits", *kind, "--dry-run", token="", endpoint="http://127.0.0.1:1")
    assert result.returncode == 0, result.stderr
    files = listed(result.stdout)
    needed = ["index.html"]
    if kind:
        needed = ["app.py", "requirements.txt"]
        needed += ["checkpoints/mnist_test.npz", "checkpoints/mnist_training.npz"]
        needed += [
            f"{path.relative_to(ROOT)}" for path in ROOT.glob("checkpoints/dense-*/m*.safet*")
        ]
    for path in (*needed, "README.md", "LICENSE"):
        assert files[path] > 0
    assert not any("__pycache__" in path or "training_state" in path for path in files)


@KINDS
def test_a_new_space_gets_the_listed_files(new_spaces, kind):
    hub, space, output = new_spaces(*kind)
    files = space["files"]
    assert f"{hub.url}/spaces/our-school/Two_digits has the demo now" in output
    assert not space["private"]
    assert {path: len(content) for path, content in files.items()} == listed(output)
    hashes = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    assert {path for path in files if b"\0" in files[path][:512]} == {
        path for path in files if hashes[path] in hub.stored
    }


@KINDS
def test_the_readme_speaks_of_what_the_space_has(new_spaces, kind):
    files = new_spaces(*kind)[1]["files"]
    text = files["README.md"].decode()
    assert "# Two autoencoders, from scratch" in text
    assert "CC BY-SA" in text  # under which MNIST's test digits may be passed on
    linked = re.findall(r"\]\((?!https?:)([^)]+)\)", text)
    assert linked
    assert set(linked) <= set(files)
    assert "127.0.0.1" not in text
    assert ("https://our-school-two-digits.hf.space" in text) == bool(kind)


def test_without_further_words_the_space_is_static_and_shows_the_page(
    new_spaces, browser, tmp_path
):
    space = new_spaces()[1]
    assert (space["sdk"], space["hardware"]) == ("static", None)
    assert front_matter(space)["sdk"] == "static"
    assert not {"app_file", "python_version"} & set(front_matter(space))  # it shows index.html

    download(space, tmp_path)
    folder = functools.partial(Files, directory=tmp_path)
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), folder)) as server:
        page = browser.new_page()
        errors = []
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
        page.wait_for_function(
            """() => {
                const canvas = document.querySelector("#conv-reconstruction canvas")
                if (!canvas) return false
                const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28)
                return new Set(data).size > 50  // a rebuilt digit, which has many greys
            }"""
        )
        assert errors == []
        page.close()


@pytest.mark.parametrize(
    ("kind", "hardware", "python"),
    [(("--gradio",), "zero-a10g", "3.12"), (CPU, "cpu-basic", "3.11")],
)
def test_a_gradio_space_runs_the_app(new_spaces, tmp_path, kind, hardware, python):
    space = new_spaces(*kind)[1]
    front, packages = front_matter(space), space["files"]["requirements.txt"].decode()
    pins = dict(line.split("==") for line in (ROOT / "requirements.txt").read_text().split())
    assert (space["sdk"], space["hardware"]) == ("gradio", hardware)
    assert (front["sdk"], front["sdk_version"]) == ("gradio", pins["gradio"])
    assert front["python_version"] == python

    download(space, tmp_path / "space")
    installed = tmp_path / "installed"
    installed.mkdir()
    if "spaces" in packages.split():
        (installed / "spaces.py").write_text(ZERO_GPU_PACKAGE)
    for package in ("torchvision", "matplotlib"):  # which the Space does without
        assert package not in packages
        (installed / f"{package}.py").write_text("raise ImportError")
    settings = {
        "PYTHONPATH": str(installed),
        "SYSTEM": "spaces",
        "SPACE_ID": "our-school/Two_digits",
        "GRADIO_SERVER_NAME": "0.0.0.0",
    }
    with (
        running(front["app_file"], settings=settings, folder=tmp_path / "space") as (_, url),
        urllib.request.urlopen(url, timeout=60) as answer,
    ):
        assert "Two autoencoders, from scratch" in answer.read().decode()


def test_zerogpu_gets_its_own_package_and_a_pytorch_that_it_takes(new_spaces):
    lines = new_spaces("--gradio")[1]["files"]["requirements.txt"].decode().splitlines()
    assert "spaces" in lines
    assert "torch==2.13.0" in lines
    assert not any(line.startswith(("gradio", "huggingface_hub", "--")) for line in lines)


def test_a_space_on_cpus_gets_pytorch_for_cpus(new_spaces):
    lines = new_spaces(*CPU)[1]["files"]["requirements.txt"].decode().splitlines()
    pins = (ROOT / "requirements.txt").read_text().splitlines()
    torch = next(pin for pin in pins if pin.startswith("torch=="))
    assert lines[0] == "--extra-index-url https://download.pytorch.org/whl/cpu"
    assert f"{torch}+cpu" in lines
    assert torch not in lines
    assert set(lines[1:]) - {f"{torch}+cpu"} < set(pins)


def test_an_update_replaces_all_files_and_can_make_the_space_private(deploy, hub):
    files = ("old.py", "app.py", ".gitattributes")
    hub.spaces["me/digits"] = new_space("gradio", "zero-a10g", files=files)
    result = deploy("me/digits", "--gradio", "--private")
    assert result.returncode == 0, result.stderr
    space = hub.spaces["me/digits"]
    assert space["private"]
    assert space["files"]["app.py"] == (ROOT / "app.py").read_bytes()
    assert "old.py" not in space["files"]
    assert ".gitattributes" in space["files"]  # the Hub's own


def test_an_update_can_change_the_hardware(deploy, hub):
    hub.spaces["me/digits"] = new_space("gradio", "cpu-basic")
    assert deploy("me/digits", "--gradio").returncode == 0
    assert hub.spaces["me/digits"]["hardware"] == "zero-a10g"
    assert deploy("me/digits", *CPU, token="hf_paying").returncode == 0
    assert hub.spaces["me/digits"]["hardware"] == "cpu-basic"


def test_a_new_space_can_be_private(deploy, hub):
    deploy("me/digits", "--gradio", "--private")
    assert hub.spaces["me/digits"]["private"]


@pytest.mark.parametrize("name", ["digits", "me/digits/two", "me/my digits", "me/-digits", ""])
def test_a_bad_name_gets_a_sentence(deploy, hub, name):
    result = deploy(name)
    assert result.returncode != 0
    assert "must be of the form USER/SPACE" in result.stderr
    assert "Traceback" not in result.stderr
    assert not hub.spaces


def test_without_a_login_it_says_how_to_log_in(deploy, hub):
    result = deploy("me/digits", token="")
    assert result.returncode != 0
    assert "hf auth login" in result.stderr
    assert "Traceback" not in result.stderr
    assert not hub.spaces


@pytest.mark.parametrize(
    ("arguments", "token", "said", "todo"),
    [
        (["me/digits", *CPU], "hf_free", "cpu-basic requires a PRO", "without --hardware"),
        (["me/digits", "--gradio"], "hf_young", "too young", "older than 30 days"),
        (["me/digits", "--gradio"], "hf_reading", "use a write token", "hf auth login"),
        (["me/digits"], "hf_reading", "use a write token", "hf auth login"),
        (["me/digits"], "hf_wrong", "Invalid", "hf auth login"),
        (["somebody-else/digits"], "hf_free", "the rights to write", "begin with your own"),
        (["somebody-else/digits", "--gradio"], "hf_free", "the rights", "begin with your own"),
    ],
)
def test_a_refusal_says_what_the_hub_said_and_what_to_do(deploy, hub, arguments, token, said, todo):
    result = deploy(*arguments, token=token)
    assert result.returncode != 0
    assert re.fullmatch(
        rf"The Hub refuses {arguments[0]} \(.*{said}.*\): .*{todo}.*\.\n", result.stderr
    )
    assert not hub.spaces


def test_a_third_space_on_zerogpu_is_refused(deploy, hub):
    for name in ("me/one", "me/two"):
        hub.spaces[name] = new_space("gradio", "zero-a10g")
    result = deploy("me/digits", "--gradio")
    assert result.returncode != 0
    assert "limit of 2" in result.stderr
    assert "without --gradio the Space is static" in result.stderr
    assert "me/digits" not in hub.spaces


@pytest.mark.parametrize(
    ("there", "kind"), [("gradio", ()), ("docker", ()), ("static", ("--gradio",))]
)
def test_a_space_of_another_kind_is_left_alone(deploy, hub, there, kind):
    hub.spaces["me/digits"] = new_space(there, files=["theirs"])
    result = deploy("me/digits", *kind)
    assert result.returncode != 0
    assert f"has me/digits as a {there} Space already" in result.stderr
    assert f"delete that Space first, at {hub.url}/spaces/me/digits/settings" in result.stderr
    assert "Traceback" not in result.stderr
    assert set(hub.spaces["me/digits"]["files"]) == {"theirs"}


def test_somebody_elses_space_is_left_alone(deploy, hub):
    hub.spaces["somebody-else/digits"] = new_space("gradio", "zero-a10g", files=["theirs"])
    result = deploy("somebody-else/digits", "--gradio")
    assert result.returncode != 0
    assert "its name must begin with your own" in result.stderr
    assert set(hub.spaces["somebody-else/digits"]["files"]) == {"theirs"}


def test_hardware_without_gradio_gets_a_sentence(deploy):
    result = deploy("me/digits", "--hardware", "cpu-basic")
    assert result.returncode != 0
    assert "a static Space has no server" in result.stderr


def test_no_network_gets_a_sentence(deploy):
    result = deploy("me/digits", endpoint="http://127.0.0.1:1")
    assert result.returncode != 0
    assert "me/digits could not be updated" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_front_matter_is_what_the_hub_accepts():
    text = (ROOT / "README.md").read_text("utf-8")
    front = yaml.safe_load(text.split("---\n")[1])
    pins = dict(line.split("==") for line in (ROOT / "requirements.txt").read_text().split())
    assert front_matter_errors(text) == []
    assert front["sdk_version"] == pins["gradio"]
    assert (ROOT / front["app_file"]).is_file()
