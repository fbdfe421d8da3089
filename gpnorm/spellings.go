package gpnorm

import "bsnn/internal/notation"

// spellings are the activations of PyTorch, JAX (also Flax), TensorFlow and Keras
// that are called there, or declared, in another way than here. A name without a
// library has to mean the same in all of them.
var spellings = []notation.Spelling{
	// PyTorch and Flax take 0.01, TensorFlow and Keras 3's function 0.2, Keras's layer 0.3.
	read("torch", "leaky_relu(v, negative_slope=0.01, inplace=...)", "leakyrelu(v, negative_slope)"),
	read("jax nn mlx", "leaky_relu(v, negative_slope=0.01)", "leakyrelu(v, negative_slope)"),
	read("tf", "leaky_relu(v, alpha=0.2)", "leakyrelu(v, alpha)"),
	read("", "leaky_relu(v, negative_slope)", "leakyrelu(v, negative_slope)"),
	read("", "leaky_relu(v, alpha)", "leakyrelu(v, alpha)"),
	several("keras", "leaky_relu(v)",
		notation.Meaning{Formula: "leakyrelu(v, 0.3)", Of: "the layer of Keras"},
		notation.Meaning{Formula: "leakyrelu(v, 0.2)", Of: "the function of Keras 3"},
		notation.Meaning{Formula: "leakyrelu(v, 0.01)", Of: "PyTorch's"}),
	read("", "leaky_relu(v)", "leakyrelu(v)"),

	read("", "elu(v, alpha=1, inplace=...)", "elu(v, alpha)"),
	read("", "celu(v, alpha=1, inplace=...)", "celu(v, alpha)"),

	// JAX's default is the approximation, that of the others is not.
	read("jax", "gelu(v, approximate=True)", tanhGELU), read("", "gelu(v, approximate=False)", "gelu(v)"),
	read("", "gelu(v, approximate='none')", "gelu(v)"),
	several("nn", "gelu(v)",
		notation.Meaning{Formula: "gelu(v)", Of: "x*Phi(x), as in PyTorch and TensorFlow"},
		notation.Meaning{Formula: tanhGELU, Of: "the approximation by tanh, the default of JAX and Flax"}),
	read("", "gelu(v)", "gelu(v)"),
	read("", "gelu(v, approximate)", tanhGELU), // 'tanh', True
	read("", "gelu_tanh(v)", tanhGELU), read("", "gelu_new(v)", tanhGELU), read("", "gelu_pytorch_tanh(v)", tanhGELU),
	read("", "gelu_approx(v)", tanhGELU), read("", "new_gelu(v)", tanhGELU), read("", "fast_gelu(v)", tanhGELU),
	read("", "gelu_fast(v)", tanhGELU),
	read("", "gelu_fast_approx(v)", "quickgelu(v)"),

	read("", "softplus(v)", "softplus(v)"), read("", "softplus(v, beta, threshold=20!)", "softplus(beta*v)/beta"),
	read("", "softplus(v, beta=1!, threshold=20!)", "softplus(v)"),
	refused("softplus(v, beta=1, threshold=...)", "has no threshold here: it is log(1 + exp(x)) everywhere"),
	read("tf keras", "silu(v, beta)", "v*sigmoid(beta*v)"), read("tf keras", "swish(v, beta)", "v*sigmoid(beta*v)"),
	read("", "swish(v, beta)", "v*sigmoid(beta*v)"),
	read("", "hardtanh(v, min_val=-1!, max_val=1!, inplace=...)", "hardtanh(v)"),
	read("", "hardtanh(v, min_val=-1, max_val=1, inplace=...)", "clamp(v, min_val, max_val)"),
	read("", "relu(v, max_value)", "clamp(v, 0, max_value)"),
	read("", "relu(v, inplace=...)", "relu(v)"),

	several("keras", "hard_sigmoid(v)",
		notation.Meaning{Formula: "clip(v/6 + 0.5, 0, 1)", Of: "that of Keras 3, PyTorch and JAX"},
		notation.Meaning{Formula: "clip(0.2*v + 0.5, 0, 1)", Of: "that of Keras 2"}),
	read("", "hard_sigmoid(v, inplace=...)", "clip(v/6 + 0.5, 0, 1)"),
	read("", "hard_swish(v, inplace=...)", "hardswish(v)"), read("", "hard_silu(v)", "hardswish(v)"),
	read("", "soft_sign(v)", "softsign(v)"), read("", "log_sigmoid(v)", "-softplus(-v)"),
	read("", "squareplus(v, b=4)", "squareplus(v, b)"),
	read("", "tanhshrink(v)", "v - tanh(v)"), read("", "tanh_shrink(v)", "v - tanh(v)"),
	read("", "softshrink(v, lambd=0.5)", "v - clamp(v, -lambd, lambd)"),
	read("", "soft_shrink(v, lambda_v=0.5)", "v - clamp(v, -lambda_v, lambda_v)"),
	read("", "hardshrink(v, lambd=0.5)", "(abs(v) > lambd ? v : 0)"),
	read("", "threshold(v, threshold, value, inplace=...)", "(v > threshold ? v : value)"),
	read("", "relu2(v)", "relu(v)^2"), read("", "relu_squared(v)", "relu(v)^2"), read("", "squared_relu(v)", "relu(v)^2"),
	read("", "logistic(v)", "sigmoid(v)"), read("", "linear(v)", "identity(v)"), read("", "identity(v, name=...)", "identity(v)"),

	refused("prelu(v, num_parameters=..., init=0.25)", "learns its slope: write leakyrelu(0.25) for how it begins in PyTorch"),
	refused("rrelu(v, lower=..., upper=..., training=..., inplace=...)", "draws its slope: write leakyrelu(0.229) for its mean in PyTorch"),
	refused("softmax(v, dim=..., axis=...)", mixes), refused("log_softmax(v, dim=..., axis=...)", mixes),
	refused("softmin(v, dim=...)", mixes),
	refused("glu(v, dim=..., axis=...)", mixes), refused("swiglu(v, dim=...)", mixes), refused("geglu(v, dim=...)", mixes),
	refused("maxout(v, dim=...)", mixes), refused("layer_norm(v, dim=...)", mixes), refused("dropout(v, p=..., training=...)",
		"is no function of one number: it draws"),
}

// tanhGELU is the approximation of Hendrycks, Gimpel 2016, arXiv 1606.08415.
const tanhGELU = "0.5*v*(1 + tanh(sqrt(2/pi)*(v + 0.044715*v^3)))"

const mixes = "is no function of one number: it mixes several"

// read is a spelling with one meaning.
func read(libraries, call, formula string) notation.Spelling {
	return notation.Spelling{In: libraries, Call: call, Ours: notation.One(formula)}
}

func several(libraries, call string, list ...notation.Meaning) notation.Spelling {
	return notation.Spelling{In: libraries, Call: call, Ours: list}
}

func refused(call, why string) notation.Spelling { return notation.Spelling{Call: call, Why: why} }
