import torch


def evaluate_all(f, points):
    x = torch.tensor(points, dtype=torch.float32, requires_grad=True)
    y = f(x)
    (y + 0 * x).sum().backward()  # a constant does not depend on x
    return list(zip(y.tolist(), x.grad.tolist()))
