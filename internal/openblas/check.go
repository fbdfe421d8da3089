package openblas

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// check asks the library small problems with distinct dimensions and strides,
// transposes, and a result that starts as NaN with beta = 0, and compares the
// answers with gonum's. A library whose integers are not as wide as it says,
// whose enumerations differ, or whose kernels are wrong on this processor
// fails here and is not used.
func (l *library) check() error {
	const (
		m, n, k, ld = 29, 23, 31, 37
		size        = (k + 8) * (ld + 2)
	)
	l.setThreads(1, 1)
	ours, theirs := Float64{lib: l}, gonum.Implementation{}
	for _, problem := range []struct {
		name  string
		solve func(f blas.Float64, a, b, c []float64)
	}{
		{"dgemm", func(f blas.Float64, a, b, c []float64) {
			f.Dgemm(blas.NoTrans, blas.Trans, m, n, k, 1.5, a, ld, b, ld+1, 0, c, ld+2)
		}},
		{"dsymm", func(f blas.Float64, a, b, c []float64) {
			f.Dsymm(blas.Left, blas.Upper, m, n, 1.5, a, ld, b, ld+1, 0, c, ld+2)
		}},
		{"dsyrk", func(f blas.Float64, a, _, c []float64) {
			f.Dsyrk(blas.Lower, blas.Trans, m, k, 1.5, a, ld, 0, c, ld+2)
		}},
		{"dsyr2k", func(f blas.Float64, a, b, c []float64) {
			f.Dsyr2k(blas.Upper, blas.NoTrans, m, k, 1.5, a, ld, b, ld+1, 0, c, ld+2)
		}},
		{"dtrmm", func(f blas.Float64, a, b, c []float64) {
			copy(c, b)
			f.Dtrmm(blas.Right, blas.Upper, blas.Trans, blas.NonUnit, m, n, 1.5, a, ld, c, ld+2)
		}},
		{"dtrsm", func(f blas.Float64, a, b, c []float64) {
			copy(c, b)
			f.Dtrsm(blas.Left, blas.Lower, blas.NoTrans, blas.NonUnit, m, n, 1.5, a, ld, c, ld+2)
		}},
	} {
		a, b := probe(size, 1), probe(size, 2)
		for i := range k {
			a[i*ld+i] += 8
		}
		got, want := nans(size), make([]float64, size)
		problem.solve(ours, a, b, got)
		problem.solve(theirs, a, b, want)
		for i := range want {
			untouched := math.IsNaN(got[i]) && want[i] == 0
			if !untouched && !(math.Abs(got[i]-want[i]) < 1e-12) {
				return fmt.Errorf("%s: wrong answer from %s: entry %d is %v, want %v", l.path, problem.name, i, got[i], want[i])
			}
		}
	}
	return nil
}

// probe is a fixed list of numbers in (−1, 1).
func probe(n int, seed float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.Sin(seed + 1.7*float64(i))
	}
	return x
}

func nans(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.NaN()
	}
	return x
}
