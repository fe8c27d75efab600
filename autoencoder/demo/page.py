"""The page as an outline: its head, its tabs, its endpoints, its files."""

import gradio as gr
import torch

from autoencoder.demo.api.image_endpoints import add_endpoints
from autoencoder.demo.api.latent_endpoints import add_latent_endpoints
from autoencoder.demo.components import component
from autoencoder.demo.lesson import lesson
from autoencoder.demo.page_data import page_data
from autoencoder.demo.server.blocks import Page
from autoencoder.demo.server.head import TITLE
from autoencoder.demo.server.preload import first_view
from autoencoder.demo.server.static_files import static_routes
from autoencoder.demo.server.uploaded_files import OLD, PAUSE, own_folder
from autoencoder.demo.tabs.decode import decode_tab
from autoencoder.demo.tabs.draw import draw_tab
from autoencoder.demo.tabs.latent_space import latent_space_tab
from autoencoder.demo.tabs.models import models_tab
from autoencoder.demo.tabs.train import train_tab
from autoencoder.demo.text import heading, text
from autoencoder.demo_data import DemoData

INTRODUCTION = """
# Two autoencoders, from scratch
An **autoencoder** squeezes a picture into a few numbers, then rebuilds it from those alone.
Draw a digit and watch two of them: one keeps **3** numbers, one **64**.
"""

STYLE = """
h1 { margin: 0; font-size: 22px; line-height: 28px; }
p { margin: 2px 0 0; font-size: 15px; line-height: 21px; }
@media (max-width: 599px) {
  h1 { padding-right: 130px; font-size: 19px; line-height: 24px; } /* beside two buttons */
}
@media (min-width: 600px) and (max-height: 449px) {
  h1 { font-size: 18px; line-height: 22px; }
  p { margin: 0; font-size: 14px; line-height: 18px; }
}
"""


def build(demo_data: DemoData, endpoints: bool = True) -> gr.Blocks:
    """The whole page, with its HTTP endpoints or without, ready to `launch()`."""
    torch.set_num_threads(1)  # each visitor has a thread; a drawing is too little work for two
    torch.backends.mkldnn.set_flags(False)  # oneDNN: for one image, PyTorch's own code is quicker
    own_folder()  # before any component asks where files go
    with Page(
        title=TITLE,
        analytics_enabled=False,
        delete_cache=(PAUSE, OLD),
    ) as page:
        provenance = demo_data.provenance()
        notes = [f"On this page {provenance}."] if provenance else []
        paragraphs = [INTRODUCTION, *notes, *demo_data.diagnoses()]
        text("\n\n".join(paragraphs), style=STYLE)
        component("share", elem_id="share", on_click=True)
        lesson(demo_data)
        with gr.Tabs(elem_id="tabs", overflow_behavior="wrap"):
            with gr.Tab("Draw", id="draw"):
                heading("Draw")
                draw_tab(demo_data)
            with gr.Tab("Latent space", id="latent-space"):
                heading("Latent space")
                latent_space_tab(demo_data)
            with gr.Tab("Decode", id="decode"):
                heading("Decode")
                decode_tab(demo_data)
            with gr.Tab("Train", id="train"):
                heading("Train")
                train_tab(demo_data)
            with gr.Tab("Models", id="models"):
                heading("Models")
                models_tab(demo_data)
        if endpoints:
            programs = (
                'Programs can use the models by [endpoints](endpoints): "Use via API" lists them.'
            )
            text(programs, elem_id="programs")
    data = page_data(demo_data)
    page.routes = static_routes(data)
    page.first_view = first_view(page, data)
    if endpoints:  # on a page of their own, as a browser fetches what its page's components need
        with page.route("Endpoints", "/endpoints", show_in_navbar=False):
            add_endpoints(demo_data)
            add_latent_endpoints(demo_data)
    # Programs use the queue, which answers a mistake with a sentence; without it Gradio says 500.
    page.api_open = False
    return page
