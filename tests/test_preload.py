"""The page's headers name what its first view needs, and what is text travels compressed."""

import re
import urllib.request

PATH = re.compile(r"<([^>]+)>")


def get(url: str, **headers) -> tuple[dict, bytes]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
        return response.headers, response.read()


def test_all_that_the_first_view_fetches_is_named_in_the_page_s_headers(browser, server):
    headers, _ = get(server)
    named = [server + path for path in PATH.findall(headers["Link"])]
    assert all(get(url)[1] for url in named)

    context = browser.new_context()
    page = context.new_page()
    warnings = []
    page.on("console", lambda message: warnings.append(message.text))
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(server)
    page.locator(".arriving").first.wait_for(state="hidden")
    own = [url for url in fetched if url.startswith((server + "web/", server + "data/"))]
    assert set(own) - set(named) <= {
        server + "web/shared/preload.js",
        server + "web/shared/plotly.js",
    }
    assert len(own) == len(set(own))  # nothing twice: what was preloaded is what is used
    assert not [warning for warning in warnings if "preload" in warning]
    context.close()


def test_other_answers_name_nothing(server):
    for path in ("config", "web/shared/state.js", "data/page_data.js"):
        assert "Link" not in get(server + path)[0]


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
