"""A network as a picture of its layers: each as wide as it gives numbers on."""

import math
from math import prod

import gradio as gr

from autoencoder.demo.components import static
from autoencoder.figures import METHOD_COLOURS, METHOD_NAMES
from autoencoder.layers import Layer, layers
from autoencoder.models import Autoencoder

IMAGE = (1, 28, 28)

# What each kind of layer does, for people who meet it for the first time.
MEANINGS = {
    "Linear": "each number that comes out is a weighted sum of all that go in",
    "Conv2d": "each number that comes out is a weighted sum of a small window of what goes in",
    "ConvTranspose2d": "the reverse: each number paints a small window of what comes out",
    "ReLU": "negative numbers become 0",
    "Sigmoid": "every number ends between 0 (paper) and 1 (ink)",
    "Flatten": "the same numbers, in one row",
    "Unflatten": "the same numbers, back in a grid",
}


def network_table(name: str, model: Autoencoder) -> gr.HTML:
    """A card with the layers of the model called `name`, from the image down to its reconstruction.

    Each row has the shape after the layer and its parameters, as PyTorch counts them.
    """
    encoder, decoder = layers(model)
    total = sum(layer.parameters for layer in (*encoder, *decoder))
    colour = METHOD_COLOURS[name]
    before = IMAGE
    rows = [end("image", before)]
    for layer in encoder:
        rows.append(row(layer, before, colour))
        before = layer.shape
    rows.append(end("the code", before, "code"))
    for layer in decoder:
        rows.append(row(layer, before, colour))
        before = layer.shape
    rows.append(end("reconstruction", before))
    return static(
        "network_table",
        f'<section class="network"><h3>{METHOD_NAMES[name].capitalize()} model '
        f"<span>{total:,} parameters</span></h3><table><thead><tr>"
        '<th scope="col">layer</th><td></td><th scope="col">shape<br>after it</th>'
        f'<th scope="col">parameters</th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
        "</section>",
        elem_id=f"{name}-network",
    )


def meanings(*models: Autoencoder) -> str:
    """Markdown: what the layers of these models do, each kind once."""
    kinds = {layer.kind: None for model in models for part in layers(model) for layer in part}
    return "; ".join(f"**{kind}**: {MEANINGS[kind]}" for kind in kinds if kind in MEANINGS) + "."


def row(layer: Layer, before: tuple[int, ...], colour: str) -> str:
    window = f"<small>{layer.window}</small>" if layer.window else ""
    kind = "" if layer.parameters else ' class="plain"'
    parameters = f"{layer.parameters:,}" if layer.parameters else "0"
    return (
        f'<tr{kind}><th scope="row">{layer.kind}{window}</th>'
        f'<td class="picture">{trapezium(before, layer.shape, colour)}</td>'
        f"<td>{shape(layer.shape)}</td><td>{parameters}</td></tr>"
    )


def end(name: str, numbers: tuple[int, ...], kind: str = "end") -> str:
    return (
        f'<tr class="{kind}"><th scope="row">{name}</th>'
        f'<td class="picture">{trapezium(numbers, numbers, "var(--ends)")}</td>'
        f"<td>{shape(numbers)}</td><td></td></tr>"
    )


def trapezium(above: tuple[int, ...], below: tuple[int, ...], colour: str) -> str:
    top, bottom = width(above), width(below)
    points = f"{50 - top:.1f},0 {50 + top:.1f},0 {50 + bottom:.1f},20 {50 - bottom:.1f},20"
    return (
        '<svg viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">'
        f'<polygon points="{points}" fill="{colour}" /></svg>'
    )


def width(numbers: tuple[int, ...]) -> float:
    """Half of the picture's width for 4,096 numbers, and that much less for each halving."""
    return 50 * math.log2(1 + prod(numbers)) / 12


def shape(numbers: tuple[int, ...]) -> str:
    return "\N{MULTIPLICATION SIGN}".join(map(str, numbers))
