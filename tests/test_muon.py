"""Muon, against the singular value decomposition and against PyTorch's own Muon."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from autoencoder.checkpoints import OWN
from autoencoder.models import ConvAutoencoder
from autoencoder.training.muon import Muon, orthogonal


@pytest.fixture
def hidden(digits):
    """A hidden convolution's weights (32, 16, 3, 3) with the gradient that real digits give it."""
    model = ConvAutoencoder.from_pretrained(OWN / "conv")
    images = digits.images[:64] / 255
    F.mse_loss(model(images), images).backward()
    return model.encoder[2].weight


@pytest.mark.parametrize("turned", [False, True])
def test_a_step_is_as_long_in_each_direction(hidden, turned):
    gradient = hidden.grad.flatten(1)
    gradient = gradient.T if turned else gradient
    left, sizes, right = torch.linalg.svd(gradient, full_matrices=False)
    assert sizes[0] > 20 * sizes[-1]  # before, they are very unlike
    known = sizes > 3e-3 * sizes[0]
    assert known.sum() > 20
    along_each = left.T @ orthogonal(gradient) @ right.T
    torch.testing.assert_close(
        along_each[known][:, known], torch.eye(known.sum()), atol=0.01, rtol=0
    )
    assert torch.linalg.matrix_norm(along_each, 2) < 2  # and none is much longer


def test_a_dead_unit_and_no_gradient_at_all_are_no_trouble(hidden):
    gradient = hidden.grad.flatten(1)
    gradient[3] = 0
    step = orthogonal(gradient)
    assert step.isfinite().all()
    assert step[3].abs().max() < 0.01 < 0.1 * step.abs().max()
    assert (orthogonal(torch.zeros(4, 9)) == 0).all()


def test_dying_units_are_no_trouble_either():
    """Of 1,500 such matrices MKL gave eigenvectors of NaN for these three, in float32."""
    sizes = torch.full((64, 1), 1e-4)
    sizes[[7, 14, 21, 27, 28, 29, 34, 47, 49, 54, 58, 60, 61, 63]] = 1e-28
    for seed in (1016, 1366, 1404):
        gradient = sizes * torch.randn(64, 128, generator=torch.Generator().manual_seed(seed))
        assert orthogonal(gradient).isfinite().all()


def test_it_goes_where_pytorchs_own_goes(hidden):
    before = hidden.detach().clone()
    matrix = nn.Parameter(before.flatten(1).clone())
    theirs = torch.optim.Muon([matrix], lr=0.01, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")
    ours = Muon([hidden], lr=0.01, weight_decay=0.1)
    first = hidden.grad.clone()
    for gradient in (first, first.flip(0), first.roll(1, 0)):
        hidden.grad = gradient
        matrix.grad = gradient.flatten(1)
        theirs.step()
        ours.step()
    moved, their_move = (hidden - before).flatten(), (matrix - before.flatten(1)).flatten()
    # theirs reaches U V^T only nearly: with singular values between 0.7 and 1.2
    assert F.cosine_similarity(moved, their_move, dim=0) > 0.97
    assert 0.8 < moved.norm() / their_move.norm() < 1.25


def test_without_a_gradient_the_weights_only_decay(hidden):
    before = hidden.detach().clone()
    hidden.grad = torch.zeros_like(hidden)
    Muon([hidden], lr=0.01, weight_decay=0.1).step()
    torch.testing.assert_close(hidden.detach(), before * (1 - 0.01 * 0.1))
