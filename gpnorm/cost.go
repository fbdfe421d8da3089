package gpnorm

import (
	"fmt"
	"math"
)

// maxWork is how many operations the fixed points of a length map may take, and
// a correlation map: about two seconds. Functions with dozens of kinks or high
// frequencies would need minutes. Operations are counted instead of seconds, so
// that what is known of a function does not depend on the machine.
const maxWork int64 = 3e9

// pointWork is what computations do for each point at which φ is evaluated,
// besides evaluating it.
const pointWork = 8

// A CostError says that a computation was given up, or not begun, because it
// takes more operations than its limit. Which functions are too costly does not
// depend on the machine.
type CostError struct{ Limit int64 }

// Error is one line.
func (e *CostError) Error() string {
	return fmt.Sprintf("too costly: more than %.3g operations", float64(e.Limit))
}

// A meter counts the operations of a computation.
type meter struct{ limit, left int64 }

func newMeter(limit int64) *meter { return &meter{limit, limit} }

// spend reports whether so many operations more are within the limit.
func (m *meter) spend(operations int64) bool {
	if operations > m.left {
		m.left = -1
		return false
	}
	m.left -= operations
	return true
}

// allows is an error when what is left is less than a computation takes.
func (m *meter) allows(operations int64) error {
	if operations <= m.left {
		return nil
	}
	m.left = -1
	return &CostError{m.limit}
}

// cause is a CostError where err follows from the limit.
func (m *meter) cause(err error) error {
	if err != nil && m.left < 0 {
		return &CostError{m.limit}
	}
	return err
}

// metered is φ with its evaluations counted. Beyond the limit it is NaN, which
// ends every computation with an error.
func (a Activation) metered(m *meter) Activation {
	each := int64(pointWork + a.operations)
	counted := func(f Func) Func {
		return func(dst, x []float64) {
			if m.spend(int64(len(x)) * each) {
				f(dst, x)
				return
			}
			for i := range dst {
				dst[i] = math.NaN()
			}
		}
	}
	b := a
	b.Layer, b.loops = nil, nil
	b.Value, b.Deriv = counted(a.Value), counted(a.Deriv)
	b.Both = func(val, der, x []float64) {
		if m.spend(int64(len(x)) * each) {
			a.ValueDeriv(val, der, x)
			return
		}
		for i := range val {
			val[i], der[i] = math.NaN(), math.NaN()
		}
	}
	return b
}
