"""Serves what the page fetches: its modules under web/, its data under data/."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from autoencoder.demo.page_data import INDEX

WEB = Path(__file__).parent / "web"
TYPES = {".js": "text/javascript", ".gz": "application/gzip"}
FOR_EVER = "public, max-age=31536000, immutable"  # a file with another content has another name


def static_routes(data: dict[str, bytes]) -> list[BaseRoute]:
    """The routes for `page_data`'s files and for the folder web/."""

    async def answer(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in data:
            raise HTTPException(404)
        keep = "no-cache" if name == INDEX else FOR_EVER
        kind = TYPES[Path(name).suffix]
        return Response(data[name], media_type=kind, headers={"Cache-Control": keep})

    return [Route("/data/{name}", answer), Mount("/web", StaticFiles(directory=WEB))]
