package theorem

import (
	"math"

	"bsnn/gpnorm"
)

// elementwise lifts scalar functions to an activation.
func elementwise(name string, f, df func(float64) float64, kinks []float64, lip, dlip float64) gpnorm.Activation {
	lift := func(f func(float64) float64) gpnorm.Func {
		return func(dst, x []float64) {
			for i, v := range x {
				dst[i] = f(v)
			}
		}
	}
	return gpnorm.Activation{Name: name, Value: lift(f), Deriv: lift(df), Kinks: kinks, Lipschitz: lip, DerivLipschitz: dlip}
}

var (
	// Two jumps of φ′ away from the origin and an interval without slope.
	rawShrink = elementwise("shrink", func(x float64) float64 {
		switch {
		case x > 0.7:
			return x - 0.7
		case x < -0.4:
			return x + 0.4
		}
		return 0
	}, func(x float64) float64 {
		if x > 0.7 || x < -0.4 {
			return 1
		}
		return 0
	}, []float64{-0.4, 0.7}, 1, math.Inf(1))
)

var (
	rawTanh = builtin("tanh")
	gpTanh  = root("tanh", 0.388)
	gpReLU  = root("relu", 0)
	gpReLU2 = root("relu", -1.128)
	gpELU   = root("elu", 0.074)
	gpELU2  = root("elu", -0.467)
	gpSELU  = root("selu", 0.258)
	gpGELU  = root("gelu", -0.910)
	gpGELU2 = root("gelu", 0.074)
	linear  = root("identity", 0)
)

func builtin(name string) gpnorm.Activation {
	a, err := gpnorm.Lookup(name)
	if err != nil {
		panic(err)
	}
	return a
}

// root is the normalised built-in with the constant b nearest to the given.
func root(name string, b float64) gpnorm.Activation {
	n, err := gpnorm.Normalize(builtin(name))
	if err != nil {
		panic(err)
	}
	best := n
	for i := range n.Roots {
		other, err := n.WithRoot(i)
		if err != nil {
			panic(err)
		}
		if math.Abs(other.B-b) < math.Abs(best.B-b) {
			best = other
		}
	}
	return best.Activation
}
