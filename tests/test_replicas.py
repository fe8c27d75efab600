"""Two copies of the demo behind a real nginx, as docs/nginx.conf has it: one dies, all go on."""

import base64
import http.cookiejar
import io
import json
import re
import signal
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from gradio_client import Client
from nginx import as_in_the_docs, nginx
from PIL import Image
from program import free_port, running
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect


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
            with urllib.request.urlopen(f"{url}gradio_api/app_id", timeout=60) as answer:
                processes[json.load(answer)["app_id"]] = process

        port = free_port()
        conf = as_in_the_docs(f"127.0.0.1:{port}", ports)
        stack.enter_context(nginx(tmp_path, conf, port))
        yield f"http://127.0.0.1:{port}/", processes


class Visitor:
    """A browser, as far as the server can tell: it keeps cookies, opens the page, and draws."""

    def __init__(self, url: str):
        self.url = url
        self.cookies = http.cookiejar.CookieJar()
        jar = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener = urllib.request.build_opener(jar)
        page = self.get("").decode()
        config = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", page)[1])
        (self.path,) = [
            component["id"]
            for component in config["components"]
            if "rebuild" in component["props"].get("server_fns", [])
        ]
        self.failures = 0

    def get(self, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(self.url + path, body)
        request.add_header("Content-Type", "application/json")
        with self.opener.open(request, timeout=60) as answer:
            return answer.read()

    def copy(self) -> int:
        """Which copy of the demo answers this visitor."""
        return json.loads(self.get("gradio_api/app_id"))["app_id"]

    def question(self, drawing: str) -> str:
        asked = {"data": drawing, "component_id": self.path, "fn_name": "rebuild"}
        return json.dumps(asked | {"session_hash": "visitor"})

    @contextmanager
    def socket(self):
        """A WebSocket: -> a function of a drawing that gives what the page shows of it."""
        address = self.url.replace("http", "ws") + "gradio_api/component_server/"
        cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)

        def draw(drawing: str) -> dict:
            socket.send(self.question(drawing))
            return json.loads(socket.recv(timeout=60))["answer"]

        with connect(address, additional_headers={"Cookie": cookie}) as socket:
            yield draw

    def draw(self, drawing: str) -> dict:
        """What the page shows of a drawing; asks once more if that fails, as the page does."""
        body = self.question(drawing).encode()
        try:
            return json.loads(self.get("gradio_api/component_server/", body))
        except (OSError, ValueError):
            self.failures += 1
            return json.loads(self.get("gradio_api/component_server/", body))


@pytest.fixture
def drawings(exhibition):
    """Test digits as a sketchpad sends them: black ink on white, a PNG as a data URL."""
    urls = []
    for pixels in 255 - exhibition.digits.images[:8, 0].numpy():
        file = io.BytesIO()
        Image.fromarray(pixels).resize((168, 168)).save(file, "PNG")
        urls.append("data:image/png;base64," + base64.b64encode(file.getvalue()).decode())
    return urls


def test_when_a_copy_is_killed_every_visitor_goes_on_with_the_other(copies, drawings):
    url, processes = copies
    visitors = []
    by_copy = dict.fromkeys(processes, 0)
    while min(by_copy.values()) < 3:  # all come from one address, and yet both copies get some
        visitor = Visitor(url)
        visitors.append(visitor)
        by_copy[visitor.copy()] += 1
        assert len(visitors) < 40, by_copy
    assert all(visitor.copy() == visitor.copy() for visitor in visitors)
    program = Client(url, verbose=False)
    decoded = program.predict([1.0, 2.0, 3.0], "dense", api_name="/decode")
    answers = [visitors[0].draw(drawing) for drawing in drawings]
    assert all(answer["dense"]["image"] for answer in answers)

    leaving = ExitStack()
    draw_over_a_socket = leaving.enter_context(visitors[0].socket())
    assert draw_over_a_socket(drawings[0]) == answers[0]

    drawn = [0] * len(visitors)
    killed = threading.Event()

    def go_on_drawing(index: int) -> None:
        after = 0
        while after < 2 * len(drawings):
            after += killed.is_set()
            which = drawn[index] % len(drawings)
            assert visitors[index].draw(drawings[which]) == answers[which]
            drawn[index] += 1

    victim = visitors[0].copy()
    with ThreadPoolExecutor(len(visitors)) as pool:
        tasks = [pool.submit(go_on_drawing, index) for index in range(len(visitors))]
        while min(drawn) < len(drawings) and not any(task.done() for task in tasks):
            time.sleep(0.01)
        processes[victim].send_signal(signal.SIGKILL)
        processes[victim].wait()
        killed.set()
        for task in tasks:
            task.result()

    (survivor,) = set(processes) - {victim}
    assert max(visitor.failures for visitor in visitors) <= 1
    assert {visitor.copy() for visitor in visitors} == {survivor}
    assert Visitor(url).draw(drawings[0]) == answers[0]
    with leaving, pytest.raises(ConnectionClosed):
        draw_over_a_socket(drawings[0])
    with visitors[0].socket() as draw_over_a_socket:
        assert draw_over_a_socket(drawings[0]) == answers[0]
    assert program.predict([1.0, 2.0, 3.0], "dense", api_name="/decode") == decoded
