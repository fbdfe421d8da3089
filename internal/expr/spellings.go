package expr

import "bsnn/internal/notation"

// spellings are those of calculus in the libraries of Python, in Go, in C and among
// mathematicians. What a name without a library means, it has to mean in all of them.
var spellings = []notation.Spelling{
	same("arctan(v)", "atan(v)"), same("arcsinh(v)", "asinh(v)"), same("arsinh(v)", "asinh(v)"), same("arcosh(v)", "acosh(v)"),
	same("arccosh(v)", "acosh(v)"), same("arctanh(v)", "atanh(v)"), same("artanh(v)", "atanh(v)"), same("arcsin(v)", "asin(v)"),
	same("arccos(v)", "acos(v)"), same("tg(v)", "tan(v)"), same("sh(v)", "sinh(v)"), same("ch(v)", "cosh(v)"), same("th(v)", "tanh(v)"),
	same("absolute(v)", "abs(v)"), same("fabs(v)", "abs(v)"), same("sgn(v)", "sign(v)"), same("square(v)", "v^2"),
	same("exponential(v)", "exp(v)"),
	same("exp2(v)", "2^v"), same("log2(v)", "log(v)/log(2)"), same("log10(v)", "log(v)/log(10)"), same("rsqrt(v)", "1/sqrt(v)"),
	same("cbrt(v)", "sign(v)*abs(v)^(1/3)"), same("reciprocal(v)", "1/v"), same("negative(v)", "-v"), same("neg(v)", "-v"),
	same("positive(v)", "v"),
	same("sech(v)", "1/cosh(v)"), same("normcdf(v)", "Phi(v)"), same("ncdf(v)", "Phi(v)"), same("ndtr(v)", "Phi(v)"),
	same("expit(v)", "sigmoid(v)"),
	same("logsigmoid(v)", "-softplus(-v)"), same("log_expit(v)", "-softplus(-v)"), same("logaddexp(v, w)", "log(exp(v) + exp(w))"),
	same("maximum(v, w)", "max(v, w)"), same("minimum(v, w)", "min(v, w)"), same("fmax(v, w)", "max(v, w)"),
	same("fmin(v, w)", "min(v, w)"),
	same("power(v, w)", "v^w"), same("powi(v, w)", "v^w"), same("powf(v, w)", "v^w"), same("float_power(v, w)", "v^w"),
	same("select(c, v, w)", "where(c, v, w)"),
	same("add(v, w)", "v + w"), same("subtract(v, w)", "v - w"), same("sub(v, w)", "v - w"), same("multiply(v, w)", "v*w"),
	same("mul(v, w)", "v*w"),
	same("divide(v, w)", "v/w"), same("true_divide(v, w)", "v/w"), same("div(v, w)", "v/w"),
	same("zeros_like(v)", "0"), same("ones_like(v)", "1"), same("full_like(v, fill_value)", "fill_value"),
	same("greater(v, w)", "(v > w)"), same("less(v, w)", "(v < w)"), same("greater_equal(v, w)", "(v >= w)"),
	same("less_equal(v, w)", "(v <= w)"),
	same("gt(v, w)", "(v > w)"), same("lt(v, w)", "(v < w)"), same("ge(v, w)", "(v >= w)"), same("le(v, w)", "(v <= w)"),
	same("logical_and(v, w)", "((v) and (w))"), same("logical_or(v, w)", "((v) or (w))"), same("logical_not(v)", "(not (v))"),
	same("heaviside(v, w)", "(v > 0 ? 1 : v < 0 ? 0 : w)"),

	same("clip(v, a_min, a_max)", "clamp(v, a_min, a_max)"), same("clip(v, a_min, a_max=None)", "max(v, a_min)"),
	same("clip(v, a_min=None, a_max)", "min(v, a_max)"), same("clip(v, min, max)", "clamp(v, min, max)"),
	same("clip(v, min, max=None)", "max(v, min)"), same("clip(v, min=None, max)", "min(v, max)"),
	same("clamp(v, min, max)", "clamp(v, min, max)"), same("clamp(v, min, max=None)", "max(v, min)"),
	same("clamp(v, min=None, max)", "min(v, max)"), only("lax", "clamp(lo, v, hi)", "clamp(v, lo, hi)"),
	same("clamp_min(v, min)", "max(v, min)"), same("clamp_max(v, max)", "min(v, max)"),
	same("clip_by_value(v, clip_value_min, clip_value_max)", "clamp(v, clip_value_min, clip_value_max)"),

	only("scipy jax", "cdf(v)", "Phi(v)"), only("scipy jax", "logcdf(v)", "log(Phi(v))"),
	only("scipy jax", "pdf(v)", "exp(-v^2/2)/sqrt(2*pi)"),
	same("log_ndtr(v)", "log(Phi(v))"),

	only("numpy torch jax", "sinc(v)", "sinxoverx(pi*v)"),
	{Call: "sinc(v)", Ours: []notation.Meaning{
		{Formula: "sinxoverx(v)", Of: "sin(x)/x"},
		{Formula: "sinxoverx(pi*v)", Of: "sin(pi*x)/(pi*x), which NumPy, PyTorch and JAX call so"},
	}},
	{Call: "round(v)", Why: "changes in steps, so that its derivative is 0: no gradient passes it"},
	{Call: "floor(v)", Why: "changes in steps, so that its derivative is 0: no gradient passes it"},
	{Call: "ceil(v)", Why: "changes in steps, so that its derivative is 0: no gradient passes it"},
}

// same is a spelling that every library reads so.
func same(call, formula string) notation.Spelling {
	return notation.Spelling{Call: call, Ours: notation.One(formula)}
}

// only is a spelling of some libraries.
func only(libraries, call, formula string) notation.Spelling {
	return notation.Spelling{In: libraries, Call: call, Ours: notation.One(formula)}
}
