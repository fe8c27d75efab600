"""Figures: matplotlib for files, Plotly for the page. Each function takes numbers, gives a figure.

The two libraries are imported where they are used: the page does without matplotlib, and the
command lines without Plotly.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autoencoder.evaluation import Method
from autoencoder.latent import with_width

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from matplotlib.figure import Figure

# One colour a digit, the same everywhere, for each of the page's themes. A search has kept all
# pairs apart, for usual eyes and for each kind of colour blindness: by 17 at least in CIEDE2000,
# and by 19 where the digits' clouds touch. Each has a contrast of 3 to its ground.
# tests/test_colours.py has the formulas.
DIGIT_COLOURS = [
    "#f00f78", "#879600", "#3c2d3c", "#a587a5", "#2d0f87",
    "#785a0f", "#9678ff", "#4b695a", "#780ff0", "#5a0f0f",
]  # fmt: skip
DIGIT_COLOURS_ON_DARK = [
    "#c34b00", "#e1ff0f", "#5ab4a5", "#ffe1ff", "#b4a5ff",
    "#d2a55a", "#4b7887", "#b4ffd2", "#874bff", "#877869",
]  # fmt: skip
DIGIT_COLOURS_BY_THEME = {"light": DIGIT_COLOURS, "dark": DIGIT_COLOURS_ON_DARK}

# One colour a method, none of them a digit's.
METHOD_COLOURS = {"dense": "#2f7fd0", "conv": "#e07a10", "PCA": "#8a8a8a"}
METHOD_NAMES = {"dense": "dense", "conv": "convolutional", "PCA": "PCA"}
TEXT = "#7a7a7a"  # can be read on light and on dark ground
AXIS = {"gridcolor": "rgba(140, 140, 140, 0.3)", "zeroline": False, "fixedrange": True}
AXIS |= {"automargin": True, "title": {"font": {"size": 12}}}


# ---- Plotly, for the page ----


def latent_scatter(codes: np.ndarray) -> go.Figure:
    """A 3-D scatter for codes (N, 3), a trace a digit.

    The traces are empty: the page has the codes and the colours, and fills them in. Three more are
    for what a visitor picks, that digit's neighbours and the visitor's drawing. The page names the
    axes, answers hovering, with the digit's picture, and hides and shows digits itself.
    Squares, not discs: without a graphics card these are drawn more than twice as fast.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for digit in range(10):
        figure.add_scatter3d(name=str(digit), marker={"size": 2, "symbol": "square"})
    ringed = {"size": 9, "color": "white", "line": {"color": "black", "width": 3}}
    for name, marker in (
        ("its nearest eight", {"size": 4.5, "color": "black"}),
        ("picked", ringed | {"symbol": "circle"}),
        ("your drawing", ringed | {"symbol": "diamond"}),
    ):
        figure.add_scatter3d(name=name, marker=marker)
    figure.update_traces(mode="markers", hoverinfo="none")

    low, high = with_width(codes.min(axis=0), codes.max(axis=0))
    margin = 0.03 * (high - low)
    sides = (high - low) / (high - low).max()  # the same scale on all axes: distances are true
    sides *= 1.1 / np.prod(sides) ** (1 / 3)
    # the camera looks at where most points are
    middle = sides * ((np.median(codes, axis=0) - low) / (high - low) - 0.5)
    eye = middle + np.array([1.1, 1.1, 0.7])
    axis = {"showbackground": False, "gridcolor": "#8c8c8c", "gridwidth": 2, "zeroline": False}
    axis |= {"showspikes": False, "nticks": 4}
    figure.update_layout(
        template="none",
        height=560,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        paper_bgcolor="rgba(0, 0, 0, 0)",
        font={"color": TEXT},
        showlegend=False,
        scene={
            f"{letter}axis": axis
            | {"title": "", "range": [low[i] - margin[i], high[i] + margin[i]]}
            for i, letter in enumerate("xyz")
        }
        | {"aspectmode": "manual", "aspectratio": dict(zip("xyz", sides.tolist(), strict=True))}
        | {
            "camera": {
                name: dict(zip("xyz", place.tolist(), strict=True))
                for name, place in (("center", middle), ("eye", eye))
            }
        },
    )
    return figure


def bottleneck_bars(methods: list[Method]) -> go.Figure:
    """The test error of each method, a bar each, the first one on top."""
    figure = _chart(height=60 + 44 * len(methods), legend=False)
    figure.add_bar(
        x=[method.mse for method in methods],
        y=[f"{method.name} ({method.code_size})" for method in methods],
        text=[three_figures(method.mse) for method in methods],
        marker={
            "color": [METHOD_COLOURS[method.name] for method in methods],
            "pattern": {"shape": ["/" if m.name == "PCA" else "" for m in methods]},
        },
        orientation="h",
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    widest = 1.2 * max(method.mse for method in methods)  # with room for the number at the bar
    figure.update_xaxes(title_text="mean squared error on the test digits", range=[0, widest])
    figure.update_yaxes(autorange="reversed", showgrid=False, ticklabelstandoff=6)
    return figure


def error_by_digit(model: Method, pca: Method | None) -> go.Figure:
    """The model's test error for each digit as a bar in its colour, PCA's as a mark over it."""
    figure = _chart(height=260)
    digits = list(range(10))
    figure.add_bar(x=digits, y=model.by_digit, marker_color=DIGIT_COLOURS, showlegend=False)
    figure.update_traces(meta=DIGIT_COLOURS_BY_THEME)
    if pca:
        marker = {"symbol": "diamond-open", "size": 9, "color": TEXT, "line": {"width": 2}}
        name = f"PCA with {pca.code_size} numbers"
        figure.add_scatter(x=digits, y=pca.by_digit, name=name, mode="markers", marker=marker)
    figure.update_traces(hovertemplate="%{x}: %{y:.3~g}<extra></extra>")
    figure.update_xaxes(title_text="digit", dtick=1, showgrid=False)
    figure.update_yaxes(title_text="mean squared error", rangemode="tozero")
    return figure


def training_curves(name: str, history: dict[str, np.ndarray]) -> go.Figure:
    """A model's training and validation error after each epoch, on a logarithmic axis.

    `history` has the columns `epoch`, `training_mse` and `validation_mse`, (epochs,) each.
    """
    figure = _chart(height=280)
    epochs = history["epoch"]
    mode = "lines" if len(epochs) > 20 else "lines+markers"
    for column, label, line in (
        ("training_mse", "training", {"color": TEXT, "width": 1.5, "dash": "dot"}),
        ("validation_mse", "validation", {"color": METHOD_COLOURS[name], "width": 2}),
    ):
        errors = [float(f"{error:.4g}") for error in history[column]]  # short, for the page
        figure.add_scatter(x=epochs.astype(int), y=errors, name=label, mode=mode, line=line)
    figure.update_traces(hovertemplate="%{y:.4~g} after epoch %{x}")
    figure.update_xaxes(title_text="epoch: once through all training digits", rangemode="tozero")
    if len(epochs) <= 10:
        figure.update_xaxes(dtick=1)
    errors = np.concatenate([history["training_mse"], history["validation_mse"]])
    errors = errors[np.isfinite(errors) & (errors > 0)]
    ticks = log_ticks(errors.min(), errors.max()) if errors.size else []
    figure.update_yaxes(title_text="mean squared error", type="log", tickvals=ticks)
    return figure


def code_size_curve(errors: dict[str, dict[int, float]]) -> go.Figure:
    """Each method's test error by the size of the code, both on logarithmic axes."""
    figure = _chart(height=300)
    for name, by_size in errors.items():
        line = {"color": METHOD_COLOURS[name], "dash": "dash" if name == "PCA" else "solid"}
        sizes, found = list(by_size), list(by_size.values())
        figure.add_scatter(
            x=sizes, y=found, name=METHOD_NAMES[name], mode="lines+markers", line=line
        )
    figure.update_traces(hovertemplate="%{y:.3~g} with %{x} numbers")
    sizes, ticks = _code_size_ticks(errors)
    figure.update_xaxes(title_text="numbers in the code", type="log", tickvals=sizes)
    figure.update_yaxes(title_text="mean squared error", type="log", tickvals=ticks)
    return figure


def _code_size_ticks(errors: dict[str, dict[int, float]]) -> tuple[list[int], list[float]]:
    """What is written at the axes: all sizes of codes, and round errors."""
    sizes = {size for by_size in errors.values() for size in by_size}
    found = [error for by_size in errors.values() for error in by_size.values()]
    return sorted(sizes), log_ticks(min(found), max(found))


def _chart(height: int, legend: bool = True) -> go.Figure:
    """An empty chart that suits light and dark pages, and lets a finger scroll the page over it."""
    import plotly.graph_objects as go

    return go.Figure(
        layout={
            "template": "none",
            "height": height,
            "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
            "paper_bgcolor": "rgba(0, 0, 0, 0)",
            "plot_bgcolor": "rgba(0, 0, 0, 0)",
            "font": {"color": TEXT, "size": 12},
            "showlegend": legend,
            "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
            "xaxis": AXIS,
            "yaxis": AXIS,
            "dragmode": False,
        }
    )


def log_ticks(low: float, high: float) -> list[float]:
    """Round numbers for an axis from low to high: 1, 2, 5, 10, ..., more where these are few."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)))
    for steps in ((1, 2, 5), range(1, 10)):
        ticks = [step * 10.0**power for power in powers for step in steps]
        inside = [tick for tick in ticks if 0.9 * low <= tick <= 1.1 * high]
        if len(inside) >= 3:
            break
    return inside


def three_figures(value: float) -> str:
    """A number with three significant digits and no exponent: 0.0277, 0.00160."""
    places = 2 - math.floor(math.log10(value)) if 0 < value < math.inf else 2
    return f"{value:.{max(places, 0)}f}"


# ---- matplotlib, for files ----


def reconstruction_rows(rows: dict[str, np.ndarray]) -> Figure:
    """Rows of images under each other, (N, 28, 28) in [0, 1] each, with the row's name beside."""
    from matplotlib.figure import Figure

    columns = len(next(iter(rows.values())))
    figure = Figure(figsize=(columns * 0.9 + 1.6, len(rows) * 0.95), layout="constrained")
    for axes_row, (name, images) in zip(
        figure.subplots(len(rows), columns, squeeze=False), rows.items(), strict=True
    ):
        for axes, image in zip(axes_row, images, strict=True):
            axes.imshow(image, cmap="gray_r", vmin=0, vmax=1)
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_color("lightgray")
        axes_row[0].set_ylabel(name, rotation=0, ha="right", va="center")
    return figure


def bottleneck_figure(methods: list[Method]) -> Figure:
    """The test error of each method, a bar each, the first one on top."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 2.4), layout="constrained")
    axes = figure.subplots()
    names = [f"{METHOD_NAMES[m.name]}, {m.code_size} numbers" for m in methods]
    colours = [METHOD_COLOURS[m.name] for m in methods]
    bars = axes.barh(names, [m.mse for m in methods], color=colours)
    axes.bar_label(bars, [three_figures(m.mse) for m in methods], padding=4)
    axes.set_xlabel("mean squared error on the 10,000 test digits")
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def code_size_figure(errors: dict[str, dict[int, float]]) -> Figure:
    """Each method's test error by the size of the code, both on logarithmic axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.4), layout="constrained")
    axes = figure.subplots()
    for name, by_size in errors.items():
        style = "o--" if name == "PCA" else "o-"
        colour = METHOD_COLOURS[name]
        axes.plot(
            *zip(*by_size.items(), strict=True), style, color=colour, label=METHOD_NAMES[name]
        )
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="numbers in the code",
        ylabel="mean squared error, test digits",
    )
    sizes, ticks = _code_size_ticks(errors)
    axes.set_xticks(sizes, sizes)
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def training_figure(histories: dict[str, dict[str, np.ndarray]]) -> Figure:
    """A panel a model: training and validation error after each epoch, on a logarithmic axis.

    The histories have the columns `epoch`, `training_mse` and `validation_mse`, (epochs,) each.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2 * len(histories), 3), layout="constrained")
    for axes, (name, history) in zip(
        figure.subplots(1, len(histories), squeeze=False)[0], histories.items(), strict=True
    ):
        colour = METHOD_COLOURS[name]
        axes.plot(history["epoch"], history["training_mse"], ":", color="dimgray", label="training")
        axes.plot(history["epoch"], history["validation_mse"], color=colour, label="validation")
        axes.set(
            yscale="log",
            xlabel="epoch",
            ylabel="mean squared error",
            title=f"{METHOD_NAMES[name]} model",
        )
        ticks = log_ticks(*axes.get_ylim())
        axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
        axes.grid(alpha=0.3)
        axes.legend()
    return figure


def longer_trainings(trainings: dict[str, dict[str, np.ndarray]], aim: float) -> Figure:
    """The ends of several trainings' curves over each other, to see what more epochs gain.

    Histories as in `training_figure`, by what to call them; `aim` is an error to be reached.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.6), layout="constrained")
    axes = figure.subplots()
    lowest = min(history["training_mse"].min() for history in trainings.values())
    for (name, history), colour in zip(trainings.items(), METHOD_COLOURS.values(), strict=False):
        axes.plot(history["epoch"], history["training_mse"], ":", color=colour)
        line = axes.plot(history["epoch"], history["validation_mse"], color=colour, label=name)
        end = history["epoch"][-1], history["validation_mse"][-1]
        axes.annotate(
            f"{end[1]:.6f}",
            end,
            (4, -12),
            textcoords="offset points",
            fontsize="small",
            color=line[0].get_color(),
        )
    axes.axhline(aim, color="dimgray", linestyle="--", linewidth=1)
    axes.text(0, aim, f"aim: {aim}", va="bottom", fontsize="small", color="dimgray")
    axes.set(
        xlabel="epoch",
        ylabel="mean squared error",
        ylim=(0.97 * lowest, 1.6 * lowest),
        title="validation error (dotted: training error)",
    )
    axes.margins(x=0.17)
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left")
    return figure


def latent_views(codes: np.ndarray, labels: np.ndarray) -> Figure:
    """Codes (N, 3), two of their numbers at a time, a colour a digit; its name in its middle.

    A hundredth of the codes at each end of an axis are left out: a few lie far from all others.
    """
    from matplotlib.figure import Figure

    low, high = with_width(*np.quantile(codes, (0.01, 0.99), axis=0))
    names = ("1st number", "2nd number", "3rd number")
    pairs = ((0, 1), (0, 2), (1, 2))
    figure = Figure(figsize=(3 * len(pairs), 3.1), layout="constrained")
    for axes, (right, up) in zip(figure.subplots(1, len(pairs)), pairs, strict=True):
        colours = np.array(DIGIT_COLOURS)[labels]
        axes.scatter(codes[:, right], codes[:, up], s=1, c=colours, linewidths=0, rasterized=True)
        for digit in range(10):
            x, y = np.median(codes[labels == digit][:, [right, up]], axis=0)
            box = {"boxstyle": "circle,pad=0.15", "fc": "white", "ec": DIGIT_COLOURS[digit]}
            axes.text(x, y, digit, ha="center", va="center", weight="bold", bbox=box)
        axes.set(xlabel=names[right], ylabel=names[up])
        axes.set(xlim=(low[right], high[right]), ylim=(low[up], high[up]))
    return figure
