"""Firefox for the tests, without a window, led by WebDriver BiDi: JSON over a WebSocket, which
Firefox speaks itself. (Playwright needs a Firefox of its own, which no package has.)"""

import base64
import io
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from websockets.sync.client import ClientConnection, connect

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")
PREFERENCES = {"app.update.auto": False, "datareporting.policy.dataSubmissionEnabled": False}
PATIENCE = 60  # seconds


class Firefox:
    """One open page: what a script in it says, what a mouse does, what its console shows."""

    def __init__(self, socket: ClientConnection):
        self.socket = socket
        self.numbers = itertools.count()
        self.errors: list[str] = []  # in the console, with uncaught exceptions
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        self.page = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def send(self, method: str, **parameters) -> dict:
        """A command of WebDriver BiDi -> its result."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=PATIENCE))
            if message.get("method") == "log.entryAdded":
                if message["params"]["level"] == "error":
                    self.errors.append(message["params"]["text"])
            elif message.get("id") == number:
                assert message["type"] == "success", message
                return message["result"]

    def open(self, url: str) -> None:
        self.send("browsingContext.navigate", context=self.page, url=url, wait="complete")

    def evaluate(self, expression: str) -> object:
        """The value of a JavaScript expression, which JSON can say."""
        answer = self.send(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then(JSON.stringify)",
            target={"context": self.page},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"].get("value", "null"))

    def wait_for(self, expression: str) -> object:
        """The expression's value as soon as it is true."""
        give_up = time.monotonic() + PATIENCE
        while not (value := self.evaluate(expression)):
            assert time.monotonic() < give_up, f"{expression} is {value}; {self.errors}"
            time.sleep(0.05)
        return value

    def box(self, element: str) -> dict[str, float]:
        """Where in the document the element is that a JavaScript expression gives."""
        return self.evaluate(
            f"(({{x, y, width, height}}) => ({{x: x + scrollX, y: y + scrollY, width, height}}))"
            f"({element}.getBoundingClientRect())"
        )

    def picture(self, element: str) -> Image.Image:
        """The element as it is seen, which is not always what a script may read of a canvas."""
        clip = {"type": "box", **self.box(element)}
        where = {"context": self.page, "origin": "document", "clip": clip}
        data = self.send("browsingContext.captureScreenshot", **where)["data"]
        return Image.open(io.BytesIO(base64.b64decode(data))).convert("L")

    def drag(self, element: str, points: list[tuple[float, float]] = ((0.5, 0.5),)) -> None:
        """Presses the mouse at the first point, releases it at the last: parts of the element's
        width and height. By default it clicks on the middle."""
        self.evaluate(f"{element}.scrollIntoView({{block: 'nearest'}})")
        box = self.evaluate(f"{element}.getBoundingClientRect()")
        moves = [
            {
                "type": "pointerMove",
                "x": round(box["x"] + x * box["width"]),
                "y": round(box["y"] + y * box["height"]),
                "duration": 20,  # milliseconds
            }
            for x, y in points
        ]
        down, up = ({"type": f"pointer{way}", "button": 0} for way in ("Down", "Up"))
        mouse = {"type": "pointer", "id": "mouse", "actions": [moves[0], down, *moves[1:], up]}
        self.send("input.performActions", context=self.page, actions=[mouse])


@contextmanager
def firefox(profile: Path, **preferences) -> Iterator[Firefox]:
    """Firefox with a new profile in that folder, and preferences as `about:config` lists them."""
    lines = [
        f'user_pref("{name}", {json.dumps(value)});'
        for name, value in (PREFERENCES | preferences).items()
    ]
    (profile / "user.js").write_text("\n".join(lines))
    arguments = ("--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", profile)
    with (profile / "output.txt").open("w") as output:
        process = subprocess.Popen([PROGRAM, *arguments], stdout=output, stderr=output)
    try:
        while not (port := port_of(profile)):
            assert process.poll() is None, (profile / "output.txt").read_text()
            time.sleep(0.1)
        with connect(f"ws://127.0.0.1:{port}/session", max_size=None) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        process.wait()


def port_of(profile: Path) -> int | None:
    """Where Firefox listens, once it does and says so in its profile."""
    try:
        return json.loads((profile / "WebDriverBiDiServer.json").read_text())["ws_port"]
    except (OSError, ValueError):
        return None
