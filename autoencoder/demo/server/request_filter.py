"""Refuses requests that this page has no use for, with a status and a sentence."""

import logging
import re
import traceback
from pathlib import Path

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autoencoder.demo.server.uploaded_files import held

MOST_HELD = 1_000_000_000  # bytes of all visitors' files at a time
OURS = str(Path(__file__).parent.parent.parent)  # the package's folder

# What Gradio can do and this page has no use for: it would fetch what is on other hosts, run
# ffmpeg, write files, call functions of components, or tell how the server is used.
CLOSED = re.compile(
    r"(/gradio_api)?/(file[=/]\s*https?:|proxy=|process_recording|deep_link|stream/"
    r"|component_server|custom_component/|run-history|runs|(undo-)?vibe-|dev/|monitoring)",
    re.IGNORECASE,
)

UPLOAD = re.compile(r"(/gradio_api)?/upload/?$")


class RequestFilter:
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
