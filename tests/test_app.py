"""`python app.py` as a program: its options, its mistakes, its end, and what it keeps to itself."""

import ipaddress
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from program import ENVIRONMENT, ROOT, free_port, running


def run(
    *arguments, settings: dict | None = None, before: tuple = ()
) -> subprocess.CompletedProcess:
    """The program until its end, which must come by itself."""
    return subprocess.run(
        [*before, sys.executable, "app.py", *map(str, arguments)],
        cwd=ROOT,
        env=ENVIRONMENT | (settings or {}),
        capture_output=True,
        text=True,
        timeout=300,
    )


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read().decode()


def assert_one_sentence(result: subprocess.CompletedProcess, *words: str) -> None:
    assert result.returncode not in (0, None)
    assert "Traceback" not in result.stderr
    last = result.stderr.strip().splitlines()[-1]
    for word in words:
        assert word in last


def test_help_names_every_option_and_variable():
    result = run("--help")
    assert result.returncode == 0
    for word in ("--checkpoints", "--host", "--port", "--root-path"):
        assert word in result.stdout
    for word in ("GRADIO_SERVER_NAME", "GRADIO_SERVER_PORT", "GRADIO_ROOT_PATH"):
        assert word in result.stdout


def test_gradios_variables_say_where_the_page_is():
    port = free_port()
    settings = {
        "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_ROOT_PATH": "/digits",
    }
    with running("app.py", settings=settings) as (_, url):
        assert url == f"http://localhost:{port}/"
        assert f'"root":"{url}digits"' in get(url)


def test_the_flags_outrank_the_variables():
    port = free_port()
    settings = {
        "GRADIO_SERVER_NAME": "192.0.2.1",
        "GRADIO_SERVER_PORT": "1",
        "GRADIO_ROOT_PATH": "/elsewhere",
    }
    flags = ("--host", "127.0.0.1", "--port", port, "--root-path", "/digits")
    with running("app.py", *flags, settings=settings) as (_, url):
        assert url == f"http://127.0.0.1:{port}/"
        assert f'"root":"{url}digits"' in get(url)


@pytest.mark.parametrize("by", ["flag", "variable"])
def test_a_busy_port_gets_a_sentence(by):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        arguments = {"flag": ["--port", port], "variable": []}[by]
        settings = {"flag": {}, "variable": {"GRADIO_SERVER_PORT": port}}[by]
        result = run(*arguments, settings=settings)
    assert_one_sentence(result, f"port {port}", "in use")


@pytest.mark.parametrize("port", ["0", "70000", "-1", "http"])
def test_a_number_that_is_no_port_gets_a_sentence(port):
    assert_one_sentence(run("--port", port), "--port", port)
    assert_one_sentence(run(settings={"GRADIO_SERVER_PORT": port}), "--port", port)


def test_an_address_of_another_computer_gets_a_sentence():
    assert_one_sentence(run("--host", "192.0.2.1"), "192.0.2.1", "assign requested address")


def test_a_folder_without_models_gets_a_sentence(tmp_path):
    assert_one_sentence(run("--checkpoints", tmp_path / "none"), "none", "make one with")
    file = tmp_path / "file"
    file.touch()
    assert_one_sentence(run("--checkpoints", file), str(file), "make one with")


def test_a_folder_that_cannot_be_read_gets_a_sentence(tmp_path):
    assert_one_sentence(run("--checkpoints", "long" * 100), "can't be read", "too long")
    (tmp_path / "dense").mkdir()
    tmp_path.chmod(0)
    # even if the tests are run by root, who otherwise may read everything
    before = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if not os.getuid() else ()
    try:
        result = run("--checkpoints", tmp_path, before=before)
    finally:
        tmp_path.chmod(0o700)
    assert_one_sentence(result, str(tmp_path), "can't be read", "Permission denied")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_while_a_visitor_is_there(ending):
    with running("app.py", "--port", free_port()) as (process, url):
        # an open page keeps such a connection, by which the server knows that the visitor is there
        with urllib.request.urlopen(f"{url}gradio_api/heartbeat/visitor", timeout=60) as heartbeat:
            heartbeat.readline()
            process.send_signal(ending)
            out, err = process.communicate(timeout=60)
        assert process.returncode == 0
        assert out + err == ""


def test_the_page_is_the_same_where_gradio_is_told_to_let_node_render_it():
    port = free_port()
    with running("app.py", "--port", port, settings={"GRADIO_SSR_MODE": "True"}) as (process, url):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        names = [Path(f"/proc/{child}/comm").read_text().strip() for child in children]
        assert "node" not in names
        for path in ("", "web/mount.js", "data/page_data.js"):
            with urllib.request.urlopen(f"{url}{path}", timeout=60) as response:
                assert response.status == 200
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert process.returncode == 0
    socket.create_server(("127.0.0.1", port)).close()  # the port is free


def test_ctrl_c_during_the_start_leaves_no_traceback():
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True
    )
    maps = Path(f"/proc/{process.pid}/maps")
    while "libtorch" not in maps.read_text():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == -signal.SIGINT


WATCHED = """
import runpy, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        print("network", arguments[1][0], file=sys.stderr, flush=True)
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        print("network", arguments[0], file=sys.stderr, flush=True)

sys.addaudithook(watch)
sys.argv = ["app.py", "--port", sys.argv[1]]
runpy.run_path("app.py", run_name="__main__")
"""


def test_the_server_asks_no_other_computer():
    with running("-c", WATCHED, free_port()) as (process, url):
        get(url)
        process.send_signal(signal.SIGTERM)
        hosts = re.findall("network (.+)", process.communicate(timeout=60)[1])
    assert hosts  # Gradio asks itself whether it has started
    assert all(ipaddress.ip_address(host).is_loopback for host in hosts)


def test_the_page_loads_nothing_from_other_hosts(browser, server):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    asked, failed = [], []
    context.on("request", lambda request: asked.append(request.url))
    context.on("requestfailed", lambda request: failed.append(request.url))
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector("#sketchpad canvas")
    for tab, shown in (
        ("Latent space", "#latent-scatter .gl-container canvas"),
        ("Decode", "#decoder canvas"),
        ("Models", ".js-plotly-plot >> visible=true"),
        ("Draw", "#conv-reconstruction canvas"),
    ):
        page.get_by_role("tab", name=tab).click()
        page.locator(shown).first.wait_for()
    page.get_by_role("link", name="endpoints").click()
    page.get_by_role("button", name="Use via API").click()
    page.get_by_text("/reconstruct").first.wait_for()
    page.wait_for_load_state("networkidle")
    context.close()
    assert len(asked) > 10
    assert [url for url in asked if urlsplit(url).scheme in ("http", "https")] == [
        url for url in asked if url.startswith(server)
    ]
    assert [url for url in failed if urlsplit(url).hostname != urlsplit(server).hostname] == []
