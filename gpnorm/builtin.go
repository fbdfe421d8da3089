package gpnorm

import (
	"math"

	"bsnn/internal/vector"
)

// The Lipschitz constants of φ and φ′ are sup|φ′| and sup|φ″|, attained where
// the comment says.
var (
	tanhCurvature    = 4 / (3 * math.Sqrt(3))            // |φ″| = 2t(1−t²) at t = tanh x = 1/√3
	erfCurvature     = math.Sqrt(8 / (math.Pi * math.E)) // |φ″| = 4x·exp(−x²)/√π at x = 1/√2
	sigmoidCurvature = math.Sqrt(3) / 18                 // |φ″| = s(1−s)|1−2s| at s = ½ ± 1/√12
	geluCurvature    = math.Sqrt(2 / math.Pi)            // φ″ = (2−x²)·exp(−x²/2)/√(2π) at 0; a second extremum, at ±2, is smaller

	// φ′ = Φ + x·Φ′ at the zero √2 of φ″.
	geluLipschitz = 0.5*math.Erfc(-1) + math.Sqrt2*invSqrt2Pi/math.E
)

// siluLipschitz is ½ + x₀/4 where x₀·tanh(x₀/2) = 2: with t = tanh(x/2),
// φ″ = (1−t²)(2 − x·t)/4 vanishes there, and φ′ = ½ + t/2 + x(1−t²)/4 with
// t = 2/x₀ reduces to it.
const siluLipschitz = 0.5 + 2.3993572805154676678327396972823/4

// Extrema of Mish's φ′ and φ″, at x = 1.49057 and −0.08793.
const (
	mishLipschitz = 1.0884981612517278612282936273921
	mishCurvature = 0.6442046372369724295176590470565
)

// The constants of SELU: the fixed point of mean 0 and variance 1 (Klambauer,
// Unterthiner, Mayr, Hochreiter 2017, arXiv 1706.02515), for its formula and
// for float64.
const (
	seluScale, seluAlpha = "1.0507009873554804934193349852946", "1.6732632423543772848170429916717"

	// The largest slope: at 0 from below.
	seluSlope = 1.0507009873554804934193349852946 * 1.6732632423543772848170429916717
)

// builtins declares the activations; nothing else in the project lists them. Their
// loops are those of package vector.
var builtins = []Definition{
	{
		Name: "relu", Title: "ReLU", Formula: "max(x, 0)",
		Published: &Constants{A: 1.4142, B: 0},
		Compiled: fixed(compiled("relu", Activation{
			Kinks:     []float64{0},
			Lipschitz: 1, DerivLipschitz: math.Inf(1),
		})),
	},
	{
		Name: "tanh", Title: "tanh", Formula: "tanh(x)",
		Published: &Constants{A: 1.4674, B: 0.3885},
		Compiled: fixed(compiled("tanh", Activation{
			Lipschitz: 1, DerivLipschitz: tanhCurvature,
		})),
	},
	{
		Name: "leakyrelu", Title: "leaky ReLU", Formula: "x > 0 ? x : slope*x",
		Published:  &Constants{A: 1.4141, B: 0},
		OtherNames: []string{"lrelu"},
		Parameters: []Parameter{{"slope", "0.01"}},
		Compiled:   func(parameters ...float64) Activation { return leakyReLU(parameters[0]) },
	},
	{ // Clevert, Unterthiner, Hochreiter 2015, arXiv 1511.07289
		Name: "elu", Title: "ELU", Formula: "x > 0 ? x : alpha*expm1(x)",
		Published:  &Constants{A: 1.2234, B: 0.0742},
		Parameters: []Parameter{{"alpha", "1"}},
		Compiled:   func(parameters ...float64) Activation { return elu(parameters[0]) },
	},
	{ // Hendrycks, Gimpel 2016, arXiv 1606.08415
		Name: "gelu", Title: "GELU", Formula: "x*Phi(x)",
		Published: &Constants{A: 1.4915, B: -0.9097, Of: "quickgelu"},
		Compiled: fixed(compiled("gelu", Activation{
			Lipschitz: geluLipschitz, DerivLipschitz: geluCurvature,
		})),
	},
	{ // Klambauer, Unterthiner, Mayr, Hochreiter 2017, arXiv 1706.02515
		Name: "selu", Title: "SELU", Formula: "" + seluScale + "*elu(x, " + seluAlpha + ")",
		Published: &Constants{A: 0.9660, B: 0.2585},
		Compiled: fixed(compiled("selu", Activation{
			Kinks:     []float64{0},
			Lipschitz: seluSlope, DerivLipschitz: math.Inf(1),
		})),
	},
	{ // Elfwing, Uchibe, Doya 2017, arXiv 1702.03118
		Name: "silu", Title: "SiLU", Formula: "x*sigmoid(x)",
		OtherNames: []string{"swish"},
		Compiled: fixed(compiled("silu", Activation{
			Lipschitz: siluLipschitz, DerivLipschitz: 0.5,
		})),
	},
	{ // Misra 2019, arXiv 1908.08681
		Name: "mish", Title: "Mish", Formula: "x*tanh(softplus(x))",
		Compiled: fixed(compiled("mish", Activation{
			Lipschitz: mishLipschitz, DerivLipschitz: mishCurvature,
		})),
	},
	{
		Name: "softplus", Title: "softplus", Formula: "softplus(x)",
		OtherNames: []string{"log1pexp"},
		Compiled: fixed(compiled("softplus", Activation{
			Lipschitz: 1, DerivLipschitz: 0.25,
		})),
	},
	{
		Name: "sigmoid", Title: "sigmoid", Formula: "sigmoid(x)",
		OtherNames: []string{"logistic", "expit"},
		Compiled: fixed(compiled("sigmoid", Activation{
			Lipschitz: 0.25, DerivLipschitz: sigmoidCurvature,
		})),
	},
	{
		Name: "erf", Title: "erf", Formula: "erf(x)",
		Compiled: fixed(compiled("erf", Activation{
			Lipschitz: 2 / math.SqrtPi, DerivLipschitz: erfCurvature,
		})),
	},
	{
		Name: "sin", Title: "sin", Formula: "sin(x)",
		Compiled: fixed(compiled("sin", Activation{
			Lipschitz: 1, DerivLipschitz: 1,
		})),
	},
	{
		Name: "identity", Title: "identity", Formula: "x",
		OtherNames: []string{"linear"},
		Compiled: fixed(compiled("identity", Activation{
			Lipschitz: 1, DerivLipschitz: 0,
		})),
	},
	// The sigmoid approximation of GELU (Hendrycks, Gimpel 2016, arXiv 1606.08415): what the
	// authors of the paper, among others, called GELU.
	{Name: "quickgelu", Title: "quick GELU", Formula: "x*sigmoid(1.702*x)", Published: &Constants{A: 1.4915, B: -0.9097}},
	{Name: "softsign", Title: "softsign", Formula: "x/(1+abs(x))"},
	{ // Howard and others 2019, arXiv 1905.02244
		Name: "hardswish", Title: "hard swish", Formula: "x > 3 ? x : x > -3 ? x*(x+3)/6 : 0", OtherNames: []string{"hardsilu"},
	},
	{Name: "relu6", Title: "ReLU6", Formula: "min(max(x, 0), 6)"},
	{Name: "hardtanh", Title: "hard tanh", Formula: "min(max(x, -1), 1)"},
	{ // Barron 2017, arXiv 1704.07483
		Name: "celu", Title: "CELU", Formula: "x > 0 ? x : alpha*expm1(x/alpha)", Parameters: []Parameter{{"alpha", "1"}},
	},
	{ // Barron 2021, arXiv 2112.11687
		Name: "squareplus", Title: "squareplus", Formula: "(x+sqrt(x*x+b))/2", Parameters: []Parameter{{"b", "4"}},
		Compiled: func(parameters ...float64) Activation { return squareplus(parameters[0]) },
	},
}

// squareplus is (x + √(x² + b))/2, without overflow, and without cancellation below 0.
func squareplus(b float64) Activation {
	both := func(val, der, x []float64) {
		for i, v := range x {
			r := math.Hypot(v, math.Sqrt(b))
			if v > 0 {
				val[i], der[i] = v/2+r/2, (1+v/r)/2
			} else {
				below := b / 2 / (r - v)
				val[i], der[i] = below, below/r
			}
		}
	}
	var a Activation
	a.Value = func(dst, x []float64) { both(dst, make([]float64, len(x)), x) }
	a.Deriv = func(dst, x []float64) { both(make([]float64, len(x)), dst, x) }
	a.Both = both
	a.Lipschitz, a.DerivLipschitz = 1, 1/(2*math.Sqrt(b)) // φ″ = b/(2(x² + b)^{3/2}) at 0
	return a
}

// fixed is for definitions without parameters.
func fixed(a Activation) func(...float64) Activation {
	return func(...float64) Activation { return a }
}

// compiled adds the loops of package vector of the given name.
func compiled(name string, a Activation, parameters ...float64) Activation {
	k, ok := vector.Lookup[float64](name, parameters...)
	if !ok {
		panic("gpnorm: no loops for " + name)
	}
	return a.withLoops(loops{k, 1, math.Copysign(0, -1)}) // −0 + −0 is −0
}

// leakyReLU is x for x > 0 and slope·x below.
func leakyReLU(slope float64) Activation {
	a := Activation{
		Name:      callName("leakyrelu", slope), // the default too, which is not everybody's
		Kinks:     []float64{0},
		Lipschitz: max(1, math.Abs(slope)), DerivLipschitz: math.Inf(1),
	}
	if slope == 1 {
		a.Kinks, a.DerivLipschitz = nil, 0
	}
	return compiled("leakyrelu", a, slope)
}

// elu is x for x > 0 and alpha·(exp x − 1) below.
func elu(alpha float64) Activation {
	a := Activation{Kinks: []float64{0}, Lipschitz: max(1, math.Abs(alpha)), DerivLipschitz: math.Inf(1)}
	if alpha == 1 {
		a.DerivLipschitz = 1
	}
	return compiled("elu", a, alpha)
}
