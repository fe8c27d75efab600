"""How the page looks as a whole."""

import gradio as gr

# The fonts of the visitor's own system: nothing is fetched, and no line moves when a font arrives.
THEME = gr.themes.Default(
    font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
).set(color_accent="*primary_600")  # a ring of it has a contrast of 3 to white and to black
