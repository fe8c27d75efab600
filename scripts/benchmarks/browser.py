"""A page of ours in a real browser, and the time from a pointer event to new pixels on it."""

import contextlib
import shutil
import sys
from collections.abc import Iterator

import gradio as gr

from benchmarks.delay import delayed

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",  # the screen without an imitated graphics card, which would be the bottleneck
    "--enable-unsafe-swiftshader",  # WebGL with one: gr.Sketchpad needs it
    "--ignore-certificate-errors",  # the servers with TLS have signed theirs themselves
    # without the address bar's suggestions, which here begin anew with each visit
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,HttpsUpgrades",
]

# In the page: the time from a pointer event to the first frame with new pixels on both pictures.
WATCH = """
([target, event, pictures]) => {
    const read = () => pictures.map(selector => {
        const element = document.querySelector(selector)
        if (element instanceof HTMLImageElement) return element.complete ? element.src : null
        const { data } = element.getContext("2d").getImageData(0, 0, 28, 28)
        return new Uint32Array(data.buffer).join()
    })
    let old = read()
    window.since = null
    window.latencies = []
    window.updates = 0
    document.querySelector(target).addEventListener(event, event => {
        window.since ??= event.timeStamp
    }, true)
    const frame = () => {
        const now = read()
        if (now.every((pixels, i) => pixels && pixels !== old[i])) {
            window.updates += 1
            if (window.since !== null) window.latencies.push(performance.now() - window.since)
            window.since = null
            old = now
        }
        requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
}
"""


@contextlib.contextmanager
def chromium() -> Iterator:
    """A real browser."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "chromium-headless-shell")
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        sys.exit("Chromium is not installed; it is needed to measure the page as a visitor has it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@contextlib.contextmanager
def opened(app: gr.Blocks, delay: float = 0) -> Iterator:
    """Serves a page and opens it in a real browser, `delay` milliseconds away, one way."""
    app.launch(prevent_thread_lock=True, quiet=True)
    with delayed(app.server_port, delay) as port, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_selector("#sketchpad canvas")
        page.wait_for_timeout(4000 + 20 * delay)
        yield page
    app.close(verbose=False)
