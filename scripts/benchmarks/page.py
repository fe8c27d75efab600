"""The first view of the page, near and far; how soon the latent space is drawn."""

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx

from autoencoder.demo import build
from autoencoder.demo_data import load_demo_data
from benchmarks import Row
from benchmarks.browser import opened
from benchmarks.delay import delayed
from benchmarks.file_servers import nginx_with_tls, python_server

sys.path.insert(0, str(Path(__file__).parent.parent))

from export_page import export_page

VISITS = 3  # the median of them counts

# The first digit is on the paper, and both reconstructions of it, which came with the page.
REBUILT = """
() => ["#sketchpad canvas", "#dense-reconstruction canvas", "#conv-reconstruction canvas"].every(
    selector => {
        const canvas = document.querySelector(selector)
        if (!canvas?.width) return false
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
        return data.some(value => value)
    }
)
"""

# Both models are there, and rebuild whatever is drawn.
LIVE = """
() => {
    const bars = [...document.querySelectorAll("#reconstruction .arriving")]
    return bars.length && bars.every(bar => bar.hidden)
}
"""

SHIFT = """
() => {
    window.shift = 0
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) window.shift += entry.value
    }).observe({ type: "layout-shift", buffered: true })
}
"""

DRAWN = """
() => {
    if (!document.querySelector("#latent-scatter .js-plotly-plot canvas")) return false
    window.frames_since = (window.frames_since ?? 0) + 1
    return window.frames_since > 2  // asked once a frame: the points are on the screen
}
"""

FRAMES_A_SECOND = """
seconds => new Promise(tell => {
    let frames = 0
    const begun = performance.now()
    const frame = now => {
        if (now - begun >= 1000 * seconds) return tell(frames / seconds)
        frames += 1
        requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
})
"""


class View(NamedTuple):
    """A first visit."""

    rebuilt: float  # seconds until the first digit is there, and rebuilt
    live: float  # seconds until both models work on a drawing
    requests: int  # until the first digit is rebuilt
    kilobytes: float  # received until then
    shift: float  # of the layout, in Chromium's measure: 0 if nothing has moved


def page(checkpoints: Path, delay: float, mbit: float) -> list[Row]:
    """What a first visit takes, near and far, of the app and of the exported page."""
    app = build(load_demo_data(checkpoints))
    with opened(app) as page, TemporaryDirectory() as exported:
        browser = page.context.browser
        html = transferred(app.local_url)
        with delayed(app.server_port, 0) as port:
            near = first_view(browser, f"http://127.0.0.1:{port}/")
        with delayed(app.server_port, delay, mbit) as port:
            far = first_view(browser, f"http://127.0.0.1:{port}/")
        latent = latent_space(page)
        export_page(Path(exported, "page"), checkpoints)

        def exported_view(
            serve: Callable[[Path], AbstractContextManager[int]], scheme: str
        ) -> View:
            with serve(Path(exported, "page")) as behind, delayed(behind, delay, mbit) as port:
                return first_view(browser, f"{scheme}://127.0.0.1:{port}/")

        python = exported_view(python_server, "http")
        nginx = exported_view(nginx_with_tls, "https")
    away = f"{delay:.0f} ms and {mbit:g} Mbit/s away"
    return [
        ("the page's HTML, compressed", html / 1000, "kB", "<= 60"),
        *view_rows("the app next door", near, "<= 1.2"),
        *view_rows(f"the app {away}", far, "<= 2.6"),
        *view_rows(f"the export from http.server {away}", python, "<= 2.6"),
        *view_rows(f"the export from nginx, HTTP/2, {away}", nginx, "<= 1.5"),
        *latent,
    ]


def view_rows(where: str, view: View, target: str) -> list[Row]:
    return [
        (f"{where}:", view.rebuilt, "s", target),
        ("  both models work on a drawing after", view.live, "s", "<= 3"),
        ("  requests before the first digit is rebuilt", view.requests, "", ""),
        ("  bytes before that", view.kilobytes, "kB", "<= 900" if "away" in where else ""),
        ("  layout shift", view.shift, "", "<= 0.02"),
    ]


def transferred(url: str) -> int:
    """The bytes that the page itself takes on its way to a browser."""
    with httpx.stream("GET", url, headers={"Accept-Encoding": "gzip"}) as answer:
        return sum(len(piece) for piece in answer.iter_raw())


def first_view(browser, url: str) -> View:
    """The median of some visits by a browser that has nothing of the page."""
    views = []
    for _ in range(VISITS):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.add_init_script(f"({SHIFT})()")
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        pieces = []
        network.on("Network.dataReceived", lambda piece, to=pieces: to.append(piece))
        requests = []
        page.on("request", lambda request, to=requests: to.append(request))
        begun = time.perf_counter()
        page.goto(url, wait_until="commit")
        page.wait_for_function(REBUILT)
        rebuilt = time.perf_counter() - begun
        asked, received = len(requests), sum(piece["encodedDataLength"] for piece in pieces)
        page.wait_for_function(LIVE)
        live = time.perf_counter() - begun
        page.wait_for_load_state("networkidle")
        shift = page.evaluate("shift")
        views.append(View(rebuilt, live, asked, received / 1000, shift))
        context.close()
    return sorted(views)[VISITS // 2]


def latent_space(page) -> list[Row]:
    sizes = {}
    page.on("response", lambda answer: sizes.update({answer.url: answer}))
    page.wait_for_timeout(8000)  # the hand rests, and what draws the scatter is fetched
    begun = time.perf_counter()
    page.get_by_role("tab", name="Latent space").click()
    page.wait_for_function(DRAWN)
    drawn = time.perf_counter() - begun
    page.wait_for_timeout(3000)
    later = sum(len(answer.body()) for url, answer in sizes.items() if "/assets/" not in url)
    with page.expect_response("**/data/snapshots.*") as answer:
        page.get_by_role("button", name="Play the training").click()
    snapshots = len(answer.value.body())
    page.get_by_text("After epoch").wait_for()  # the cloud moves in earnest
    smooth = page.evaluate(FRAMES_A_SECOND, 4)
    return [
        ("opening the latent space: drawn after", drawn, "s", "<= 2"),
        ("what the hand's rest and the tab transfer", later / 1000, "kB", ""),
        ("the snapshots of the training, when asked for", snapshots / 1000, "kB", ""),
        ("the training's play", smooth, "frames/s", ""),
    ]
