"""Our own components: each a function that makes a gr.HTML of its .html, .css and .js.

Functions, not subclasses: Gradio writes a .pyi beside the file of each subclass that it meets.
"""

from autoencoder.demo.components.picture_path import picture_path

__all__ = ["picture_path"]
