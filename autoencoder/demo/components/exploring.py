"""What the components of the Latent space, Decode and Models tabs have in common."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path

import gradio as gr

from autoencoder.demo.components.parts import component, refusal


def exploring(name: str, *server_functions: Callable, **arguments) -> gr.HTML:
    """A `component` whose script and style begin with exploring.js and exploring.css."""
    made = component(name, *map(refusing, server_functions), **arguments)
    folder = Path(__file__).parent
    made.js_on_load = (folder / "exploring.js").read_text("utf-8") + made.js_on_load
    made.css_template = (folder / "exploring.css").read_text("utf-8") + made.css_template
    return made


def refusing(function: Callable) -> Callable:
    """A server function whose ValueErrors reach the visitor as sentences, with status 422."""

    @wraps(function)
    def answer(data: object = None):
        try:
            return function(data)
        except ValueError as error:
            raise refusal(str(error)) from error

    return answer
