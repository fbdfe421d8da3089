"""Runs real PyTorch networks, described as JSON on stdin, and prints the squared
norms of signals and gradients behind every block as JSON."""
import json
import math
import sys

import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def weights(block, m):
    layer = torch.nn.Linear(m, block["to"], bias=block["bias"])  # torch-default
    n, law = block["to"], block["weights"]
    if law == "gaussian":
        torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
    elif law == "uniform":
        torch.nn.init.kaiming_uniform_(layer.weight, nonlinearity="linear")
    elif law == "keras-default":
        torch.nn.init.xavier_uniform_(layer.weight)
    elif law == "haar":
        torch.nn.init.orthogonal_(layer.weight, gain=math.sqrt(max(1, n / m)))
    with torch.no_grad():
        layer.weight *= block["gain"]
        if block["bias"] and law != "torch-default":
            layer.bias.zero_()
    return layer


FUNCTIONS = {
    "gelu": torch.nn.functional.gelu, "relu": torch.relu, "tanh": torch.tanh, "selu": torch.nn.functional.selu,
}


def norm(kind, x):
    if kind == "rms":
        return x / (x * x).mean(1, keepdim=True).sqrt()
    if kind == "layer":
        return torch.nn.functional.layer_norm(x, x.shape[1:], eps=0)
    return torch.nn.functional.batch_norm(x, None, None, training=True, eps=0)


def run(blocks, x, seen):
    for b in blocks:
        if "linear" in b:
            x = weights(b["linear"], x.shape[1])(x)
        elif "activation" in b:
            x = b["a"] * FUNCTIONS[b["activation"]](x) + b["b"]
        elif "norm" in b:
            x = norm(b["norm"], x)
        elif "repeat" in b:
            for _ in range(b["repeat"]):
                x = run(b["blocks"], x, seen)
            continue
        else:
            branch = run(b["blocks"], x, None)
            if not b["plain"]:
                n = x.shape[1]
                branch = branch @ torch.nn.init.orthogonal_(torch.empty(n, n))
            x = b["alpha"] * x + b["beta"] * branch
        if seen is not None:
            x.retain_grad()
            seen.append(x)
    return x


def networks(task):
    rows = []
    for _ in range(task["inits"]):
        x = torch.randn(task["batch"], task["input"])
        x = (x / (x * x).mean(1, keepdim=True).sqrt()).requires_grad_()
        seen = [x]
        y = run(task["blocks"], x, seen)
        (y * torch.randn(y.shape)).sum().backward()
        rows.append({
            "signal": [float((s * s).mean()) for s in seen],
            "gradient": [float((s.grad * s.grad).sum()) for s in seen],
        })
    return rows


def main():
    job = json.load(sys.stdin)
    torch.manual_seed(job["seed"])
    json.dump([networks(task) for task in job["tasks"]], sys.stdout)


main()
