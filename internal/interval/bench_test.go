package interval

import (
	"fmt"
	"testing"
)

func benchCoefficients() (x, y []Interval) {
	x, y = make([]Interval, 21), make([]Interval, 21)
	for i := range x {
		x[i] = Interval{float64(i) - 10.25, float64(i) - 10.24}
		y[i] = Interval{10.25 - float64(i%7), 10.26 - float64(i%7)}
	}
	return x, y
}

// One coefficient of a product at order 20, with one error bound …
func BenchmarkConvolve(b *testing.B) {
	x, y := benchCoefficients()
	for b.Loop() {
		convolve(x, y)
	}
}

// … and with every operation rounded.
func BenchmarkConvolveTermByTerm(b *testing.B) {
	x, y := benchCoefficients()
	for b.Loop() {
		convolveExtreme(x, y)
	}
}

func BenchmarkOperations(b *testing.B) {
	x, y := Interval{1.1, 1.3}, Interval{-2.1, 3.4}
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"add", func() { x.Add(y) }}, {"mul", func() { x.Mul(y) }}, {"div", func() { y.Div(x) }},
		{"exp", func() { Exp(x) }}, {"log", func() { Log(x) }}, {"sin", func() { Sin(x) }}, {"tan", func() { Tan(x) }},
		{"tanh", func() { Tanh(x) }}, {"erf", func() { Erf(x) }}, {"Phi", func() { Phi(x) }}, {"softplus", func() { Softplus(x) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				c.f()
			}
		})
	}
}

func benchPair(b *testing.B, order int, f func(s, x *Series)) {
	p, _ := NewPanel(0.5, 0.75)
	x, w, s, t := NewSeries(order), NewSeries(order), NewSeries(order), NewSeries(order)
	p.Variable(x, w)
	b.ReportAllocs()
	for b.Loop() {
		f(s, x)
		f(t, w)
	}
	m := NewMoments(order)
	m.Gaussian(p)
	z := m.Integrate(s, t, m.Order())
	b.ReportMetric(z.Width()/z.Magnitude(), "relwidth")
}

func BenchmarkSeriesPair20(b *testing.B) {
	for _, c := range []struct {
		name string
		f    func(s, x *Series)
	}{
		{"tanh", (*Series).Tanh}, {"exp", (*Series).Exp}, {"sin", (*Series).Sin},
		{"erf", (*Series).Erf}, {"Phi", (*Series).Phi}, {"sigmoid", (*Series).Sigmoid},
		{"softplus", (*Series).Softplus}, {"atan", (*Series).Atan}, {"log", (*Series).Log},
		{"density", (*Series).Density},
		{"sqrt", (*Series).Sqrt}, {"sqr", (*Series).Sqr},
	} {
		b.Run(c.name, func(b *testing.B) { benchPair(b, 20, c.f) })
	}
}

func BenchmarkGaussianMoments20(b *testing.B) {
	p, _ := NewPanel(0.5, 0.75)
	m := NewMoments(20)
	b.ReportAllocs()
	for b.Loop() {
		m.Gaussian(p)
	}
}

func BenchmarkIntegrate20(b *testing.B) {
	p, _ := NewPanel(0.5, 0.75)
	m := NewMoments(20)
	m.Gaussian(p)
	x, w, s, t := NewSeries(20), NewSeries(20), NewSeries(20), NewSeries(20)
	p.Variable(x, w)
	s.Tanh(x)
	t.Tanh(w)
	for b.Loop() {
		m.Integrate(s, t, 20)
	}
}

func BenchmarkSeriesMul20(b *testing.B) {
	p, _ := NewPanel(0.5, 0.75)
	x, w, s, t := NewSeries(20), NewSeries(20), NewSeries(20), NewSeries(20)
	p.Variable(x, w)
	s.Tanh(x)
	t.Exp(x)
	for b.Loop() {
		w.Mul(s, t)
	}
}

// A gelu-like and a tanh-like integrand: f and f′, then the eight Gaussian
// means that describe an activation, over panels on [−9, 9].
func BenchmarkEightMeans(b *testing.B) {
	for _, c := range []struct {
		name string
		op   func(s, v *Series)
	}{
		{"tanh", (*Series).Tanh},
		{"gelu", func() func(s, v *Series) {
			phi := NewSeries(40)
			return func(s, v *Series) {
				if phi.Order() != s.Order() {
					phi = NewSeries(s.Order())
				}
				phi.Phi(v)
				s.Mul(phi, v)
			}
		}()},
	} {
		for _, order := range []int{16, 20, 24} {
			for _, panels := range []int{36, 72, 144} {
				b.Run(fmt.Sprintf("%s/order%d/panels%d", c.name, order, panels), func(b *testing.B) {
					w := newMeans(order)
					var z [8]Interval
					b.ReportAllocs()
					for b.Loop() {
						z = [8]Interval{}
						for i := range panels {
							w.panel(&z, c.op, float64(i)*18/float64(panels)-9, float64(i+1)*18/float64(panels)-9)
						}
					}
					worst := 0.0
					for _, v := range z[1:] {
						worst = max(worst, v.Width()/v.Magnitude())
					}
					b.ReportMetric(worst*1e15, "relwidth·1e15")
				})
			}
		}
	}
}

// means holds the series at the middle (0) and over the panel (1).
type means struct {
	m                           *Moments
	x, f, d, f2, d2, f4, d4, fd [2]*Series
}

func newMeans(order int) *means {
	w := &means{m: NewMoments(order)}
	for i := range 2 {
		w.x[i], w.f[i] = NewSeries(order+1), NewSeries(order+1)
		for _, s := range []*[2]*Series{&w.d, &w.f2, &w.d2, &w.f4, &w.d4, &w.fd} {
			s[i] = NewSeries(order)
		}
	}
	return w
}

func (w *means) panel(z *[8]Interval, op func(s, v *Series), lo, hi float64) {
	p, err := NewPanel(lo, hi)
	if err != nil {
		panic(err)
	}
	w.m.Gaussian(p)
	p.Variable(w.x[0], w.x[1])
	for i := range 2 {
		op(w.f[i], w.x[i])
		w.d[i].Derivative(w.f[i], p.Scale)
		w.f2[i].Sqr(w.f[i])
		w.d2[i].Sqr(w.d[i])
		w.f4[i].Sqr(w.f2[i])
		w.d4[i].Sqr(w.d2[i])
		w.fd[i].Mul(w.f2[i], w.d2[i])
	}
	for k, s := range [][2]*Series{w.f, w.d, w.f2, w.d2, w.f4, w.d4, w.fd, w.f2} {
		z[k] = z[k].Add(w.m.Integrate(s[0], s[1], w.m.Order()))
	}
}
