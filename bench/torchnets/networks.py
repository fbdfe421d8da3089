"""Networks as people write them in PyTorch, and what they do to squared norms at their start.

Usage: networks.py NAME NETWORKS SEED

Draws NETWORKS initialisations of one of the networks below and prints, as JSON, for each of
them the mean square of the input and behind every module, and the squared norm of the
gradient there, for an error of a random direction at the output.
"""
import json
import sys

import torch
from torch import nn


def mlp(widths, function, start=None, norm=None):
    """Linear maps with a function, and perhaps a normalisation in front of it."""
    modules = []
    for m, n in zip(widths[:-2], widths[1:-1]):
        modules.append(nn.Linear(m, n))
        if norm:
            modules.append(norm(n))
        modules.append(function())
    modules.append(nn.Linear(widths[-2], widths[-1]))
    return started(nn.Sequential(*modules), start)


def started(network, start):
    """PyTorch's own start, or that of a function of torch.nn.init with zero biases."""
    for module in network.modules():
        if start and isinstance(module, nn.Linear):
            start(module.weight)
            nn.init.zeros_(module.bias)
    return network


def kaiming_normal(weight):
    nn.init.kaiming_normal_(weight, nonlinearity="relu")


def orthogonal(weight):
    n, m = weight.shape
    nn.init.orthogonal_(weight, gain=max(1, n / m) ** 0.5)


class Residual(nn.Module):
    """x + Linear(GELU(Linear(LayerNorm(x)))): the block of a transformer without attention."""

    def __init__(self, width, inner):
        super().__init__()
        self.branch = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))

    def forward(self, x):
        return x + self.branch(x)


class Added(nn.Module):
    """x + ReLU(Linear(x))."""

    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)

    def forward(self, x):
        return x + torch.relu(self.linear(x))


def residual():
    blocks = [Residual(256, 512) for _ in range(20)]
    return nn.Sequential(nn.Linear(784, 256), *blocks, nn.LayerNorm(256), nn.Linear(256, 10))


def post_norm():
    blocks = [module for _ in range(20) for module in (Added(256), nn.LayerNorm(256))]
    return started(nn.Sequential(nn.Linear(784, 256), *blocks, nn.Linear(256, 10)), kaiming_normal)


# The network, and how many inputs are sent through it at once.
NETWORKS = {
    "mlp": (lambda: mlp([784] + 19 * [256] + [10], nn.GELU), 1),
    "kaiming": (lambda: mlp([784] + 19 * [256] + [10], nn.ReLU, kaiming_normal), 1),
    "bottleneck": (lambda: mlp([512, 64, 512, 64, 512], nn.GELU), 1),
    "bottleneck-orthogonal": (lambda: mlp([512, 64, 512, 64, 512], nn.Tanh, orthogonal), 1),
    "residual": (residual, 1),
    "post-norm": (post_norm, 1),
    "batch-norm": (lambda: mlp([256] + 21 * [256], nn.ReLU, kaiming_normal, nn.BatchNorm1d), 2048),
}


def norms(network, inputs):
    """Squared norms of one initialisation."""
    x = torch.randn(inputs, network[0].in_features)
    x = (x / x.square().mean(1, keepdim=True).sqrt()).requires_grad_()
    seen = [x]
    for module in network:
        x = module(x)
        x.retain_grad()
        seen.append(x)
    (x * torch.randn_like(x)).sum().backward()
    return {
        "signal": [s.double().square().mean().item() for s in seen],
        "gradient": [s.grad.double().square().sum().item() for s in seen],
    }


if __name__ == "__main__":
    name, networks, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.manual_seed(seed)
    build, inputs = NETWORKS[name]
    json.dump({"version": torch.__version__, "networks": [norms(build(), inputs) for _ in range(networks)]}, sys.stdout)
