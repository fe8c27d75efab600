"""The Decode tab: numbers in, digits out; what a decoder makes of any point of a latent space."""

import time
from collections.abc import Callable

import gradio as gr

from autoencoder.demo.components.decoder import decoder
from autoencoder.demo.components.directions import directions
from autoencoder.demo.components.walk import walk
from autoencoder.exhibition import Exhibition


def decode_tab(exhibition: Exhibition) -> tuple[Callable, list]:
    """Returns a function of a code that the decoder is to stand at, and what that updates."""
    gr.Markdown(
        "Any three numbers make a picture, also ones that no digit has. Move them and watch what "
        "the dense model's **decoder** makes of them; look for the places between the digits."
    )
    made = decoder(exhibition, elem_id="decoder")
    walk(exhibition, elem_id="walk")
    directions(exhibition, elem_id="directions")

    def set_code(code: list[float]) -> tuple:
        # with the time, so that the same code counts as news when it is carried here again
        return ({"code": code, "wished": time.time()},)

    return set_code, [made]
