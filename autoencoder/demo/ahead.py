"""Plotly is fetched and set up while the visitor's hand rests, before a tab needs it."""

import json
from pathlib import Path

import gradio as gr

ASSETS = Path(gr.__file__).parent / "templates/frontend/assets"


def plotly_ahead() -> str:
    """A script for the page's head. Without it the scatter appears a second or two later."""
    [file] = ASSETS.glob("PlotlyPlot-*.js")  # which Gradio fetches for the first plot on the page
    script = (Path(__file__).parent / "ahead.js").read_text("utf-8")
    return f'<script type="module">\nconst FILE = {json.dumps(file.name)};\n{script}</script>'
