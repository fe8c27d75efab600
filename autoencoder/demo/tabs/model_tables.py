"""The tables of the Models tab: what a short code costs, and how each model came to be."""

from collections.abc import Iterable
from html import escape

import gradio as gr

from autoencoder.demo.components import static
from autoencoder.demo_data import CodeSize, place
from autoencoder.evaluation import Method
from autoencoder.figures import METHOD_COLOURS, METHOD_NAMES, three_figures
from autoencoder.records import PcaRecord, Record

PIXELS = 28 * 28
SETTINGS = {"lr": "peak learning rate"}  # of a recipe, where its name alone says too little


def price_table(methods: list[Method], pca: PcaRecord | None) -> gr.HTML:
    """A row a method: how long its code is, as a share of the image's numbers, and its error."""
    rows = "".join(
        f'<tr><th scope="row"><i style="background:{METHOD_COLOURS[method.name]}"></i>'
        f"{METHOD_NAMES[method.name]}</th><td>{method.code_size}</td>"
        f"<td>{100 * method.code_size / PIXELS:.1f} %</td><td>{three_figures(method.mse)}</td></tr>"
        for method in methods
    )
    note = (
        f"PCA was fitted to MNIST's {pca.training_digits:,} training digits, which this page does "
        f"not have; its errors were written by <code>{escape(pca.command)}</code>."
        if pca
        else "PCA's errors are not stored with these models, so only the models are shown."
    )
    return table(
        f"""<thead><tr><th scope="col">method</th><th scope="col">numbers in<br>the code</th>
        <th scope="col">share of the<br>image's {PIXELS}</th>
        <th scope="col">test<br>error</th></tr></thead><tbody>{rows}</tbody>""",
        f"The models' errors are measured when this page starts, on MNIST's 10,000 test digits. "
        f"{note}",
        "price-table",
    )


def code_size_table(sizes: list[CodeSize], pca: dict[int, float]) -> gr.HTML:
    """A row a size of the dense model's code: its error and PCA's, and how it was trained."""
    rows = "".join(
        f'<tr><th scope="row">{size.size}</th><td>{three_figures(size.error)}</td>'
        f"<td>{three_figures(pca[size.size]) if size.size in pca else ''}</td>"
        f"<td>{command(size.record)}</td></tr>"
        for size in sizes
    )
    return table(
        f"""<thead><tr><th scope="col">numbers</th><th scope="col">dense</th>
        <th scope="col">PCA</th><th scope="col">trained by</th></tr></thead>
        <tbody>{rows}</tbody>""",
        "The errors with other codes than the page's own are those that the trainings wrote down.",
        "code-size-table",
    )


def figure_table(
    name: str, values: Iterable[int], errors: dict[str, Iterable[float]], elem_id: str
) -> gr.HTML:
    """What a chart shows, to be opened below it: a row a value, a column of `errors` a method."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in (name, *errors))
    rows = "".join(
        f'<tr><th scope="row">{value}</th>'
        f"{''.join(f'<td>{three_figures(float(error))}</td>' for error in row)}</tr>"
        for value, *row in zip(values, *errors.values(), strict=True)
    )
    return static(
        "model_tables",
        f'<details class="tables"><summary>As a table</summary>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></details>",
        elem_id=elem_id,
    )


def command(record: Record) -> str:
    return f"<code>{escape(record.training['command'])}</code>" if record.training else "not known"


def origin_table(name: str, record: Record) -> gr.HTML:
    """Where a model comes from, and how it was trained."""
    training = record.training
    facts = {"model": place(record.folder)}
    if training:
        facts["command"] = training["command"]
        for setting, value in training["recipe"].items():
            facts[SETTINGS.get(setting, setting.replace("_", " "))] = value
        facts |= {
            "epochs done": training["epochs_done"],
            "time": duration(training["seconds"]),
            "device": f"{training['device']}, threads: {training['threads']}",
            "versions": ", ".join(f"{k} {v}" for k, v in training["versions"].items()),
            "validation error": three_figures(training["validation_mse"]),
            "test error": three_figures(training["test_mse"]),
        }
    cells = {escape(name): escape(str(value)) for name, value in facts.items()}
    if training:
        cells["command"] = f"<code>{cells['command']}</code>"
    rows = "".join(f'<tr><th scope="row">{k}</th><td>{v}</td></tr>' for k, v in cells.items())
    missing = "" if training else "How it was trained is not known: it has no whole training.json."
    return table(f"<tbody>{rows}</tbody>", missing, f"{name}-origin")


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def table(rows: str, note: str, elem_id: str) -> gr.HTML:
    paragraph = f"<p>{note}</p>" if note else ""
    return static(
        "model_tables",
        f'<div class="tables"><table>{rows}</table>{paragraph}</div>',
        elem_id=elem_id,
    )
