"""Texts of the page: written as Markdown, rendered when the server starts.

Gradio's own gr.Markdown renders in the browser, for which each visitor fetches nine more files.
"""

import gradio as gr
from markdown_it import MarkdownIt


def text(markdown: str, style: str = "", **arguments) -> gr.HTML:
    """`style` is CSS for the parts of this text, `arguments` are gr.HTML's own."""
    return gr.HTML(
        MarkdownIt().render(markdown), css_template=f"margin: -10px -12px; {style}", **arguments
    )


def heading(name: str) -> gr.HTML:
    """A tab's name as a heading for those who can't see the tabs; theme.css hides it."""
    return gr.HTML(f"<h2>{name}</h2>", elem_classes="tab-heading")
