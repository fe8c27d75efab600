"""The files that visitors send: in a folder of this server's own, and not for long."""

import asyncio
import atexit
import os
import shutil
import stat
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

OLD = 3600  # seconds that Gradio keeps a file
ABANDONED = 2 * OLD  # seconds after which a file must be one that Gradio lost sight of
PAUSE = 600  # seconds between two looks of Gradio's
LOOK = 60  # seconds between two looks of this server's own


@cache
def own_folder() -> Path:
    """Makes the folder, and has Gradio use it; it is deleted when the program ends."""
    parent = os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir()
    os.makedirs(parent, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="autoencoder-", dir=parent)
    os.environ["GRADIO_TEMP_DIR"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def sweep(folder: Path, age: float = ABANDONED) -> int:
    """Deletes all that is older than `age` seconds, and folders with nothing in them.

    Returns the bytes of the files that stay. Gradio deletes only the files that it has answered
    with: not an upload that broke off, nor one under another field name than "files".
    """
    latest = time.time() - age
    stay = 0
    for parent, folders, files in os.walk(folder, topdown=False):
        for name in (*files, *folders):
            path = os.path.join(parent, name)
            try:
                status = os.lstat(path)
                if stat.S_ISDIR(status.st_mode):
                    if status.st_mtime <= latest:
                        os.rmdir(path)
                elif status.st_mtime <= latest:
                    os.unlink(path)
                else:
                    stay += status.st_size
            except OSError:  # the folder isn't empty, or the file went meanwhile
                continue
    return stay


class Held:
    """The bytes of visitors' files: counted now and then, and what was sent since.

    To count them at each upload would stop the server for seconds once there are thousands.
    """

    def __init__(self):
        self.counted = self.sent = 0

    def bytes(self) -> int:
        return self.counted + self.sent

    async def sweep(self) -> None:
        before = self.sent
        self.counted = await asyncio.to_thread(sweep, own_folder())
        self.sent -= before


held = Held()


@asynccontextmanager
async def swept(_) -> AsyncIterator[None]:
    """While the server runs, its folder is swept."""

    async def go_on() -> None:
        while True:
            await asyncio.sleep(LOOK)
            await held.sweep()

    task = asyncio.create_task(go_on())
    yield
    task.cancel()
