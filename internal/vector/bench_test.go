package vector

import (
	"slices"
	"testing"
)

// BenchmarkLoops reports the time of every loop for an element, on every path of
// this processor, for vectors that fit into the first cache.
func BenchmarkLoops(b *testing.B) {
	for _, p := range available() {
		b.Run(p.String(), func(b *testing.B) {
			onPath(p, func() {
				benchmarkFloat64(b)
				b.Run("float32", benchmarkReal[float32])
			})
		})
	}
}

const benchmarked = 512

func perElement(b *testing.B, name string, f func()) {
	b.Run(name, func(b *testing.B) {
		for b.Loop() {
			f()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchmarked, "ns/element")
	})
}

func benchmarkFloat64(b *testing.B) {
	z := make([]float64, benchmarked)
	var at uint64
	perElement(b, "normals", func() {
		Stream{Key: 1}.Normals(z, at)
		at += benchmarked
	})
	benchmarkReal[float64](b)
	dst := make([]float64, benchmarked)
	perElement(b, "exp", func() { Exp(dst, z) })
	perElement(b, "log", func() { Log(dst, z) })
	perElement(b, "log1p", func() { Log1p(dst, z) })
	perElement(b, "Φ", func() { NormalCDF(dst, z) })
}

func benchmarkReal[T Real](b *testing.B) {
	normals := make([]float64, benchmarked)
	Stream{Key: 1}.Normals(normals, 0)
	g, x, d, y := make([]T, benchmarked), make([]T, benchmarked), make([]T, benchmarked), make([]T, benchmarked)
	for i, v := range normals {
		g[i] = T(v)
	}
	names := []string{}
	for name := range activations {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		a, _ := Lookup[T](name, []float64{0.3}[:activations[name].parameters]...)
		perElement(b, name, func() { a.Layer(x, d, g, 1.01, 1.5, 0.25) })
	}
	perElement(b, "dot", func() { Dot(x, g) })
	perElement(b, "combine", func() { Combine(x, 0.5, g, 0.25, d) })
	perElement(b, "multiply", func() { Multiply(x, g, d) })
	perElement(b, "multiply with dot", func() { copy(y, g); MulNormDot(y, d, g) })
	perElement(b, "descend", func() { Descend(x, y, d, 1e-3, 0.9, 1e-4) })
}
