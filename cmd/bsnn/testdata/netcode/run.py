"""Reads emitted networks as JSON on stdin, draws and runs them, and prints for each the
forward and the backward factor of every draw as JSON: backward from behind the last linear
map to behind the first, or in front of it where that stands in a shortcut."""
import json
import os
import sys
import types

import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # jax.py


def unpacked(module):
    """The blocks of a network one by one."""
    if isinstance(module, torch.nn.Sequential):
        return [inner for child in module for inner in unpacked(child)]
    return [module]


def torch_steps(scope):
    modules = unpacked(scope["network"]())
    shortcut = scope.get("Shortcut", ())
    return [(m, isinstance(m, torch.nn.Linear), isinstance(m, shortcut)) for m in modules]


def jax_steps(scope):
    import jax

    key = jax.random.PRNGKey(int(torch.randint(1 << 30, (1,))))
    steps = []
    for (init, apply), p in zip(scope["blocks"], scope["init"](key)):
        linear = isinstance(p, dict) and "weight" in p
        steps.append((lambda x, apply=apply, p=p: apply(p, x), linear, bool(p) and not linear))
    return steps


def factors(steps, task):
    x = torch.randn(task["batch"], task["input"])
    x = x / (x * x).mean(1, keepdim=True).sqrt()
    start, first = (x * x).mean(), None
    x.requires_grad_()
    for apply, linear, shortcut in steps:
        before, x = x, apply(x)
        x.retain_grad()
        if linear or shortcut:
            first = first if first is not None else before if shortcut else x
            last = x
    if task["columns"]:  # a batch was normalised last, column by column
        assert x.mean(0).abs().max() < 1e-9 and ((x * x).mean(0) - 1).abs().max() < 1e-6
    (x * torch.randn(x.shape)).sum().backward()
    square = lambda h: (h.grad * h.grad).sum()
    return [float((x * x).mean() / start), float(square(first) / square(last))]


def main():
    job = json.load(sys.stdin)
    torch.manual_seed(job["seed"])
    results = []
    for task in job["tasks"]:
        module = types.ModuleType("emitted")
        exec(compile(task["code"], "emitted", "exec"), module.__dict__)
        steps = torch_steps if task["language"] == "pytorch" else jax_steps
        results.append([factors(steps(module.__dict__), task) for _ in range(task["draws"])])
    json.dump(results, sys.stdout)


main()
