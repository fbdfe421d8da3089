"""Takes training steps in PyTorch with the weights, rows and settings of each network in
a JSON list on standard input, in float64, and prints what came out as JSON, a line each."""

import json
import sys

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
functions = {"tanh": torch.tanh, "selu": torch.selu, "elu": nn.functional.elu, "gelu": nn.functional.gelu}


class Activation(nn.Module):
    def __init__(self, job):
        super().__init__()
        self.function, self.a, self.b = functions[job["activation"]], job["a"], job["b"]

    def forward(self, h):
        return self.a * self.function(h) + self.b


class UnitRows(nn.Linear):
    """Multiplies by the weights with rows of length 1; an evaluation by those of the last training pass."""

    def forward(self, x):
        if self.training:
            self.used = self.weight / self.weight.norm(dim=1, keepdim=True)
        return nn.functional.linear(x, self.used, self.bias)


def linear(kind, weight, bias):
    weight = torch.tensor(weight)
    layer = kind(weight.shape[1], weight.shape[0], bias=bias is not None)
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(torch.tensor(bias))
    return layer


def numbers(p):
    return None if p is None else p.tolist()


def run(job):
    """The steps of one network."""
    kind = UnitRows if job["unit_rows"] else nn.Linear
    maps = [linear(kind, w, z) for w, z in zip(job["weights"], job["biases"])]
    norms = [nn.BatchNorm1d(len(w)) for w in job["weights"]] if job["batch_norm"] else []
    parts = [linear(nn.Linear, job["embedding"], job["embedding_bias"])]
    if job["entry_activation"]:
        parts.append(Activation(job))
    for i, layer in enumerate(maps):
        parts += [layer] + norms[i : i + 1] + [Activation(job)]
    parts.append(linear(nn.Linear, job["output"], job["output_bias"]))
    model = nn.Sequential(*parts)

    matrices = [p for p in model.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": job["decay"]}, {"params": vectors}]
    if job["method"] == "adam":
        optimiser = torch.optim.Adam(groups, lr=job["rate"], betas=(job["momentum"], 0.999))
    else:
        optimiser = torch.optim.SGD(groups, lr=job["rate"], momentum=job["momentum"])
    loss_of = nn.CrossEntropyLoss()

    losses, ratios = [], []
    for rows, labels in zip(job["rows"], job["labels"]):
        optimiser.zero_grad()
        loss = loss_of(model(torch.tensor(rows)), torch.tensor(labels))
        loss.backward()
        sizes = [layer.weight.grad.norm().item() for layer in maps]
        losses.append(loss.item())
        ratios.append(max(sizes) / min(sizes))
        optimiser.step()

    model.eval()
    with torch.no_grad():
        evaluation = loss_of(model(torch.tensor(job["rows"][0])), torch.tensor(job["labels"][0])).item()
    return {
        "version": torch.__version__, "losses": losses, "ratios": ratios, "evaluation": evaluation,
        "weights": [layer.weight.flatten().tolist() for layer in maps], "biases": [numbers(layer.bias) for layer in maps],
        "embedding": parts[0].weight.flatten().tolist(), "embedding_bias": numbers(parts[0].bias),
        "output": parts[-1].weight.flatten().tolist(), "output_bias": numbers(parts[-1].bias),
        "scale": [n.weight.tolist() for n in norms], "shift": [n.bias.tolist() for n in norms],
        "mean": [n.running_mean.tolist() for n in norms], "variance": [n.running_var.tolist() for n in norms],
    }


for job in json.load(sys.stdin):
    print(json.dumps(run(job)))
