package gpnorm_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
	"bsnn/internal/expr/exprtest"
)

// slowUnderRace skips a test that computes much in a single goroutine.
func slowUnderRace(t *testing.T) {
	t.Helper()
	if raceDetector {
		t.Skip("one goroutine, nothing to detect")
	}
}

func correlation(t require.TestingT, a gpnorm.Activation, q float64) *gpnorm.CorrelationMap {
	c, err := gpnorm.Correlation(a, q)
	require.NoError(t, err)
	return c
}

// Closed forms of E φ(√q u)φ(√q v)/E φ(√q u)²: the arc-cosine kernel of order 1
// (Cho, Saul 2009, arXiv 1112.3712), the arcsine law of erf (Williams 1998,
// doi:10.1162/089976698300017412), and for the sine
// exp(−q)·sinh(qρ).
func TestCorrelationClosedForms(t *testing.T) {
	slowUnderRace(t)
	type closed struct {
		spec string
		q    float64
		map_ func(rho, q float64) float64
	}
	for _, c := range []closed{
		{"relu", 1, func(r, _ float64) float64 {
			angle := math.Acos(r)
			return (math.Sin(angle) + (math.Pi-angle)*r) / math.Pi
		}},
		{"erf", 2.5, func(r, q float64) float64 { return math.Asin(2*q*r/(1+2*q)) / math.Asin(2*q/(1+2*q)) }},
		{"sin", 0.6, func(r, q float64) float64 { return math.Sinh(q*r) / math.Sinh(q) }},
		{"identity", 2, func(r, _ float64) float64 { return r }},
		{"abs(x)", 1, func(r, _ float64) float64 { return 2 / math.Pi * (math.Sqrt(1-r*r) + r*math.Asin(r)) }},
		{"x^3", 1, func(r, _ float64) float64 { return (9*r + 6*r*r*r) / 15 }},
	} {
		a, err := gpnorm.Resolve(c.spec, nil)
		require.NoError(t, err)
		m := correlation(t, a, c.q)
		for i := -100; i <= 100; i++ {
			rho := float64(i) / 100
			got, err := m.At(rho)
			require.NoError(t, err)
			want := c.map_(rho, c.q)
			require.InDelta(t, want, got.Value, 1e-13, "%s: C(%v) at q = %v", c.spec, rho, c.q)
			require.LessOrEqual(t, got.Error, 1e-11, "%s: C(%v)", c.spec, rho)
		}
	}
}

// E φ(u)φ(v) by the trapezoid rule in the plane, which shares nothing with the
// package. For a smooth function halving the step squares the error; with kinks
// the error falls like the square of the step.
func planeTrapezoid(phi func(dst, x []float64), rho, step float64) float64 {
	n := int(8.5 / step)
	x, u, v := make([]float64, 2*n+1), make([]float64, 2*n+1), make([]float64, 2*n+1)
	for j := range x {
		x[j] = float64(j-n) * step
	}
	phi(u, x)
	total := 0.
	cross := math.Sqrt(1 - rho*rho)
	for j, a := range x {
		for k, b := range x {
			v[k] = rho*a + cross*b
		}
		phi(v, v)
		inner := 0.
		for k, b := range x {
			inner += v[k] * math.Exp(-b*b/2)
		}
		total += u[j] * math.Exp(-a*a/2) * inner
	}
	return total * step * step / (2 * math.Pi)
}

// Random normalised expressions: C(1) = C′(1) = 1, C(ρ) = E φ(u)φ(v), C(ρ) > ρ,
// and C′ is its derivative.
func TestCorrelationOfRandomExpressions(t *testing.T) {
	slowUnderRace(t)
	seed := replay.Seed(t)
	const enough = 2
	compared := 0
	for i := 0; i < 200 && compared < enough; i++ {
		kinked := i%2 == 1
		generator := exprtest.Smooth()
		if kinked {
			generator = exprtest.Kinked()
		}
		text := generator.Example(int((seed + uint64(i)) >> 1))
		e, err := gpnorm.Parse(text, nil)
		require.NoError(t, err)
		n, err := gpnorm.Normalize(e.Activation())
		if err != nil || len(n.Kinks) > 1 || len(text) > 60 || n.A*math.Sqrt(n.RawProfile.SecondMoment.Value) > 10 {
			continue
		}
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		rho := 2*r.Float64() - 1
		if r.IntN(2) == 0 {
			rho = math.Copysign(0.9+0.099*r.Float64(), rho)
		}
		const step = 1. / 12
		want, coarse := planeTrapezoid(n.Value, rho, step), planeTrapezoid(n.Value, rho, 2*step)
		tol := 4*math.Abs(want-coarse) + 1e-4 // the rule converges irregularly at a kink
		if !kinked || len(n.Kinks) == 0 {
			if math.Abs(want-coarse) > 1e-5 {
				continue // too steep for the rule
			}
			tol = 1e-8
		}
		compared++
		m := correlation(t, n.Activation, 1)
		got, err := m.At(rho)
		require.NoError(t, err)
		require.InDelta(t, want, got.Value, tol, "%s at %v", text, rho)

		one, err := m.At(1)
		require.NoError(t, err)
		require.InDelta(t, 1, one.Value, 1e-12, text)
		slope, err := m.Slope(1)
		require.NoError(t, err)
		require.InDelta(t, 1, slope, 1e-10, text)
		require.GreaterOrEqual(t, got.Value, rho-got.Error-1e-12, text)

		const h = 1e-4
		at := func(r float64) float64 {
			e, err := m.At(r)
			require.NoError(t, err)
			return e.Value
		}
		if math.Abs(rho) < 0.98 {
			slope, err = m.Slope(rho)
			require.NoError(t, err)
			difference := (8*(at(rho+h)-at(rho-h)) - at(rho+2*h) + at(rho-2*h)) / (12 * h)
			require.InDelta(t, difference, slope, 1e-7, "%s: C′(%v)", text, rho)
		}
	}
	require.Equal(t, enough, compared, "enough of the expressions can be compared")
}

// Raw erf at q = 1 is chaotic: C′(1) > 1, and 0 attracts. The closed form
// provides the slopes: C′(ρ) = k/√(1−(kρ)²)/arcsin k, k = 2/3.
func TestCorrelationFixedPoints(t *testing.T) {
	slowUnderRace(t)
	erf, err := gpnorm.Lookup("erf")
	require.NoError(t, err)
	points, every, err := correlation(t, erf, 1).FixedPoints()
	require.NoError(t, err)
	require.False(t, every)
	require.Len(t, points, 3)
	k := 2. / 3
	for i, at := range []float64{-1, 0, 1} {
		require.InDelta(t, at, points[i].At, 1e-12)
		require.InDelta(t, k/math.Sqrt(1-k*k*at*at)/math.Asin(k), points[i].Slope, 1e-12)
	}
	require.Equal(t, gpnorm.Repelling, points[0].Stability)
	require.Equal(t, gpnorm.Attracting, points[1].Stability)
	require.Equal(t, gpnorm.Repelling, points[2].Stability)

	// erf + c with a small c moves the middle one up; it solves
	// ρ(s + c²) = (2/π)arcsin(2ρ/3) + c², s = (2/π)arcsin(2/3).
	c := 0.3
	points, _, err = correlation(t, erf.Affine(1, c), 1).FixedPoints()
	require.NoError(t, err)
	require.Len(t, points, 2)
	rho := points[0].At
	require.InDelta(t, 2/math.Pi*math.Asin(k*rho)+c*c, rho*(2/math.Pi*math.Asin(k)+c*c), 1e-13)
	require.Greater(t, rho, 0.0)
	require.Less(t, rho, 1.0)
	require.Less(t, points[0].Slope, 1.0)

	// A fixed point in the last cell before 1.
	tanh := normalized(t, "erf").Activation
	points, _, err = correlation(t, tanh.Affine(1, -1e-4), 1).FixedPoints()
	require.NoError(t, err)
	require.Len(t, points, 2)
	require.Greater(t, points[0].At, 0.99)
	require.Equal(t, gpnorm.Attracting, points[0].Stability)
	require.Equal(t, gpnorm.Repelling, points[1].Stability)

	for _, name := range []string{"relu", "gelu", "identity"} {
		points, every, err := correlation(t, normalized(t, name).Activation, 1).FixedPoints()
		require.NoError(t, err)
		require.Equal(t, name == "identity", every)
		if every {
			continue
		}
		require.Len(t, points, 1, name)
		require.Equal(t, 1.0, points[0].At)
		require.InDelta(t, 1, points[0].Slope, 1e-12)
		require.Equal(t, gpnorm.Attracting, points[0].Stability, "by a power law")
	}
}

// The iteration of the closed form of ReLU, in the form δ′ = δ − p(δ) with
// p = (sin θ − θ cos θ)/π, whose series avoids cancellation.
func reluLayers(rho, distance float64) int {
	d := 1 - rho
	for l := 0; ; l++ {
		if d < distance {
			return l
		}
		angle := 2 * math.Asin(math.Sqrt(d/2))
		p := math.Sin(angle) - angle*math.Cos(angle)
		if angle < 0.02 {
			s := angle * angle
			p = angle * s * (1./3 - s*(1./30-s/840))
		}
		d -= p / math.Pi
	}
}

func TestLayersUntil(t *testing.T) {
	relu := correlation(t, normalized(t, "relu").Activation, 1)
	rapid.Check(t, func(t *rapid.T) {
		rho := rapid.Float64Range(-1, 1).Draw(t, "ρ")
		distance := math.Pow(10, rapid.Float64Range(-9, 0).Draw(t, "log10 distance"))
		want := float64(reluLayers(rho, distance))
		got, err := relu.LayersUntil(rho, distance)
		require.NoError(t, err)
		require.False(t, got.Never)
		require.Equal(t, 1.0, got.Limit)
		require.Equal(t, want <= 20000, got.Exact || want == 20000, "%v", want)
		require.InDelta(t, want, got.Count, 1+1e-6*want, "from %v to %v", rho, distance)
	})
	// 1/L² for a kink; for a smooth φ 1/L with 2/C″(1), C″(1) = E φ″², exactly
	// asymptotic: sin has C(ρ) = b² + a²e⁻¹ sinh ρ and C″(1) = tanh 1.
	sin := correlation(t, normalized(t, "sin").Activation, 1)
	got, err := sin.LayersUntil(0, 1e-12)
	require.NoError(t, err)
	require.InEpsilon(t, 2e12/math.Tanh(1), got.Count, 1e-9)
	got, err = relu.LayersUntil(0, 1e-14)
	require.NoError(t, err)
	// p ≈ (2√2/3π)·d^{3/2}, so d ≈ (3π/√2)²/L².
	require.InEpsilon(t, 3*math.Pi/math.Sqrt2*1e7, got.Count, 1e-5)

	x := correlation(t, normalized(t, "identity").Activation, 1)
	got, err = x.LayersUntil(0.25, 0.1)
	require.NoError(t, err)
	require.True(t, got.Never)
	require.Equal(t, 0.25, got.Limit)
	require.True(t, math.IsInf(got.Count, 1))
	got, err = x.LayersUntil(0.25, 0.76)
	require.NoError(t, err)
	require.Zero(t, got.Count)
	require.False(t, got.Never)

	// Raw erf decorrelates: 0 attracts.
	raw, err := gpnorm.Lookup("erf")
	require.NoError(t, err)
	got, err = correlation(t, raw, 1).LayersUntil(0.99, 1e-3)
	require.NoError(t, err)
	require.True(t, got.Never)
	require.InDelta(t, 0, got.Limit, 1e-9)

	// An even function does not tell x from −x.
	even := correlation(t, parsed(t, "abs(x)"), 1)
	got, err = even.LayersUntil(-1, 1e-9)
	require.NoError(t, err)
	require.Equal(t, 1.0, got.Count)
}

func TestCorrelationErrors(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	relu, err := gpnorm.Lookup("relu")
	require.NoError(t, err)
	for _, q := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err := gpnorm.Correlation(relu, q)
		require.ErrorContains(t, err, "finite number > 0")
	}
	_, err = gpnorm.Correlation(parsed(t, "sign(x)"), 1)
	require.ErrorContains(t, err, "jumps at x = 0")
	_, err = gpnorm.Correlation(parsed(t, "0*x"), 1)
	require.ErrorContains(t, err, "vanishes")
	_, err = gpnorm.Correlation(parsed(t, "abs(sin(9*x))"), 1)
	require.ErrorContains(t, err, "too costly")
	require.ErrorAs(t, err, new(*gpnorm.CostError))
	_, err = gpnorm.Correlation(gpnorm.Activation{Name: "f"}, 1)
	require.ErrorContains(t, err, "no Value")
	c := correlation(t, relu, 1)
	for _, rho := range []float64{1.1, -1.1, math.NaN()} {
		_, err := c.At(rho)
		require.ErrorContains(t, err, "[−1, 1]")
		_, err = c.Slope(rho)
		require.ErrorContains(t, err, "[−1, 1]")
		_, err = c.LayersUntil(rho, 0.1)
		require.ErrorContains(t, err, "[−1, 1]")
	}
	for _, d := range []float64{0, -1, 3, math.NaN()} {
		_, err = c.LayersUntil(0, d)
		require.ErrorContains(t, err, "distance")
	}
}

func TestLengthFixedPoints(t *testing.T) {
	// 2·erf: q = (8/π)arcsin(2q/(1+2q)).
	erf, err := gpnorm.Lookup("erf")
	require.NoError(t, err)
	fixed, err := gpnorm.LengthFixedPoints(erf.Affine(2, 0), 1e-3, 1e3)
	require.NoError(t, err)
	require.False(t, fixed.Every)
	require.Len(t, fixed.Points, 1)
	q := fixed.Points[0].At
	require.InEpsilon(t, 8/math.Pi*math.Asin(2*q/(1+2*q)), q, 1e-12)
	s := 2 * q / (1 + 2*q)
	require.InEpsilon(t, 8/math.Pi/math.Sqrt(1-s*s)*2/math.Pow(1+2*q, 2), fixed.Points[0].Slope, 1e-11)
	require.Equal(t, gpnorm.Attracting, fixed.Points[0].Stability)

	// Every normalised function has 1 among them, with slope κ; GELU has another.
	for _, name := range []string{"tanh", "softplus", "gelu", "identity", "relu", "leakyrelu"} {
		n := normalized(t, name)
		fixed, err := gpnorm.LengthFixedPoints(n.Activation, 1e-2, 1e3)
		require.NoError(t, err)
		homogeneous := name == "identity" || name == "relu" || name == "leakyrelu"
		require.Equal(t, homogeneous, fixed.Every, name)
		if homogeneous {
			require.Empty(t, fixed.Points)
			continue
		}
		require.InDelta(t, 1, fixed.Points[0].At, 1e-9, name)
		require.InDelta(t, n.Roots[n.Chosen].Slope, fixed.Points[0].Slope, 1e-8, name)
		if name == "gelu" {
			require.Len(t, fixed.Points, 2)
			require.Equal(t, gpnorm.Repelling, fixed.Points[1].Stability)
			v, err := gpnorm.LengthMap(n.Activation, fixed.Points[1].At)
			require.NoError(t, err)
			require.InEpsilon(t, fixed.Points[1].At, v, 1e-11)
		}
	}
	for _, r := range [][2]float64{{0, 1}, {1, 1}, {-1, 2}, {1, math.Inf(1)}, {math.NaN(), 1}} {
		_, err := gpnorm.LengthFixedPoints(erf, r[0], r[1])
		require.ErrorContains(t, err, "0 < lo < hi")
	}
	_, err = gpnorm.LengthFixedPoints(parsed(t, "exp(x^2/8)"), 1e-2, 10)
	require.ErrorContains(t, err, "at q = ")
}

// A fixed point at which the curves touch is found. With φ = (x² + c)/√3 it is
// Q = q² + 2cq/3 + c²/3, which touches q where the discriminant (2c/3 − 1)² − 4c²/3 vanishes.
func TestTouchingFixedLength(t *testing.T) {
	// (2c/3 − 1) = −2c/√3
	c := 1 / (2./3 + 2/math.Sqrt(3))
	at := (1 - 2*c/3) / 2
	fixed, err := gpnorm.LengthFixedPoints(square.Affine(1/math.Sqrt(3), c/math.Sqrt(3)), 1e-2, 10)
	require.NoError(t, err)
	require.NotEmpty(t, fixed.Points)
	for _, p := range fixed.Points { // one, or two within rounding of the square root
		require.InDelta(t, at, p.At, 1e-4)
		require.InDelta(t, 1, p.Slope, 1e-3)
	}
}
