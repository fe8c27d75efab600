"""The Latent space tab: where the dense model puts each test digit."""

import json

import gradio as gr
import numpy as np

from autoencoder.demo.components import component
from autoencoder.demo.tabs.cloud_table import cloud_table
from autoencoder.demo.text import text
from autoencoder.demo_data import DemoData
from autoencoder.figures import DIGIT_COLOURS_BY_THEME, latent_scatter


def latent_space_tab(demo_data: DemoData) -> None:
    text(
        "Each point is one of MNIST's 10,000 test digits, placed by the **3 numbers** that the "
        "dense model keeps of it (its **code**). Turn the cloud; rest on a point to see its digit, "
        "click it to pick it. Press a digit's button to hide it, twice to see only it."
    )
    latent_map(demo_data, elem_id="latent-map")
    cloud_table(demo_data)


def latent_map(demo_data: DemoData, **arguments) -> gr.HTML:
    errors, latent = demo_data.dense.errors.numpy(), demo_data.latent
    epochs = [] if demo_data.snapshots is None else demo_data.snapshots["epoch"]
    alike = latent.most_alike()
    return component(
        "latent_map",
        figure=json.loads(latent_scatter(demo_data.dense.codes.numpy()).to_json()),
        worst=float(np.quantile(errors, 0.99)),
        middles=latent.middles.tolist(),
        colours=DIGIT_COLOURS_BY_THEME,
        snapshots=len(epochs),
        weights=demo_data.snapshot_weights is not None,
        finished={"epochs": round(float(max(epochs, default=0))), "error": float(errors.mean())},
        alike=sorted((alike.digit, alike.confused_with)),
        **arguments,
    )
