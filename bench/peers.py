"""Answers timing requests about one peer library, one line each.

Usage: peers.py numpy|scipy|torch|weightwatcher THREADS

Says "ready VERSION KERNELS" or "absent REASON", then reads requests from standard
input ("haar N [float32]", "svd FILE", "trial WIDTH DEPTH explicit|lazy",
"step WIDTH DEPTH BATCH float32|float64 A B", the same with "published") and answers each with the seconds
that it took.
"""

import ctypes
import json
import re
import sys
import time


def kernels():
    """What multiplies the matrices of this process: OpenBLAS says which kernels it chose."""
    try:
        libraries = sorted(set(re.findall(r"/\S*(?:openblas|mkl_rt|mkl_core)\S*", open("/proc/self/maps").read())))
    except OSError:
        return ""
    names = set()
    for path in libraries:
        for symbol in ("openblas_get_corename", "openblas_get_corename64_", "scipy_openblas_get_corename64_", "scipy_openblas_get_corename"):
            corename = getattr(ctypes.CDLL(path), symbol, None)
            if corename:
                corename.restype = ctypes.c_char_p
                names.add("OpenBLAS kernels for " + corename().decode())
        if "mkl" in path:
            names.add("MKL")
    return ", ".join(sorted(names))



def haar_numpy(n, dtype):
    q, r = np.linalg.qr(rng.standard_normal((n, n)))
    return q * np.sign(np.diag(r))


def haar_scipy(n, dtype):
    return ortho_group.rvs(n, random_state=rng)


def haar_torch(n, dtype):
    w = torch.empty(n, n, dtype=torch.float32 if dtype == "float32" else torch.float64)
    return torch.nn.init.orthogonal_(w)


def trial_explicit(width, depth):
    """One pass forward and back through tanh layers, every norm recorded."""
    x = rng.standard_normal(width)
    weights, slopes, norms = [], [], [x @ x]
    for _ in range(depth):
        w = haar_numpy(width, None)
        x = np.tanh(w @ x)
        weights.append(w)
        slopes.append(1 - x * x)
        norms.append(x @ x)
    y = rng.standard_normal(width)
    for w, slope in zip(reversed(weights), reversed(slopes)):
        d = slope * y
        norms.append(d @ d)
        y = w.T @ d
        norms.append(y @ y)
    return norms


def trial_lazy(width, depth):
    """The same law, with Wx and then the transpose drawn instead of W."""
    x = rng.standard_normal(width)
    xs, hs, slopes, norms = [], [], [], [x @ x]
    for _ in range(depth):
        g = rng.standard_normal(width)
        h = g * np.sqrt(norms[-1] / (g @ g))
        xs.append(x)
        x = np.tanh(h)
        hs.append(h)
        slopes.append(1 - x * x)
        norms.append(x @ x)
    y = rng.standard_normal(width)
    for x, h, slope in zip(reversed(xs), reversed(hs), reversed(slopes)):
        d = slope * y
        dd, xx = d @ d, x @ x
        hd = h @ d
        z = rng.standard_normal(width)
        z -= (z @ x / xx) * x
        y = (hd / xx) * x + np.sqrt(max(dd - hd * hd / xx, 0) / (z @ z)) * z
        norms += [dd, y @ y]
    return norms


class Normalized:
    """A network of layers a*tanh(Wx) + b in training, as a PyTorch user writes it."""

    def __init__(self, width, depth, batch, dtype, a, b):
        torch.manual_seed(1)

        class Activation(torch.nn.Module):
            def forward(self, h):
                return a * torch.tanh(h) + b

        def linear(m, n):
            layer = torch.nn.Linear(m, n, bias=False, dtype=dtype)
            torch.nn.init.orthogonal_(layer.weight)
            return layer

        layers = [linear(784, width)]
        layers[0].weight.requires_grad_(False)  # a fixed embedding
        for _ in range(depth):
            layers += [linear(width, width), Activation()]
        self.model = torch.nn.Sequential(*layers, linear(width, 10))
        trained = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.SGD(trained, lr=1e-4, momentum=0.9)
        self.loss = torch.nn.CrossEntropyLoss()
        self.data = torch.randn(4096, 784, dtype=dtype)
        self.labels = torch.arange(4096) % 10
        self.batch, self.at = batch, 0

    def step(self):
        rows = slice(self.at, self.at + self.batch)
        self.at = (self.at + self.batch) % (4096 - self.batch + 1)
        self.optimizer.zero_grad()
        self.loss(self.model(self.data[rows]), self.labels[rows]).backward()
        self.optimizer.step()


def tensors(path):
    """The matrices of a safetensors file of float32 numbers, one at a time."""
    with open(path, "rb") as f:
        size = int.from_bytes(f.read(8), "little")
        for name, t in json.loads(f.read(size)).items():
            begin, end = t["data_offsets"]
            f.seek(8 + size + begin)
            yield name, np.frombuffer(f.read(end - begin), np.float32).reshape(t["shape"])


def svd_numpy(path):
    return [np.linalg.svd(w, compute_uv=False) for _, w in tensors(path)]


def svd_weightwatcher(path):
    layers = []
    for _, w in tensors(path):
        layer = torch.nn.Linear(w.shape[1], w.shape[0], bias=False)
        layer.weight.data = torch.from_numpy(w.copy())
        layers.append(layer)
    return weightwatcher.WeightWatcher(model=torch.nn.Sequential(*layers)).analyze()


class Published(Normalized):
    """The authors' protocol, as a PyTorch user writes it, with the ratio of gradient norms after every batch."""

    def __init__(self, width, depth, batch, dtype, a, b):
        super().__init__(width, 1, batch, dtype, a, b)

        class Activation(torch.nn.Module):
            def forward(self, h):
                return a * torch.tanh(h) + b

        class UnitRows(torch.nn.Linear):
            def forward(self, x):
                return torch.nn.functional.linear(x, torch.nn.functional.normalize(self.weight))

        def linear(kind, m, n, bias):
            layer = kind(m, n, bias=bias, dtype=dtype)
            torch.nn.init.orthogonal_(layer.weight)
            return layer

        self.square = [linear(UnitRows, width, width, False) for _ in range(depth)]
        layers = [linear(torch.nn.Linear, 784, width, True), Activation()]
        for layer in self.square:
            layers += [layer, Activation()]
        self.model = torch.nn.Sequential(*layers, linear(torch.nn.Linear, width, 10, True))
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=1e-4, momentum=0.5)

    def step(self):
        super().step()
        sizes = torch.stack([layer.weight.grad.norm() for layer in self.square])
        return (sizes.max() / sizes.min()).item()


networks = {}


def step(kind, width, depth, batch, dtype, a, b):
    """One training step of a network that is kept for the next request."""
    key = (kind, width, depth, batch, dtype)
    if key not in networks:
        networks.clear()
        networks[key] = kind(int(width), int(depth), int(batch), getattr(torch, dtype), float(a), float(b))
    return networks[key].step


peer, threads = sys.argv[1], int(sys.argv[2])
try:
    import numpy as np

    version, haar = np.__version__, haar_numpy
    if peer == "scipy":
        import scipy
        from scipy.stats import ortho_group

        version, haar = scipy.__version__, haar_scipy
    elif peer == "weightwatcher":
        import torch
        import weightwatcher

        torch.set_num_threads(threads)
        version = weightwatcher.__version__
    elif peer == "torch":
        import torch

        torch.set_num_threads(threads)
        version, haar = torch.__version__, haar_torch
except ImportError as error:
    print("absent", " ".join(str(error).split()), flush=True)
    sys.exit()

rng = np.random.RandomState(1) if peer == "scipy" else np.random.default_rng(1)
trials = {"explicit": trial_explicit, "lazy": trial_lazy}
np.ones((2, 2)) @ np.ones((2, 2))  # what is loaded when it is needed
print("ready", version, kernels(), flush=True)
for line in sys.stdin:
    what, *args = line.split()
    if what == "haar":
        job = lambda: haar(int(args[0]), args[1] if args[1:] else "float64")
    elif what == "svd":
        job = lambda: (svd_weightwatcher if peer == "weightwatcher" else svd_numpy)(args[0])
    elif what == "step":
        job = step(Normalized, *args)
    elif what == "published":
        job = step(Published, *args)
    else:
        job = lambda: trials[args[2]](int(args[0]), int(args[1]))
    start = time.perf_counter()
    job()
    print(time.perf_counter() - start, flush=True)
