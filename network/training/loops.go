package training

// The loops over neurons that package vector does not have.

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
