"""What the components of the Latent space, Decode and Models tabs have in common."""

from collections.abc import Callable
from functools import wraps

import gradio as gr

from autoencoder.demo.components.parts import component, read, refusal


def exploring(
    name: str, *server_functions: Callable, scripts: tuple[str, ...] = (), **arguments
) -> gr.HTML:
    """A `component` whose script and style begin with exploring.js and exploring.css."""
    functions = map(refusing, server_functions)
    made = component(name, *functions, scripts=("exploring", *scripts), **arguments)
    made.css_template = read("exploring.css") + made.css_template
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
