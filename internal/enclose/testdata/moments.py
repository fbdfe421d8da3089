"""Writes moments.json: E f and E f'^2 of functions of a standard normal variable, with
50 digits, by quadrature of mpmath between the places where the functions are not smooth.
"""

import json

from mpmath import acos, acosh, asin, asinh, atanh, cos, e, exp, log, mp, mpf, npdf, pi, quad, sin, sinh, sqrt, tanh

mp.dps = 65
R = 17  # the normal density beyond is below 1e-63


def sech2(x):
    return 1 - tanh(x) ** 2


def precise(f):
    """f with the digits that it loses near 0."""

    def g(x):
        with mp.workdps(260):
            v = f(mpf(x))
        return +v

    return g


functions = {
    "asinh(x)": (asinh, lambda x: 1 / sqrt(1 + x * x), []),
    "atanh(tanh(x)/2)": (lambda x: atanh(tanh(x) / 2), lambda x: sech2(x) / 2 / (1 - tanh(x) ** 2 / 4), []),
    "asin(sin(x)/2)": (lambda x: asin(sin(x) / 2), lambda x: cos(x) / 2 / sqrt(1 - sin(x) ** 2 / 4), []),
    "acos(tanh(x)/2)": (lambda x: acos(tanh(x) / 2), lambda x: -sech2(x) / 2 / sqrt(1 - tanh(x) ** 2 / 4), []),
    "acosh(1.5+x^2)": (lambda x: acosh(1.5 + x * x), lambda x: 2 * x / sqrt((1.5 + x * x) ** 2 - 1), []),
    "sinxoverx(x)": (lambda x: sin(x) / x, precise(lambda x: (x * cos(x) - sin(x)) / x ** 2), [0]),
    "sin(x)/x": (lambda x: sin(x) / x, precise(lambda x: (x * cos(x) - sin(x)) / x ** 2), [0]),
    "(exp(x)-1)/x": (precise(lambda x: (exp(x) - 1) / x), precise(lambda x: (x * exp(x) - exp(x) + 1) / x ** 2), [0]),
    "x/tanh(x)": (lambda x: x / tanh(x), precise(lambda x: 1 / tanh(x) - x / sinh(x) ** 2), [0]),
    "tri(x)": (lambda x: 2 / pi * asin(sin(pi * x / 2)), lambda x: mpf(1), list(range(-17, 18, 2))),
    "max(x,0)^1.5": (lambda x: x ** mpf("1.5") if x > 0 else mpf(0), lambda x: 1.5 * sqrt(x) if x > 0 else mpf(0), [0]),
    "abs(x)^1.5": (lambda x: abs(x) ** mpf("1.5"), lambda x: 1.5 * sqrt(abs(x)), [0]),
    "abs(x)^pi": (lambda x: abs(x) ** pi, lambda x: pi * abs(x) ** (pi - 1), [0]),
    "x>pi/2 ? 1 : (x<-pi/2 ? -1 : sin(x))": (lambda x: mpf(1) if x > pi / 2 else mpf(-1) if x < -pi / 2 else sin(x),
                                           lambda x: cos(x) if abs(x) < pi / 2 else mpf(0), [-pi / 2, pi / 2]),
    "x>e ? log(x) : x/e": (lambda x: log(x) if x > e else x / e, lambda x: 1 / x if x > e else 1 / e, [e]),
    "x*x>4 ? 2*abs(x) : x^2": (lambda x: 2 * abs(x) if x * x > 4 else x * x, lambda x: mpf(2) if x * x > 4 else 2 * x, [-2, 0, 2]),
    "log(x+sqrt(x^2+1))": (asinh, lambda x: 1 / sqrt(1 + x * x), []),
    "max(0,x)+min(0,2*(exp(x/2)-1))": (lambda x: x if x > 0 else 2 * (exp(x / 2) - 1), lambda x: mpf(1) if x > 0 else exp(x / 2), [0]),
    "max(x,tanh(x))": (lambda x: max(x, tanh(x)), lambda x: mpf(1) if x > 0 else sech2(x), [0]),
    "exp(5*x)": (lambda x: exp(5 * x), lambda x: 5 * exp(5 * x), None),
    "x^99": (None, None, None),
}


def mean(f, breaks):
    ends = sorted(set([-R, R] + list(range(-R, R + 1)) + list(breaks)))
    return quad(lambda x: f(x) * npdf(x), ends)


def odd(n):
    p = mpf(1)
    for k in range(1, n + 1, 2):
        p *= k
    return p


out = {}
for name, (f, d, breaks) in functions.items():
    if name == "exp(5*x)":
        values = [exp(mpf(25) / 2), exp(mpf(50)), 25 * exp(mpf(50))]
    elif name == "x^99":
        values = [mpf(0), odd(197), 99 ** 2 * odd(195)]
    else:
        values = [mean(f, breaks), mean(lambda x: f(x) ** 2, breaks), mean(lambda x: d(x) ** 2, breaks)]
    out[name] = [mp.nstr(v, 50) for v in values]
json.dump(out, open("moments.json", "w"), indent=1)
