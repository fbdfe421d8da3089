"""Records squared norms of signals and gradients per module, for: bsnn audit norms.csv

    from probe import probe
    probe(model, batches, loss)      # batches: a list of (input, target), one for each repetition; loss(output, target)

Write one row for each module and repetition: repetition, order, module, kind, width (numbers for each input),
signal (the mean of ||output||^2/width over the inputs) and gradient (||dE/doutput||^2, summed over the inputs).
Of several tensors that a module puts out, as attention does, the first is recorded. Modules that put out no tensor of
floating-point numbers, or are not used, have no rows; one that is used several times has the number of the use after its
name. The model is left as it was: no step is taken.
"""
import csv
import torch


def probe(model, batches, loss, path="norms.csv"):
    rows, hooks, uses = [], [], {}

    def hook(name):
        def forward(module, inputs, outputs):
            several = type(outputs) in (tuple, list) and len(outputs) > 0
            output = outputs[0] if several else outputs
            if not torch.is_tensor(output) or not output.is_floating_point() or not output.requires_grad:
                return None
            uses[name] = uses.get(name, 0) + 1
            label = name if uses[name] == 1 else "%s#%d" % (name, uses[name])
            y = output.detach().double().reshape(output.shape[0], -1)
            row = [repetition, len(rows), label, type(module).__name__, y.shape[1], float(y.pow(2).mean()), float("nan")]
            rows.append(row)

            def backward(gradient):
                row[6] = float(gradient.detach().double().pow(2).sum())

            output.register_hook(backward)
            copy = output.clone()  # so that a module that changes its input in place changes the copy
            return type(outputs)([copy, *outputs[1:]]) if several else copy
        return forward

    for name, module in model.named_modules():
        if name:
            hooks.append(module.register_forward_hook(hook(name)))
    try:
        for repetition, (x, y) in enumerate(batches):
            uses.clear()
            model.zero_grad()
            loss(model(x), y).backward()
        model.zero_grad()
    finally:
        for h in hooks:
            h.remove()
    with open(path, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["repetition", "order", "module", "kind", "width", "signal", "gradient"])
        w.writerows(rows)
