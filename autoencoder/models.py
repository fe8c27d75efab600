"""The two autoencoders. Each is an encoder and a decoder, and both are an nn.Sequential."""

from huggingface_hub import PyTorchModelHubMixin
from torch import Tensor, nn


class Autoencoder(nn.Module, PyTorchModelHubMixin):
    """What both models share: images in, a short code in the middle, images out."""

    encoder: nn.Sequential
    decoder: nn.Sequential
    latent_dim: int

    def encode(self, images: Tensor) -> Tensor:
        """Images (N, 1, 28, 28) in [0, 1] -> codes (N, latent_dim). Another shape: ValueError."""
        if images.ndim != 4 or images.shape[1:] != (1, 28, 28):
            raise ValueError(
                f"Expected images of shape (N, 1, 28, 28), but got {tuple(images.shape)}."
            )
        return self.encoder(images)

    def decode(self, codes: Tensor) -> Tensor:
        """Codes (N, latent_dim) -> images (N, 1, 28, 28) in [0, 1]. Another shape: ValueError."""
        if codes.ndim != 2 or codes.shape[1] != self.latent_dim:
            raise ValueError(
                f"Expected codes of shape (N, {self.latent_dim}), but got {tuple(codes.shape)}."
            )
        return self.decoder(codes)

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, 1, 28, 28) in [0, 1] -> their reconstructions, the same shape and range."""
        return self.decode(self.encode(images))

    @classmethod
    def _from_pretrained(cls, **settings) -> "Autoencoder":
        """What `from_pretrained` calls; the mixin's own would pass over missing tensors."""
        return super()._from_pretrained(**{"strict": True} | settings)


class DenseAutoencoder(Autoencoder):
    """Fully connected layers all the way: 784 pixels -> 3 numbers -> 784 pixels."""

    def __init__(self, latent_dim: int = 3):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Flatten(),  # (N, 1, 28, 28) -> (N, 784)
            nn.Linear(784, 128),
            nn.ReLU(),
            nn.Linear(128, 64),
            nn.ReLU(),
            nn.Linear(64, 12),
            nn.ReLU(),
            nn.Linear(12, latent_dim),  # the code: no activation, so it may be any number
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, 12),
            nn.ReLU(),
            nn.Linear(12, 64),
            nn.ReLU(),
            nn.Linear(64, 128),
            nn.ReLU(),
            nn.Linear(128, 784),
            nn.Sigmoid(),  # every pixel ends between 0 and 1
            nn.Unflatten(1, (1, 28, 28)),  # (N, 784) -> (N, 1, 28, 28)
        )


class ConvAutoencoder(Autoencoder):
    """Convolutions, which know that neighbouring pixels belong together: 784 -> 64 -> 784."""

    def __init__(self, latent_dim: int = 64):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=3, stride=2, padding=1),  # -> (N, 16, 14, 14)
            nn.ReLU(),
            nn.Conv2d(16, 32, kernel_size=3, stride=2, padding=1),  # -> (N, 32, 7, 7)
            nn.ReLU(),
            nn.Conv2d(32, latent_dim, kernel_size=7),  # -> (N, 64, 1, 1): the code
            nn.Flatten(),  # -> (N, 64)
        )
        self.decoder = nn.Sequential(
            nn.Unflatten(1, (latent_dim, 1, 1)),  # (N, 64) -> (N, 64, 1, 1)
            nn.ConvTranspose2d(latent_dim, 32, kernel_size=7),  # -> (N, 32, 7, 7)
            nn.ReLU(),
            nn.ConvTranspose2d(
                32, 16, kernel_size=3, stride=2, padding=1, output_padding=1
            ),  # -> (N, 16, 14, 14)
            nn.ReLU(),
            nn.ConvTranspose2d(
                16, 1, kernel_size=3, stride=2, padding=1, output_padding=1
            ),  # -> (N, 1, 28, 28)
            nn.Sigmoid(),
        )


ARCHITECTURES: dict[str, type[Autoencoder]] = {"dense": DenseAutoencoder, "conv": ConvAutoencoder}
