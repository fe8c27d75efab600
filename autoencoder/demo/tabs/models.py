"""The Models tab: what the two models are, how good they are, and how that is known."""

import json
import math

import gradio as gr
import plotly.graph_objects as go

from autoencoder.demo.components import component
from autoencoder.demo.tabs.code_size import remark
from autoencoder.demo.tabs.model_tables import (
    code_size_table,
    figure_table,
    origin_table,
    price_table,
)
from autoencoder.demo.tabs.network_table import meanings, network_table
from autoencoder.demo.text import text
from autoencoder.demo_data import DemoData
from autoencoder.evaluation import Method
from autoencoder.figures import (
    METHOD_NAMES,
    bottleneck_bars,
    code_size_curve,
    error_by_digit,
    three_figures,
    training_curves,
)

ROWS = 15  # at most, in the table of a training


def models_tab(demo_data: DemoData) -> None:
    models = {"dense": demo_data.dense.model, "conv": demo_data.conv.model}
    records = {"dense": demo_data.dense.record, "conv": demo_data.conv.record}
    methods = demo_data.methods()

    text(
        "What the two models are, how good they are, and how that is known. All of it is read from "
        "the models and their files when this page starts."
    )
    text(
        "### The networks\n"
        "An image enters at the top and leaves, rebuilt, at the bottom. The width is how many "
        "numbers it is there (each halving narrows it by the same step): the **code** is the "
        "bottleneck. Parameters are the numbers that the training found."
    )
    with gr.Column(elem_classes="side-by-side"):
        for name, model in models.items():
            with gr.Column():
                network_table(name, model)
    text(meanings(*models.values()))

    text(
        "### The price of the bottleneck\n"
        "What the image loses on the way: the mean squared error per pixel, pixels from 0 to 1. "
        "The yardstick is **PCA**, the best that weighted sums alone can do with as short a code."
    )
    with gr.Column(elem_classes="side-by-side"):
        with gr.Column():
            chart(
                bottleneck_bars(methods),
                "bottleneck-bars",
                "The test error of each method, as the table beside it.",
            )
        with gr.Column():
            price_table(methods, demo_data.pca)

    if demo_data.code_sizes:
        errors = demo_data.errors_by_code_size()
        text(
            "### How many numbers does a digit need?\n"
            "The test error of the dense model, trained in the same way with a shorter or longer "
            f"code, and of PCA. {remark(demo_data.code_sizes, errors['PCA'])}"
        )
        with gr.Column(elem_classes="side-by-side"):
            with gr.Column():
                chart(
                    code_size_curve(errors),
                    "code-size-curve",
                    "The test error by the size of the code, as the table beside it.",
                )
            with gr.Column():
                code_size_table(demo_data.code_sizes, errors["PCA"])

    text("### Error by digit\nSome digits are harder to rebuild. Mind the two scales.")
    with gr.Column(elem_classes="side-by-side"):
        for name in models:
            own = next(method for method in methods if method.name == name)
            pca = [m for m in methods if m.name == "PCA" and m.code_size == own.code_size]
            with gr.Column():
                text(by_digit(own))
                figure = error_by_digit(own, pca[0] if pca else None)
                label = f"{title(name)}: the error of each digit, as the table below."
                chart(figure, f"{name}-by-digit", label)
                digits = {title(m.name) if m is own else m.name: m.by_digit for m in (own, *pca)}
                figure_table("digit", range(10), digits, f"{name}-by-digit-table")

    text(
        "### Best, typical and worst\nOf the 10,000 test digits, each above what the model "
        "rebuilds of it, with the error. Click one to put it on the sketchpad."
    )
    with gr.Column(elem_classes="side-by-side"):
        for name in models:
            with gr.Column():
                component("gallery", model=name, title=title(name), elem_id=f"{name}-gallery")

    text(
        "### How they were trained\nThe error after each epoch, on the digits that the model "
        "learns from and on others that it never learns from (validation). Where the second is "
        "clearly above the first, the model has begun to learn by heart."
    )
    with gr.Column(elem_classes="side-by-side"):
        for name, record in records.items():
            with gr.Column():
                text(f"**{title(name)}**")
                if record.history:
                    history = record.history
                    label = f"{title(name)}: the error after each epoch, as the table below."
                    chart(training_curves(name, history), f"{name}-curves", label)
                    curves = {
                        "training": history["training_mse"],
                        "validation": history["validation_mse"],
                    }
                    epochs = [int(epoch) for epoch in history["epoch"]]
                    some = slice(None, None, -math.ceil(len(epochs) / ROWS))  # from the last
                    curves = {column: errors[some][::-1] for column, errors in curves.items()}
                    figure_table("epoch", epochs[some][::-1], curves, f"{name}-curves-table")
                else:
                    text("Its training can't be shown: it has no whole history.csv.")
                origin_table(name, record)


def by_digit(method: Method) -> str:
    """Markdown: which digits the model rebuilds best and worst."""
    ranked = sorted(range(10), key=lambda digit: method.by_digit[digit])
    best, worst = (f"{digit} ({three_figures(method.by_digit[digit])})" for digit in ranked[::9])
    return f"**{title(method.name)}**: best rebuilt is {best}, worst is {worst}."


def title(name: str) -> str:
    return f"{METHOD_NAMES[name].capitalize()} model"


def chart(figure: go.Figure, elem_id: str, label: str) -> gr.HTML:
    """The figure's layout says how high it is; `label` what it shows, and where its table is."""
    return component("chart", figure=json.loads(figure.to_json()), elem_id=elem_id, label=label)
