"""Stands in for jax: the functions that emitted networks call, over PyTorch. Only what is
here may be called, with the arguments that jax has."""
import math
import sys
import types

import torch


def module(name, **members):
    m = types.ModuleType(name)
    m.__dict__.update(members)
    sys.modules[name] = m
    return m


def generator(key):
    g = torch.Generator()
    g.manual_seed(key)
    return g


def split(key, num=2):
    return [int(k) for k in torch.randint(1 << 62, (num,), generator=generator(key))]


def normal(key, shape):
    return torch.randn(tuple(shape), generator=generator(key))


def uniform_numbers(key, shape, minval=0.0, maxval=1.0):
    return minval + (maxval - minval) * torch.rand(tuple(shape), generator=generator(key))


def maximum(u, v):
    return torch.maximum(*torch.broadcast_tensors(torch.as_tensor(u), torch.as_tensor(v)))


random = module("jax.random", PRNGKey=int, split=split, normal=normal, uniform=uniform_numbers)
linalg = module("jax.numpy.linalg", qr=lambda a: torch.linalg.qr(a))
numpy = module(
    "jax.numpy", linalg=linalg, sqrt=torch.sqrt, sign=torch.sign, diagonal=torch.diagonal, exp=torch.exp, tanh=torch.tanh, abs=torch.abs,
    mean=lambda x, axis, keepdims: x.mean(axis, keepdim=keepdims), where=torch.where, maximum=maximum, expm1=torch.expm1, isnan=torch.isnan,
)
nn = module("jax.nn", relu=torch.relu, sigmoid=torch.sigmoid)
lax = module("jax.lax", erf=torch.erf, erfc=torch.erfc, stop_gradient=torch.Tensor.detach)
