package openblas

import (
	"fmt"
	"os"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// BenchmarkGemm multiplies two n×n matrices in the library, whatever their
// size, and in Go; where the two cross is the constant worthwhile.
func BenchmarkGemm(b *testing.B) {
	backend, err := load(os.Getenv(Environment))
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{4, 8, 12, 16, 24, 32, 64, 256, 1024} {
		x, y, z := probe(n*n, 1), probe(n*n, 2), probe(n*n, 3)
		run := func(name string, f func()) {
			b.Run(fmt.Sprintf("%s/n=%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f()
				}
				b.ReportMetric(2*float64(n*n*n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "Gflop/s")
			})
		}
		if lib := backend.lib; lib != nil {
			run("openblas", func() {
				lib.enter()
				lib.d.gemm(rowMajor, 111, 111, n, n, n, 1, &x[0], n, &y[0], n, 0, &z[0], n)
				lib.leave()
			})
		}
		run("go", func() {
			gonum.Implementation{}.Dgemm(blas.NoTrans, blas.NoTrans, n, n, n, 1, x, n, y, n, 0, z, n)
		})
	}
}
