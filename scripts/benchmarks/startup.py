"""How soon `python app.py` serves the first page, and what part of that is imports."""

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from benchmarks import Row

ROOT = Path(__file__).parent.parent.parent
# The peer: the least that a Gradio page can be.
BARE = """
import gradio as gr
with gr.Blocks(analytics_enabled=False) as page:
    gr.Markdown("Hello")
page.launch()
"""
# As app.py does it, and without the time that Python takes to end.
IMPORTS = "import gc, os; gc.disable(); import autoencoder.demo; os._exit(0)"


def startup(checkpoints: Path) -> list[Row]:
    """The median of three starts each, after one that warms the disk's cache."""
    app = [sys.executable, "app.py", "--checkpoints", str(checkpoints.absolute())]
    ours = median(lambda: until_served(app))
    bare = median(lambda: until_served([sys.executable, "-c", BARE]))
    imports = median(lambda: until_ended([sys.executable, "-c", IMPORTS]))
    return [
        ("python app.py: first page served after", ours, "s", "<= 6"),
        ("of which imports", imports, "s", ""),
        ("a bare Gradio page", bare, "s", ""),
        ("times a bare Gradio page", ours / bare, "", ""),
    ]


def median(measure, times: int = 3) -> float:
    measure()
    return statistics.median(measure() for _ in range(times))


def until_served(command: list[str]) -> float:
    """Seconds from the start of a program to its first whole page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False"}
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL
    )
    try:
        while process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                    answer.read()
                return time.perf_counter() - started
            except OSError:
                time.sleep(0.02)
        sys.exit(f"{' '.join(command)} ended before it served a page.")
    finally:
        process.terminate()
        process.wait()


def until_ended(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True)
    return time.perf_counter() - started
