package training

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/stretchr/testify/require"
)

// Short steps by series are those of package orthogonal in float64, to the
// precision of the weights; long ones are left to it.
func TestSeriesAreTheRetractions(t *testing.T) {
	for _, c := range []Constraint{QR, Cayley, Polar} {
		t.Run(string(c)+"/float64", func(t *testing.T) { seriesAgree[float64](t, c, Float64, 2e-14) })
		t.Run(string(c)+"/float32", func(t *testing.T) { seriesAgree[float32](t, c, Float32, 2e-6) })
	}
}

// taken are the largest steps that a series has to take.
var taken = map[Constraint]map[DType]float64{
	QR:     {Float64: 5e-3, Float32: 0.1},
	Cayley: {Float64: 2e-2, Float32: 0.1},
	Polar:  {Float64: 2e-2, Float32: 0.1},
}

func seriesAgree[T real](t *testing.T, c Constraint, dtype DType, tolerance float64) {
	s := Default()
	s.Inputs, s.Classes, s.Width, s.Depth, s.Batch = 3, 2, 37, 1, 4
	s.Constraint, s.DType, s.Seed = c, dtype, rand.Uint64()
	a, err := s.activation()
	require.NoError(t, err)
	e := newEngine[T](s, a)
	require.NoError(t, e.draw())
	defer e.hire(1, AutoProducts)()
	layer := &e.layers[0]
	for _, size := range []float64{0, 1e-7, 1e-5, 1e-4, 1e-3, 5e-3, 2e-2, 0.1, 3} {
		e.update.rate = 1
		for i := range layer.v {
			layer.v[i] = T(size / (2 * math.Sqrt(float64(s.Width))) * rand.NormFloat64()) // ‖Ω‖ is about size
		}
		w, z := e.weights(1), mat.NewDense(s.Width, s.Width, nil)
		widen(z.RawMatrix().Data, layer.v, -1)
		want := new(mat.Dense)
		require.NoError(t, c.retraction()(want, w, z))
		if !e.hands[0].retractBySeries(0) {
			require.Greater(t, size, taken[c][dtype])
			require.True(t, mat.Equal(w, e.weights(1)), "what is not taken changes nothing")
			continue
		}
		require.Less(t, size, 1.)
		require.True(t, mat.EqualApprox(want, e.weights(1), tolerance), "seed %d, step %v", s.Seed, size)
	}
	layer.v[0] = T(math.NaN())
	require.False(t, e.hands[0].retractBySeries(0))
}
