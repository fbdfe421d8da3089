package gpnorm

import (
	"slices"

	"bsnn/internal/vector"
)

// A tape remembers φ, φ′ and the Gaussian density at the abscissae of a pass, so
// that the next pass over the same panels evaluates nothing again. Batches are
// recorded in the order in which the quadrature asks for them; a pass that
// refines elsewhere than the recorded one is evaluated afresh from there on.
type tape struct {
	of      Activation
	batches []batch
	next    int
}

// A batch is what is known at the abscissae x.
type batch struct{ x, val, der, density []float64 }

func newTape(a Activation) *tape { return &tape{of: a} }

// rewind starts another pass.
func (t *tape) rewind() { t.next = 0 }

// at returns the batch of x; an error if φ or φ′ is not finite there.
func (t *tape) at(x []float64) (batch, error) {
	i := t.next
	t.next++
	if i < len(t.batches) && slices.Equal(t.batches[i].x, x) {
		return t.batches[i], nil
	}
	n := len(x)
	store := make([]float64, 4*n)
	b := batch{store[:n:n], store[n : 2*n : 2*n], store[2*n : 3*n : 3*n], store[3*n:]}
	copy(b.x, x)
	t.of.ValueDeriv(b.val, b.der, b.x)
	if err := definedAt("φ", t.of.Value, b.val, x); err != nil {
		return b, err
	}
	if err := definedAt("φ′", t.of.Deriv, b.der, x); err != nil {
		return b, err
	}
	vector.NormalDensity(b.density, x)
	if i == len(t.batches) {
		t.batches = append(t.batches, b)
	}
	return b, nil
}
