"""The same network in each way of writing it; prints the norms that PyTorch itself finds behind its first and its second map."""
import sys
import torch
import standins  # before the probes, which import what it stands for

torch.manual_seed(int(sys.argv[1]))
torch.set_num_threads(1)
w = [torch.randn(5, 4, requires_grad=True), torch.randn(3, 5, requires_grad=True)]
batches = [(torch.randn(6, 4), None) for _ in range(3)]
squares = lambda y: y.pow(2).sum()

import probe_jax
import probe_keras

probe_jax.probe(lambda x, _: squares(probe_jax.tap("b", torch.tanh(probe_jax.tap("a", x @ w[0].T)) @ w[1].T)), batches, "jax.csv")


class FlaxDense(standins.Linen):
    def __init__(self, k, *path):
        super().__init__(*path)
        self.k = k

    def call(self, x):
        return x @ w[self.k].T


class FlaxModel(standins.Linen):
    def call(self, x):
        return FlaxDense(1, "b")(torch.tanh(FlaxDense(0, "a")(x)))


probe_jax.probe(lambda x, _: squares(FlaxModel()(x)), batches, "flax.csv")


class Dense(standins.Layer):
    def __init__(self, k, name):
        super().__init__(name)
        self.k = k

    def call(self, x):
        return x @ w[self.k].T


class Model(standins.Layer):
    def call(self, x):
        return self.inside[1](torch.tanh(self.inside[0](x)))


model = Model("model", Dense(0, "a"), Dense(1, "b"))
probe_keras.probe(model, batches, lambda _, y: squares(y), "keras.csv")
assert model.inside[0].call.__name__ == "call"

h = (batches[0][0] @ w[0].T).detach().requires_grad_()
y = torch.tanh(h) @ w[1].T
g, = torch.autograd.grad(squares(y), h)
print(float(h.detach().pow(2).mean()), float(g.pow(2).sum()), float(y.detach().pow(2).mean()), float((2 * y.detach()).pow(2).sum()))
