package suite

import (
	"math"
	"slices"

	"bsnn/gpnorm"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
)

// panel is how wide the pieces of the reference quadrature are, in standard
// deviations; the functions that checks draw vary on the scale of 1.
const (
	panel = 0.5
	reach = 12.0 // the normal density is below 1e-31 beyond
	nodes = 24
)

// rule is the Gauss–Legendre rule on [−1, 1].
var rule = func() (r struct{ x, w []float64 }) {
	r.x, r.w = make([]float64, nodes), make([]float64, nodes)
	quad.Legendre{}.FixedLocations(r.x, r.w, -1, 1)
	return r
}()

// integral is ∫ f over [lo, hi] by Gauss–Legendre rules on pieces of at most
// the given width that end at the breaks. f sees all nodes of a piece at once
// and fills one slice for each component.
func integral(components int, lo, hi, width float64, breaks []float64, f func(out [][]float64, x []float64)) []float64 {
	edges := []float64{lo, hi}
	for _, b := range breaks {
		if lo < b && b < hi {
			edges = append(edges, b)
		}
	}
	slices.Sort(edges)
	x := make([]float64, nodes)
	out, sum := make([][]float64, components), make([]float64, components)
	for k := range out {
		out[k] = make([]float64, nodes)
	}
	for i, a := range edges[1:] {
		from := edges[i]
		pieces := int(math.Ceil((a - from) / width))
		for p := range pieces {
			step := (a - from) / float64(pieces)
			for j, t := range rule.x {
				x[j] = from + (float64(p)+(1+t)/2)*step
			}
			f(out, x)
			for k := range out {
				sum[k] += step / 2 * floats.Dot(rule.w, out[k])
			}
		}
	}
	return sum
}

// gaussian computes expectations at a standard normal variable: each integrand
// gets the abscissa with the value and the derivative of an activation there.
func gaussian(a gpnorm.Activation, integrands ...func(x, f, df float64) float64) []float64 {
	f, df := make([]float64, nodes), make([]float64, nodes)
	return integral(len(integrands), -reach, reach, panel, a.Kinks, func(out [][]float64, x []float64) {
		a.Value(f, x)
		a.Deriv(df, x)
		for i, v := range x {
			density := math.Exp(-v*v/2) / math.Sqrt(2*math.Pi)
			for k, g := range integrands {
				out[k][i] = density * g(v, f[i], df[i])
			}
		}
	})
}

// onSphere computes expectations at one coordinate of a uniform point of the
// sphere of squared radius nq: u = √(nq)·sin θ, with density ∝ cosⁿ⁻²θ.
func onSphere(a gpnorm.Activation, n int, q float64, integrands ...func(x, f, df float64) float64) []float64 {
	radius := math.Sqrt(float64(n) * q)
	end := math.Min(math.Pi/2, reach/math.Sqrt(float64(n)))
	var breaks []float64
	for _, k := range a.Kinks {
		if s := k / radius; math.Abs(s) < 1 {
			breaks = append(breaks, math.Asin(s))
		}
	}
	u, f, df := make([]float64, nodes), make([]float64, nodes), make([]float64, nodes)
	sums := integral(len(integrands)+1, -end, end, panel/math.Sqrt(float64(n)*math.Max(q, 1)), breaks, func(out [][]float64, theta []float64) {
		for i, t := range theta {
			u[i] = radius * math.Sin(t)
		}
		a.Value(f, u)
		a.Deriv(df, u)
		for i, t := range theta {
			weight := math.Pow(math.Cos(t), float64(n-2))
			out[len(integrands)][i] = weight
			for k, g := range integrands {
				out[k][i] = weight * g(u[i], f[i], df[i])
			}
		}
	})
	mass := sums[len(integrands)]
	floats.Scale(1/mass, sums)
	return sums[:len(integrands)]
}

// A trace is everything that one input leaves behind in a network.
type trace struct {
	x, h, der, d, y [][]float64 // indices as in the theory: x[l], h[l], d[l] from 1, y[l] from 0
}

// plainLoops runs an explicit network as the definition reads. y may be nil.
func plainLoops(a gpnorm.Activation, weights []*mat.Dense, x, y []float64) trace {
	n, depth := len(x), len(weights)
	t := trace{
		x: make([][]float64, depth+2), h: make([][]float64, depth+1), der: make([][]float64, depth+1),
		d: make([][]float64, depth+1), y: make([][]float64, depth+1),
	}
	t.x[1] = x
	for l := 1; l <= depth; l++ {
		h := make([]float64, n)
		for i := range h {
			for j := range n {
				h[i] += weights[l-1].At(i, j) * t.x[l][j]
			}
		}
		t.h[l], t.x[l+1], t.der[l] = h, make([]float64, n), make([]float64, n)
		a.Value(t.x[l+1], h)
		a.Deriv(t.der[l], h)
	}
	if y == nil {
		return t
	}
	t.y[depth] = y
	for l := depth; l >= 1; l-- {
		d, below := make([]float64, n), make([]float64, n)
		for i := range d {
			d[i] = t.der[l][i] * t.y[l][i]
		}
		for j := range below {
			for i := range d {
				below[j] += weights[l-1].At(i, j) * d[i]
			}
		}
		t.d[l], t.y[l-1] = d, below
	}
	return t
}
