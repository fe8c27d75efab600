"""How the page looks as a whole."""

from pathlib import Path

import gradio as gr

# Fonts that come with Gradio, so that the page loads nothing from other hosts. Source Sans Pro's
# semi-bold, which Gradio takes by default, has 55 glyphs only; its bold has them all.
THEME = gr.themes.Default(
    font=[
        gr.themes.LocalFont("Source Sans Pro", weights=(400, 700)),
        "ui-sans-serif",
        "system-ui",
        "sans-serif",
    ]
)

CSS = Path(__file__).parent / "theme.css"
