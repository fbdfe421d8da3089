package openblas

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas/gonum"
	"pgregory.net/rapid"
)

// spoil makes one argument of the call wrong, or leaves the call as it is.
func spoil(t *rapid.T, p *problem[float64]) {
	short := func(m *matrix[float64]) { m.data = m.data[:len(m.data)-1] }
	narrow := func(m *matrix[float64]) { m.stride = m.cols - 1 }
	defects := map[string]func(){
		"none":           func() {},
		"short a":        func() { short(&p.a) },
		"short c":        func() { short(&p.c) },
		"stride of a":    func() { narrow(&p.a) },
		"stride of c":    func() { narrow(&p.c) },
		"zero stride":    func() { p.a.stride, p.c.stride = 0, 0 },
		"m < 0":          func() { p.m = -p.m },
		"n < 0":          func() { p.n = -p.n },
		"k < 0":          func() { p.k = -p.k },
		"all < 0":        func() { p.m, p.n, p.k = -p.m, -p.n, -p.k },
		"zero":           func() { p.m, p.n, p.k = 0, 0, 0 },
		"transpose of a": func() { p.tA = 'X' },
		"transpose of b": func() { p.tB = 0 },
		"side":           func() { p.side = 'X' },
		"triangle":       func() { p.uplo = 'A' },
		"diagonal":       func() { p.diag = 'X' },
	}
	if p.b.data != nil {
		defects["short b"] = func() { short(&p.b) }
		defects["stride of b"] = func() { narrow(&p.b) }
	}
	labels := make([]string, 0, len(defects))
	for label := range defects {
		labels = append(labels, label)
	}
	slices.Sort(labels)
	defects[rapid.SampledFrom(labels).Draw(t, "defect")]()
}

// attempt solves the problem and returns what it panicked with, or nil.
func (p problem[T]) attempt(f blas3[T]) (panicked any) {
	defer func() { panicked = recover() }()
	p.solve(f, p.c.data)
	return nil
}

func TestPanicsAreThoseOfGonum(t *testing.T) {
	lib := installed(t).lib
	ours, theirs := level3Of64(Float64{lib: lib}), level3Of64(gonum.Implementation{})
	panics := 0
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem[float64](t, rapid.SampledFrom(names).Draw(t, "routine"))
		spoil(t, &p)
		want := p.attempt(theirs)
		require.Equal(t, want, p.attempt(ours))
		if want != nil {
			panics++
		}
	})
	require.NotZero(t, panics)
}
