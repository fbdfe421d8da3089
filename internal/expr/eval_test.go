package expr_test

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/expr/exprtest"
)

// A slice of any length gives what its elements give one by one, whether or
// not the destination is the source, and value-only evaluation agrees bit for
// bit with the pass that also differentiates.
func TestSlices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := parse(t, exprtest.Wild().Draw(t, "text"))
		n := rapid.IntRange(0, 300).Draw(t, "length")
		x := rapid.SliceOfN(rapid.Float64Range(-5, 5), n, n).Draw(t, "x")
		val, der, only, slope := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		p.ValuesDerivs(val, der, x)
		p.Values(only, x)
		p.Derivs(slope, x)
		for i := range x {
			v, d := p.Value(x[i])
			requireSame(t, v, val[i])
			requireSame(t, v, only[i])
			requireSame(t, d, der[i])
			requireSame(t, d, slope[i])
		}
		inPlace := append([]float64(nil), x...)
		p.Values(inPlace, inPlace)
		copy(only, x)
		p.ValuesDerivs(only, slope, only)
		copy(x, x)
		p.ValuesDerivs(make([]float64, n), x, x)
		for i := range x {
			requireSame(t, val[i], inPlace[i])
			requireSame(t, val[i], only[i])
			requireSame(t, der[i], x[i])
		}
	})
	p := parse(t, "x")
	require.Panics(t, func() { p.Values(make([]float64, 1), make([]float64, 2)) })
	require.Panics(t, func() { p.Derivs(make([]float64, 1), make([]float64, 2)) })
	require.Panics(t, func() { p.ValuesDerivs(make([]float64, 2), make([]float64, 1), make([]float64, 2)) })
}

func requireSame(t require.TestingT, want, got float64) {
	require.True(t, want == got || want != want && got != got, "%v is not %v", got, want)
}

func TestConcurrentUse(t *testing.T) {
	p := parse(t, "gelu(sin(x)) + max(x, softplus(x))")
	x := arguments(1000)
	want := make([]float64, len(x))
	p.Values(want, x)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			got, der := make([]float64, len(x)), make([]float64, len(x))
			for range 20 {
				p.ValuesDerivs(got, der, x)
				for i := range got {
					if got[i] != want[i] {
						t.Errorf("%v is not %v", got[i], want[i])
						return
					}
				}
			}
		})
	}
	group.Wait()
}

func TestNoAllocation(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector sync.Pool forgets on purpose")
	}
	p := parse(t, "x < 0 ? mish(x)^1.5 : max(selu(x), x^x/3)")
	x := arguments(1000)
	val, der := make([]float64, len(x)), make([]float64, len(x))
	// A garbage collection may empty the pool of registers: allow for one.
	require.Less(t, testing.AllocsPerRun(200, func() { p.Values(val, x) }), 1.0)
	require.Less(t, testing.AllocsPerRun(200, func() { p.ValuesDerivs(val, der, x) }), 1.0)
	require.Less(t, testing.AllocsPerRun(200, func() { p.Derivs(der, x) }), 1.0)
}

func arguments(n int) []float64 {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

// Each program beside the same function written by hand, value and
// derivative in one loop.
func BenchmarkValuesDerivs(b *testing.B) {
	x := arguments(4096)
	val, der := make([]float64, len(x)), make([]float64, len(x))
	run := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(x)), "ns/element")
		})
	}
	for _, text := range []string{"tanh(x)", "gelu(x)", "relu(x)", "x*sigmoid(1.702*x)", "elu(x)"} {
		p := parse(b, text)
		run("program/"+text, func() { p.ValuesDerivs(val, der, x) })
	}
	run("hand/tanh(x)", func() {
		for i, u := range x {
			t := math.Tanh(u)
			val[i], der[i] = t, 1-t*t
		}
	})
	run("hand/gelu(x)", func() {
		for i, u := range x {
			phi := 0.5 * math.Erfc(-u/math.Sqrt2)
			val[i], der[i] = u*phi, phi+u*math.Exp(-0.5*u*u)/math.Sqrt(2*math.Pi)
		}
	})
	run("hand/relu(x)", func() {
		for i, u := range x {
			if u > 0 {
				val[i], der[i] = u, 1
			} else {
				val[i], der[i] = 0, 0
			}
		}
	})
	run("hand/x*sigmoid(1.702*x)", func() {
		for i, u := range x {
			s := 1 / (1 + math.Exp(-1.702*u))
			val[i], der[i] = u*s, s+1.702*u*s*(1-s)
		}
	})
	run("hand/elu(x)", func() {
		for i, u := range x {
			if u > 0 {
				val[i], der[i] = u, 1
			} else {
				m := math.Expm1(u)
				val[i], der[i] = m, m+1
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		parse(b, "0.5*x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))")
	}
}
