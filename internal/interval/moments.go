package interval

import "fmt"

// Moments encloses ∫ tᵏ dμ, k = 0 … order, over a Panel for a measure μ, and
// turns them into integrals of series: the sum over the polynomial at the
// middle and Lagrange's remainder over the panel. One set of moments serves
// every integrand on the panel. It is not safe for concurrent use.
type Moments struct {
	// Coarse is set when values alone enclosed an integral far better than the series:
	// the panel is too wide for it.
	Coarse bool

	panel Panel
	m     []Interval // moment k is m[order−k], the order in which convolve takes it

	plain              []Interval // ∫ tᵏ dx, reversed too, for Gaussian
	x, density, spread *Series
}

// NewMoments returns room for the moments up to an order ≥ 0; an odd one is
// raised to the next even number.
func NewMoments(order int) *Moments {
	order += order % 2
	return &Moments{
		m:       make([]Interval, order+1),
		plain:   make([]Interval, 2*order+1),
		x:       NewSeries(order),
		density: NewSeries(order),
		spread:  NewSeries(order),
	}
}

// Order is the index of the last moment.
func (m *Moments) Order() int { return len(m.m) - 1 }

// Moment is ∫ tᵏ dμ.
func (m *Moments) Moment(k int) Interval { return m.m[m.Order()-k] }

// lebesgue sets dst[last−k] to ∫ tᵏ dx = Scale·(right^{k+1} −
// (−left)^{k+1})/(k+1), exactly 0 for odd k on a panel whose middle is exact.
func lebesgue(dst []Interval, p Panel) {
	symmetric := p.left == p.right && p.left.IsPoint()
	r, l := p.right.Scale(p.Scale), p.left.Scale(p.Scale)
	last := len(dst) - 1
	for k := range dst {
		switch {
		case k%2 == 0:
			dst[last-k] = r.Add(l).over(k + 1)
		case symmetric:
			dst[last-k] = Interval{}
		default:
			dst[last-k] = r.Sub(l).over(k + 1)
		}
		r, l = r.Mul(p.right), l.Mul(p.left)
	}
}

// Gaussian sets m to the moments of the standard normal law on p: those of
// the series of its density, remainder included.
func (m *Moments) Gaussian(p Panel) {
	m.panel = p
	lebesgue(m.plain, p)
	m.x.Variable(Interval{p.Lo, p.Hi}, p.Scale)
	m.spread.Density(m.x)
	m.x.Variable(Point(p.Mid), p.Scale)
	m.density.Density(m.x)
	order, last := m.Order(), len(m.plain)-1
	left := p.left.Scale(p.Scale)
	for k := 0; k <= order; k++ {
		// ∫ tᵏ·ρ_j tʲ dx, summed over j < order.
		sum := convolve(m.density.c[:order], m.plain[last-k-order+1:last-k+1])
		rest := remainder(m.spread.c[order], m.plain[last-k-order], k+order, left)
		sum = sum.Add(rest)
		if k%2 == 0 {
			sum.Lo = max(sum.Lo, 0)
		}
		m.m[order-k] = sum
	}
}

// remainder encloses ∫ R(t)tᵏ dx for R(t) in r, given the integral of tᵏ. By
// the mean value theorem it is r·∫ tᵏ dx for even k. For odd k each side of the
// middle has its own mean, R₁ on the right and R₂ on the left: it is R₁·∫ tᵏ dx
// + (R₁ − R₂)·N, N = ∫ |t|ᵏ dx over the left side.
func remainder(r, moment Interval, k int, left Interval) Interval {
	z := r.Mul(moment)
	if k%2 == 1 {
		z = z.Add(r.Sub(r).Mul(Interval{0, left.over(k + 1).Hi}))
	}
	return z
}

// Integrate encloses ∫ f dμ for f given by its series at the middle of the
// panel and over the whole panel, both built from Panel.Variable. It takes
// the terms below an even degree ≤ Order from the first and the remainder
// from the second; degree 0 uses the values alone.
//
// Where f is not proven analytic on the panel it falls back on the mean
// value theorem or on the values, and on these also where derivatives overflow. It returns the whole line when f is not
// proven to be defined on the panel.
func (m *Moments) Integrate(point, whole *Series, degree int) Interval {
	order := m.Order()
	if degree%2 != 0 || degree > order || degree < 0 {
		panic(fmt.Sprintf("interval: degree %d of a quadrature with even degrees up to %d", degree, order))
	}
	switch st := whole.status; {
	case !st.Defined():
		return Entire()
	case st.Analytic():
		n := min(degree, point.n)
		sum := convolve(point.c[:n], m.m[order-n+1:]).Add(whole.c[degree].Mul(m.Moment(degree)))
		values := whole.c[0].Mul(m.Moment(0)) // high derivatives overflow long before the values do
		if !sum.IsBounded() {
			m.Coarse = true
			return values
		}
		m.Coarse = m.Coarse || sum.Hi-sum.Lo > 100*(values.Hi-values.Lo)
		return sum.Intersect(values)
	case st.Lipschitz() && whole.Order() > 0:
		reach := m.panel.left.Neg().Hull(m.panel.right)
		values := point.c[0].Add(whole.c[1].Mul(reach))
		return values.Intersect(whole.c[0]).Mul(m.Moment(0))
	}
	return whole.c[0].Mul(m.Moment(0))
}
