"""A class that draws all at once: how soon the server answers each of many visitors.

Each visitor opens the page and then does what its scripts do: it sends the drawing as it grows, one
question under way and at most 15 a second; now and then it decodes points, or clicks one.
"""

import asyncio
import base64
import contextlib
import http.client
import io
import itertools
import json
import random
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from autoencoder.data import load_digits
from benchmarks import Row
from benchmarks.browser import chromium

ROOT = Path(__file__).parent.parent.parent
PATH = "/gradio_api/component_server/"
PACE = 1 / 15  # seconds from one question of a visitor to the next, at least
ASKED = {"rebuild": 0.8, "decode": 0.18, "pick": 0.02}  # how often a visitor does what
TROUBLED = 20  # seconds, at most
FLOOD = 1000  # requests a second, over ...
CONNECTIONS = 100

Answer = tuple[float, float, str]  # when it came and after how many seconds; what failed, or ""


def classroom(checkpoints: Path, clients: int, seconds: int) -> list[Row]:
    """So many visitors for so long; then beside them one that stalls and one that floods."""
    drawings = growing_drawings(checkpoints)
    with served(checkpoints) as (process, port), chromium() as browser:
        files, functions = visit(browser, port)
        alone = time_to_open(browser, port)
        before = memory(process)
        visitors = [Visitor(port, files, functions, drawings, seed) for seed in range(clients)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.inside.wait()
        begun = time.perf_counter()
        time.sleep(seconds / 2)
        warm = memory(process)
        time.sleep(seconds / 2)
        ended, after = time.perf_counter(), memory(process)
        one_more = time_to_open(browser, port)
        # in a process of its own, not to take turns with the visitors
        with stalled(port), ProcessPoolExecutor(1, get_context("spawn")) as other:
            flooding = other.submit(flood, port, functions, min(TROUBLED, seconds))
            trouble, last, sent, answered = flooding.result()
        for visitor in visitors:
            visitor.leave()
    return [
        ("visitors", clients, "", ""),
        *rows([visitor.between(begun, ended) for visitor in visitors], ended - begun),
        ("server's memory before", before, "MB", ""),
        ("after half of the time", warm, "MB", ""),
        ("at its end", after, "MB", f"<= {1.02 * warm:.0f}"),
        ("the page opens: nobody else there", alone, "s", ""),
        ("the page opens for one more", one_more, "s", "<= 3"),
        ("with one who floods: requests", sent / (last - trouble), "a second", ""),
        ("of which answered", answered / (last - trouble), "a second", ""),
        *rows([visitor.between(trouble, last) for visitor in visitors], last - trouble),
    ]


def rows(visits: list[list[Answer]], seconds: float) -> list[Row]:
    waits = 1000 * np.array([wait for visit in visits for _, wait, _ in visit])
    median, high, highest = np.percentile(waits, (50, 95, 99)).tolist()
    faults = [fault for visit in visits for *_, fault in visit if fault]
    for fault in sorted(set(faults)):
        print(f"{faults.count(fault)} times: {fault}", file=sys.stderr)
    return [
        ("updates of the slowest visitor", min(map(len, visits)) / seconds, "a second", ">= 4"),
        ("updates of all", len(waits) / seconds, "a second", ""),
        ("from question to answer, median", median, "ms", ""),
        ("the same, 95th percentile", high, "ms", "<= 300"),
        ("the same, 99th percentile", highest, "ms", ""),
        ("errors", len(faults), "", "<= 0"),
    ]


class Visitor(threading.Thread):
    """Has the page open and uses it until it is told to leave."""

    def __init__(self, port: int, files: list, functions: dict, drawings: list, seed: int):
        super().__init__(name=f"visitor-{seed}", daemon=True)
        self.port, self.files, self.functions = port, files, functions
        self.random = random.Random(seed)
        self.drawing = itertools.cycle(self.random.choice(drawings))
        self.answers: list[Answer] = []
        self.inside = threading.Event()  # the page is open
        self.leaving = threading.Event()

    def run(self) -> None:
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            for file in self.files:
                server.request("GET", file)
                server.getresponse().read()
        finally:
            self.inside.set()  # or failed: then there is an error on the screen, and no update
        with connect(f"ws://127.0.0.1:{self.port}{PATH}") as socket:
            while not self.leaving.is_set():
                begun = time.perf_counter()
                fault = ask(socket, question(self.name, self.functions, *self.wish()))
                now = time.perf_counter()
                self.answers.append((now, now - begun, fault))
                time.sleep(max(0, begun + PACE - now))

    def wish(self) -> tuple[str, object]:
        """The name of a server function, and what it is asked."""
        (name,) = self.random.choices(list(ASKED), ASKED.values())
        if name == "rebuild":
            return name, next(self.drawing)
        if name == "decode":
            return name, [self.random.uniform(-5, 5) for _ in range(3)]
        return name, self.random.randrange(10000)

    def between(self, begin: float, end: float) -> list[Answer]:
        return [answer for answer in list(self.answers) if begin <= answer[0] < end]

    def leave(self) -> None:
        self.leaving.set()
        self.join()


def ask(socket: ClientConnection, question: str) -> str:
    """Asks a server function. Returns what went wrong, or nothing."""
    try:
        socket.send(question)
        answer = socket.recv(timeout=60)
    except (OSError, WebSocketException) as error:
        return repr(error)
    return "" if '"status":200' in answer else answer[:100]


def question(who: str, functions: dict, name: str, data: object) -> str:
    asked = {"data": data, "component_id": functions[name], "fn_name": name, "session_hash": who}
    return json.dumps(asked)


def growing_drawings(checkpoints: Path, steps: int = 28) -> list[list[str]]:
    """Test digits as if they were being drawn, from the top down: each a list of PNG data URLs."""
    images, labels = load_digits(checkpoints / "mnist_test.npz")
    drawings = []
    for digit in range(10):
        ink = images[labels == digit][0, 0].numpy()
        large = Image.fromarray(255 - ink).resize((168, 168), Image.Resampling.BICUBIC)
        drawing = []
        for step in range(8, steps + 1):
            seen = Image.new("RGB", large.size, "white")
            seen.paste(large.crop((0, 0, 168, 6 * step)))
            file = io.BytesIO()
            seen.save(file, "PNG")
            drawing.append("data:image/png;base64," + base64.b64encode(file.getvalue()).decode())
        drawings.append(drawing)
    return drawings


# ---- the server, and its page in a real browser ----


@contextlib.contextmanager
def served(checkpoints: Path) -> Iterator[tuple[subprocess.Popen, int]]:
    """`python app.py` in a process of its own, and the port that it serves."""
    command = [sys.executable, "app.py", "--checkpoints", str(checkpoints.absolute())]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        for line in process.stdout:
            if found := re.search(r"The page is at http://[^:]+:(\d+)", line):
                yield process, int(found[1])
                return
        sys.exit("The page was not served.")
    finally:
        process.terminate()
        process.wait()


def visit(browser, port: int) -> tuple[list[str], dict[str, int]]:
    """The paths of all files that the page loads, and which component has which function."""
    context = browser.new_context()
    page = context.new_page()
    files = []
    page.on("request", lambda request: files.append((request.method, request.url)))
    page.goto(f"http://127.0.0.1:{port}/")
    page.wait_for_selector("#sketchpad canvas")
    page.wait_for_timeout(3000)
    components = page.evaluate("window.gradio_config.components")
    context.close()
    paths = [urllib.parse.urlsplit(url).path for method, url in files if method == "GET"]
    paths = [path for path in paths if path.startswith("/")]  # not a blob:
    return paths, {
        name: component["id"]
        for component in components
        for name in component["props"].get("server_fns") or []
    }


def time_to_open(browser, port: int) -> float:
    """Seconds until a browser that has not been here shows the first digit and it rebuilt."""
    context = browser.new_context()
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(f"http://127.0.0.1:{port}/")
    page.wait_for_function(
        """() => [...document.querySelectorAll("#sketchpad canvas, #conv-reconstruction canvas")]
            .filter(canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width,
                canvas.height).data.some(value => value)).length === 2"""
    )
    passed = time.perf_counter() - begun
    context.close()
    return passed


def memory(process: subprocess.Popen) -> float:
    """What the server holds of the machine's memory, in MB."""
    kilobytes = subprocess.check_output(["ps", "-o", "rss=", "-p", str(process.pid)])
    return int(kilobytes) / 1000


# ---- visitors who are a burden ----


@contextlib.contextmanager
def stalled(port: int) -> Iterator[None]:
    """Sends a large request at 1 KB a second, and takes a page as slowly."""
    stop = threading.Event()

    def send() -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(
                f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                "Content-Length: 1000000\r\n\r\n".encode()
            )
            while not stop.wait(1):
                connection.sendall(b" " * 1000)

    def receive() -> None:
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", port))
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            while not stop.wait(1):
                connection.recv(1000)

    with together(stop, send, receive):
        yield


def flood(port: int, functions: dict, seconds: float) -> tuple[float, float, int, int]:
    """One visitor who sends FLOOD requests a second, and doesn't wait for the answers.

    Returns when it began and ended, how many requests it sent and how many answers came.
    """
    body = question("flood", functions, "decode", [0, 0, 0])
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    message = (head + body).encode()
    sent = answered = 0

    async def connection() -> None:
        nonlocal sent
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        counting = asyncio.create_task(count(reader))
        begun = time.perf_counter()
        for number in range(round(seconds * FLOOD / CONNECTIONS)):
            await asyncio.sleep(begun + number * CONNECTIONS / FLOOD - time.perf_counter())
            writer.write(message)
            sent += 1
        counting.cancel()
        writer.close()

    async def count(reader: asyncio.StreamReader) -> None:
        nonlocal answered
        while answers := await reader.read(2**16):
            answered += answers.count(b"HTTP/1.1 ")

    async def all_of_them() -> None:
        await asyncio.gather(*[connection() for _ in range(CONNECTIONS)])

    begun = time.perf_counter()
    asyncio.run(all_of_them())
    return begun, time.perf_counter(), sent, answered


@contextlib.contextmanager
def together(stop: threading.Event, *actions) -> Iterator[None]:
    threads = [threading.Thread(target=action, daemon=True) for action in actions]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
