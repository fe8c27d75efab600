"""From the hand to the pixels: our sketchpad, and Gradio's with the same two models behind it."""

import statistics
import time
from pathlib import Path

import gradio as gr
import numpy as np

from autoencoder.demo import build
from autoencoder.demo.api.pictures import enlarge
from autoencoder.demo_data import DemoData, load_demo_data
from benchmarks import Row
from benchmarks.browser import WATCH, opened

PATH = [(0.3, 0.2), (0.7, 0.2), (0.4, 0.8), (0.2, 0.5), (0.8, 0.6), (0.5, 0.3)]


def sketch(checkpoints: Path, delay: float) -> list[Row]:
    """Our sketchpad, near and far, and gr.Sketchpad with the same two models behind it."""
    demo_data = load_demo_data(checkpoints)
    rows, medians = [], []
    for away in (0, delay):
        with opened(build(demo_data), away) as page:
            watch(page, "#sketchpad canvas", "pointerrawupdate", "canvas")
            answers = single_moves(page)
            updates = steady_drawing(page)
        medians.append(statistics.median(answers))
        rows += [
            (f"{away:.0f} ms away: pointer to both, median", medians[-1], "ms", "<= 12"),
            ("the same, 95th percentile", float(np.percentile(answers, 95)), "ms", "<= 20"),
            ("updates while drawing", updates, "a second", ">= 50"),
        ]
    with opened(build(demo_data)) as page:
        rows += held_rows(page, "a bar", ".bar i", "dense", (1, 0))
        rows += held_rows(page, "a square", ".numbers", "conv", (0, 1))
        if demo_data.code_sizes:
            slowest = max(code_size_changes(page))
            rows += [("a change of code size, the slowest", slowest, "ms", "<= 300")]
    with opened(build(demo_data)) as page:
        inside = inside_open(page)
    with opened(stock_page(demo_data)) as page:
        watch(page, "#sketchpad", "pointerup", "img")
        stock = statistics.median(whole_strokes(page))
    near, far = medians
    return [
        *rows,
        ("updates while drawing with the inside open", inside, "a second", ">= 30"),
        ("later from afar than next door", far - near, "ms", "<= 2"),
        ("gr.Sketchpad next door, end of stroke to both", stock, "ms", ""),
        ("times faster than gr.Sketchpad", stock / near, "", ">= 30"),
    ]


def stock_page(demo_data: DemoData) -> gr.Blocks:
    """What the Draw tab would be, were it made of Gradio's own components."""

    def rebuild(drawing: dict) -> tuple:
        grey = drawing["composite"][..., :3].mean(axis=-1, dtype=np.float32) / 255
        result = demo_data.reconstruct(grey)
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
        first = enlarge(demo_data.digits.images[0, 0].numpy() / 255)
        dense = gr.Image(first, elem_id="dense-reconstruction", format="png")
        conv = gr.Image(first, elem_id="conv-reconstruction", format="png")
        pad.change(rebuild, pad, [dense, conv], show_progress="hidden")
    return page


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


def steady_drawing(page, strokes: int = 6) -> float:
    """Updates a second while the pen never stops: to and fro, down an empty paper."""
    (x, y), *_ = places(page)
    updates = seconds = 0
    for _ in range(strokes):
        page.get_by_role("button", name="Clear the paper").click()
        page.mouse.move(x - 30, y)
        page.mouse.down()
        page.evaluate("window.updates = 0")
        begun = time.perf_counter()
        for row in range(7):
            page.mouse.move(x + 150 if row % 2 == 0 else x - 30, y + 24 * row, steps=12)
        updates += page.evaluate("window.updates")
        seconds += time.perf_counter() - begun
        page.mouse.up()
    return updates / seconds


def inside_open(page) -> float:
    """The same, of the layers inside the convolutional encoder and of what is rebuilt there."""
    page.locator("#reconstruction .conv .encoder").press("Enter")
    pictures = ["#inside canvas[tabindex]", "#inside .rebuilt canvas"]
    page.locator(pictures[1]).wait_for()
    page.evaluate(WATCH, ["#sketchpad canvas", "pointerrawupdate", pictures])
    return steady_drawing(page)


def held_rows(page, name: str, part: str, model: str, way: tuple[int, int]) -> list[Row]:
    """How a model's picture follows when a part of its code is dragged, right or down."""
    page.evaluate(WATCH, [part, "pointerrawupdate", [f"#{model}-reconstruction canvas"]])
    box = page.locator(part).first.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def move(pixels: float) -> None:
        page.mouse.move(middle[0] + pixels * way[0], middle[1] + pixels * way[1])

    move(0)
    page.mouse.down()
    for step in range(130):
        if step == 10:  # the first ones warm it up
            page.evaluate("window.latencies = []")
        move(30 * np.sin(step / 5) + step / 20)  # never twice at one place
        page.wait_for_timeout(60 + step % 17)  # not in step with the screen's frames
    answers = page.evaluate("window.latencies")
    page.evaluate("window.updates = 0")
    begun = time.perf_counter()
    for step in range(300):
        move(30 * np.sin(step / 5) + step / 50)
    updates = page.evaluate("window.updates") / (time.perf_counter() - begun)
    page.mouse.up()
    return [
        (f"dragging {name}: pointer to picture, median", statistics.median(answers), "ms", "<= 12"),
        (f"updates while dragging {name}", updates, "a second", ">= 50"),
    ]


def code_size_changes(page, rounds: int = 3) -> list[float]:
    """Milliseconds from a key to the digit rebuilt with another code size, once all are there."""
    slider = page.locator("#code-size input")
    slider.focus()
    page.wait_for_function(
        """() => [...document.querySelectorAll("#code-size button canvas")].every(canvas =>
            canvas.getContext("2d").getImageData(0, 0, 28, 28).data.some(value => value))"""
    )
    page.evaluate(WATCH, ["#code-size input", "keydown", ["#code-size .rebuilt canvas"]])
    for _ in range(rounds):
        for key in ("Home", *["ArrowRight"] * 7):
            slider.press(key)
            page.wait_for_timeout(400)
    return page.evaluate("window.latencies")


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
