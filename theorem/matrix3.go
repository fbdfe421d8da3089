package theorem

// A matrix3 maps three deviations of a network from its limit, or is a covariance of them.
type matrix3 [3][3]float64

func (a matrix3) times(b matrix3) (out matrix3) {
	for i := range out {
		for j := range out {
			for k := range out {
				out[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return out
}

func (a matrix3) plus(b matrix3) matrix3 {
	for i := range a {
		for j := range a {
			a[i][j] += b[i][j]
		}
	}
	return a
}

func (a matrix3) scaled(factor float64) matrix3 {
	for i := range a {
		for j := range a {
			a[i][j] *= factor
		}
	}
	return a
}

func (a matrix3) transposed() (out matrix3) {
	for i := range a {
		for j := range a {
			out[j][i] = a[i][j]
		}
	}
	return out
}

// around is AXAᵀ.
func (a matrix3) around(x matrix3) matrix3 { return a.times(x).times(a.transposed()) }

// form is vᵀAv.
func (a matrix3) form(v [3]float64) (sum float64) {
	for i := range a {
		for j := range a {
			sum += v[i] * a[i][j] * v[j]
		}
	}
	return sum
}

func diagonal3(a, b, c float64) matrix3 {
	return matrix3{{a}, {0, b}, {0, 0, c}}
}
