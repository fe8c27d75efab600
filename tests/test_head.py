"""The page's HTML says what it is and what its first view needs, and what is text is compressed."""

import io
import re
import urllib.request
from urllib.parse import unquote

from conftest import ROOT
from page_actions import models_are_here
from PIL import Image

from autoencoder.demo.server.head import DESCRIPTION, NO_SCRIPT, TITLE

PRELOADED = re.compile(r'<link rel="(?:module)?preload" href="([^"]+)"')
TAG = re.compile(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"')


def get(url: str, **headers) -> tuple[dict, bytes]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
        return response.headers, response.read()


def test_all_that_the_first_view_fetches_is_named_in_the_page_s_html(browser, server):
    named = [server + path for path in PRELOADED.findall(get(server)[1].decode())]
    assert all(get(url)[1] for url in named)
    assert len(named) == len(set(named))

    context = browser.new_context()
    page = context.new_page()
    warnings = []
    page.on("console", lambda message: warnings.append(message.text))
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(server)
    models_are_here(page)
    assert len([url for url in fetched if url.endswith(".css")]) == 1  # the others are in the page
    assert len(fetched) == len(set(fetched))  # nothing twice: what was preloaded is what is used
    assert {url for url in fetched if not url.endswith(".css")} - set(named) <= {
        server,
        server + "web/shared/preload.js",
        server + "web/shared/plotly.js",
        server + "web/shared/tab_keys.js",
        server + "static/js/iframeResizer.contentWindow.min.js",
    }
    assert set(named) <= set(fetched)
    assert not [warning for warning in warnings if "preload" in warning]
    context.close()


def test_a_shared_link_shows_what_the_page_is(server):
    html = get(server)[1].decode()
    tags = dict(TAG.findall(html))
    assert f"<title>{TITLE}</title>" in html
    assert tags["description"] == tags["og:description"] == DESCRIPTION
    assert tags["og:title"] == TITLE
    assert tags["og:url"] == server
    assert tags["og:image"].startswith(server)
    preview = Image.open(io.BytesIO(get(tags["og:image"])[1]))
    assert preview.size == (1200, 630)
    assert not [content for content in tags.values() if "Gradio" in content]
    assert "Click to try" not in html
    icon = re.search(r'<link rel="icon" href="data:image/svg\+xml,([^"]+)"', html)[1]
    assert unquote(icon) == (ROOT / "autoencoder/demo/web/icon.svg").read_text("utf-8")


def test_without_javascript_the_page_says_so(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server)
    assert page.locator("noscript p").inner_text() == NO_SCRIPT
    assert page.locator("noscript p").is_visible()
    context.close()


def test_other_pages_and_files_are_as_gradio_sends_them(server):
    for path in ("config", "web/shared/state.js", "data/page_data.js"):
        assert b"modulepreload" not in get(server + path)[1]


def test_the_page_travels_compressed_and_an_event_stream_does_not(server):
    headers, packed = get(server, **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert len(packed) <= 60_000
    with urllib.request.urlopen(
        urllib.request.Request(
            server + "gradio_api/queue/data?session_hash=none", headers={"Accept-Encoding": "gzip"}
        )
    ) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert "Content-Encoding" not in stream.headers
