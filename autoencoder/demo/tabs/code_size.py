"""How many numbers a digit needs: the dense model with codes of several sizes."""

import gradio as gr
from torch import nn

from autoencoder.demo.components import component
from autoencoder.demo_data import CodeSize, DemoData

PIXELS = 28 * 28


def code_size(demo_data: DemoData) -> gr.HTML:
    """Rebuilds the digit on the paper with each size of code, and shows the error of each."""
    errors = demo_data.errors_by_code_size()
    return component(
        "code_size",
        elem_id="code-size",
        sizes=[
            {"name": size.name, "size": size.size, "error": errors["dense"].get(size.size)}
            for size in demo_data.code_sizes
        ],
        pca=list(errors["PCA"].items()),
        remark=remark(demo_data.code_sizes, errors["PCA"]),
    )


def remark(sizes: list[CodeSize], pca: dict[int, float]) -> str:
    """What the layers before the code cost, in words, if a code is longer than they; else empty."""
    longest = sizes[-1]
    width = narrowest(longest.model)
    if longest.size <= width:
        return ""
    said = (
        f"The layer before the code has {width} units, and more numbers can say no more: "
        f"beyond {width}, the errors differ by how well each training went."
    )
    if pca.get(longest.size, longest.error) < longest.error:
        said += (
            f" With {longest.size} numbers PCA, in which nothing is narrower than the code, does "
            "better."
        )
    return said


def narrowest(model: nn.Module) -> int:
    """How many units the narrowest of the linear layers has that lie before the code."""
    linear = [layer for layer in model.encoder if isinstance(layer, nn.Linear)]
    return min((layer.out_features for layer in linear[:-1]), default=PIXELS)
