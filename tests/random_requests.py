"""Requests that nobody should send: random ones, and good ones with something wrong in them."""

import base64
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

API = "/gradio_api"
FILES = (
    "/etc/passwd",
    "/proc/self/environ",
    "app.py",
    "../app.py",
    "checkpoints/dense/config.json",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "/etc/passwd%00.png",
    "/tmp/gradio/../../etc/passwd",
    "file:///etc/passwd",
    "http://127.0.0.1:1/",
    "~/.bashrc",
    "C:\\Windows\\win.ini",
)
ODD_NUMBERS = (-1, 0, 1, 2.5, 1e39, -1e308, 2**63, 10**400, float("nan"), float("inf"), True)
ODD_TEXTS = (
    "",
    "null",
    "__class__",
    "\0",
    "\ud83d",
    "é" * 50,
    "%s%s%n",
    "{{7*7}}",
    "<script>",
    "data:image/png;base64,",
    "data:image/png;base64,AAAA",
    *FILES,
)


@dataclass(frozen=True)
class Sent:
    """One request."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.headers} {self.body[:300]!r}"


def drawing(rng: random.Random) -> str:
    """A few strokes as a PNG's data URL."""
    image = Image.new("L", (64, 64), 255)
    points = [(rng.randrange(64), rng.randrange(64)) for _ in range(4)]
    ImageDraw.Draw(image).line(points, fill=0, width=5)
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def code(rng: random.Random, size: int) -> list[float]:
    return [rng.uniform(-20, 20) for _ in range(size)]


def good_inputs(rng: random.Random, endpoint: str) -> list:
    """What an endpoint takes, but for the pictures, which must be uploaded first."""
    model, size = rng.choice([("dense", 3), ("conv", 64)])
    return {
        "reconstruct": [None],
        "encode": [None],
        "decode": [code(rng, size), model],
        "neighbours": [code(rng, 3), rng.randint(1, 20)],
        "walk": [rng.randrange(10_000), rng.randrange(10_000), rng.randint(2, 6)],
        "plane": [rng.sample(range(3), 2), code(rng, 3), rng.randint(1, 6)],
    }[endpoint]


PARAMETERS = {
    "reconstruct": ["image"],
    "encode": ["image"],
    "decode": ["code", "model"],
    "neighbours": ["code", "k"],
    "walk": ["start", "end", "steps"],
    "plane": ["axes", "at", "size"],
}


def anything(rng: random.Random, depth: int = 3) -> object:
    """Any JSON value, and the NaN and infinities that Python's JSON adds."""
    kind = rng.randrange(8 if depth else 6)
    if kind < 2:
        return rng.choice(ODD_NUMBERS)
    if kind < 4:
        return rng.choice(ODD_TEXTS)
    if kind < 6:
        return rng.choice([None, False, rng.randrange(100), rng.random(), drawing(rng)])
    if kind == 6:
        return [anything(rng, depth - 1) for _ in range(rng.randrange(5))]
    return {rng.choice(ODD_TEXTS): anything(rng, depth - 1) for _ in range(rng.randrange(4))}


def spoiled(rng: random.Random, value: object) -> object:
    """The same with one thing in it, anywhere, replaced, left out or doubled."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        if rng.random() < 0.2:
            return {name: part for name, part in value.items() if name != key}
        return value | {key: spoiled(rng, value[key])}
    if isinstance(value, list) and value and rng.random() < 0.8:
        at = rng.randrange(len(value))
        middle = rng.choice([[], [value[at]] * 2, [spoiled(rng, value[at])]])
        return value[:at] + middle + value[at + 1 :]
    if isinstance(value, str) and value and rng.random() < 0.5:
        at = rng.randrange(len(value))
        return value[:at] + rng.choice(["", "=", "\0", "A", value]) + value[at + 1 :]
    return anything(rng)


def spoiled_bytes(rng: random.Random, body: bytes) -> bytes:
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(body) + 1)
        middle = rng.choice([b"", bytes([rng.randrange(256)]), b'"', b"{", b"\r\n", b"\xff"])
        body = body[:at] + middle + body[at + rng.randrange(3) :]
    return body if rng.random() < 0.8 else body[: rng.randrange(len(body) + 1)]


def as_json(value: object) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


def post(rng: random.Random, path: str, value: object) -> Sent:
    """The value as JSON; now and then broken, or under another name than JSON's."""
    body, kind = as_json(value), "application/json"
    if rng.random() < 0.15:
        body = spoiled_bytes(rng, body)
    if rng.random() < 0.1:
        kind = rng.choice(["", "text/plain", "multipart/form-data", "application/xml"])
    return Sent("POST", path, body, {"Content-Type": kind})


def upload(rng: random.Random) -> Sent:
    """A file or two, with names that lead elsewhere; now and then broken or cut short."""
    parts = b""
    for _ in range(rng.randint(1, 2)):
        field_name = rng.choice(["files", "files", "files", "file", "", "data"])
        name = rng.choice(["digit.png", *ODD_TEXTS])
        with_name = f'; filename="{name}"' if rng.random() < 0.9 else ""
        head = f'--edge\r\nContent-Disposition: form-data; name="{field_name}"{with_name}\r\n\r\n'
        parts += head.encode("utf-8", "surrogatepass") + rng.randbytes(50) + b"\r\n"
    body = parts + b"--edge--\r\n"
    if rng.random() < 0.4:
        body = spoiled_bytes(rng, body)
    kind = rng.choice(["multipart/form-data; boundary=edge"] * 9 + ["multipart/form-data"])
    where = rng.choice(["/upload"] * 8 + ["/upload?upload_id=x", "/component_server"])
    return Sent("POST", API + where, body, {"Content-Type": kind})


def random_requests(seed: int, count: int, routes: list[str]) -> Iterator[Sent]:
    """`routes`: as FastAPI has them, such as "/static/{path:path}"."""
    rng = random.Random(seed)
    for _ in range(count):
        kind = rng.random()
        if kind < 0.55:  # an endpoint
            name = rng.choice(list(PARAMETERS))
            way = rng.choice(["call", "call", "call/v2", "run", "api"])
            inputs = good_inputs(rng, name)
            by_name = dict(zip(PARAMETERS[name], inputs, strict=True))
            body = by_name if way == "call/v2" else {"data": inputs}
            for _ in range(rng.randrange(3)):
                body = spoiled(rng, body)
            yield post(rng, f"{API}/{way}/{name}", body)
        elif kind < 0.62:  # Gradio's own way to an endpoint
            body = {
                "data": good_inputs(rng, rng.choice(list(PARAMETERS))),
                "fn_index": rng.randrange(-1, 15),
                "session_hash": f"s{rng.randrange(20)}",
                "trigger_id": None,
                "event_data": None,
            }
            yield post(rng, f"{API}/queue/join", spoiled(rng, body))
        elif kind < 0.72:
            yield upload(rng)
        elif kind < 0.85:  # somebody else's files
            where = rng.choice(["/file=", f"{API}/file=", f"{API}/file/", "/static/", "/assets/"])
            headers = {"Range": rng.choice(["bytes=0-", "bytes=5-1", "bytes=-", "bytes=a-b-c"])}
            yield Sent("GET", where + rng.choice(FILES), b"", headers if rng.random() < 0.3 else {})
        else:  # any of the server's addresses
            path = rng.choice(routes)
            while "{" in path:
                before, _, rest = path.partition("{")
                piece = rng.choice(["x", "0", "-1", "%00", "..", "a%2fb", *FILES])
                path = before + piece + rest.partition("}")[2]
            if rng.random() < 0.3:
                path += rng.choice(
                    ["?session_hash=x", "?__theme=../..", "?deep_link=..%2f..", "?="]
                )
            method = rng.choice(["GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"])
            yield (
                Sent(method, path, b"", {}) if method != "POST" else post(rng, path, anything(rng))
            )
