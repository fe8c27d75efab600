"""The Draw tab: a drawing, and what both models make of it."""

from collections.abc import Callable

import gradio as gr

from autoencoder.data import to_unit
from autoencoder.demo.component import component
from autoencoder.demo.components.parts import as_base64
from autoencoder.demo.components.reconstruction import reconstruction
from autoencoder.demo.components.sketchpad import read_file
from autoencoder.demo.untrusted import read_code
from autoencoder.exhibition import Exhibition


def draw_tab(exhibition: Exhibition) -> None:
    gr.Markdown(
        "Draw a digit, anywhere and any size, and watch both models rebuild it as you draw."
    )
    first = exhibition.digits.images[0, 0]
    with gr.Row():
        with gr.Column(scale=0, min_width=360):
            component(
                "sketchpad",
                elem_id="sketchpad",
                first=as_base64(first.numpy()),
                server_functions=[read_file],
            )
        with gr.Column(scale=1, min_width=320):
            reconstruction(exhibition, to_unit(first).numpy(), elem_id="reconstruction")


def carry_code(
    event: Callable, tabs: gr.Tabs, tab: str, show: Callable, outputs: list[gr.components.Component]
) -> None:
    """On an event, opens `tab` and updates `outputs` to what `show(code)` returns."""

    def go(data: gr.EventData):
        try:
            code = read_code(getattr(data, "code", None), latent_dim=3)
        except (TypeError, ValueError) as error:  # TypeError: the event came with nothing at all
            message = "The code must be a list of 3 finite numbers."
            raise gr.Error(message, print_exception=False) from error
        return gr.Tabs(selected=tab), *show(code[0].tolist())

    event(go, None, [tabs, *outputs], show_progress="hidden", api_visibility="private")
