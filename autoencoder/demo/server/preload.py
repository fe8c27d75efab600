"""Names the files that the first view needs in the page's headers.

So a browser asks for them as soon as it has those, not when Gradio's scripts have run, which takes
many journeys to the server and back. What Gradio calls `head` comes no sooner than that.
"""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autoencoder.demo.page_data import INDEX
from autoencoder.demo.server.static_files import WEB

COMPONENTS = ("sketchpad", "reconstruction")
DATA = ("dense", "conv", "test_digits")
IMPORT = re.compile(r'^(?:import|export) [^;]*?\bfrom "(\.[^"]*)";', re.MULTILINE)


def preload_links(data: dict[str, bytes]) -> str:
    """The header's value: the modules of the first view, and the arrays of it among `page_data`'s.

    All below the page's address, and behind the scripts that Gradio's page asks for meanwhile.
    """
    arrays = [path for name in DATA for path in data if path.startswith(f"{name}.")]
    links = [f"<{module}>; rel=modulepreload" for module in first_modules()]
    links += [f"<data/{path}>; rel=preload; as=fetch; crossorigin" for path in arrays]
    return ", ".join(f"{link}; fetchpriority=low" for link in links)


def first_modules() -> list[str]:
    """The components' modules and all that these import."""
    found = [WEB / f"components/{name}/{name}.js" for name in COMPONENTS]
    for module in found:  # which grows meanwhile
        if module.name == INDEX:  # is made when the server starts; it imports nothing
            continue
        for name in IMPORT.findall(module.read_text("utf-8")):
            imported = (module.parent / name).resolve()
            if imported not in found:
                found.append(imported)
    return [module.relative_to(WEB.parent).as_posix() for module in found]


class Preload:
    """Adds the header to the page, which is at `/`."""

    def __init__(self, app: ASGIApp, links: str):
        self.app = app
        self.links = links

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_links(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Link"] = self.links
            await send(message)

        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        is_page = scope["type"] == "http" and path in ("", "/")
        await self.app(scope, receive, send_with_links if is_page else send)
