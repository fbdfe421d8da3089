package gpnorm

import "math"

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

// builtins declares the activations; nothing else in the project lists them. Each
// wraps its pair in three loops; see pointwise.go for why they are written out.
var builtins = []Definition{
	{
		Name: "relu", Title: "ReLU", Formula: "max(x, 0)",
		Compiled: fixed(Activation{
			Kinks:     []float64{0},
			Lipschitz: 1, DerivLipschitz: math.Inf(1),
			Value: func(dst, x []float64) { eachValue(dst, x, reluPair) },
			Deriv: func(dst, x []float64) { eachDeriv(dst, x, reluPair) },
			Both:  func(val, der, x []float64) { eachBoth(val, der, x, reluPair) },
		}),
	},
	{
		Name: "tanh", Title: "tanh", Formula: "tanh(x)",
		Compiled: fixed(Activation{
			Lipschitz: 1, DerivLipschitz: tanhCurvature,
			Value: func(dst, x []float64) { eachValue(dst, x, tanhPair) },
			Deriv: func(dst, x []float64) { eachDeriv(dst, x, tanhPair) },
			Both:  func(val, der, x []float64) { eachBoth(val, der, x, tanhPair) },
		}),
	},
	{
		Name: "leakyrelu", Title: "leaky ReLU", Formula: "x > 0 ? x : slope*x",
		OtherNames: []string{"lrelu"},
		Parameters: []Parameter{{"slope", "0.01"}},
		Compiled:   func(parameters ...float64) Activation { return leakyReLU(parameters[0]) },
	},
	{ // Clevert, Unterthiner, Hochreiter 2015, arXiv 1511.07289
		Name: "elu", Title: "ELU", Formula: "x > 0 ? x : alpha*expm1(x)",
		Parameters: []Parameter{{"alpha", "1"}},
		Compiled:   func(parameters ...float64) Activation { return elu(parameters[0]) },
	},
	{ // Hendrycks, Gimpel 2016, arXiv 1606.08415
		Name: "gelu", Title: "GELU", Formula: "x*Phi(x)",
		Compiled: fixed(Activation{
			Lipschitz: geluLipschitz, DerivLipschitz: geluCurvature,
			Value: func(dst, x []float64) { eachValue(dst, x, geluPair) },
			Deriv: func(dst, x []float64) { eachDeriv(dst, x, geluPair) },
			Both:  func(val, der, x []float64) { eachBoth(val, der, x, geluPair) },
		}),
	},
	{ // Klambauer, Unterthiner, Mayr, Hochreiter 2017, arXiv 1706.02515
		Name: "selu", Title: "SELU", Formula: "" + seluScale + "*elu(x, " + seluAlpha + ")",
		Compiled: fixed(Activation{
			Kinks:     []float64{0},
			Lipschitz: seluSlope, DerivLipschitz: math.Inf(1),
			Value: func(dst, x []float64) { eachValue(dst, x, seluPair) },
			Deriv: func(dst, x []float64) { eachDeriv(dst, x, seluPair) },
			Both:  func(val, der, x []float64) { eachBoth(val, der, x, seluPair) },
		}),
	},
	{ // Elfwing, Uchibe, Doya 2017, arXiv 1702.03118
		Name: "silu", Title: "SiLU", Formula: "x*sigmoid(x)",
		OtherNames: []string{"swish"},
		Compiled: fixed(Activation{
			Lipschitz: siluLipschitz, DerivLipschitz: 0.5,
			Value: func(dst, x []float64) { eachValue(dst, x, siluPair) },
			Deriv: func(dst, x []float64) { eachDeriv(dst, x, siluPair) },
			Both:  func(val, der, x []float64) { eachBoth(val, der, x, siluPair) },
		}),
	},
	{ // Misra 2019, arXiv 1908.08681
		Name: "mish", Title: "Mish", Formula: "x*tanh(softplus(x))",
		Compiled: fixed(Activation{
			Lipschitz: mishLipschitz, DerivLipschitz: mishCurvature,
			Value: func(dst, x []float64) { eachValue(dst, x, mishPair) },
			Deriv: func(dst, x []float64) { eachDeriv(dst, x, mishPair) },
			Both:  func(val, der, x []float64) { eachBoth(val, der, x, mishPair) },
		}),
	},
	{
		Name: "softplus", Title: "softplus", Formula: "softplus(x)",
		OtherNames: []string{"log1pexp"},
		Compiled: fixed(Activation{
			Lipschitz: 1, DerivLipschitz: 0.25,
			Value: func(dst, x []float64) { eachValue(dst, x, softplusPair) },
			Deriv: func(dst, x []float64) { eachDeriv(dst, x, softplusPair) },
			Both:  func(val, der, x []float64) { eachBoth(val, der, x, softplusPair) },
		}),
	},
	{
		Name: "sigmoid", Title: "sigmoid", Formula: "sigmoid(x)",
		OtherNames: []string{"logistic", "expit"},
		Compiled: fixed(Activation{
			Lipschitz: 0.25, DerivLipschitz: sigmoidCurvature,
			Value: func(dst, x []float64) { eachValue(dst, x, sigmoidPair) },
			Deriv: func(dst, x []float64) { eachDeriv(dst, x, sigmoidPair) },
			Both:  func(val, der, x []float64) { eachBoth(val, der, x, sigmoidPair) },
		}),
	},
	{
		Name: "erf", Title: "erf", Formula: "erf(x)",
		Compiled: fixed(Activation{
			Lipschitz: 2 / math.SqrtPi, DerivLipschitz: erfCurvature,
			Value: func(dst, x []float64) { eachValue(dst, x, erfPair) },
			Deriv: func(dst, x []float64) { eachDeriv(dst, x, erfPair) },
			Both:  func(val, der, x []float64) { eachBoth(val, der, x, erfPair) },
		}),
	},
	{
		Name: "sin", Title: "sin", Formula: "sin(x)",
		Compiled: fixed(Activation{
			Lipschitz: 1, DerivLipschitz: 1,
			Value: func(dst, x []float64) { eachValue(dst, x, sinPair) },
			Deriv: func(dst, x []float64) { eachDeriv(dst, x, sinPair) },
			Both:  func(val, der, x []float64) { eachBoth(val, der, x, sinPair) },
		}),
	},
	{
		Name: "identity", Title: "identity", Formula: "x",
		OtherNames: []string{"linear"},
		Compiled: fixed(Activation{
			Lipschitz: 1, DerivLipschitz: 0,
			Value: func(dst, x []float64) { eachValue(dst, x, identityPair) },
			Deriv: func(dst, x []float64) { eachDeriv(dst, x, identityPair) },
			Both:  func(val, der, x []float64) { eachBoth(val, der, x, identityPair) },
		}),
	},
}

// fixed is for definitions without parameters.
func fixed(a Activation) func(...float64) Activation {
	return func(...float64) Activation { return a }
}

// leakyReLU is x for x > 0 and slope·x below.
func leakyReLU(slope float64) Activation {
	bits := math.Float64bits(slope)
	pair := func(x float64) (v, d float64) { return leakyPair(x, bits) }
	a := Activation{
		Name:      callName("leakyrelu", slope), // the default too, which is not everybody's
		Kinks:     []float64{0},
		Lipschitz: max(1, math.Abs(slope)), DerivLipschitz: math.Inf(1),
		Value: func(dst, x []float64) { eachValue(dst, x, pair) },
		Deriv: func(dst, x []float64) { eachDeriv(dst, x, pair) },
		Both: func(val, der, x []float64) {
			val, der = val[:len(x)], der[:len(x)]
			for i, t := range x {
				val[i], der[i] = leakyPair(t, bits)
			}
		},
	}
	if slope == 1 {
		a.Kinks, a.DerivLipschitz = nil, 0
	}
	return a
}

// elu is x for x > 0 and alpha·(exp x − 1) below.
func elu(alpha float64) Activation {
	if alpha == 1 {
		return Activation{
			Kinks:     []float64{0},
			Lipschitz: 1, DerivLipschitz: 1,
			Value: func(dst, x []float64) { eachValue(dst, x, eluPair) },
			Deriv: func(dst, x []float64) { eachDeriv(dst, x, eluPair) },
			Both:  func(val, der, x []float64) { eachBoth(val, der, x, eluPair) },
		}
	}
	pair := func(x float64) (v, d float64) {
		if x > 0 {
			return x, 1
		}
		d, em1 := exponential(x)
		return alpha * em1, alpha * d
	}
	return Activation{
		Kinks:     []float64{0},
		Lipschitz: max(1, math.Abs(alpha)), DerivLipschitz: math.Inf(1),
		Value: func(dst, x []float64) { eachValue(dst, x, pair) },
		Deriv: func(dst, x []float64) { eachDeriv(dst, x, pair) },
		Both:  func(val, der, x []float64) { eachBoth(val, der, x, pair) },
	}
}
