"""The Latent space tab: where the dense model puts each test digit."""

import gradio as gr

from autoencoder.demo.components.cloud_table import cloud_table
from autoencoder.demo.components.latent_map import latent_map
from autoencoder.demo.text import text
from autoencoder.exhibition import Exhibition


def latent_space_tab(exhibition: Exhibition) -> None:
    text(
        "Each point is one of MNIST's 10,000 test digits, placed by the **3 numbers** that the "
        "dense model keeps of it (its **code**). Turn the cloud; rest on a point to see its digit, "
        "click it to pick it. In the legend, click a digit to hide it, double-click to see only it."
    )
    latent_map(exhibition, elem_id="latent-map")
    gr.HTML(cloud_table(exhibition), elem_id="cloud-table", apply_default_css=False)
