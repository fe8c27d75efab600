"""From the hand on the Decode tab's pad to the decoded digit."""

import statistics
import time
from pathlib import Path

import numpy as np

from autoencoder.demo import build
from autoencoder.demo_data import load_demo_data
from benchmarks import Row
from benchmarks.browser import WATCH, opened

# In the page: the longest time between two frames while a slider takes all its steps.
LONGEST_FRAME = """
slider => new Promise(tell => {
    slider.value = slider.min
    let longest = 0
    let before = null
    const frame = now => {
        if (before !== null) longest = Math.max(longest, now - before)
        before = now
        if (slider.value === slider.max) return tell(longest)
        slider.stepUp()
        slider.dispatchEvent(new Event("input", { bubbles: true }))
        requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
})
"""


def decode(checkpoints: Path, delay: float) -> list[Row]:
    """The pad of the Decode tab, moved step by step and then without a stop; near and far."""
    demo_data = load_demo_data(checkpoints)
    rows, medians = [], []
    for away in (0, delay):
        with opened(build(demo_data), away) as page:
            answers, updates, longest = dragged(page)
        medians.append(statistics.median(answers))
        rows += [
            (f"{away:.0f} ms away: pad to the digit, median", medians[-1], "ms", "<= 12"),
            ("the same, 95th percentile", float(np.percentile(answers, 95)), "ms", "<= 20"),
            ("updates while dragging", updates, "a second", ">= 55"),
            ("longest frame while the plane is redrawn", longest, "ms", "<= 50"),
        ]
    near, far = medians
    return [*rows, ("later from afar than next door", far - near, "ms", "<= 2")]


def dragged(page) -> tuple[list[float], float, float]:
    """Milliseconds from each move to the new digit; updates a second; the longest frame."""
    page.get_by_role("tab", name="Decode").click()
    page.wait_for_selector("#decoder .pad")
    page.wait_for_timeout(4000)
    page.evaluate(WATCH, ["#decoder .pad", "pointerrawupdate", ["#decoder .decoded canvas"]])
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
    for step in range(60):  # many moves a call: each call takes as long as several frames
        x, y = np.cos(step), np.sin(2 * step)
        page.mouse.move(middle[0] + 150 * x, middle[1] + 150 * y, steps=6)
    updates = page.evaluate("window.updates") / (time.perf_counter() - begun)
    page.mouse.up()
    third = page.locator("#decoder input[type=range]").nth(2)
    return answers, updates, third.evaluate(LONGEST_FRAME)
