package training

// The loops over neurons. Sums of squares are in float64.

// squares is Σx².
func squares[T real](x []T) (sum float64) {
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum
}

// scale multiplies x by c.
func scale[T real](x []T, c T) {
	for i := range x {
		x[i] *= c
	}
}

// add adds y to x.
func add[T real](x, y []T) {
	y = y[:len(x)]
	for i := range x {
		x[i] += y[i]
	}
}

// multiplyTo sets dst = y∘s and returns its sum of squares.
func multiplyTo[T real](dst, y, s []T) (sum float64) {
	y, s = y[:len(dst)], s[:len(dst)]
	for i := range dst {
		v := y[i] * s[i]
		dst[i] = v
		sum += float64(v) * float64(v)
	}
	return sum
}

// descend sets V ← μV + G, W ← W − ηV and returns ΣG².
func descend[T real](w, v, grad []T, rate, momentum T) (sum float64) {
	v, grad = v[:len(w)], grad[:len(w)]
	for i, g := range grad {
		sum += float64(g) * float64(g)
		m := momentum*v[i] + g
		v[i] = m
		w[i] -= rate * m
	}
	return sum
}

// descendDecaying is descend with the decay λW added to the gradient, which is
// not part of the sum.
func descendDecaying[T real](w, v, grad []T, rate, momentum, decay T) (sum float64) {
	v, grad = v[:len(w)], grad[:len(w)]
	for i, g := range grad {
		sum += float64(g) * float64(g)
		m := momentum*v[i] + (g + decay*w[i])
		v[i] = m
		w[i] -= rate * m
	}
	return sum
}
