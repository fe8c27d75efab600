"""Two copies of the demo behind a real nginx, as docs/nginx.conf has it: one dies, all go on."""

import json
import signal
import urllib.request
from contextlib import ExitStack

import pytest
from gradio_client import Client, handle_file
from nginx import as_in_the_docs, nginx
from page_actions import PAPER, SEVEN, draw, settle
from PIL import Image
from program import free_port, running


@pytest.fixture
def copies(tmp_path):
    """The balanced address, and each copy's process by the number that Gradio gives it."""
    with ExitStack() as stack:
        ports = [free_port(), free_port()]
        processes = {}
        for port in ports:
            settings = {"GRADIO_TEMP_DIR": str(tmp_path / str(port))}  # as on two machines
            app = running("app.py", "--port", port, settings=settings)
            process, url = stack.enter_context(app)
            processes[number_of_copy(url)] = process

        port = free_port()
        conf = as_in_the_docs(f"127.0.0.1:{port}", ports)
        stack.enter_context(nginx(tmp_path, conf, port))
        yield f"http://127.0.0.1:{port}/", processes


def number_of_copy(url: str) -> int:
    """Which copy of the demo answers at this address."""
    with urllib.request.urlopen(f"{url}gradio_api/app_id", timeout=60) as answer:
        return json.load(answer)["app_id"]


def test_when_a_copy_is_killed_programs_and_visitors_go_on_with_the_other(
    copies, browser, digits, tmp_path
):
    url, processes = copies
    picture = tmp_path / "digit.png"
    Image.fromarray(255 - digits.images[0, 0].numpy()).resize((168, 168)).save(picture)
    program = Client(url, verbose=False)
    codes = program.predict(handle_file(picture), api_name="/encode")
    assert {number_of_copy(url) for _ in range(20)} == {number_of_copy(url)}  # always the same
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector(PAPER)
    before = settle(page)

    victim = number_of_copy(url)
    processes[victim].send_signal(signal.SIGKILL)
    processes[victim].wait()
    (survivor,) = set(processes) - {victim}
    assert number_of_copy(url) == survivor
    assert program.predict(handle_file(picture), api_name="/encode") == codes
    draw(page, SEVEN)  # the page that is open needs no copy any more
    assert all(now != old for now, old in zip(settle(page), before, strict=True))
    page.goto(url)
    page.wait_for_selector(PAPER)
    context.close()
