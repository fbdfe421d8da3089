package orthogonal

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

var benchDims = []int{128, 512, 1024}

// BenchmarkHaar forms Haar matrices by Stewart's method and, beside it, by
// QR of a Gaussian matrix with the sign correction.
func BenchmarkHaar(b *testing.B) {
	for _, n := range benchDims {
		b.Run(fmt.Sprintf("stewart/n=%d", n), func(b *testing.B) {
			src := source(1, 1)
			for b.Loop() {
				if _, err := NewDense(n, src); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("qr/n=%d", n), func(b *testing.B) {
			rng := rand.New(source(1, 1))
			for b.Loop() {
				qrHaar(n, rng)
			}
		})
	}
}

// BenchmarkApply applies W to one vector and to 64 columns.
func BenchmarkApply(b *testing.B) {
	const n, k = 1024, 64
	for _, name := range []string{"Dense", "Reflectors"} {
		w, err := drawers[name](n, source(1, 1))
		if err != nil {
			b.Fatal(err)
		}
		rng := rand.New(source(1, 2))
		x, dst := gaussian(n, rng), make([]float64, n)
		columns, out := mat.NewDense(n, k, gaussian(n*k, rng)), mat.NewDense(n, k, nil)
		b.Run(name+"/vector", func(b *testing.B) {
			for b.Loop() {
				w.Apply(dst, x)
			}
		})
		b.Run(name+"/columns", func(b *testing.B) {
			for b.Loop() {
				w.ApplyColumns(out, columns)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/k, "ns/column")
		})
	}
}

// BenchmarkLazyPair asks a new Lazy once for Wx and once for Wᵀy, as a layer
// of a network does; beside it stand the 2n normal numbers that it draws.
func BenchmarkLazyPair(b *testing.B) {
	for _, n := range []int{64, 512, 4096, 65536} {
		x, y := gaussian(n, rand.New(source(1, 1))), gaussian(n, rand.New(source(1, 2)))
		dst := make([]float64, n)
		perCoordinate := func(b *testing.B) {
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/coordinate")
		}
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			src := rand.NewChaCha8([32]byte{})
			b.ReportAllocs()
			for b.Loop() {
				w, err := NewLazy(n, src)
				if err != nil {
					b.Fatal(err)
				}
				w.Apply(dst, x)
				w.ApplyTranspose(dst, y)
			}
			perCoordinate(b)
		})
		b.Run(fmt.Sprintf("draws only/n=%d", n), func(b *testing.B) {
			rng := rand.New(rand.NewChaCha8([32]byte{}))
			for b.Loop() {
				for i := range dst {
					dst[i] = rng.NormFloat64() + rng.NormFloat64()
				}
			}
			perCoordinate(b)
		})
	}
}
