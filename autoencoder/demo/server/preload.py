"""Names the files of the first view, for the page's HTML.

So a browser asks for them as soon as it has that, not when one script after the other has found out
about the next, which takes many journeys to the server and back.
"""

import re
from pathlib import Path

import gradio as gr

from autoencoder.demo.gradio_assets import FRONTEND, gradio_assets
from autoencoder.demo.page_data import INDEX
from autoencoder.demo.server.static_files import WEB

FIRST = ("components/sketchpad/sketchpad.js", "components/reconstruction/reconstruction.js")
MODELS = ("components/reconstruction/models.js",)  # what rebuilds the first drawing
WEIGHTS = ("dense", "conv")
BELOW = ("components/inside/inside.js", "components/code_size/code_size.js")  # the first view
IMPORT = re.compile(r'^(?:import|export) [^;]*?\bfrom "(\.[^"]*)";', re.MULTILINE)


def first_view(page: gr.Blocks, data: dict[str, bytes]) -> tuple[str, str]:
    """Tags for the beginning and for the end of the page's head.

    They are for Gradio's scripts, our modules, and the arrays among `page_data`'s; and for Gradio's
    styles. Of equal weight is what the first view needs; the networks come behind it.
    """
    kinds = {block.get_block_name() for block in page.blocks.values()} - {"blocks"}
    gradio = gradio_assets((FRONTEND / "index.html").read_text("utf-8"), kinds, first_view=True)
    first = imported(FIRST)
    behind = dict.fromkeys(imported(MODELS) + imported(BELOW))
    weights = [path for name in WEIGHTS for path in data if path.startswith(f"{name}.")]
    test_digits = [path for path in data if path.startswith("test_digits.")]
    tags = [module(path.as_posix()) for path in gradio if path.suffix == ".js"]
    tags += map(module, first)
    tags += map(numbers, weights)  # first of what is behind: over HTTP/1 they take the longest
    tags += [module(path, ' fetchpriority="low"') for path in behind if path not in first]
    tags += map(numbers, test_digits)  # last: the models rebuild without them
    _, *others = (path for path in gradio if path.suffix == ".css")  # the page links to the first
    return "\n".join(tags), styles(others)


def styles(paths: list[Path]) -> str:
    """These styles in the page itself, which saves a dozen requests.

    Gradio's scripts, as Vite makes them, fetch no style that a link on the page names already; and
    no browser fetches one that is disabled.
    """
    links = [f'<link rel="stylesheet" href="{path.as_posix()}" disabled />' for path in paths]
    contents = [(FRONTEND / path).read_text("utf-8") for path in paths]
    return "\n".join([*links, "<style>", *contents, "</style>"])


def module(path: str, priority: str = "") -> str:
    return f'<link rel="modulepreload" href="{path}"{priority} />'


def numbers(path: str) -> str:
    return f'<link rel="preload" href="data/{path}" as="fetch" crossorigin fetchpriority="low" />'


def imported(modules: tuple[str, ...]) -> list[str]:
    """These modules of web/ and all that they import, as paths below the page's address."""
    found = [WEB / name for name in modules]
    for module in found:  # which grows meanwhile
        if module.name == INDEX:  # is made when the server starts; it imports nothing
            continue
        for name in IMPORT.findall(module.read_text("utf-8")):
            path = Path(module.parent, name).resolve()
            if path not in found:
                found.append(path)
    return [module.relative_to(WEB.parent).as_posix() for module in found]
