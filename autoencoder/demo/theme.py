"""How the page looks as a whole."""

import gradio as gr

# The fonts of the visitor's own system: nothing is fetched, and no line moves when a font arrives.
THEME = gr.themes.Default(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])
