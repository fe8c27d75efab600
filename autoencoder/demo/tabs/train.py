"""The Train tab: a model that knows nothing learns to rebuild digits, in the visitor's browser."""

from math import isfinite

from autoencoder.demo.components import component
from autoencoder.demo.text import text
from autoencoder.demo_data import DemoData
from autoencoder.evaluation import CODE_SIZES
from autoencoder.figures import DIGIT_COLOURS_BY_THEME


def train_tab(demo_data: DemoData) -> None:
    text(
        "Press **Train**: a network that knows nothing learns to rebuild digits, here in your "
        "browser. Then give its code more numbers, or fewer digits to learn from."
    )
    dense = {size.size: size.error for size in demo_data.code_sizes}
    dense[demo_data.dense.model.latent_dim] = demo_data.dense.errors.double().mean().item()
    conv = {demo_data.conv.model.latent_dim: demo_data.conv.errors.double().mean().item()}
    pca = demo_data.pca.methods if demo_data.pca else []
    component(
        "train",
        elem_id="train",
        colours=DIGIT_COLOURS_BY_THEME,
        sizes=CODE_SIZES,
        errors={  # on the test digits, by the size of the code
            "dense": known(dense),
            "conv": known(conv),
            "pca": known({method.code_size: method.mse for method in pca}),
        },
    )


def known(errors: dict[int, float]) -> dict[str, float]:
    """As JSON has it, without those of models that give no numbers."""
    return {str(size): error for size, error in sorted(errors.items()) if isfinite(error)}
