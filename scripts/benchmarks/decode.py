"""From the hand on the Decode tab's pad to the decoded digit."""

import statistics
import time
from pathlib import Path

import numpy as np

from autoencoder.demo import build
from autoencoder.exhibition import load_exhibition
from benchmarks import Row
from benchmarks.browser import WATCH, opened


def decode(checkpoints: Path) -> list[Row]:
    """The pad of the Decode tab, moved step by step and then without a stop."""
    with opened(build(load_exhibition(checkpoints))) as page:
        page.get_by_role("tab", name="Decode").click()
        page.wait_for_selector("#decoder .pad")
        page.wait_for_timeout(2000)
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
        while (passed := time.perf_counter() - begun) < 5:
            move(2 * passed)
        updates = page.evaluate("window.updates") / (time.perf_counter() - begun)
        page.mouse.up()
    return [
        ("pad to the decoded digit, median", statistics.median(answers), "ms", "<= 20"),
        ("the same, 95th percentile", float(np.percentile(answers, 95)), "ms", ""),
        ("updates while dragging", updates, "a second", ">= 30"),
    ]
