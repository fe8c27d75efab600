"""Serves what the page fetches: its modules under web/, its data under data/."""

import gzip
import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import StaticFiles

from autoencoder.demo.page_data import INDEX

WEB = Path(__file__).parent.parent / "web"
TYPES = {".js": "text/javascript", ".json": "application/json", ".gz": "application/gzip"}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
FOR_EVER = "public, max-age=31536000, immutable"  # a file with another content has another name


def stylesheet(path: Path) -> str:
    """A stylesheet as it stands in the page's HTML: without its comments, a 40th of all bytes."""
    return COMMENT.sub("", path.read_text("utf-8"))


def static_routes(data: dict[str, bytes]) -> list[BaseRoute]:
    """The routes for `page_data`'s files and for the folder web/."""
    packed = {name: gzip.compress(content, 6) for name, content in data.items() if is_text(name)}

    async def answer(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in data:
            raise HTTPException(404)
        headers = {"Cache-Control": "no-cache" if name == INDEX else FOR_EVER}
        content = data[name]
        if is_text(name):
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in request.headers.get("Accept-Encoding", ""):
                content = packed[name]
                headers["Content-Encoding"] = "gzip"
        return Response(content, media_type=TYPES[Path(name).suffix], headers=headers)

    web = StaticFiles(directory=WEB)

    async def module(request: Request) -> Response:
        # not as a Mount, which below a --root-path finds nothing
        return await web.get_response(request.path_params["path"], request.scope)

    return [Route("/data/{name}", answer), Route("/web/{path:path}", module)]


def is_text(name: str) -> bool:
    """Whether a file is sent compressed; the others are so already."""
    return name.endswith((".js", ".json"))
