"""What all components share: they are made of files, and how they answer and refuse."""

import base64
from collections.abc import Callable
from pathlib import Path

import gradio as gr
import numpy as np
from fastapi import HTTPException


def component(
    name: str, *server_functions: Callable, scripts: tuple[str, ...] = (), **arguments
) -> gr.HTML:
    """A gr.HTML made of NAME.html, NAME.css and NAME.js, whose script can `ask` those functions.

    `scripts` names others that run before it, as parts of it. `arguments` are gr.HTML's own; all
    others reach the script as `props`.
    """
    html, css = read(f"{name}.html"), read(f"{name}.css")
    js = "".join(read(f"{script}.js") for script in ("ask", *scripts, name))
    made = gr.HTML(
        html_template=html,
        css_template=css,
        js_on_load=js,
        apply_default_css=False,
        server_functions=list(server_functions),
        **arguments,
    )
    made.props["component"] = made._id  # ask.js needs it
    return made


def read(file: str) -> str:
    return (Path(__file__).parent / file).read_text("utf-8")


def refusal(message: str) -> HTTPException:
    """To be raised in a server function: the browser gets a status 422 and the message."""
    return HTTPException(422, message)


def as_bytes(images: np.ndarray) -> str:
    """Images of any shape in [0, 1] -> base64 of a byte a pixel, 255 is ink."""
    return as_base64(np.round(255 * np.nan_to_num(images)).clip(0, 255).astype(np.uint8))


def as_base64(numbers: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(numbers).tobytes()).decode()
