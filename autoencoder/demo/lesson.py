"""The lesson: questions to guess, to try on the page, and to be answered by its models."""

from autoencoder.demo.components import component
from autoencoder.demo_data import DemoData


def lesson(demo_data: DemoData) -> None:
    latent = demo_data.latent
    component(
        "lesson",
        elem_id="lesson",
        on_click=True,
        middles=latent.middles.tolist(),
        middle=latent.middle.tolist(),
        usual_gap=latent.usual_gap,
        sizes=[{"name": size.name, "size": size.size} for size in demo_data.code_sizes],
    )
