"""Measures how quick the project is, and prints it as a table.

python scripts/benchmark.py sketch
python scripts/benchmark.py decode
python scripts/benchmark.py page
python scripts/benchmark.py sketch --json
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr
import numpy as np

from autoencoder.demo import Exhibition, build, load_exhibition
from autoencoder.demo.pictures import enlarge

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",  # the screen without an imitated graphics card, which would be the bottleneck
    "--enable-unsafe-swiftshader",  # WebGL with one: gr.Sketchpad needs it
]
BUSY = 0.25  # more work than this a core before the start, and times mean little

# (what, value, unit, target or None): a row of the table; a target "<= 20" is a number and a sign.
Row = tuple[str, float, str, str]


# ---- sketch: from the hand to the pixels ----

# In the page: the time from a pointer event to the first frame with new pixels on both pictures.
WATCH = """
([target, event, pictures]) => {
    const read = () => pictures.map(selector => {
        const element = document.querySelector(selector)
        if (element instanceof HTMLImageElement) return element.complete ? element.src : null
        return element.getContext("2d").getImageData(0, 0, 28, 28).data.join()
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
PATH = [(0.3, 0.2), (0.7, 0.2), (0.4, 0.8), (0.2, 0.5), (0.8, 0.6), (0.5, 0.3)]


def sketch(checkpoints: Path) -> list[Row]:
    """Our sketchpad, and gr.Sketchpad with the same two models behind it."""
    exhibition = load_exhibition(checkpoints)
    with opened(build(exhibition)) as page:
        watch(page, "#sketchpad canvas", "pointerrawupdate", "canvas")
        answers = single_moves(page)
        updates = steady_drawing(page)
    with opened(stock_page(exhibition)) as page:
        watch(page, "#sketchpad", "pointerup", "img")
        stock = statistics.median(whole_strokes(page))
    median = statistics.median(answers)
    return [
        ("pointer to both reconstructions, median", median, "ms", "<= 20"),
        ("the same, 95th percentile", float(np.percentile(answers, 95)), "ms", "<= 40"),
        ("updates while drawing", updates, "a second", ">= 30"),
        ("gr.Sketchpad, end of stroke to both, median", stock, "ms", ""),
        ("times faster than gr.Sketchpad", stock / median, "", ">= 30"),
    ]


def stock_page(exhibition: Exhibition) -> gr.Blocks:
    """What the Draw tab would be, were it made of Gradio's own components."""

    def rebuild(drawing: dict) -> tuple:
        grey = drawing["composite"][..., :3].mean(axis=-1, dtype=np.float32) / 255
        result = exhibition.reconstruct(grey)
        return enlarge(result.dense.image), enlarge(result.conv.image)

    paper = np.full((280, 280), 255, np.uint8)
    with gr.Blocks() as page:
        pad = gr.Sketchpad(
            paper,
            elem_id="sketchpad",
            canvas_size=(280, 280),
            brush=gr.Brush(default_size=24, colors=["#000000"], color_mode="fixed"),
            layers=False,
        )
        first = enlarge(exhibition.digits.images[0, 0].numpy() / 255)
        dense = gr.Image(first, elem_id="dense-reconstruction", format="png")
        conv = gr.Image(first, elem_id="conv-reconstruction", format="png")
        pad.change(rebuild, pad, [dense, conv], show_progress="hidden")
    return page


@contextlib.contextmanager
def opened(app: gr.Blocks) -> Iterator:
    """Serves a page and opens it in a real browser."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        sys.exit("Chromium is not installed; it is needed to measure the page as a visitor has it.")
    _, url, _ = app.launch(prevent_thread_lock=True, quiet=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(url)
        page.wait_for_selector("#sketchpad canvas")
        page.wait_for_timeout(3000)
        yield page
        browser.close()
    app.close(verbose=False)


def watch(page, target: str, event: str, picture: str) -> None:
    pictures = [f"#{model}-reconstruction {picture}" for model in ("dense", "conv")]
    page.evaluate(WATCH, [target, event, pictures])


def places(page) -> list[tuple[float, float]]:
    """The points of PATH on the paper, of which at least 240 pixels are in the pad's middle."""
    box = page.locator("#sketchpad canvas").first.bounding_box()
    left, top = box["x"] + box["width"] / 2 - 120, box["y"] + box["height"] / 2 - 120
    return [(left + 240 * x, top + 240 * y) for x, y in PATH]


def single_moves(page, warm_up: int = 10, moves: int = 120) -> list[float]:
    """One stroke of many moves, each of which has been answered before the next comes."""
    (x, y), *_ = places(page)
    page.mouse.move(x, y)
    page.mouse.down()
    for move in range(warm_up + moves):
        if move == warm_up:
            page.evaluate("window.latencies = []")
        angle = move / 20
        page.mouse.move(x + 60 + (20 + move / 3) * np.cos(angle), y + 90 + 80 * np.sin(angle))
        page.wait_for_timeout(60 + move % 17)  # not in step with the screen's frames
    page.mouse.up()
    page.wait_for_timeout(200)
    return page.evaluate("window.latencies")


def steady_drawing(page, seconds: float = 5) -> float:
    """Updates a second while the pen never stops."""
    (x, y), *_ = places(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("window.updates = 0")
    begun = time.perf_counter()
    while (passed := time.perf_counter() - begun) < seconds:
        page.mouse.move(x + 60 + 60 * np.cos(9 * passed), y + 90 + 80 * np.sin(7 * passed))
    updates = page.evaluate("window.updates")
    page.mouse.up()
    return updates / (time.perf_counter() - begun)


def whole_strokes(page, strokes: int = 8) -> list[float]:
    """Each stroke has been answered before the next comes; the Sketchpad leaves out some."""
    for stroke in range(strokes):
        page.evaluate("window.since = null")
        start, end = places(page)[stroke % 5 : stroke % 5 + 2]
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*end, steps=10)
        page.mouse.up()
        page.wait_for_timeout(5000)
    return page.evaluate("window.latencies")


# ---- decode: from the hand on the pad to the decoded digit ----


def decode(checkpoints: Path) -> list[Row]:
    """The pad of the Decode tab, moved step by step and then without a stop."""
    with opened(build(load_exhibition(checkpoints))) as page:
        page.get_by_role("tab", name="Decode").click()
        page.wait_for_selector("#decoder .pad")
        page.wait_for_timeout(2000)
        page.evaluate(WATCH, ["#decoder .pad", "pointermove", ["#decoder .decoded canvas"]])
        box = page.locator("#decoder .pad").bounding_box()
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

        def move(angle: float) -> None:
            page.mouse.move(middle[0] + 150 * np.cos(angle), middle[1] + 150 * np.sin(2 * angle))

        move(0)
        page.mouse.down()
        for step in range(130):
            if step == 10:
                page.evaluate("window.latencies = []")
            move(step / 20)
            page.wait_for_timeout(60 + step % 17)  # not in step with the screen's frames
        answers = page.evaluate("window.latencies")
        page.evaluate("window.updates = 0")
        begun = time.perf_counter()
        while (passed := time.perf_counter() - begun) < 5:
            move(2 * passed)
        updates = page.evaluate("window.updates") / (time.perf_counter() - begun)
        page.mouse.up()
    return [
        ("pad to the decoded digit, median", statistics.median(answers), "ms", "<= 20"),
        ("the same, 95th percentile", float(np.percentile(answers, 95)), "ms", ""),
        ("updates while dragging", updates, "a second", ">= 30"),
    ]


# ---- page: what the latent space weighs, and when it is there ----

DRAWN = """
() => {
    const scene = document.querySelector("#latent-scatter .js-plotly-plot")?._fullLayout?.scene
    if (!scene?._scene?.glplot) return false
    window.frames_since = (window.frames_since ?? 0) + 1
    return window.frames_since > 2  // asked once a frame: the points are on the screen
}
"""


def page(checkpoints: Path) -> list[Row]:
    """The scatter travels inside the page, once; the moments of the training when asked for."""
    app = build(load_exhibition(checkpoints))
    with opened(app) as page:
        scatter = page.evaluate(
            """() => {
                const parts = window.gradio_config.components
                const size = id =>
                    JSON.stringify(parts.find(part => part.props.elem_id === id)).length
                return size("latent-scatter") + size("latent-map")
            }"""
        )
        sizes = {}
        page.on("response", lambda answer: sizes.update({answer.url: answer}))
        begun = time.perf_counter()
        page.get_by_role("tab", name="Latent space").click()
        page.wait_for_function(DRAWN)
        drawn = time.perf_counter() - begun
        page.wait_for_timeout(3000)
        later = sum(len(answer.body()) for url, answer in sizes.items() if "/assets/" not in url)
        moments = 0
        with page.expect_response("**/component_server/") as answer:
            page.get_by_role("button", name="Play the training").click()
        moments = len(answer.value.body())
    return [
        ("the scatter, inside the page", scatter / 1000, "kB", "<= 500"),
        ("opening the tab: drawn after", drawn, "s", "<= 2"),
        ("opening the tab: more data transferred", later / 1000, "kB", ""),
        ("the moments of the training, when asked for", moments / 1000, "kB", ""),
    ]


# ---- the table ----

SECTIONS = {"sketch": sketch, "decode": decode, "page": page}


def met(value: float, target: str) -> bool | None:
    if not target:
        return None
    sign, number = target.split()
    return value <= float(number) if sign == "<=" else value >= float(number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("section", choices=SECTIONS)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--checkpoints",
        type=Path,
        default=Path(__file__).parent.parent / "checkpoints",
        help="folder with dense/, conv/ and mnist_test.npz (default: the project's own)",
    )
    args = parser.parse_args()

    load = os.getloadavg()[0] / os.cpu_count()
    rows = SECTIONS[args.section](args.checkpoints)
    if args.json:
        keys = ("what", "value", "unit", "target")
        table = [dict(zip(keys, row, strict=True)) | {"met": met(row[1], row[3])} for row in rows]
        print(json.dumps({"load_a_core_before": round(load, 2), "rows": table}, indent=2))
        return
    for what, value, unit, target in rows:
        verdict = {True: "met", False: "missed", None: ""}[met(value, target)]
        print(f"{what:46}{value:9.1f} {unit:10}{target:>8}  {verdict}")
    if load > BUSY:
        print(
            f"\nThe machine was busy before this began ({load:.1f} tasks a core): "
            "believe the ratios, not the times."
        )


if __name__ == "__main__":
    main()
