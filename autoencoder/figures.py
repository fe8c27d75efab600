"""Figures: matplotlib for files, Plotly for the page. Each function takes numbers, gives a figure.

The two libraries are imported where they are used: the page does without matplotlib, and the
command lines without Plotly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from matplotlib.figure import Figure

# One colour a digit, the same everywhere, found by a search that keeps all pairs far apart: by at
# least 38 (CIE 1976) for usual eyes and 22 for each kind of colour blindness (Machado et al. 2009).
DIGIT_COLOURS = [
    "#6996ff", "#a52d00", "#4be187", "#783ca5", "#b48700",
    "#e15aa5", "#1e6969", "#e1b4f0", "#78874b", "#b4d2c3",
]  # fmt: skip


def latent_scatter(codes: np.ndarray, labels: np.ndarray) -> go.Figure:
    """A 3-D scatter of codes (N, 3), a colour a digit; its legend switches digits on and off.

    Squares, not discs: without a graphics card these are drawn more than twice as fast.
    Three more traces, empty at first, are for what a visitor picks, that digit's neighbours and
    the visitor's drawing. The page answers hovering itself, with the digit's picture.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for digit, colour in enumerate(DIGIT_COLOURS):
        x, y, z = np.float32(codes[labels == digit].T)
        marker = {"size": 2, "color": colour, "symbol": "square"}
        figure.add_scatter3d(x=x, y=y, z=z, name=str(digit), marker=marker)
    ringed = {"size": 9, "color": "white", "line": {"color": "black", "width": 3}}
    for name, marker in (
        ("its nearest eight", {"size": 4.5, "color": "black"}),
        ("picked", ringed | {"symbol": "circle"}),
        ("your drawing", ringed | {"symbol": "diamond"}),
    ):
        figure.add_scatter3d(name=name, marker=marker, showlegend=False)
    figure.update_traces(mode="markers", hoverinfo="none")

    low, high = codes.min(axis=0), codes.max(axis=0)
    margin = 0.03 * (high - low)
    sides = (high - low) / (high - low).max()  # the same scale on all axes: distances are true
    sides *= 1.1 / np.prod(sides) ** (1 / 3)
    # the camera looks at where most points are
    middle = sides * ((np.median(codes, axis=0) - low) / (high - low) - 0.5)
    eye = middle + np.array([1.1, 1.1, 0.7])
    axis = {"showbackground": False, "gridcolor": "#8c8c8c", "zeroline": False}
    axis |= {"showspikes": False, "nticks": 6}
    names = ("1st number", "2nd number", "3rd number")
    figure.update_layout(
        height=560,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        paper_bgcolor="rgba(0, 0, 0, 0)",
        font={"color": "#7a7a7a"},  # can be read on light and on dark ground
        legend={"title": "digit", "itemsizing": "constant", "x": 1, "xanchor": "right"}
        | {"bgcolor": "rgba(0, 0, 0, 0)"},
        scene={
            f"{letter}axis": axis
            | {"title": name, "range": [low[i] - margin[i], high[i] + margin[i]]}
            for i, (letter, name) in enumerate(zip("xyz", names, strict=True))
        }
        | {"aspectmode": "manual", "aspectratio": dict(zip("xyz", sides.tolist(), strict=True))}
        | {
            "camera": {
                name: dict(zip("xyz", place.tolist(), strict=True))
                for name, place in (("center", middle), ("eye", eye))
            }
        },
        uirevision="kept",  # an update leaves the camera where the visitor turned it
    )
    return figure


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
