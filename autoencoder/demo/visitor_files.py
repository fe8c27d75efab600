"""The files that visitors send: in a folder of this server's own, and not for long."""

import asyncio
import atexit
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

OLD = 3600  # seconds that Gradio keeps a file
ABANDONED = 2 * OLD  # seconds after which a file must be one that Gradio lost sight of
PAUSE = 600  # seconds between two looks


@cache
def own_folder() -> Path:
    """Makes the folder, and has Gradio use it; it is deleted when the program ends."""
    parent = os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir()
    os.makedirs(parent, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="autoencoder-", dir=parent)
    os.environ["GRADIO_TEMP_DIR"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def sweep(folder: Path, age: float = ABANDONED) -> None:
    """Deletes all that is older than `age` seconds, and folders with nothing in them.

    Gradio deletes only the files that it has answered with: not an upload that broke off, nor one
    under another field name than "files".
    """
    latest = time.time() - age
    for path in sorted(folder.rglob("*"), reverse=True):  # what a folder holds, before the folder
        try:
            if path.lstat().st_mtime > latest:
                continue
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        except OSError:  # the folder isn't empty, or the file went meanwhile
            continue


def held() -> int:
    """The bytes of all files that are in the folder now."""
    total = 0
    for path in own_folder().rglob("*"):
        with contextlib.suppress(OSError):  # it went meanwhile
            total += path.lstat().st_size
    return total


@asynccontextmanager
async def swept(_) -> AsyncIterator[None]:
    """While the server runs, its folder is swept."""

    async def go_on() -> None:
        while True:
            await asyncio.sleep(PAUSE)
            await asyncio.to_thread(sweep, own_folder())

    task = asyncio.create_task(go_on())
    yield
    task.cancel()
