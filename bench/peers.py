"""Answers timing requests about one peer library, one line each.

Usage: peers.py numpy|scipy|torch THREADS

Says "ready VERSION" or "absent REASON", then reads requests from standard
input ("haar N [float32]", "trial WIDTH DEPTH explicit|lazy") and answers each
with the seconds that it took.
"""

import sys
import time


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


peer, threads = sys.argv[1], int(sys.argv[2])
try:
    import numpy as np

    version, haar = np.__version__, haar_numpy
    if peer == "scipy":
        import scipy
        from scipy.stats import ortho_group

        version, haar = scipy.__version__, haar_scipy
    elif peer == "torch":
        import torch

        torch.set_num_threads(threads)
        version, haar = torch.__version__, haar_torch
except ImportError as error:
    print("absent", " ".join(str(error).split()), flush=True)
    sys.exit()

rng = np.random.RandomState(1) if peer == "scipy" else np.random.default_rng(1)
trials = {"explicit": trial_explicit, "lazy": trial_lazy}
print("ready", version, flush=True)
for line in sys.stdin:
    what, *args = line.split()
    if what == "haar":
        job = lambda: haar(int(args[0]), args[1] if args[1:] else "float64")
    else:
        job = lambda: trials[args[2]](int(args[0]), int(args[1]))
    start = time.perf_counter()
    job()
    print(time.perf_counter() - start, flush=True)
