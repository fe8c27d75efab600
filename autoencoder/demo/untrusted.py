"""What comes from a browser or a program, before anything is done with it."""

import base64
import binascii
import logging
import re
import traceback
from pathlib import Path

import gradio as gr
import numpy as np
import torch
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autoencoder.demo.answering import Answers
from autoencoder.demo.preload import Preload
from autoencoder.demo.static_files import PRELOAD
from autoencoder.demo.theme import CSS, THEME
from autoencoder.demo.visitor_files import held, swept
from autoencoder.drawing import DrawingError

LARGEST = 12_000_000  # bytes of a picture
MOST_HELD = 1_000_000_000  # bytes of all visitors' files at a time
MAX_REQUEST = 64_000_000  # bytes; a larger request is refused before it is read
OURS = str(Path(__file__).parent.parent)  # the package's folder

ADDRESS = re.compile(r"\s*https?:", re.IGNORECASE)

# What Gradio can do and this page has no use for: it would fetch what is on other hosts, run
# ffmpeg, write files, or tell how the server is used.
CLOSED = re.compile(
    r"(/gradio_api)?/(file[=/]\s*https?:|proxy=|process_recording|deep_link|stream/"
    r"|custom_component/|run-history|runs|(undo-)?vibe-|dev/|monitoring)",
    re.IGNORECASE,
)

UPLOAD = re.compile(r"(/gradio_api)?/upload/?$")


def picture_bytes(text: object) -> bytes:
    """A data URL of a picture -> the picture's file, or a DrawingError."""
    if not isinstance(text, str) or not text.startswith("data:"):
        raise DrawingError("Send the picture as a data URL: data:image/png;base64,...")
    head, _, body = text.partition(",")
    if len(body) > 4 * LARGEST // 3:  # base64 has 4 characters for 3 bytes
        raise DrawingError(f"This picture is too large: {LARGEST // 10**6} MB is the most.")
    try:
        if not head.endswith(";base64"):
            raise ValueError
        return base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error) as error:
        raise DrawingError("The picture's data URL is not valid base64.") from error


def read_code(numbers: object, latent_dim: int) -> torch.Tensor:
    """A list of numbers -> (1, latent_dim) float32, or a ValueError."""
    wrong = ValueError(f"The code must be a list of {latent_dim} finite numbers.")
    if not isinstance(numbers, list) or len(numbers) != latent_dim:
        raise wrong
    if not all(type(number) in (int, float) for number in numbers):  # neither "1" nor true
        raise wrong
    try:
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
            code = np.array(numbers, dtype=np.float32)
    except OverflowError as error:
        raise wrong from error
    if not np.isfinite(code).all():
        raise wrong
    return torch.from_numpy(code).reshape(1, latent_dim)


def has_address(inputs: object) -> bool:
    """Whether a file in an endpoint's inputs is only named by where on the web it is."""
    rest = [inputs]
    while rest:  # and no recursion, which ends where the inputs are too deep
        value = rest.pop()
        if isinstance(value, dict):
            path = value.get("path")
            if isinstance(path, str) and ADDRESS.match(path):
                return True
            rest += value.values()
        elif isinstance(value, list):
            rest += value
    return False


class Page(gr.Blocks):
    """A gr.Blocks that refuses what it can't use with a sentence, and keeps no traceback of it."""

    async def preprocess_data(self, block_fn, inputs, *arguments, **options):
        if has_address(inputs):
            raise gr.Error(
                "This server fetches nothing from other addresses; send the picture itself.",
                print_exception=False,
            )
        try:
            return await super().preprocess_data(block_fn, inputs, *arguments, **options)
        except gr.Error:
            raise
        except Exception as error:  # the inputs are too few, or not of the kind that is wanted
            raise gr.Error(
                "These inputs are too few, or not of the right kind; send those that are listed "
                'under "Use via API" at the foot of the page.',
                print_exception=False,
            ) from error

    def launch(self, **options):
        """As gr.Blocks', for requests of a limited size and kind."""
        careful = {
            "routes": self.routes,
            "middleware": [
                Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_REQUEST),
                Middleware(Answers, page=self),
                Middleware(Door),
                Middleware(GZipMiddleware, compresslevel=6),
                Middleware(Preload, links=self.links),
            ],
            "exception_handlers": {
                RequestValidationError: refuse_body,
                **dict.fromkeys((KeyError, TypeError, ValueError, AttributeError), refuse_request),
            },
            "lifespan": swept,
        }
        look = {"theme": THEME, "css_paths": CSS, "head": PRELOAD}
        return super().launch(**look, app_kwargs=careful, **options)


class Door:
    """Lets through only what this page has a use for."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            if CLOSED.match(path):
                return await refusal(404, "This page has nothing here.")(scope, receive, send)
            if UPLOAD.match(path):
                if held.bytes() > MOST_HELD:
                    sentence = "Too many files are here already; please try again in an hour."
                    return await refusal(503, sentence)(scope, receive, send)
                receive = counted(receive)
        await self.app(scope, receive, send)


def counted(receive: Receive) -> Receive:
    """The same, and what comes is counted as held."""

    async def receive_and_count() -> Message:
        message = await receive()
        held.sent += len(message.get("body", b""))
        return message

    return receive_and_count


def refusal(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"detail": sentence}, status)


async def refuse_body(request: Request, error: RequestValidationError) -> JSONResponse:
    """Instead of FastAPI's own answer, which repeats the body and fails where that is not JSON."""
    return refusal(422, "This is not JSON, or lacks something, or has something of a wrong kind.")


async def refuse_request(request: Request, error: Exception) -> JSONResponse:
    """What Gradio says when it can't take a request apart, such as one for an unknown component.

    If a function of this project failed, or no request was sent to be taken apart, the fault is
    the server's: it is raised on, to the log and the status 500.
    """
    places = traceback.extract_tb(error.__traceback__)
    if request.method != "POST" or any(place.filename.startswith(OURS) for place in places):
        raise error
    logging.getLogger("uvicorn.error").warning(
        "Refused a request to %s: %.200r at %s:%s",
        *(request.url.path, error, places[-1].filename, places[-1].lineno),
    )
    return refusal(400, "This request names something that is not here, or is not as it should be.")
