"""The first view of the page, near and far; how soon the latent space is drawn."""

import time
from pathlib import Path

import httpx

from autoencoder.demo import build
from autoencoder.demo_data import load_demo_data
from benchmarks import Row
from benchmarks.browser import opened
from benchmarks.delay import delayed

VISITS = 3  # the median of them counts

# The sketchpad is there, and both models have rebuilt the first digit.
CANVAS = "() => document.querySelector('#sketchpad canvas')"
REBUILT = """
() => {
    const bars = [...document.querySelectorAll("#reconstruction .arriving")]
    return bars.length && bars.every(bar => bar.hidden)
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


def page(checkpoints: Path, delay: float) -> list[Row]:
    """What a first visit takes, and the latent space."""
    app = build(load_demo_data(checkpoints))
    with opened(app) as page:
        html = transferred(app.local_url)
        views = {}
        for away in (0, delay):
            with delayed(app.server_port, away) as port:
                views[away] = first_view(page.context.browser, port)
        latent = latent_space(page)
    rows = [("the page's HTML, compressed", html / 1000, "kB", "<= 60")]
    for away, target in ((0, "<= 1.2"), (delay, "<= 2.6")):
        canvas, rebuilt, requests = views[away]
        rows += [
            (f"{away:.0f} ms away: the sketchpad is there after", canvas, "s", target),
            ("both models have rebuilt the first digit after", rebuilt, "s", target),
            ("requests until then", requests, "", ""),
        ]
    return rows + latent


def transferred(url: str) -> int:
    """The bytes that the page itself takes on its way to a browser."""
    with httpx.stream("GET", url, headers={"Accept-Encoding": "gzip"}) as answer:
        return sum(len(piece) for piece in answer.iter_raw())


def first_view(browser, port: int) -> tuple[float, float, int]:
    """Seconds until the sketchpad is there and until the first digit is rebuilt; requests."""
    visits = []
    for _ in range(VISITS):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        requests = []
        page.on("request", lambda request, seen=requests: seen.append(request))
        begun = time.perf_counter()
        page.goto(f"http://127.0.0.1:{port}/", wait_until="commit")
        page.wait_for_function(CANVAS)
        canvas = time.perf_counter() - begun
        page.wait_for_function(REBUILT)
        visits.append((canvas, time.perf_counter() - begun, len(requests)))
        context.close()
    return sorted(visits, key=lambda visit: visit[1])[VISITS // 2]


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
