"""The map of the latent space: the scatter, what is picked on it, and how it came to be."""

import json

import gradio as gr
import numpy as np

from autoencoder.demo.component import component
from autoencoder.exhibition import Exhibition
from autoencoder.figures import latent_scatter


def latent_map(exhibition: Exhibition, **arguments) -> gr.HTML:
    errors, latent = exhibition.dense_errors.numpy(), exhibition.latent
    epochs = [] if exhibition.snapshots is None else exhibition.snapshots["epoch"]
    alike = latent.most_alike()
    return component(
        "latent_map",
        figure=json.loads(latent_scatter(exhibition.dense_codes.numpy()).to_json()),
        worst=float(np.quantile(errors, 0.99)),
        middles=latent.middles.tolist(),
        snapshots=len(epochs),
        finished={"epochs": round(float(max(epochs, default=0))), "error": float(errors.mean())},
        alike=sorted((alike.digit, alike.confused_with)),
        **arguments,
    )
