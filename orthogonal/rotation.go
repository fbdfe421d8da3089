package orthogonal

import (
	"math/rand/v2"
)

// NewDenseRotation draws W from the Haar measure on SO(n), the orthogonal
// matrices of determinant +1, by the method and with the draws of
// [NewDense]. It is an error if n < 1 or src is nil.
func NewDenseRotation(n int, src rand.Source) (*Dense, error) {
	if err := checkDraw("NewDenseRotation", n, src); err != nil {
		return nil, err
	}
	s := drawStewart(n, n, src)
	s.makeRotation()
	return &Dense{m: s.formed()}, nil
}

// NewReflectorsRotation draws W from the Haar measure on SO(n), and from an
// equal source the W of [NewDenseRotation]. It is an error if n < 1 or src is
// nil.
func NewReflectorsRotation(n int, src rand.Source) (*Reflectors, error) {
	if err := checkDraw("NewReflectorsRotation", n, src); err != nil {
		return nil, err
	}
	s := drawStewart(n, n, src)
	s.makeRotation()
	return &Reflectors{s: s}, nil
}

// Det is the determinant, +1 or −1: that of the reflectors and signs.
func (r *Reflectors) Det() float64 { return r.s.det() }

// det is the determinant of a square product: −1 for each reflector that is
// one, times the signs.
func (s stewart) det() float64 {
	d := 1.0
	for k, sign := range s.sign {
		d *= sign
		if s.tau[k] != 0 {
			d = -d
		}
	}
	return d
}

// makeRotation makes the determinant +1 by the last sign. That sign is fair
// and independent of all else, so what was Haar on O(n) becomes Haar on
// SO(n): the law of O(n) given determinant +1.
func (s stewart) makeRotation() {
	s.sign[len(s.sign)-1] *= s.det()
}
