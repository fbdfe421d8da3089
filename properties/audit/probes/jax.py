"""Records squared norms of signals and gradients per module of Flax, or of any function of JAX, for: bsnn audit norms.csv

    from probe import probe
    probe(lambda x, y: loss(model.apply(variables, x), y), batches)      # batches: a list of (x, y), one for each repetition

Modules of Flax (linen) are found by themselves. Elsewhere, name the values that matter where they are computed:

    from probe import tap
    h = tap("layer1", w @ x, "linear")

Write one row for each module and repetition: repetition, order, module, kind, width (numbers for each input),
signal (the mean of ||output||^2/width over the inputs) and gradient (||dE/doutput||^2, summed over the inputs). Inputs are
along the first axis. What is used several times has the number of the use after its name. The function is called as it is: without jax.jit
inside. The program that prints this script tests it on a stand-in for JAX and Flax, not on them.
"""
import contextlib
import csv
import numpy as np
import jax
import jax.numpy as jnp

try:
    from flax import linen
except ImportError:
    linen = None

_tap = None  # what is done with a value at the moment


def tap(name, value, kind="linear"):
    """Gives the value back; while probe is at work, it is recorded."""
    return value if _tap is None else _tap(name, value, kind)


def _intercept(next_fn, args, kwargs, context):
    output = next_fn(*args, **kwargs)
    if context.method_name != "__call__" or not hasattr(output, "dtype"):
        return output
    return tap(".".join(context.module.path) or "model", output, type(context.module).__name__)


@contextlib.contextmanager
def _tapped(do):
    global _tap
    _tap = do
    try:
        with linen.intercept_methods(_intercept) if linen else contextlib.nullcontext():
            yield
    finally:
        _tap = None


def probe(loss, batches, path="norms.csv"):
    rows = []
    for repetition, (x, y) in enumerate(batches):

        def run(added, kinds):
            outputs, uses = {}, {}

            def do(name, value, kind):
                if "float" not in str(value.dtype):
                    return value
                uses[name] = uses.get(name, 0) + 1
                label = name if uses[name] == 1 else "%s#%d" % (name, uses[name])
                kinds[label] = kind
                outputs[label] = value if added is None else value + added[label]
                return outputs[label]

            with _tapped(do):
                return loss(x, y), outputs

        kinds = {}
        _, outputs = run(None, kinds)
        zeros = {label: jnp.zeros_like(h) for label, h in outputs.items()}
        gradients, outputs = jax.grad(lambda added: run(added, {}), has_aux=True)(zeros)
        for label, kind in kinds.items():
            h, g = np.asarray(outputs[label], dtype="float64"), np.asarray(gradients[label], dtype="float64")
            rows.append([repetition, len(rows), label, kind, h[0].size, float(np.square(h).mean()), float(np.square(g).sum())])
    with open(path, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["repetition", "order", "module", "kind", "width", "signal", "gradient"])
        w.writerows(rows)
