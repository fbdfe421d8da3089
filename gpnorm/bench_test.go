package gpnorm_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/gpnorm"
)

func eachBuiltin(b *testing.B, f func(b *testing.B, a gpnorm.Activation)) {
	for _, name := range gpnorm.Names() {
		a, err := gpnorm.Lookup(name)
		require.NoError(b, err)
		b.Run(name, func(b *testing.B) { f(b, a) })
	}
}

func BenchmarkNormalize(b *testing.B) {
	eachBuiltin(b, func(b *testing.B, a gpnorm.Activation) {
		for b.Loop() {
			if _, err := gpnorm.Normalize(a); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDescribe(b *testing.B) {
	eachBuiltin(b, func(b *testing.B, a gpnorm.Activation) {
		for b.Loop() {
			if _, err := gpnorm.Describe(a); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCorrelation(b *testing.B) {
	eachBuiltin(b, func(b *testing.B, a gpnorm.Activation) {
		for b.Loop() {
			if _, err := gpnorm.Correlation(a, 1); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkBoth reports the time per element of φ and φ′ together on Gaussian
// arguments, beside that of drawing one.
func BenchmarkBoth(b *testing.B) {
	const n = 4096
	rng := rand.New(rand.NewPCG(1, 2))
	x, v, d := make([]float64, n), make([]float64, n), make([]float64, n)
	perElement := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
	}
	b.Run("NormFloat64", func(b *testing.B) {
		for b.Loop() {
			for i := range x {
				x[i] = rng.NormFloat64()
			}
		}
		perElement(b)
	})
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	eachBuiltin(b, func(b *testing.B, a gpnorm.Activation) {
		for b.Loop() {
			a.ValueDeriv(v, d, x)
		}
		perElement(b)
	})
}
