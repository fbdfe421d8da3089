package orthogonal

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

var retractions = map[string]Retraction{
	"exponential": RetractExp, "QR": RetractQR, "Cayley": RetractCayley, "polar": RetractPolar,
}

// apart bounds how far each retraction is from the exponential map for a
// step with ‖Ω‖_F = f. Cayley and polar turn an eigenangle ω of Ω into
// 2atan(ω/2) and atan ω, which differ from ω by at most ω³/12 and ω³/3. For
// QR, |1 + iω − ω²/2 − e^{iω}| ≤ ω³/6, and the factor differs from the
// matrix by at most ‖Ω⁴/4‖ for f ≤ 1.
var apart = map[string]func(f float64) float64{
	"Cayley": func(f float64) float64 { return f * f * f / 12 },
	"polar":  func(f float64) float64 { return f * f * f / 3 },
	"QR":     func(f float64) float64 { return f*f*f/6 + f*f*f*f/4 },
}

func haarMatrix(t require.TestingT, n int, src rand.Source) *mat.Dense {
	w, err := NewDense(n, src)
	require.NoError(t, err)
	return w.Matrix()
}

// skew returns (A − Aᵀ)/2 of a Gaussian A, scaled to the Frobenius norm f.
func skew(n int, f float64, rng *rand.Rand) *mat.Dense {
	a, s := mat.NewDense(n, n, gaussian(n*n, rng)), new(mat.Dense)
	s.Sub(a, a.T())
	if norm := mat.Norm(s, 2); norm > 0 {
		s.Scale(f/norm, s)
	}
	return s
}

func difference(a, b mat.Matrix) float64 {
	var d mat.Dense
	d.Sub(a, b)
	return mat.Norm(&d, 2)
}

func TestProjectTangent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		w := haarMatrix(t, n, source(seed, 0))
		z := mat.NewDense(n, n, gaussian(n*n, rand.New(source(seed, 1))))
		before := mat.DenseCopyOf(z)
		var p, again, inside, outside mat.Dense
		require.NoError(t, ProjectTangent(&p, w, z))
		require.True(t, mat.Equal(before, z), "the step is not written to")
		require.NoError(t, ProjectTangent(&again, w, &p))
		tol := 1e-13 * float64(n)
		require.LessOrEqual(t, difference(&p, &again), tol, "a projection")
		inside.Mul(w.T(), &p)
		require.LessOrEqual(t, difference(&inside, scaledMatrix(-1, inside.T())), tol, "WᵀP is skew")
		outside.Sub(z, &p)
		outside.Mul(w.T(), mat.DenseCopyOf(&outside))
		require.LessOrEqual(t, difference(&outside, outside.T()), tol, "what is removed is normal")
		require.NoError(t, ProjectTangent(z, w, z))
		require.True(t, mat.Equal(&p, z), "in place")
	})
}

func scaledMatrix(c float64, m mat.Matrix) *mat.Dense {
	s := new(mat.Dense)
	s.Scale(c, m)
	return s
}

// RetractExp is cos and sin on planes.
func TestExpRotatesPlanes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		q := haarMatrix(t, n, source(rapid.Uint64().Draw(t, "seed"), 0))
		generator, rotation := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
		addIdentity(rotation, 1)
		for i := 0; i+1 < n; i += 2 {
			angle := rapid.Float64Range(-10, 10).Draw(t, "angle")
			generator.Set(i, i+1, -angle)
			generator.Set(i+1, i, angle)
			rotation.Set(i, i, math.Cos(angle))
			rotation.Set(i+1, i+1, math.Cos(angle))
			rotation.Set(i, i+1, -math.Sin(angle))
			rotation.Set(i+1, i, math.Sin(angle))
		}
		// exp(GΩGᵀ) = G·exp(Ω)·Gᵀ at W = I, and W·exp(Ω) at W = Q.
		var z, want, got mat.Dense
		z.Mul(q, generator)
		want.Mul(q, rotation)
		require.NoError(t, RetractExp(&got, q, &z))
		require.LessOrEqual(t, difference(&want, &got), 1e-12*float64(n))
	})
}

// Second order: the distance from the exponential map is at most a constant
// times the cube of the step, whatever W and the direction, and the same step plus
// anything normal to the tangent space leads to the same place.
func TestRetractionsAgreeWithExpToSecondOrder(t *testing.T) {
	for name, bound := range apart {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			n := rapid.IntRange(2, 25).Draw(t, "n")
			seed := rapid.Uint64().Draw(t, "seed")
			f := math.Pow(10, -rapid.Float64Range(0, 4).Draw(t, "-log step"))
			rng := rand.New(source(seed, 1))
			w, omega := haarMatrix(t, n, source(seed, 0)), skew(n, f, rng)
			var z, there, geodesic, normal mat.Dense
			z.Mul(w, omega)
			require.NoError(t, retractions[name](&there, w, &z))
			require.NoError(t, RetractExp(&geodesic, w, &z))
			rounding := 1e-14 * float64(n)
			require.LessOrEqual(t, difference(&there, &geodesic), bound(f)+rounding, "step %g", f)

			symmetric := mat.NewDense(n, n, gaussian(n*n, rng))
			symmetric.Add(symmetric, mat.DenseCopyOf(symmetric.T()))
			normal.Mul(w, symmetric)
			normal.Add(&normal, &z)
			require.NoError(t, retractions[name](&normal, w, &normal))
			require.LessOrEqual(t, difference(&there, &normal), 100*rounding, "projected first")
		}))
	}
}

// A thousand steps of any retraction stay on O(n), in the component of the
// start, and so does a start that carries rounding errors of its own.
func TestThousandSteps(t *testing.T) {
	const n = 16
	seed := replay.Seed(t)
	for name, step := range retractions {
		rng := rand.New(source(seed, 1))
		w := haarMatrix(t, n, source(seed, 0))
		det := mat.Det(w)
		w.Scale(1+1e-9, w)
		for range 1000 {
			z := mat.NewDense(n, n, gaussian(n*n, rng))
			z.Scale(math.Pow(10, -3*rng.Float64()), z)
			require.NoError(t, step(w, w, z), name)
		}
		require.LessOrEqual(t, gramError(w), 1e-13, name) // ten times better than 1e-12, in Frobenius' norm
		require.InDelta(t, det, mat.Det(w), 1e-10, name)
	}
}

// Steps of any size lead to an orthogonal matrix.
func TestLargeSteps(t *testing.T) {
	seed := replay.Seed(t)
	for name, step := range retractions {
		for _, n := range []int{1, 2, 9} {
			for _, size := range []float64{0, 1e-300, 1, 1e3, 1e8} {
				var there mat.Dense
				w := haarMatrix(t, n, source(seed, 0))
				require.NoError(t, step(&there, w, scaledMatrix(size, haarMatrix(t, n, source(seed, 1)))), "%s, size %g", name, size)
				require.LessOrEqual(t, gramError(&there), 1e-13, "%s, size %g", name, size)
				if size == 0 {
					require.LessOrEqual(t, difference(&there, w), 1e-13, name)
				}
			}
		}
	}
}

func TestPolarFactorIsTheNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		// X = QS with S symmetric positive definite: the factor is Q.
		q, v := haarMatrix(t, n, source(seed, 0)), haarMatrix(t, n, source(seed, 1))
		s := mat.NewDense(n, n, nil)
		for i := range n {
			s.Set(i, i, math.Pow(10, rapid.Float64Range(-3, 3).Draw(t, "log singular value")))
		}
		var x mat.Dense
		x.Product(q, v, s, v.T())
		require.NoError(t, polarFactor(&x))
		require.LessOrEqual(t, difference(q, &x), 1e-8)
		require.LessOrEqual(t, gramError(&x), 1e-13*math.Sqrt(float64(n)))
	})
	require.ErrorContains(t, polarFactor(mat.NewDense(2, 2, []float64{1, 1, 1, 1})), "does not converge")
	require.ErrorContains(t, polarFactor(mat.NewDense(1, 1, []float64{math.NaN()})), "does not converge")
}

func TestRetractionErrors(t *testing.T) {
	two, three := mat.NewDense(2, 2, []float64{0, 1, 1, 0}), mat.NewDense(3, 3, nil)
	all := map[string]Retraction{"ProjectTangent": ProjectTangent}
	for name, step := range retractions {
		all[name] = step
	}
	for name, step := range all {
		for want, arguments := range map[string][2]mat.Matrix{
			"nil matrix":                    {nil, two},
			"W is 2×2 and the step 3×3":     {two, three},
			"W is 2×3 and the step 2×3":     {mat.NewDense(2, 3, nil), mat.NewDense(2, 3, nil)},
			"not finite":                    {two, mat.NewDense(2, 2, []float64{1, 0, math.Inf(1), 0})},
			"entry that is not finite":      {mat.NewDense(2, 2, []float64{1, 0, math.NaN(), 1}), two},
			"not orthogonal: ‖WᵀW − I‖ = 3": {mat.NewDense(2, 2, []float64{2, 0, 0, 1}), two},
			"overflows": {mat.NewDense(2, 2, []float64{0.6, -0.8, 0.8, 0.6}),
				mat.NewDense(2, 2, []float64{math.MaxFloat64, math.MaxFloat64, math.MaxFloat64, math.MaxFloat64})},
		} {
			err := step(new(mat.Dense), arguments[0], arguments[1])
			require.ErrorContains(t, err, want, name)
		}
		require.ErrorContains(t, step(nil, two, two), "nil matrix")
		require.Panics(t, func() { _ = step(three, two, two) }, "shape of the destination")
	}
}
