"""What the page's HTML says before any script has run: what it is, and what its first view needs.

Gradio has no place for either: of what it calls `head` its scripts take care, and its own HTML says
"Gradio" to whoever makes a preview of a link.
"""

import re
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autoencoder.demo.server.static_files import stylesheet

TITLE = "Two autoencoders, from scratch"
DESCRIPTION = (
    "Draw a digit and watch two neural networks squeeze it into 3 and 64 numbers, and rebuild it "
    "from those alone. Both run in your browser."
)
PREVIEW = "web/preview.png"  # 1200x630, of scripts/screenshots.py
DEMO = Path(__file__).parent.parent
# in the page itself: a browser may ask for an icon again whenever the address changes
ICON = "data:image/svg+xml," + quote((DEMO / "web/icon.svg").read_text("utf-8"))
STYLE = stylesheet(DEMO / "theme.css")
NO_SCRIPT = "This page needs JavaScript: both networks run in your browser. Please switch it on."

GRADIO_TAGS = re.compile(
    r"""<meta\s+(property="og:|name="twitter:)[^>]*>\s*|<link rel="manifest"[^>]*>"""
)
BEGINNING = re.compile(r"<base [^>]*>|<head>")
BODY = re.compile(r"<body[^>]*>")
ROOT = re.compile(r'"root":"([^"]*)"')
THEME = re.compile(r'"theme_hash":"(\w+)"')  # Gradio's scripts ask for it late


def with_head(html: str, first_view: tuple[str, str], address: str) -> str:
    """Gradio's page with our title, description, preview picture, icon, and preload's `first_view`.

    `address` is where the page is found, with a slash at its end.
    """
    head = f"""
<title>{TITLE}</title>
<meta name="description" content="{DESCRIPTION}" />
<meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)" />
<meta name="theme-color" content="#0f0f11" media="(prefers-color-scheme: dark)" />
<link rel="icon" href="{ICON}" type="image/svg+xml" />
<meta property="og:type" content="website" />
<meta property="og:title" content="{TITLE}" />
<meta property="og:description" content="{DESCRIPTION}" />
<meta property="og:image" content="{address}{PREVIEW}" />
<meta property="og:image:width" content="1200" />
<meta property="og:image:height" content="630" />
<meta property="og:url" content="{address}" />
<meta name="twitter:card" content="summary_large_image" />
<style>
{STYLE}</style>
"""
    if theme := THEME.search(html):
        head += f'<link rel="preload" href="theme.css?v={theme[1]}" as="style" />\n'
    html = GRADIO_TAGS.sub("", html)
    html = BEGINNING.sub(lambda tag: tag[0] + head + first_view[0], html, count=1)
    html = html.replace("</head>", f"{first_view[1]}</head>", 1)
    return BODY.sub(lambda tag: f"{tag[0]}<noscript><p>{NO_SCRIPT}</p></noscript>", html, count=1)


class Head:
    """Gives `with_head` what is served at `/`."""

    def __init__(self, app: ASGIApp, first_view: tuple[str, str]):
        self.app = app
        self.first_view = first_view

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = bytearray()

        async def send_with_head(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            html = body.decode("utf-8")
            root = ROOT.search(html)
            content = with_head(html, self.first_view, f"{root[1]}/" if root else "").encode()
            MutableHeaders(scope=start)["Content-Length"] = str(len(content))
            await send(start)
            await send({"type": "http.response.body", "body": content})

        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        is_page = scope["type"] == "http" and scope["method"] == "GET" and path in ("", "/")
        await self.app(scope, receive, send_with_head if is_page else send)
