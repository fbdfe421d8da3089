"""Writes singular.json: E f, E f^2 and E f'^2 of functions of a standard normal variable
whose slopes are singular somewhere, with 30 digits. Beside a singularity c the variable
is s with x = c +- s^m, so that integrable powers are smooth.
"""

import json

from mpmath import acosh, cos, cosh, diff, exp, log, mp, mpf, npdf, quad, sign, sin, sinh, sqrt, tanh

mp.dps = 50
R = 14  # the normal density beyond is below 1e-43


def power(u, du, p):
    """|u|^p and its slope."""
    p = mpf(p)
    return lambda x: abs(u(x)) ** p, lambda x: p * abs(u(x)) ** (p - 1) * sign(u(x)) * du(x)


def flat(u, du, on):
    """exp(-1/u) where on holds, 0 elsewhere, and its slope."""

    def f(x):
        return exp(-1 / u(x)) if on(x) else mpf(0)

    return f, lambda x: f(x) * du(x) / u(x) ** 2 if on(x) else mpf(0)


def x(t):
    return t


def one(t):
    return mpf(1)


def both(f, g):
    """The sum of two functions with their slopes."""
    return lambda t: f[0](t) + g[0](t), lambda t: f[1](t) + g[1](t)


third, tenth = mpf("0.3"), mpf("0.1")
functions = {
    "abs(x)^0.75": (power(x, one, "0.75"), [0], 4),
    "abs(x)^0.51": (power(x, one, "0.51"), [0], 100),
    "max(x,0)^0.75": ((lambda t: t ** mpf("0.75") if t > 0 else mpf(0),
                       lambda t: mpf("0.75") * t ** mpf("-0.25") if t > 0 else mpf(0)), [0], 4),
    "x+abs(x)^0.6": (both((x, one), power(x, one, "0.6")), [0], 20),
    "abs(x-0.3)^0.75": (power(lambda t: t - third, one, "0.75"), [third], 4),
    "abs(x-0.3)^0.55": (power(lambda t: t - third, one, "0.55"), [third], 20),
    "abs(x^2-2)^0.7": (power(lambda t: t * t - 2, lambda t: 2 * t, "0.7"), [-sqrt(mpf(2)), sqrt(mpf(2))], 5),
    "abs(tanh(x)-0.3)^0.8": (power(lambda t: tanh(t) - third, lambda t: 1 - tanh(t) ** 2, "0.8"), [mp.atanh(third)], 5),
    "x>0 ? exp(-1/x) : 0": (flat(x, one, lambda t: t > 0), [0], 1),
    "x>0.3 ? exp(-1/(x-0.3)) : 0": (flat(lambda t: t - third, one, lambda t: t > third), [third], 1),
    "x==0 ? 0 : exp(-1/x^2)": (flat(lambda t: t * t, lambda t: 2 * t, lambda t: t != 0), [0], 1),
    "abs(x)<1 ? exp(-1/(1-x^2)) : 0": (flat(lambda t: 1 - t * t, lambda t: -2 * t, lambda t: abs(t) < 1), [-1, 1], 1),
    "acosh(1+x^2)": ((lambda t: acosh(1 + t * t), lambda t: 2 * sign(t) / sqrt(2 + t * t)), [0], 1),
    "acosh(1+(x-0.3)^2)": ((lambda t: acosh(1 + (t - third) ** 2), lambda t: 2 * sign(t - third) / sqrt(2 + (t - third) ** 2)), [third], 1),
    "x==0 ? 0 : x*log(abs(x))": ((lambda t: t * log(abs(t)), lambda t: log(abs(t)) + 1), [0], 6),
    "(exp(x-0.3)-1)/(x-0.3)": ((lambda t: mp.expm1(t - third) / (t - third),
                               lambda t: ((t - third) * exp(t - third) - mp.expm1(t - third)) / (t - third) ** 2), [third], 1),
    "sin(x-0.1)/(x-0.1)": ((lambda t: sin(t - tenth) / (t - tenth),
                           lambda t: ((t - tenth) * cos(t - tenth) - sin(t - tenth)) / (t - tenth) ** 2), [tenth], 1),
}


def mean(f, places, m):
    """E f, between the integers and the places, with x = c +- s^m beside the latter."""
    ends = sorted(set([mpf(k) for k in range(-R, R + 1)] + [mpf(c) for c in places]))
    total = mpf(0)
    for lo, hi in zip(ends, ends[1:]):
        pieces = [(lo, (lo + hi) / 2), (hi, (lo + hi) / 2)]
        for c, mid in pieces:
            side, length = sign(mid - c), abs(mid - c)
            if c not in places:
                total += quad(lambda x: f(x) * npdf(x), sorted([c, mid]))
                continue

            def g(s):
                with mp.workdps(m * 60 + 600 if c else 60):
                    x = c + side * s ** m
                    v = f(x) * npdf(x) * m * s ** (m - 1)
                return +v

            total += quad(g, [0, length ** (mpf(1) / m) / 2, length ** (mpf(1) / m)])
    return total


out = {}
for name, ((f, d), places, m) in functions.items():
    places = [mpf(c) for c in places]
    values = [mean(f, places, m), mean(lambda x: f(x) ** 2, places, m), mean(lambda x: d(x) ** 2, places, m)]
    out[name] = [mp.nstr(v, 30) for v in values]
    print(name, out[name], flush=True)
json.dump(out, open("singular.json", "w"), indent=1)
