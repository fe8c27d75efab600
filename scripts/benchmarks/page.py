"""What the latent space weighs, how soon it is drawn, and how smoothly its training is played."""

import time
from pathlib import Path

from autoencoder.demo import build
from autoencoder.exhibition import load_exhibition
from benchmarks import Row
from benchmarks.browser import opened

DRAWN = """
() => {
    const scene = document.querySelector("#latent-scatter .js-plotly-plot")?._fullLayout?.scene
    if (!scene?._scene?.glplot) return false
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
        page.wait_for_timeout(5000)  # the hand rests, and what draws the scatter is fetched
        begun = time.perf_counter()
        page.get_by_role("tab", name="Latent space").click()
        page.wait_for_function(DRAWN)
        drawn = time.perf_counter() - begun
        page.wait_for_timeout(3000)
        later = sum(len(answer.body()) for url, answer in sizes.items() if "/assets/" not in url)
        with page.expect_response("**/component_server/") as answer:
            page.get_by_role("button", name="Play the training").click()
        moments = len(answer.value.body())
        page.get_by_text("After epoch").wait_for()  # the cloud moves in earnest
        smooth = page.evaluate(FRAMES_A_SECOND, 4)
    return [
        ("the scatter, inside the page", scatter / 1000, "kB", "<= 500"),
        ("opening the tab: drawn after", drawn, "s", "<= 2"),
        ("opening the tab: more data transferred", later / 1000, "kB", ""),
        ("the moments of the training, when asked for", moments / 1000, "kB", ""),
        ("the training's play", smooth, "frames/s", ""),
    ]
