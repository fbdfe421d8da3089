package gpnorm

// The loops below are small enough to be inlined together with the function
// they are given, so a built-in pays no indirect call per element. A pair
// computes φ and φ′ at one point, sharing the exponentials.

func eachValue(dst, x []float64, pair func(float64) (v, d float64)) {
	dst = dst[:len(x)]
	for i, t := range x {
		dst[i], _ = pair(t)
	}
}

func eachDeriv(dst, x []float64, pair func(float64) (v, d float64)) {
	dst = dst[:len(x)]
	for i, t := range x {
		_, dst[i] = pair(t)
	}
}

func eachBoth(val, der, x []float64, pair func(float64) (v, d float64)) {
	val, der = val[:len(x)], der[:len(x)]
	for i, t := range x {
		val[i], der[i] = pair(t)
	}
}
