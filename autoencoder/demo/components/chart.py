"""A chart: a Plotly figure, drawn in the browser when it comes into view."""

import json

import gradio as gr
import plotly.graph_objects as go

from autoencoder.demo.component import component


def chart(figure: go.Figure, elem_id: str) -> gr.HTML:
    """The figure's layout says how high it is."""
    return component("chart", figure=json.loads(figure.to_json()), elem_id=elem_id)
