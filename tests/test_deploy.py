"""deploy_space.py: what a Space gets, shown on a stand-in for the Hub's HTTP API."""

import base64
import hashlib
import json
import re
import subprocess
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
import yaml
from program import ENVIRONMENT, ROOT, running

TOKEN = "hf_standin"
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}  # the Hub's list


class Hub(ThreadingHTTPServer):
    """Keeps Spaces in memory: {"user/space": {"private": bool, "sdk": str, "files": dict}}.

    Files that aren't text go the way of Git LFS, as on the Hub: first their content, by its hash,
    then its name in the commit.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.spaces, self.stored = {}, {}
        self.url = f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.answer()

    do_GET = do_PUT = do_POST

    def log_message(self, *_):
        pass

    def reply(self, content, status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self) -> None:
        hub, body, path = self.server, self.read_body(), urlsplit(self.path).path
        if path.startswith("/stored/"):  # an address that says itself who may write there
            assert hashlib.sha256(body).hexdigest() == path.split("/")[-1]
            hub.stored[path.split("/")[-1]] = body
            return self.reply({})
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.reply({"error": "Invalid credentials in Authorization header"}, 401)
        if path == "/api/repos/create":
            return self.create(json.loads(body))
        if path == "/api/validate-yaml":
            return self.reply({"errors": [], "warnings": []})
        if found := re.fullmatch(r"(?:/api)?/spaces/([^/]+/[^/]+?)(\.git)?/(.+)", path):
            name, _, what = found.groups()
            if name not in hub.spaces:
                return self.reply({"error": "Repository not found"}, 404)
            return self.change(name, what, body)
        return self.reply({"error": f"The stand-in doesn't know {path}"}, 404)

    def create(self, wanted: dict) -> None:
        name = f"{wanted['organization']}/{wanted['name']}"
        url = {"url": f"{self.server.url}/spaces/{name}"}
        if name.startswith("somebody-else/"):
            return self.reply({"error": "You don't have the rights to create a Space here"}, 403)
        if name in self.server.spaces:
            return self.reply(url | {"error": "You already created this Space"}, 409)
        assert wanted["type"] == "space"
        private = wanted.get("visibility") == "private"
        self.server.spaces[name] = {"private": private, "sdk": wanted["sdk"], "files": {}}
        return self.reply(url)

    def change(self, name: str, what: str, body: bytes) -> None:
        space = self.server.spaces[name]
        files = space["files"]
        match what.split("/")[0]:
            case "settings":
                space["private"] = json.loads(body)["visibility"] == "private"
                self.reply({})
            case "tree":
                self.reply(
                    [
                        {"type": "file", "path": path, "size": len(content), "oid": "0" * 40}
                        for path, content in files.items()
                    ]
                )
            case "preupload":
                self.reply({"files": [way(file) for file in json.loads(body)["files"]]})
            case "info":  # .../info/lfs/objects/batch
                objects = json.loads(body)["objects"]
                for stored in objects:
                    href = f"{self.server.url}/stored/{stored['oid']}"
                    stored["actions"] = {"upload": {"href": href}}
                self.reply({"transfer": "basic", "objects": objects})
            case "commit":
                for line in body.splitlines():
                    self.commit(files, **json.loads(line))
                oid = "0" * 40
                url = f"{self.server.url}/spaces/{name}/commit/{oid}"
                self.reply({"commitUrl": url, "commitOid": oid})

    def commit(self, files: dict, key: str, value: dict) -> None:
        if key == "file":
            files[value["path"]] = base64.b64decode(value["content"])
        if key == "lfsFile":
            files[value["path"]] = self.server.stored[value["oid"]]
        if key == "deletedFile":
            del files[value["path"]]


def way(file: dict) -> dict:
    """How a file is to be uploaded, decided on its first bytes."""
    mode = "lfs" if b"\0" in base64.b64decode(file["sample"]) else "regular"
    return {"path": file["path"], "uploadMode": mode, "shouldIgnore": False}


@pytest.fixture
def hub():
    hub = Hub()
    thread = threading.Thread(target=hub.serve_forever)
    thread.start()
    yield hub
    hub.shutdown()
    thread.join()
    hub.server_close()


@pytest.fixture
def deploy(tmp_path, hub):
    """The command, on a computer that knows no other Hub than the stand-in."""

    def run(*arguments, token: str = TOKEN, endpoint: str = hub.url) -> subprocess.CompletedProcess:
        settings = {
            "HF_HOME": str(tmp_path / "home"),
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

    return run


def listed(output: str) -> dict[str, int]:
    """The files and sizes that the command printed."""
    rows = re.findall(r"^ *([\d,]+)  (\S+)$", output, re.MULTILINE)
    return {path: int(size.replace(",", "")) for size, path in rows}


def test_a_dry_run_lists_what_the_page_needs_without_login_or_network(deploy):
    result = deploy("me/digits", "--dry-run", token="", endpoint="http://127.0.0.1:1")
    assert result.returncode == 0, result.stderr
    files = listed(result.stdout)
    for needed in ("app.py", "README.md", "requirements.txt", "checkpoints/mnist_test.npz"):
        assert files[needed] > 0
    assert files["app.py"] == (ROOT / "app.py").stat().st_size
    for path in files:
        assert path.startswith(("autoencoder/", "checkpoints/")) or "/" not in path
        assert "__pycache__" not in path
        assert "training_state" not in path


def test_a_new_space_gets_the_listed_files_and_serves_the_page(deploy, hub, tmp_path):
    result = deploy("me/digits")
    assert result.returncode == 0, result.stderr
    assert f"{hub.url}/spaces/me/digits" in result.stdout
    space = hub.spaces["me/digits"]
    assert space["sdk"] == "gradio"
    assert not space["private"]
    assert {path: len(content) for path, content in space["files"].items()} == listed(result.stdout)
    assert {
        path
        for path in space["files"]
        if hashlib.sha256(space["files"][path]).hexdigest() in hub.stored
    } == {path for path in space["files"] if path.endswith((".safetensors", ".npz"))}

    folder, absent = tmp_path / "space", tmp_path / "absent"
    for path, content in space["files"].items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    absent.mkdir()
    for package in ("torchvision", "matplotlib"):  # which the Space's requirements.txt leaves out
        assert package not in (folder / "requirements.txt").read_text()
        (absent / f"{package}.py").write_text("raise ImportError")
    settings = {
        "PYTHONPATH": str(absent),
        "SYSTEM": "spaces",
        "SPACE_ID": "me/digits",
        "GRADIO_SERVER_NAME": "0.0.0.0",
    }
    with (
        running("app.py", settings=settings, folder=folder) as (_, url),
        urllib.request.urlopen(url, timeout=60) as answer,
    ):
        assert "Two autoencoders, from scratch" in answer.read().decode()


def test_an_update_replaces_all_files_and_can_make_the_space_private(deploy, hub):
    hub.spaces["me/digits"] = {
        "private": False,
        "sdk": "gradio",
        "files": {"old.py": b"", "app.py": b"", ".gitattributes": b""},
    }
    result = deploy("me/digits", "--private")
    assert result.returncode == 0, result.stderr
    space = hub.spaces["me/digits"]
    assert space["private"]
    assert space["files"]["app.py"] == (ROOT / "app.py").read_bytes()
    assert "old.py" not in space["files"]
    assert ".gitattributes" in space["files"]  # the Hub's own


def test_the_space_gets_pytorch_for_cpus(deploy, hub):
    deploy("me/digits")
    lines = hub.spaces["me/digits"]["files"]["requirements.txt"].decode().splitlines()
    pins = (ROOT / "requirements.txt").read_text().splitlines()
    torch = next(pin for pin in pins if pin.startswith("torch=="))
    assert lines[0] == "--extra-index-url https://download.pytorch.org/whl/cpu"
    assert f"{torch}+cpu" in lines
    assert torch not in lines
    assert set(lines[1:]) - {f"{torch}+cpu"} < set(pins)


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


def test_a_refusal_of_the_hub_is_passed_on_in_a_sentence(deploy):
    result = deploy("somebody-else/digits")
    assert result.returncode != 0
    assert "somebody-else/digits could not be updated" in result.stderr
    assert "rights to create" in result.stderr
    assert "Traceback" not in result.stderr
    wrong = deploy("me/digits", token="hf_wrong")
    assert wrong.returncode != 0
    assert "Invalid credentials" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_no_network_gets_a_sentence(deploy):
    result = deploy("me/digits", endpoint="http://127.0.0.1:1")
    assert result.returncode != 0
    assert "me/digits could not be updated" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_front_matter_is_what_the_hub_accepts():
    text = (ROOT / "README.md").read_text("utf-8")
    front = yaml.safe_load(text.split("---\n")[1])
    pins = dict(line.split("==") for line in (ROOT / "requirements.txt").read_text().split())
    assert front["title"]
    assert len(front["emoji"].removesuffix("\N{VARIATION SELECTOR-16}")) == 1
    assert {front["colorFrom"], front["colorTo"]} <= COLOURS
    assert front["sdk"] == "gradio"
    assert front["sdk_version"] == pins["gradio"]
    assert re.fullmatch(r"3\.\d+", front["python_version"])
    assert (ROOT / front["app_file"]).is_file()
    assert 0 < len(front["short_description"]) <= 60
