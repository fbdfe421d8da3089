package vector

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func drawn[T Real](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(rand.NormFloat64())
	}
	return x
}

// sumOf is the rule of the package, written a second time.
func sumOf[T Real](x, y []T) float64 {
	var s [8]float64
	for i, v := range x {
		s[i%8] += float64(float64(v) * float64(y[i]))
	}
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

func TestSums(t *testing.T) {
	t.Run("float64", testSums[float64])
	t.Run("float32", testSums[float32])
}

func testSums[T Real](t *testing.T) {
	for n := range 70 {
		x, y, h := drawn[T](n+1), drawn[T](n+1), drawn[T](n+1)
		require.Equal(t, sumOf(x[:n], y[:n]), Dot(x[:n], y[:n]))
		require.Equal(t, sumOf(x[:n], x[:n]), SumSquares(x[:n]))

		a, b := rand.NormFloat64(), rand.NormFloat64()
		dst := make([]T, n+1)
		dst[n] = 7
		sum := Combine(dst[:n], a, x[:n], b, y[:n])
		for i := range n {
			require.Equal(t, T(float64(a*float64(x[i]))+float64(b*float64(y[i]))), dst[i])
		}
		require.Equal(t, T(7), dst[n])
		require.Equal(t, sumOf(dst[:n], dst[:n]), sum)

		sum = Multiply(dst[:n], x[:n], y[:n])
		for i := range n {
			require.Equal(t, x[i]*y[i], dst[i])
		}
		require.Equal(t, T(7), dst[n])
		require.Equal(t, sumOf(dst[:n], dst[:n]), sum)

		copy(dst[:n], x)
		yy, hy := MulNormDot(dst[:n], y[:n], h[:n])
		for i := range n {
			require.Equal(t, x[i]*y[i], dst[i])
		}
		require.Equal(t, T(7), dst[n])
		require.Equal(t, sumOf(dst[:n], dst[:n]), yy)
		require.Equal(t, sumOf(dst[:n], h[:n]), hy)

		squares := make([]float64, n+1)
		for i := range squares {
			squares[i] = float64(i)
		}
		AddSquares(squares[:n], x[:n])
		for i := range n {
			require.Equal(t, float64(i)+float64(float64(x[i])*float64(x[i])), squares[i])
		}
		require.Equal(t, float64(n), squares[n])

		rate, momentum, decay := rand.Float64(), rand.Float64(), rand.Float64()
		w, v := append([]T(nil), x...), append([]T(nil), y...)
		require.Equal(t, sumOf(h[:n], h[:n]), Descend(w[:n], v[:n], h[:n], rate, momentum, decay))
		for i := range n {
			step := T(float64(momentum*float64(y[i])) + (float64(decay*float64(x[i])) + float64(h[i])))
			require.Equal(t, step, v[i])
			require.Equal(t, T(float64(x[i])-float64(rate*float64(step))), w[i])
		}
		require.Equal(t, x[n], w[n])
		require.Equal(t, y[n], v[n])
	}
}

// The loops over several vectors are as many dot products, whatever the length.
func TestSumsOfSeveral(t *testing.T) {
	for n := range 70 {
		x, y, u, v, d := drawn[float64](n), drawn[float64](n), drawn[float64](n), drawn[float64](n), drawn[float64](n)
		xu, xv, yu, yv := Products(x, y, u, v)
		require.Equal(t, []float64{sumOf(x, u), sumOf(x, v), sumOf(y, u), sumOf(y, v)}, []float64{xu, xv, yu, yv})
		dx, dy, du, dv := Against(d, x, y, u, v)
		require.Equal(t, []float64{sumOf(d, x), sumOf(d, y), sumOf(d, u), sumOf(d, v)}, []float64{dx, dy, du, dv})

		a, b, c := make([]float64, n+1), make([]float64, n+1), make([]float64, n+1)
		a[n] = 7
		aa, ab, ac, bb, bc, cc := MulGram(a[:n], b[:n], c[:n], d, x, y, u)
		for i := range n {
			require.Equal(t, []float64{d[i] * x[i], d[i] * y[i], d[i] * u[i]}, []float64{a[i], b[i], c[i]})
		}
		require.Equal(t, 7., a[n])
		require.Equal(t, []float64{sumOf(a[:n], a), sumOf(a[:n], b), sumOf(a[:n], c), sumOf(b[:n], b), sumOf(b[:n], c), sumOf(c[:n], c)},
			[]float64{aa, ab, ac, bb, bc, cc})
	}
}
