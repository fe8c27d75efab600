"""`python app.py`, started as a visitor's host would, for the tests that need it as a program."""

import contextlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# without what the host of these tests may have set
ENVIRONMENT = {name: v for name, v in os.environ.items() if not name.startswith(("GRADIO_", "HF_"))}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def running(
    *command, settings: dict | None = None, folder: Path = ROOT
) -> Iterator[tuple[subprocess.Popen, str]]:
    """The program once it serves the page, and the address that it printed."""
    process = subprocess.Popen(
        [sys.executable, *map(str, command)],
        cwd=folder,
        env=ENVIRONMENT | (settings or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for line in process.stdout:
            if found := re.search(r"The page is at (\S+)", line):
                yield process, found[1]
                return
        pytest.fail(process.stderr.read())
    finally:
        process.kill()
        process.communicate()
