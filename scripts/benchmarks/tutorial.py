"""The peer: both models trained as the tutorial trains them, with its recipe and its loop.

"Autoencoders - EXPLAINED!" by Aladdin Persson: a DataLoader, Adam with a learning rate of 1e-3 and
a weight decay of 1e-5, batches of 64, 10 epochs.
"""

from pathlib import Path
from time import perf_counter

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
from tqdm import tqdm

from autoencoder.models import Autoencoder

EPOCHS = 10


def train_as_the_tutorial(architecture: type[Autoencoder], data_dir: Path) -> tuple:
    """The trained model, and the seconds that its training took."""
    torch.manual_seed(0)
    data = datasets.MNIST(data_dir, train=True, transform=transforms.ToTensor())
    loader = DataLoader(data, batch_size=64, shuffle=True)
    model = architecture()
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-5)

    started = perf_counter()
    for epoch in range(EPOCHS):
        for images, _ in tqdm(loader, desc=f"tutorial, epoch {epoch + 1} of {EPOCHS}", leave=False):
            loss = criterion(model(images), images)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model, perf_counter() - started
