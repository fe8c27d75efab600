"""Two autoencoders from scratch: how they are written, trained, measured and shown."""

from autoencoder.models import ConvAutoencoder, DenseAutoencoder

__all__ = ["ConvAutoencoder", "DenseAutoencoder"]
