"""Records squared norms of signals and gradients per layer of Keras on TensorFlow, for: bsnn audit norms.csv

    from probe import probe
    probe(model, batches, loss)      # batches: a list of (input, target), one for each repetition; loss(target, output)

Write one row for each layer and repetition: repetition, order, module, kind, width (numbers for each input),
signal (the mean of ||output||^2/width over the inputs) and gradient (||dE/doutput||^2, summed over the inputs).
Layers that put out no tensor of floating-point numbers, or are not used, have no rows; one that is used several times
has the number of the use after its name. The model has been built; no step is taken. The program that prints this script tests it
on a stand-in for TensorFlow, not on TensorFlow itself.
"""
import csv
import functools
import numpy as np
import tensorflow as tf


def probe(model, batches, loss, path="norms.csv"):
    used, changed, rows = [], [], []

    def record(layer, name):
        call = layer.call

        @functools.wraps(call)
        def recorded(*args, **kwargs):
            output = call(*args, **kwargs)
            if tf.is_tensor(output) and "float" in str(output.dtype):
                used.append((name, type(layer).__name__, output))
            return output

        layer.call = recorded
        changed.append((layer, call))

    for layer in model._flatten_layers(include_self=False):
        record(layer, getattr(layer, "path", None) or layer.name)
    try:
        for repetition, (x, y) in enumerate(batches):
            used.clear()
            with tf.GradientTape() as tape:
                value = loss(y, model(x, training=True))
            gradients = tape.gradient(value, [output for _, _, output in used])
            uses = {}
            for (name, kind, output), gradient in zip(used, gradients):
                uses[name] = uses.get(name, 0) + 1
                label = name if uses[name] == 1 else "%s#%d" % (name, uses[name])
                h = np.asarray(tf.stop_gradient(output), dtype="float64")
                g = float("nan") if gradient is None else float(np.square(np.asarray(gradient, dtype="float64")).sum())
                rows.append([repetition, len(rows), label, kind, h[0].size, float(np.square(h).mean()), g])
    finally:
        for layer, call in changed:
            layer.call = call
    with open(path, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["repetition", "order", "module", "kind", "width", "signal", "gradient"])
        w.writerows(rows)
