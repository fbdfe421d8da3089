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
//
// A layer may also be a rotated shortcut α + βVDW. Its part βVDW is R-diagonal, and α times an independent rotation
// may take the place of α, so that the symmetrised law of its singular values is a free sum, of those of α and
// of β|φ′| (Haagerup, Larsen 2000, doi:10.1006/jfan.2000.3610). With e = β²φ′², ψ as above at t, and σ² = 1 +
// 4α²(1+ψ)²t, subordination says that its own transform is m = ψ(t) + (σ − 1)/2 at w = t·((1+ψ)/(1+m))². So the
// equation is one of t and σ. For α = 0 it is σ = 1.
type freeProduct struct {
	e, weight []float64 // φ′² at the nodes of a rule for the normal law, or β²φ′²
	alpha     float64   // α² of rotated shortcuts
	most      float64   // with shortcuts, log v up to which their part grows
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

// newFreeShortcuts is that of rotated shortcuts; nil where its law is not found.
func newFreeShortcuts(a gpnorm.Activation, layers int, branch float64) *freeProduct {
	f := newFreeProduct(a, layers, false)
	f.alpha = 1 - branch
	for i := range f.e {
		f.e[i] *= branch
	}
	if branch > 0.5+1e-12 {
		return nil
	}
	turn := 0.5 / math.Sqrt(f.alpha)
	lo, hi := -60., -60.
	for f.side(hi) < turn {
		if lo, hi = hi, hi+0.05; hi > 60 {
			return nil
		}
	}
	for range 50 {
		if mid := (lo + hi) / 2; f.side(mid) < turn {
			lo = mid
		} else {
			hi = mid
		}
	}
	f.most = lo
	return f
}

// side is (1 + ψ)√v at t = −v, u = log v.
func (f *freeProduct) side(u float64) float64 {
	m, _ := f.psi(complex(-math.Exp(u), 0))
	return (1 + real(m)) * math.Exp(u/2)
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

// value is the left side at t = −v, u = log v, less its imaginary part; sheet is the sign of σ.
func (f *freeProduct) value(u, sheet float64) (value, sigma float64) {
	psi, _ := f.psi(complex(-math.Exp(u), 0))
	p, above := real(psi), 1. // above is (1 + σ)/2
	sigma = 1
	if f.alpha > 0 {
		square := math.Exp(u) * (1 + p) * (1 + p)
		sigma = sheet * math.Sqrt(math.Max(0, 1-4*f.alpha*square))
		above = (1 + sigma) / 2
		if sigma < 0 {
			above = 2 * f.alpha * square / (1 - sigma)
		}
	}
	onePlusM, m := p+above, p+above-1
	if sigma > 0 {
		m = p + (sigma-1)/2
	}
	value = f.layers*(u+2*math.Log1p(p)-2*math.Log(onePlusM)) + (f.layers-1)*(math.Log(onePlusM)-math.Log(-m))
	if f.gaussian {
		value -= f.layers * math.Log(onePlusM)
	}
	return value, sigma
}

// start is log v and σ at −x, where everything is real. The value grows with v while σ falls from 1 to 0, and
// then, with v falling again, while σ falls to −1.
func (f *freeProduct) start(logX float64) (u, sigma float64) {
	sheet, lo, hi := 1., -1., 1.
	at := func(u float64) float64 {
		v, _ := f.value(u, sheet)
		return sheet * (v + logX) // grows with u
	}
	if f.alpha > 0 {
		if lo, hi = f.most-1, f.most; at(hi) < 0 {
			sheet = -1
		}
	}
	for at(lo) > 0 && lo > -700 {
		lo = 2*lo - math.Abs(hi)
	}
	for f.alpha == 0 && at(hi) < 0 && hi < 700 {
		hi *= 2
	}
	for range 60 {
		if mid := (lo + hi) / 2; at(mid) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	u = (lo + hi) / 2
	_, sigma = f.value(u, sheet)
	return u, sigma
}

const turns = 20 // steps from −x to x

// density is that of log x. From −x the equation is followed around 0, in the half-plane where the
// transform is analytic.
func (f *freeProduct) density(logX float64) float64 {
	from, real0 := f.start(logX)
	u, sigma := complex(from, -math.Pi), complex(real0, 0)
	l, alpha := complex(f.layers, 0), complex(f.alpha, 0)
	var m complex128
	for k := 1; k <= turns; k++ {
		want := complex(-logX, -math.Pi*(1-float64(k)/turns))
		for range 40 {
			t := cmplx.Exp(u)
			psi, slope := f.psi(t)
			m = psi + (sigma-1)/2
			value := l*(u+2*cmplx.Log(1+psi)-2*cmplx.Log(1+m)) + (l-1)*(cmplx.Log(1+m)-lowerLog(m)) - want
			byM := (l-1)*(1/(1+m)-1/m) - 2*l/(1+m) // derivatives
			byU := l*(1+2*slope/(1+psi)) + byM*slope
			if f.gaussian {
				value -= l * cmplx.Log(1+m)
				byU -= l * slope / (1 + m)
			}
			// σ² − 1 − 4α²(1+ψ)²t, and its derivatives
			root := sigma*sigma - 1 - 4*alpha*(1+psi)*(1+psi)*t
			rootByU := -4 * alpha * t * (1 + psi) * (1 + psi + 2*slope)
			det := byU*2*sigma - byM/2*rootByU
			step, turn := (value*2*sigma-byM/2*root)/det, (byU*root-rootByU*value)/det
			if size := math.Max(cmplx.Abs(step), cmplx.Abs(turn)); size > 0.3 {
				step, turn = step*complex(0.3/size, 0), turn*complex(0.3/size, 0)
			}
			u, sigma = u-step, sigma-turn
			if imag(u) > 0 {
				u, sigma = cmplx.Conj(u), cmplx.Conj(sigma)
			}
			if cmplx.Abs(step)+cmplx.Abs(turn) < 1e-9 {
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
		if e == 0 && f.alpha == 0 {
			zeros += f.weight[i]
		}
	}
	top, finest := math.Log(10*(1+f.layers*(fourth+1))), math.Inf(1)
	if f.alpha > 0 { // the law may be narrow
		spread := f.layers * (2*f.alpha*(1-f.alpha) + fourth - (1-f.alpha)*(1-f.alpha))
		top, finest = math.Min(top, spread+8*math.Sqrt(spread)), math.Sqrt(spread)/20
	}
	x, sum, before := top, 0., 0.
	for sum < 1-zeros-leastTail && x > top-40*f.layers-100 {
		step := math.Min(0.05+0.02*(top-x), finest)
		x -= step
		d := f.density(x)
		sum += step * (d + before) / 2
		before = d
		f.logs, f.tail = append(f.logs, x), append(f.tail, sum)
	}
}

// quantile of x: of the whole law where it has one layer that only rotates.
func (f *freeProduct) quantile(p float64) float64 {
	if lo, hi := slices.Min(f.e), slices.Max(f.e); !f.gaussian && f.alpha == 0 && hi-lo <= 1e-12*hi { // all directions are alike
		return math.Pow(lo, f.layers)
	}
	if f.layers == 1 && !f.gaussian && f.alpha == 0 {
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
