package gpnorm

import "math"

// A chebyshev is a polynomial Σ c_k T_k(2t/width − 1) on [0, width].
type chebyshev struct {
	width float64
	c     []float64
	err   float64 // estimated: the sum of the last coefficients
}

// fewestNodes is how many values interpolate begins with.
const fewestNodes = 16

// interpolate finds the polynomial through f at the Chebyshev points of the
// first kind, doubling their number until the last coefficients are below
// tol·max|c|, there are 128 of them, or doubling does not help against noise of
// up to 100·tol.
func interpolate(width, tol float64, f func(float64) (float64, error)) (chebyshev, error) {
	var best chebyshev
	for n := fewestNodes; n <= 128; n *= 2 {
		p, err := interpolateAt(width, n, f)
		if err != nil {
			return chebyshev{}, err
		}
		largest := 0.
		for _, c := range p.c {
			largest = max(largest, math.Abs(c))
		}
		for _, c := range p.c[n-3:] {
			p.err += math.Abs(c)
		}
		if p.err <= tol*largest {
			return p, nil
		}
		if n > fewestNodes && p.err > best.err/4 && best.err <= 100*tol*largest {
			return best, nil
		}
		best = p
	}
	return best, nil
}

func interpolateAt(width float64, n int, f func(float64) (float64, error)) (chebyshev, error) {
	p := chebyshev{width: width, c: make([]float64, n)}
	for j := range n {
		angle := math.Pi * (float64(j) + 0.5) / float64(n)
		v, err := f(width * (1 + math.Cos(angle)) / 2)
		if err != nil {
			return p, err
		}
		for k := range p.c {
			p.c[k] += 2 / float64(n) * v * math.Cos(float64(k)*angle)
		}
	}
	p.c[0] /= 2
	return p, nil
}

// at evaluates the polynomial by Clenshaw's recurrence (1955,
// doi:10.1090/S0025-5718-1955-0071856-0).
func (p chebyshev) at(t float64) float64 {
	y := 2*t/p.width - 1
	var b, before float64
	for k := len(p.c) - 1; k > 0; k-- {
		b, before = 2*y*b-before+p.c[k], b
	}
	return y*b - before + p.c[0]
}
