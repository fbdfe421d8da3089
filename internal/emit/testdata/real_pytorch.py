import torch


def evaluate(f, x):
    x = torch.tensor([x], dtype=torch.float64, requires_grad=True)
    y = f(x)
    (y + 0 * x).sum().backward()  # a constant does not depend on x
    return y.item(), x.grad.item()
