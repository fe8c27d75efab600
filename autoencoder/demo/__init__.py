"""The demo: `page.py` has the page as an outline."""

import autoencoder.demo.gradio_import  # noqa: F401, I001  before anything else imports Gradio

from autoencoder.demo.page import build

__all__ = ["build"]
