package enclose

import (
	"maps"
	"math"
	"slices"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// A sketch is a float picture of the function. Nothing proven depends on it:
// it centres the integrands and says how large they are.
type sketch struct {
	scale float64 // a power of two; all that follows is that of f/scale

	mean, slope float64        // about E f, E f′
	guess       guess          // about the constants of a normalised a·f + b
	size        [count]float64 // about E |integrand|
}

// Nodes and weights of the Gauss–Legendre rule with 8 points on [−1, 1], the
// positive half.
var (
	gaussNodes   = [4]float64{0.18343464249564980, 0.52553240991632899, 0.79666647741362674, 0.96028985649753623}
	gaussWeights = [4]float64{0.36268378337836198, 0.31370664587788729, 0.22238103445337447, 0.10122853629037626}
)

// A sample is the function at quadrature nodes with Gaussian weights.
type sample struct{ x, f, d, w []float64 }

// newSample uses quarters of [−R, R], cut at the kinks.
func newSample(p *expr.Program, kinks []interval.Interval, r int) sample {
	var cuts []float64
	for i := range 8*r + 1 {
		cuts = append(cuts, float64(i)/4-float64(r))
	}
	for _, k := range kinks {
		if k.Magnitude() < float64(r) {
			cuts = append(cuts, k.Mid())
		}
	}
	slices.Sort(cuts)
	var s sample
	for i, lo := range cuts[:len(cuts)-1] {
		mid, half := (lo+cuts[i+1])/2, (cuts[i+1]-lo)/2
		for j, t := range gaussNodes {
			for _, x := range []float64{mid - half*t, mid + half*t} {
				s.x = append(s.x, x)
				s.w = append(s.w, gaussWeights[j]*half*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi))
			}
		}
	}
	s.f, s.d = make([]float64, len(s.x)), make([]float64, len(s.x))
	p.ValuesDerivs(s.f, s.d, s.x)
	for i := range s.x {
		if !finite(s.f[i], s.d[i]) {
			s.f[i], s.d[i], s.w[i] = 0, 0, 0
		}
	}
	return s
}

// grows reports whether fourth moments are not over at the ends of the sample.
func (s sample) grows() bool {
	largest, end := 0.0, 0.0
	for i, d := range s.d {
		v := math.Abs(d) * math.Sqrt(math.Sqrt(s.w[i]))
		largest = max(largest, v)
		if math.Abs(s.x[i]) > 11.75 {
			end = max(end, v)
		}
	}
	return end > 1e-5*largest
}

// usual are the magnitudes of the slope of a function that is taken as it is.
const usual = 0x1p20

// normalise divides the sample by a power of two, so that its slopes are about 1 and
// their powers do not overflow, and returns it.
func (s sample) normalise() float64 {
	largest := 0.0
	for i, d := range s.d {
		largest = max(largest, math.Abs(d)*math.Sqrt(s.w[i]))
	}
	if largest < usual && largest > 1/usual || largest == 0 {
		return 1
	}
	_, exponent := math.Frexp(largest)
	scale := math.Ldexp(1, exponent)
	for i := range s.f {
		s.f[i], s.d[i] = s.f[i]/scale, s.d[i]/scale
	}
	return scale
}

// mean is about E g.
func (s sample) mean(g func(x, f, d float64) float64) float64 {
	var sum float64
	for i, x := range s.x {
		sum += s.w[i] * g(x, s.f[i], s.d[i])
	}
	if !finite(sum) {
		return 0
	}
	return sum
}

func newSketch(p *expr.Program, kinks []interval.Interval) sketch {
	q := newSample(p, kinks, 12)
	if q.grows() {
		q = newSample(p, kinks, 38)
	}
	s := sketch{scale: q.normalise()}
	s.mean, s.slope = q.mean(func(_, f, _ float64) float64 { return f }), q.mean(func(_, _, d float64) float64 { return d })
	m, c := s.mean, s.slope
	dd := q.mean(func(_, _, d float64) float64 { return d * d })
	gap := q.mean(func(x, f, d float64) float64 { return (d-c)*(d-c) - (f-m-c*x)*(f-m-c*x) })
	xud := q.mean(func(x, f, d float64) float64 { return x * (f - m) * d })
	xd := q.mean(func(x, _, d float64) float64 { return x * d })
	s.guess.a = 1
	if dd > 0 {
		s.guess.a = 1 / math.Sqrt(dd)
		g := math.Sqrt(max(0, gap/dd))
		s.guess.gamma = [2]float64{g, -g}
	}
	for r, g := range s.guess.gamma {
		s.guess.kappa[r] = s.guess.a * (s.guess.a*xud + g*xd)
	}
	for i, x := range q.x {
		for k, v := range s.integrands(x, q.f[i], q.d[i]) {
			s.size[k] += q.w[i] * math.Abs(v)
		}
	}
	return s
}

// disturb changes every constant by a relative or absolute error e.
func (s *sketch) disturb(e float64) {
	s.mean += e * (1 + math.Abs(s.mean))
	s.slope -= e * (1 + math.Abs(s.slope))
	s.guess.a *= 1 + e
	for r := range s.guess.gamma {
		s.guess.gamma[r] -= e
		s.guess.kappa[r] += 2 * e
	}
}

// integrands are those of the vectors, at one point.
func (s *sketch) integrands(x, f, d float64) (v [count]float64) {
	u := f - s.mean
	for k, p := range powers {
		a, b := u, d
		if p.residual {
			a, b = u-s.slope*x, d-s.slope
		}
		v[k] = whole(x, p.x) * whole(a, p.u) * whole(b, p.d)
	}
	v[iHDD] -= v[iDD]
	g := s.guess
	q := g.a*g.a*d*d - 1
	v[iQQ] = q * q
	for r := range 2 {
		k := r * perRoot
		p := g.a*u + g.gamma[r]
		w := p*p - 1 - g.kappa[r]*(x*x-1)
		v[iWW+k], v[iWP+k], v[iWPP+k], v[iWQ+k], v[iPQ+k], v[iPPQ+k] = w*w, w*p, w*p*p, w*q, p*q, p*p*q
	}
	return v
}

// whole is xⁿ.
func whole(x float64, n int) float64 {
	z := 1.0
	for range n {
		z *= x
	}
	return z
}

func finite(v ...float64) bool {
	for _, x := range v {
		if math.Abs(x) > 1e200 || math.IsNaN(x) {
			return false
		}
	}
	return true
}

func sortedKeys(m map[float64]bool) []float64 { return slices.Sorted(maps.Keys(m)) }
