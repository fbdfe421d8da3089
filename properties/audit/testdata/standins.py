"""Stand-ins for JAX, Flax and TensorFlow with Keras, made of PyTorch: as much of them as the probes use."""
import contextlib
import sys
import types
import torch


def module(name, **content):
    m = types.ModuleType(name)
    m.__dict__.update(content)
    sys.modules[name] = m
    return m


# JAX: grad over a dictionary of arrays, with what else the function returns.
def grad(f, has_aux):
    def run(tensors):
        tensors = {k: v.detach().clone().requires_grad_() for k, v in tensors.items()}
        value, aux = f(tensors)
        gradients = torch.autograd.grad(value, list(tensors.values()))
        return dict(zip(tensors, gradients)), {k: v.detach() for k, v in aux.items()}
    return run


numpy = module("jax.numpy", zeros_like=torch.zeros_like)
module("jax", grad=grad, numpy=numpy)


# Flax: modules with a path, whose calls an interceptor sees.
interceptors = []


@contextlib.contextmanager
def intercept_methods(f):
    interceptors.append(f)
    yield
    interceptors.pop()


class Linen:
    def __init__(self, *path):
        self.path = path

    def __call__(self, x):
        call = self.call
        for f in interceptors:
            call = lambda x, inner=call, f=f: f(inner, (x,), {}, types.SimpleNamespace(module=self, method_name="__call__"))
        return call(x)


module("flax", linen=module("flax.linen", intercept_methods=intercept_methods))


# TensorFlow and Keras: a tape, and layers whose call can be replaced.
class GradientTape:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def gradient(self, value, of):
        return torch.autograd.grad(value, of, allow_unused=True)


module("tensorflow", GradientTape=GradientTape, is_tensor=torch.is_tensor, stop_gradient=lambda x: x.detach())


class Layer:
    def __init__(self, name, *inside):
        self.name, self.inside = name, inside

    def _flatten_layers(self, include_self=True):
        return ([self] if include_self else []) + [x for layer in self.inside for x in layer._flatten_layers()]

    def __call__(self, x, training=None):
        return self.call(x)
