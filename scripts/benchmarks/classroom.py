"""Many visitors who open the page, and how soon each has all of it."""

import asyncio
import contextlib
import re
import subprocess
import sys
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np

from benchmarks import Row
from benchmarks.browser import chromium

ROOT = Path(__file__).parent.parent.parent
CONNECTIONS = 6  # of a browser to a server, over HTTP/1.1
SCHOOL = 40  # who come at the same moment, or all clients if they are fewer


def classroom(checkpoints: Path, clients: int, seconds: int) -> list[Row]:
    """So many visitors within so many seconds; then a school's class at once."""
    at_once = min(SCHOOL, clients)
    with served(checkpoints) as (process, port):
        with chromium() as browser:
            files = files_of_the_page(browser, port)
        before = memory(process)
        first_half = asyncio.run(visits(port, files, clients // 2, seconds / 2))
        half = memory(process)
        second_half = asyncio.run(visits(port, files, clients - clients // 2, seconds / 2))
        after = memory(process)
        school = asyncio.run(visits(port, files, at_once, 0))
    waits = [wait for wait, _ in first_half + second_half]
    school_waits = [wait for wait, _ in school]
    faults = Counter(fault for _, faults in first_half + second_half + school for fault in faults)
    for fault, times in faults.items():
        print(f"{times} times: {fault}", file=sys.stderr)
    return [
        ("visitors", clients, "", ""),
        ("files that each fetches", len(files), "", ""),
        ("all of them there after, median", float(np.median(waits)), "s", ""),
        ("the same, the slowest", max(waits), "s", "<= 60"),
        ("server's memory before", before, "MB", ""),
        ("after half of them", half, "MB", ""),
        ("after all of them", after, "MB", f"<= {1.05 * half:.0f}"),
        (f"a school's {at_once} at once, the slowest", max(school_waits), "s", "<= 10"),
        ("errors", faults.total(), "", "<= 0"),
    ]


async def visits(
    port: int, files: list[str], clients: int, seconds: float
) -> list[tuple[float, list[str]]]:
    """So many visitors, evenly over the time: each one's seconds to the last file, and faults."""

    async def one(number: int) -> tuple[float, list[str]]:
        await asyncio.sleep(number * seconds / clients)
        return await visit(f"http://127.0.0.1:{port}", files)

    return await asyncio.gather(*map(one, range(clients)))


async def visit(server: str, files: list[str]) -> tuple[float, list[str]]:
    """Fetches the page, then its other files, as a browser does that was never here."""
    faults = []
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with httpx.AsyncClient(
        base_url=server, limits=limits, timeout=60, headers={"Accept-Encoding": "gzip"}
    ) as client:

        async def fetch(path: str) -> None:
            try:
                async with client.stream("GET", path) as answer:
                    async for _ in answer.aiter_raw():
                        pass  # what is compressed may stay so
                if answer.status_code != 200:
                    faults.append(f"status {answer.status_code}: {path}")
            except httpx.HTTPError as error:
                faults.append(f"{error!r}: {path}")

        begun = time.perf_counter()
        await fetch(files[0])
        await asyncio.gather(*map(fetch, files[1:]))
        return time.perf_counter() - begun, faults


def files_of_the_page(browser, port: int) -> list[str]:
    """The paths of all files that a real browser fetches until nothing more comes."""
    page = browser.new_page()
    requests = []
    page.on("request", lambda request: requests.append(request))
    page.goto(f"http://127.0.0.1:{port}/")
    page.wait_for_selector("#sketchpad canvas")
    page.wait_for_timeout(8000)  # what is fetched while the hand rests
    page.close()
    urls = [urllib.parse.urlsplit(asked.url) for asked in requests if asked.method == "GET"]
    found = [url.path for url in urls if url.scheme == "http"]
    events = ("/gradio_api/heartbeat", "/gradio_api/queue")  # streams, which never end
    return [path for path in dict.fromkeys(found) if not path.startswith(events)]


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


def memory(process: subprocess.Popen) -> float:
    """What the server holds of the machine's memory, in MB."""
    kilobytes = subprocess.check_output(["ps", "-o", "rss=", "-p", str(process.pid)])
    return int(kilobytes) / 1000
