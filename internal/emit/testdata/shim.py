"""Stands in for torch and jax: numbers with one derivative.

where() differentiates both branches and multiplies by 1 or 0, as reverse mode
does, so that an unguarded branch shows as a derivative that is NaN.
"""

import math
import sys
import types


def _total(f):
    """f with IEEE results instead of exceptions."""

    def g(*args):
        try:
            return f(*args)
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return math.nan

    return g


def _over(u, v):
    if v == 0:
        return math.nan if u == 0 or u != u else math.copysign(math.inf, u) * math.copysign(1, v)
    return u / v


def _log(u):
    return -math.inf if u == 0 else _total(math.log)(u)


def _pow(u, p):
    if u == 0 and p < 0:
        return math.inf
    if u < 0 and p != int(p):
        return math.nan
    return _total(math.pow)(u, p)


class Number:
    def __init__(self, v, d=0.0):
        self.v, self.d = float(v), float(d)

    def __neg__(self):
        return Number(-self.v, -self.d)

    def __add__(self, o):
        o = lift(o)
        return Number(self.v + o.v, self.d + o.d)

    def __sub__(self, o):
        return self + -lift(o)

    def __rsub__(self, o):
        return lift(o) - self

    def __mul__(self, o):
        o = lift(o)
        return Number(self.v * o.v, self.d * o.v + self.v * o.d)

    def __truediv__(self, o):
        o = lift(o)
        q = _over(self.v, o.v)
        return Number(q, _over(self.d - q * o.d, o.v))

    def __rtruediv__(self, o):
        return lift(o) / self

    def __pow__(self, o):
        v = _pow(self.v, o.v if isinstance(o, Number) else o)
        if not isinstance(o, Number):
            return Number(v, o * _pow(self.v, o - 1) * self.d)
        return Number(v, o.v * _pow(self.v, o.v - 1) * self.d + v * _log(self.v) * o.d)

    def __rpow__(self, o):
        v = _pow(o, self.v)
        return Number(v, v * _log(o) * self.d)

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(self, o):
        return Truth(self.v < lift(o).v)

    def __le__(self, o):
        return Truth(self.v <= lift(o).v)

    def __gt__(self, o):
        return Truth(self.v > lift(o).v)

    def __ge__(self, o):
        return Truth(self.v >= lift(o).v)

    def __eq__(self, o):
        return Truth(self.v == lift(o).v)

    def __ne__(self, o):
        return Truth(self.v != lift(o).v)


class Truth:
    """An elementwise condition: it cannot be the condition of an if."""

    def __init__(self, v):
        self.holds = v

    def __and__(self, o):
        return Truth(self.holds and o.holds)

    def __or__(self, o):
        return Truth(self.holds or o.holds)

    def __invert__(self):
        return Truth(not self.holds)

    def __bool__(self):
        raise TypeError("a tensor of conditions is neither true nor false")


def lift(o):
    return o if isinstance(o, Number) else Number(o)


def tensors(*args):
    if not all(isinstance(a, Number) for a in args):
        raise TypeError("want tensors, not numbers")


def smooth(f, slope):
    def g(u):
        tensors(u)
        return Number(_total(f)(u.v), _total(slope)(u.v) * u.d)

    return g


def where(c, u, v):
    u, v, w = lift(u), lift(v), 1.0 if c.holds else 0.0
    return Number(u.v if c.holds else v.v, w * u.d + (1.0 - w) * v.d)


def maximum(u, v):
    u, v = lift(u), lift(v)
    return Number(math.nan, math.nan) if u.v != u.v or v.v != v.v else where(u >= v, u, v)


def minimum(u, v):
    u, v = lift(u), lift(v)
    return Number(math.nan, math.nan) if u.v != u.v or v.v != v.v else where(u <= v, u, v)


def isnan(u):
    return Truth(u.v != u.v)


class finfo:
    def __init__(self, dtype):
        self.max = sys.float_info.max


def result_type(x, other):
    return float


def torch_where(c, u, v):
    if not isinstance(u, Number) and not isinstance(v, Number):
        raise TypeError("the result would have the default type")
    return where(c, u, v)


def torch_maximum(u, v):
    tensors(u, v)
    return maximum(u, v)


def torch_minimum(u, v):
    tensors(u, v)
    return minimum(u, v)


def clamp(u, min=None, max=None):
    tensors(u)
    u = u if min is None else maximum(u, min)
    return u if max is None else minimum(u, max)


def _sigmoid(u):
    e = math.exp(-abs(u))
    return (1 if u >= 0 else e) / (1 + e)


def _softplus(u, threshold=math.inf):
    return u if u > threshold else max(u, 0) + math.log1p(math.exp(-abs(u)))


def _sign(u):
    return (u > 0) - (u < 0)


_bell = 2 / math.sqrt(math.pi)
sigmoid = smooth(_sigmoid, lambda u: _sigmoid(u) * _sigmoid(-u))
relu = smooth(lambda u: max(u, 0), lambda u: u > 0)
erf = smooth(math.erf, lambda u: _bell * math.exp(-u * u))
erfc = smooth(math.erfc, lambda u: -_bell * math.exp(-u * u))
elementwise = {
    "exp": smooth(math.exp, math.exp),
    "expm1": smooth(math.expm1, math.exp),
    "log": smooth(_log, lambda u: _over(1, u)),
    "log1p": smooth(lambda u: -math.inf if u == -1 else math.log1p(u), lambda u: _over(1, 1 + u)),
    "sqrt": smooth(math.sqrt, lambda u: _over(0.5, math.sqrt(u))),
    "sin": smooth(math.sin, math.cos),
    "cos": smooth(math.cos, lambda u: -math.sin(u)),
    "tan": smooth(math.tan, lambda u: 1 + math.tan(u) ** 2),
    "sinh": smooth(math.sinh, math.cosh),
    "cosh": smooth(math.cosh, math.sinh),
    "tanh": smooth(math.tanh, lambda u: (1 / math.cosh(u)) ** 2 if abs(u) < 350 else 0),
    "abs": smooth(abs, _sign),
    "remainder": lambda u, m: Number(u.v - m * math.floor(u.v / m) if math.isfinite(u.v) else math.nan, u.d),
    "sign": smooth(_sign, lambda u: 0),
}
inverse = {
    "sinh": smooth(math.asinh, lambda u: 1 / math.hypot(1, u)),
    "cosh": smooth(math.acosh, lambda u: _over(1, math.sqrt((u - 1) * (u + 1)))),
    "tanh": smooth(math.atanh, lambda u: _over(1, (1 - u) * (1 + u))),
    "sin": smooth(math.asin, lambda u: _over(1, math.sqrt((1 - u) * (1 + u)))),
    "cos": smooth(math.acos, lambda u: _over(-1, math.sqrt((1 - u) * (1 + u)))),
}
arctan = smooth(math.atan, lambda u: 1 / (1 + u * u))


def module(name, **members):
    m = types.ModuleType(name)
    m.__dict__.update(members)
    sys.modules[name] = m
    return m


class Module:
    def __call__(self, x):
        return self.forward(x)


functional = module("torch.nn.functional", softplus=lambda u, threshold: smooth(lambda v: _softplus(v, threshold), _sigmoid)(u))
nn = module("torch.nn", Module=Module, functional=functional)
module("torch", nn=nn, where=torch_where, maximum=torch_maximum, minimum=torch_minimum, clamp=clamp, relu=relu,
       sigmoid=sigmoid, erf=erf, erfc=erfc, atan=arctan, full_like=lambda x, v: Number(v),
       isnan=isnan, finfo=finfo, result_type=result_type, **elementwise, **{"a" + k: f for k, f in inverse.items()})
numpy = module("jax.numpy", where=where, maximum=maximum, minimum=minimum, arctan=arctan, isnan=isnan, finfo=finfo, result_type=result_type,
               **elementwise, **{"arc" + k: f for k, f in inverse.items()})
jaxnn = module("jax.nn", relu=relu, sigmoid=sigmoid, softplus=smooth(_softplus, _sigmoid))
lax = module("jax.lax", erf=erf, erfc=erfc)
module("jax", numpy=numpy, nn=jaxnn, lax=lax)


def evaluate(f, x):
    y = lift(f(Number(x, 1)))
    return y.v, y.d
