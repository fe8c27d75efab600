"""A server as it is from far away: a proxy that holds each byte back, on its way there and back."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def delayed(port: int, milliseconds: float) -> Iterator[int]:
    """What a server on this computer's `port` sends and gets comes so much later, one way.

    Gives the port under which it is that far away. Only to open a connection takes no longer.
    """
    started = queue.SimpleQueue()
    thread = threading.Thread(target=lambda: asyncio.run(serve(port, milliseconds / 1000, started)))
    thread.start()
    own_port, loop, end = started.get()
    try:
        yield own_port
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()


async def serve(port: int, seconds: float, started: queue.SimpleQueue) -> None:
    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(asyncio.CancelledError):  # the proxy ends before its visitors
            await asyncio.gather(
                pass_on(reader, behind_writer, seconds), pass_on(behind_reader, writer, seconds)
            )

    proxy = await asyncio.start_server(connect, "127.0.0.1", 0)
    end = asyncio.Event()
    started.put((proxy.sockets[0].getsockname()[1], asyncio.get_running_loop(), end))
    await end.wait()
    proxy.close()


async def pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float
) -> None:
    def write(piece: bytes) -> None:
        if not writer.is_closing():
            writer.write(piece)

    later = asyncio.get_running_loop().call_later
    with contextlib.suppress(ConnectionError):  # whoever hangs up has what it wanted
        while piece := await reader.read(2**16):
            later(seconds, write, piece)
    later(seconds, writer.close)
