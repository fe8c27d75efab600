"""The Decode tab: numbers in, digits out; what a decoder makes of any point of a latent space."""

from autoencoder.demo.components import component
from autoencoder.demo.tabs.draw import best_axes
from autoencoder.demo.text import text
from autoencoder.demo_data import DemoData


def decode_tab(demo_data: DemoData) -> None:
    latent = demo_data.latent
    text(
        "Any three numbers make a picture. Move them, watch what the dense model's **decoder** "
        "makes of them, and look for the places between the digits."
    )
    component(
        "decoder",
        elem_id="decoder",
        code=demo_data.dense.codes[0].tolist(),
        axes=best_axes(demo_data.dense.codes.nan_to_num(0, 0, 0), demo_data.digits.labels),
        low=latent.low.tolist(),
        high=latent.high.tolist(),
        core_low=latent.core_low.tolist(),
        core_high=latent.core_high.tolist(),
        middles=[*latent.middles.tolist(), latent.middle.tolist()],
        usual_gap=latent.usual_gap,
    )
    component("walk", elem_id="walk", usual_gap=latent.usual_gap)
    component("principal_directions", elem_id="principal-directions")
