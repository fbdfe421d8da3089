package suite

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/network"
)

// wide runs one network, and refutes if it lies beyond what the bounds give
// probability α: Lip·√q-Lipschitz functions on the sphere, written out here.
func wide(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	n := d.int("width", 100_000, 1_000_000)
	if d.Effort.Name == Short.Name {
		n /= 10
	}
	q := d.shell()
	m, err := d.SphereMoments(act.Activation, n, q)
	if err != nil {
		return err
	}
	r, err := d.carry(pick(d, "carried out by", carriers[:2]...), act.Activation, n, 1)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, q), make([]float64, n), network.NewNorms(1)
	uniform(d.random("y"), y, 1)
	if err := r.run(0, x, y, norms); err != nil {
		return err
	}
	about := fmt.Sprintf("%s, ‖x‖² = %g·n", r.about, q)
	alpha, err := d.pay()
	if err != nil {
		return err
	}
	s := float64(n)
	k := act.Lipschitz * math.Sqrt(q)
	// P(|F − EF| ≥ t) ≤ 2exp(−(n−1)t²/2K²), and √E F² − K²/((n−1)√E F²) ≤ EF ≤ √E F².
	root := math.Sqrt(m.Forward.Mean)
	reach := k*math.Sqrt(2*math.Log(2/alpha)/(s-1)) + k*k/((s-1)*root) + 1e-9
	if err := d.near(about+": ‖φ(Wx)‖/√n", math.Sqrt(norms.X[1]/s), root, reach); err != nil {
		return err
	}
	if alpha, err = d.pay(); err != nil {
		return err
	}
	far, err := d.beyond(act.Activation, n, q, alpha)
	if err != nil {
		return err
	}
	return d.near(about+": ‖Dy‖²/‖y‖²", norms.D[0]/norms.Y[1], 1, far)
}

// beyond is an ε with probability at most alpha by BackwardBoundUniform.
func (d *Draw) beyond(act gpnorm.Activation, n int, q, alpha float64) (float64, error) {
	lo, hi := 1e-4, 1e4
	for range 14 {
		eps := math.Sqrt(lo * hi)
		b, err := d.BackwardBoundUniform(act, n, q, eps)
		if err != nil {
			return 0, err
		}
		if b.Probability <= alpha {
			hi = eps
		} else {
			lo = eps
		}
	}
	return hi, nil
}

// shells tabulates the moments of a layer over an interval of shells.
type shells struct {
	lo, hi                   float64
	nodes, means, variances  []float64
	meanError, varianceError float64
	variance                 float64 // at q = 1
}

func newShells(d *Draw, act gpnorm.Activation, n int, lo, hi float64) (shells, error) {
	const count = 12
	t := shells{lo: lo, hi: hi}
	for i := range count {
		t.nodes = append(t.nodes, (lo+hi)/2-(hi-lo)/2*math.Cos(math.Pi*float64(i)/(count-1)))
	}
	for _, q := range t.nodes {
		m, err := d.SphereMoments(act, n, q)
		if err != nil {
			return t, err
		}
		t.means, t.variances = append(t.means, m.Forward.Mean), append(t.variances, m.Forward.AverageVariance)
	}
	for i := range count - 1 {
		q := (t.nodes[i] + t.nodes[i+1]) / 2
		m, err := d.SphereMoments(act, n, q)
		if err != nil {
			return t, err
		}
		mean, variance := t.at(q)
		t.meanError = math.Max(t.meanError, 4*math.Abs(mean-m.Forward.Mean)+m.Forward.MeanError)
		t.varianceError = math.Max(t.varianceError, 4*math.Abs(variance-m.Forward.AverageVariance)+m.Forward.VarianceError/float64(n))
	}
	_, t.variance = t.at(1)
	t.varianceError += 2 * t.meanError * t.meanError
	return t, nil
}

// at interpolates by the barycentric formula for Chebyshev points.
func (t shells) at(q float64) (mean, variance float64) {
	var top, second, bottom float64
	for i, x := range t.nodes {
		if q == x {
			return t.means[i], t.variances[i]
		}
		w := float64(1 - 2*(i%2))
		if i == 0 || i == len(t.nodes)-1 {
			w /= 2
		}
		w /= q - x
		top += w * t.means[i]
		second += w * t.variances[i]
		bottom += w
	}
	return top / bottom, second / bottom
}
