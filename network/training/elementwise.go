package training

// The loops over neurons that package elementwise does not have. Sums of squares
// are in float64.

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

// descendDecaying is elementwise.Descend with the decay λW added to the gradient, which is
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
