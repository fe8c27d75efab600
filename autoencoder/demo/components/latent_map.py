"""The map of the latent space: the scatter, what is picked on it, and how it came to be."""

import gradio as gr
import numpy as np
import torch

from autoencoder.demo.components.exploring import exploring
from autoencoder.demo.components.parts import as_base64, as_bytes, plot_data
from autoencoder.demo.places import read_digit
from autoencoder.exhibition import Exhibition
from autoencoder.figures import DIGIT_COLOURS, latent_scatter
from autoencoder.latent import with_width

SCRIPTS = (
    "latent_map_scatter",
    "latent_map_camera",
    "latent_map_flat",
    "latent_map_pick",
    "latent_map_play",
)


def latent_map(exhibition: Exhibition, **arguments) -> gr.HTML:
    """Follows the sketchpad by itself. Its events: "decode" carries the dense code of what is
    picked; "draw", its picture being on its way to the sketchpad, asks for that tab.

    Its value may be set to ask for the drawing to be picked.
    """
    digits, latent = exhibition.digits, exhibition.latent
    reconstruct = exhibition.reconstruct
    models = {"dense": reconstruct.dense, "conv": reconstruct.conv}

    def picture(data: object) -> dict:
        """A test digit's index -> its picture."""
        return {"image": as_bytes(read_digit(exhibition, data).numpy())}

    @torch.inference_mode()
    def pick(data: object) -> dict:
        """A test digit's index, or a drawing as a PNG's data URL -> all that the panel shows."""
        image = read_digit(exhibition, data).reshape(1, 1, 28, 28)
        answer = {"image": as_bytes(image.numpy())}
        for name, model in models.items():
            code = model.encode(image)
            rebuilt = model.decode(code)
            mse = (rebuilt - image).square().mean().item()
            answer[name] = {"image": as_bytes(rebuilt.numpy()), "mse": mse}
            if name == "dense":
                answer["code"] = code[0].tolist()
        is_drawing = isinstance(data, str)
        found, distances = latent.nearest(answer["code"], but=None if is_drawing else int(data))
        answer["neighbours"] = [
            {"index": index, "distance": distance, "image": as_base64(digits.images[index])}
            for index, distance in zip(found.tolist(), distances.tolist(), strict=True)
        ]
        return answer

    def evolution(data: object = None) -> dict:
        """The stored moments of the training: codes as uint16, 0 to 65535 between low and high."""
        if exhibition.evolution is None:
            raise ValueError("The moments of the training are not stored with this checkpoint.")
        codes = exhibition.evolution["codes"]  # (M, 2000, 3)
        low, high = with_width(codes.min(axis=(0, 1)), codes.max(axis=(0, 1)))
        return {
            "epochs": exhibition.evolution["epoch"].tolist(),
            "errors": exhibition.evolution["test_mse"].tolist(),
            "low": low.tolist(),
            "high": high.tolist(),
            "codes": as_base64(np.round((codes - low) / (high - low) * 65535).astype("<u2")),
        }

    errors = exhibition.dense_errors.numpy()
    worst = float(np.quantile(errors, 0.99))
    figure = latent_scatter(exhibition.dense_codes.numpy(), digits.labels.numpy())
    epochs = [] if exhibition.evolution is None else exhibition.evolution["epoch"]
    alike = latent.most_alike()
    made = exploring(
        "latent_map",
        picture,
        pick,
        evolution,
        scripts=SCRIPTS,
        labels=as_base64(digits.labels.numpy().astype(np.uint8)),
        errors=as_base64(np.round(255 * np.minimum(errors / worst, 1)).astype(np.uint8)),
        worst=worst,
        colours=DIGIT_COLOURS,
        middles=latent.middles.tolist(),
        moments=len(epochs),
        finished={"epochs": round(float(max(epochs, default=0))), "error": float(errors.mean())},
        alike=sorted((alike.digit, alike.confused_with)),
        first={"index": 0, "answer": pick(0)},
        **arguments,
    )
    with made:
        gr.Plot(plot_data(figure), elem_id="latent-scatter", show_label=False)
    return made
