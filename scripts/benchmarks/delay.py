"""A server as it is from far away: a proxy that holds each byte back, on its way there and back.

It can also let through no more than a line of so many megabits a second does.
"""

import asyncio
import contextlib
import math
import queue
import threading
from collections.abc import Iterator

PIECE = 2**13  # bytes, after which another connection has its turn


@contextlib.contextmanager
def delayed(port: int, milliseconds: float, megabits: float = math.inf) -> Iterator[int]:
    """What a server on this computer's `port` sends and gets comes so much later, one way.

    All connections share a line of so many megabits a second in each direction. Gives the port
    under which the server is that far away. Only to open a connection takes no longer.
    """
    started = queue.SimpleQueue()
    seconds = milliseconds / 1000
    thread = threading.Thread(target=lambda: asyncio.run(serve(port, seconds, megabits, started)))
    thread.start()
    own_port, loop, end = started.get()
    try:
        yield own_port
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()


class Line:
    """One direction of the way to a server."""

    def __init__(self, seconds: float, megabits: float):
        self.seconds = seconds
        self.rate = megabits * 1e6 / 8  # bytes a second
        self.free_at = 0.0  # when all that was sent before will have gone off

    def arrival(self, now: float, size: int) -> float:
        """When the last of so many bytes, sent now, is there."""
        self.free_at = max(now, self.free_at) + size / self.rate
        return self.free_at + self.seconds


async def serve(port: int, seconds: float, megabits: float, started: queue.SimpleQueue) -> None:
    there, back = Line(seconds, megabits), Line(seconds, megabits)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(asyncio.CancelledError):  # the proxy ends before its visitors
            await asyncio.gather(
                pass_on(reader, behind_writer, there), pass_on(behind_reader, writer, back)
            )

    proxy = await asyncio.start_server(connect, "127.0.0.1", 0)
    end = asyncio.Event()
    started.put((proxy.sockets[0].getsockname()[1], asyncio.get_running_loop(), end))
    await end.wait()
    proxy.close()


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
    def write(piece: bytes) -> None:
        if not writer.is_closing():
            writer.write(piece)

    loop = asyncio.get_running_loop()
    with contextlib.suppress(ConnectionError):  # whoever hangs up has what it wanted
        while piece := await reader.read(PIECE):
            arrival = line.arrival(loop.time(), len(piece))
            loop.call_at(arrival, write, piece)
            await asyncio.sleep(arrival - line.seconds - loop.time())  # the sender waits its turn
    loop.call_at(line.arrival(loop.time(), 1), writer.close)  # behind all that was sent
