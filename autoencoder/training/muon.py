"""Muon: an optimizer for the weights of hidden layers, each taken as the matrix that it is.

AdamW gives every single weight its own pace. A matrix has directions, too: along most of them a
step is tiny beside the strongest, and what they carry is learnt late. Muon makes a step equally
long in all of the matrix's directions.

Keller Jordan et al.: Muon, an optimizer for hidden layers in neural networks, 2024. PyTorch has
one, too, but it takes no convolutions, and computes in bfloat16, which many CPUs can't: it takes
them 15 times as long.
"""

import torch
from torch import Tensor, nn


class Muon(torch.optim.Optimizer):
    """Momentum, of which each matrix's singular values are made equal; decoupled weight decay.

    `lr` and `weight_decay` mean what they mean to AdamW: a step has about the length of AdamW's
    (Liu et al.: Muon is scalable for LLM training, 2025). A weight of more than two dimensions,
    such as a convolution's, is a matrix with a row for each entry of its first. Raises
    torch.linalg.LinAlgError where the eigenvectors of a gradient that is not finite can't be had.
    """

    def __init__(
        self, weights: list[nn.Parameter], lr: float, weight_decay: float, momentum: float = 0.95
    ):
        super().__init__(weights, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:  # it is frozen
                    continue
                gradient, state = weight.grad.flatten(1), self.state[weight]
                if not state:
                    state["average"] = torch.zeros_like(gradient)
                average = state["average"].lerp_(gradient, 1 - group["momentum"])
                ahead = gradient.lerp(average, group["momentum"])  # Nesterov's momentum
                length = group["lr"] * 0.2 * max(ahead.shape) ** 0.5
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.sub_(orthogonal(ahead).view_as(weight), alpha=length)


def orthogonal(matrix: Tensor) -> Tensor:
    """The same directions, all equally long: U S V^T -> U V^T, but for the smallest S.

    These are known too badly if they are less than a 3,000th of the largest.

    U V^T = (M M^T)^(-1/2) M. Muon's authors approach it by matrix products alone, as suits a GPU
    and large layers; for these small ones the eigenvectors of M M^T are quicker, and exact.
    """
    rows, columns = matrix.shape
    if rows > columns:
        return orthogonal(matrix.T).T
    # not all devices have eigh, and in float32 a dying unit can make it give NaN
    products = (matrix @ matrix.T).cpu().double()
    squares, directions = (part.to(matrix) for part in torch.linalg.eigh(products))
    lengths = squares.clamp(min=1e-7 * squares[-1] + 1e-20).sqrt()
    return directions / lengths @ directions.T @ matrix
