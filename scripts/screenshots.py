"""Takes the screenshots of README.md and docs/lesson.md, in a real Chromium, into docs/page/.

And the page's picture in previews of links to it, into web/preview.png.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from benchmarks.browser import opened
from PIL import Image

from autoencoder.checkpoints import OWN
from autoencoder.demo import build
from autoencoder.demo.server.head import PREVIEW
from autoencoder.demo.server.static_files import WEB
from autoencoder.demo_data import load_demo_data

FOLDER = ROOT / "docs" / "page"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with opened(build(load_demo_data(OWN))) as page:
        page.emulate_media(reduced_motion="reduce")  # the cloud stands still

        def take(name: str, element: str, height: int | None = None) -> None:
            page.wait_for_timeout(2000)  # whatever was asked for is there, and has faded in
            page.mouse.move(0, 0)
            box = page.locator(element).first.bounding_box()
            page.screenshot(
                path=FOLDER / f"{name}.png",
                full_page=True,
                clip=box | {"height": height or box["height"]},
            )
            shrink(FOLDER / f"{name}.png")

        def tab(name: str) -> None:
            page.get_by_role("tab", name=name).click()

        page.reload()  # without the digit that writes itself
        page.locator("#reconstruction [aria-busy=false]").wait_for(state="attached")
        page.set_viewport_size({"width": 1280, "height": 672})
        page.wait_for_timeout(1000)
        page.screenshot(path=WEB.parent / PREVIEW)
        shrink(WEB.parent / PREVIEW, (1200, 630))
        page.set_viewport_size({"width": 1280, "height": 900})

        take("draw", "body", 870)
        tab("Latent space")
        page.wait_for_function("document.querySelector('#latent-scatter .gl-container canvas')")
        page.get_by_label("Colour of the points").select_option("error")
        take("errors", "#latent-scatter")
        page.get_by_label("Colour of the points").select_option("digit")
        page.get_by_label("Which digits are shown").select_option(index=12)  # the most alike
        take("alike", "#latent-scatter")
        tab("Decode")
        page.get_by_role("button", name="The middle of everything").click()
        take("middle", "#decoder")
        page.get_by_role("button", name="Lesson", exact=True).click()
        sheet = page.locator("#lesson-sheet")
        while "very middle" not in sheet.inner_text():
            sheet.get_by_role("button", name="The question after").click()
        for name in ("9", "Try it", "Answer"):
            sheet.get_by_role("button", name=name, exact=True).click()
        page.wait_for_timeout(2000)
        page.screenshot(path=FOLDER / "lesson.png")
        shrink(FOLDER / "lesson.png")
        page.keyboard.press("Escape")
        tab("Train")
        page.locator("#train .keep button:enabled").first.wait_for()
        page.locator("#train [data-do=train]").click()
        page.locator("#train [data-do=train]", has_text="Train again").wait_for(timeout=300_000)
        take("train", "#train .desk")
    print(f"Screenshots are in {FOLDER.relative_to(ROOT)}.")


def shrink(path: Path, size: tuple[int, int] | None = None) -> None:
    """256 colours are enough, and take a third of the bytes."""
    picture = Image.open(path).convert("RGB")
    if size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    picture.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path)


if __name__ == "__main__":
    main()
