package theorem

import (
	"cmp"
	"math"
	"math/cmplx"
	"slices"
	"sync"

	"bsnn/gpnorm"

	"gonum.org/v1/gonum/integrate/quad"
)

// A freeProduct is the law of the squared singular values of D_L W_L ⋯ D₁W₁ with equal laws of
// the layers, in the limit of wide networks.
//
// With ψ(w) = E ew/(1 − ew), e = φ′(g)², the S-transform of D² is S(m) = (1 + m)/m·ψ⁻¹(m). Random
// rotations make layers free, so that S-transforms are multiplied (Voiculescu 1987,
// https://www.jstor.org/stable/24714784; for networks Pennington, Schoenholz, Ganguli 2017, arXiv
// 1711.04735). For the transform m of the product at 1/x, that is with w = ψ⁻¹(m),
//
//	L·log w + (L−1)·(log(1+m) − log m) = −log x,
//
// and L·log(1+m) less on the left for independent normal entries, whose WWᵀ have S = 1/(1+m). The
// density of log x is −Im m/π.
type freeProduct struct {
	e, weight []float64 // φ′² at the nodes of a rule for the normal law
	layers    float64
	gaussian  bool

	once       sync.Once
	logs, tail []float64 // log x, descending, and the part of the law above
}

func newFreeProduct(a gpnorm.Activation, layers int, gaussian bool) *freeProduct {
	f := &freeProduct{layers: float64(layers), gaussian: gaussian}
	edges := []float64{}
	for x := -9.; x <= 9; x += 2 {
		edges = append(edges, x)
	}
	for _, k := range a.Breaks() {
		if math.Abs(k) < 9 {
			edges = append(edges, k)
		}
	}
	slices.Sort(edges)
	const nodes = 16
	x, w := make([]float64, nodes), make([]float64, nodes)
	for i := 1; i < len(edges); i++ {
		if edges[i] == edges[i-1] {
			continue
		}
		quad.Legendre{}.FixedLocations(x, w, edges[i-1], edges[i])
		d := make([]float64, nodes)
		a.Deriv(d, x)
		for j, g := range x {
			f.e = append(f.e, d[j]*d[j])
			f.weight = append(f.weight, w[j]*math.Exp(-g*g/2)/math.Sqrt(2*math.Pi))
		}
	}
	return f
}

// psi is ψ(w) and wψ′(w).
func (f *freeProduct) psi(w complex128) (psi, slope complex128) {
	for i, e := range f.e {
		t := complex(e, 0) * w
		r := 1 / (1 - t)
		c := complex(f.weight[i], 0) * t * r
		psi += c
		slope += c * r
	}
	return psi, slope
}

// start is log v with w = −v at −x, where everything is real.
func (f *freeProduct) start(logX float64) float64 {
	value := func(u float64) float64 {
		m, _ := f.psi(complex(-math.Exp(u), 0))
		v := f.layers*u + (f.layers-1)*(math.Log1p(real(m))-math.Log(-real(m)))
		if f.gaussian {
			v -= f.layers * math.Log1p(real(m))
		}
		return v + logX
	}
	lo, hi := -1., 1. // the value grows with u
	for value(lo) > 0 && lo > -700 {
		lo *= 2
	}
	for value(hi) < 0 && hi < 700 {
		hi *= 2
	}
	for range 60 {
		if mid := (lo + hi) / 2; value(mid) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

const turns = 20 // steps from −x to x

// density is that of log x. From −x the equation is followed around 0, in the half-plane where the
// transform is analytic.
func (f *freeProduct) density(logX float64) float64 {
	u := complex(f.start(logX), -math.Pi)
	var m complex128
	for k := 1; k <= turns; k++ {
		want := complex(-logX, -math.Pi*(1-float64(k)/turns))
		for range 40 {
			var slope complex128
			m, slope = f.psi(cmplx.Exp(u))
			l := complex(f.layers, 0)
			value := l*u + (l-1)*(cmplx.Log(1+m)-lowerLog(m)) - want
			derivative := l - (l-1)*slope/(m*(1+m))
			if f.gaussian {
				value -= l * cmplx.Log(1+m)
				derivative -= l * slope / (1 + m)
			}
			step := value / derivative
			if size := cmplx.Abs(step); size > 0.3 {
				step *= complex(0.3/size, 0)
			}
			u -= step
			if imag(u) > 0 {
				u = complex(real(u), -imag(u))
			}
			if cmplx.Abs(step) < 1e-9 {
				break
			}
		}
	}
	return math.Max(0, -imag(m)/math.Pi)
}

// lowerLog is the logarithm with the cut above, for numbers in the lower half-plane and on its
// edge.
func lowerLog(m complex128) complex128 {
	l := cmplx.Log(m)
	if imag(l) > 0 {
		l -= complex(0, 2*math.Pi)
	}
	return l
}

// leastTail is what is left of the law at the lower end, beside the zeros.
const leastTail = 1e-4

// tabulate finds the law from above, in steps that grow.
func (f *freeProduct) tabulate() {
	fourth, zeros := 0., 0.
	for i, e := range f.e {
		fourth += f.weight[i] * e * e
		if e == 0 {
			zeros += f.weight[i]
		}
	}
	top := math.Log(10 * (1 + f.layers*(fourth+1)))
	x, sum, before := top, 0., 0.
	for sum < 1-zeros-leastTail && x > top-40*f.layers-100 {
		step := 0.05 + 0.02*(top-x)
		x -= step
		d := f.density(x)
		sum += step * (d + before) / 2
		before = d
		f.logs, f.tail = append(f.logs, x), append(f.tail, sum)
	}
}

// quantile of x: of the whole law where it has one layer that only rotates.
func (f *freeProduct) quantile(p float64) float64 {
	if lo, hi := slices.Min(f.e), slices.Max(f.e); !f.gaussian && hi-lo <= 1e-12*hi { // all directions are alike
		return math.Pow(lo, f.layers)
	}
	if f.layers == 1 && !f.gaussian {
		return f.ofSlopes(p)
	}
	f.once.Do(f.tabulate)
	i := slices.IndexFunc(f.tail, func(above float64) bool { return above >= 1-p })
	switch {
	case i < 0:
		return 0
	case i == 0:
		return math.Exp(f.logs[0])
	}
	share := (1 - p - f.tail[i-1]) / (f.tail[i] - f.tail[i-1])
	return math.Exp(f.logs[i-1] + share*(f.logs[i]-f.logs[i-1]))
}

// ofSlopes is the quantile of φ′², between the nodes, each of which stands for what is around it.
func (f *freeProduct) ofSlopes(p float64) float64 {
	order := make([]int, len(f.e))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(f.e[a], f.e[b]) })
	below, at, value := 0., 0., f.e[order[0]] // the part of the law up to the middle of a node, and its value
	for _, i := range order {
		middle := below + f.weight[i]/2
		if middle >= p {
			return value + (f.e[i]-value)*(p-at)/(middle-at)
		}
		below += f.weight[i]
		at, value = middle, f.e[i]
	}
	return value
}
