package vector

// The functions of this file set dst = f(x), element by element. The slices have
// the same length, and dst may be x.

// Exp is exp x.
func Exp(dst, x []float64) { kernelExp.apply(dst, x) }

// Expm1 is exp x − 1.
func Expm1(dst, x []float64) { kernelExpm1.apply(dst, x) }

// Log is log x.
func Log(dst, x []float64) { kernelLog.apply(dst, x) }

// Log1p is log(1 + x).
func Log1p(dst, x []float64) { kernelLog1p.apply(dst, x) }

// Sqrt is √x.
func Sqrt(dst, x []float64) { kernelSqrt.apply(dst, x) }

// Tanh is tanh x.
func Tanh(dst, x []float64) { kernelTanh.apply(dst, x) }

// Sigmoid is 1/(1 + exp(−x)).
func Sigmoid(dst, x []float64) { kernelSigmoid.apply(dst, x) }

// Softplus is log(1 + exp x).
func Softplus(dst, x []float64) { kernelSoftplus.apply(dst, x) }

// Erf is the error function.
func Erf(dst, x []float64) { kernelErf.apply(dst, x) }

// NormalCDF is the standard normal distribution function Φ(x).
func NormalCDF(dst, x []float64) { kernelNormalCDF.apply(dst, x) }

// NormalDensity is exp(−x²/2)/√(2π).
func NormalDensity(dst, x []float64) { kernelNormalDensity.apply(dst, x) }

// Sin is sin x.
func Sin(dst, x []float64) {
	if beyond(x, 1, sineLimit) {
		dst = dst[:len(x)]
		for i, v := range x {
			dst[i], _ = sinCos(v)
		}
		return
	}
	kernelSine.apply(dst, x)
}

// Cos is cos x.
func Cos(dst, x []float64) {
	if beyond(x, 1, sineLimit) {
		dst = dst[:len(x)]
		for i, v := range x {
			_, dst[i] = sinCos(v)
		}
		return
	}
	kernelCosine.apply(dst, x)
}

func (k kernel) apply(dst, x []float64) {
	dst = dst[:len(x)]
	a := arguments{n: len(x)}
	a.in[0], a.out[0] = first(x), first(dst)
	k.run(&a)
}
