"""The Draw tab: a drawing, and what both models make of it."""

import gradio as gr

from autoencoder.data import to_unit
from autoencoder.demo.component import component
from autoencoder.demo.components.parts import as_base64
from autoencoder.demo.components.reconstruction import reconstruction
from autoencoder.demo.text import text
from autoencoder.exhibition import Exhibition


def draw_tab(exhibition: Exhibition) -> None:
    text("Draw a digit, anywhere and any size, and watch both models rebuild it as you draw.")
    first = exhibition.digits.images[0, 0]
    with gr.Row():
        with gr.Column(scale=0, min_width=360):
            component("sketchpad", elem_id="sketchpad", first=as_base64(first.numpy()))
        with gr.Column(scale=1, min_width=320):
            reconstruction(exhibition, to_unit(first).numpy(), elem_id="reconstruction")
