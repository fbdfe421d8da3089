package suite

import (
	"errors"
	"fmt"
	"math"

	"bsnn/network"
)

// oneLaw compares the joint law of the norms of two ways to carry out a
// network: bounded functions of them have the same mean.
func oneLaw(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	n, depth := d.int("width", 3, 6), d.int("depth", 2, 3)
	first, err := d.carry(pick(d, "one", "simulator", "simulator that regenerates"), act.Activation, n, depth)
	if err != nil {
		return err
	}
	second, err := d.carry(pick(d, "other", "lazy", "reflectors"), act.Activation, n, depth)
	if err != nil {
		return err
	}
	x, y := d.vector("x", n, 1), shaped("constant", n, 1, nil) // a y with a large alignment
	if pick(d, "y", "constant", "any") == "any" {
		y = d.vector("y", n, 1)
	}
	var claims []mean
	for _, what := range []string{"forward", "backward", "forward·backward", "middle·backward"} {
		claims = append(claims, exactly("difference of f(norms), "+what, 0, 1e-9, -1, 1, 1, "of [0, 1]"))
	}
	most := act.Lipschitz * act.Lipschitz
	claims = append(claims, exactly("difference of ‖d⁽¹⁾‖²/‖y⁽¹⁾‖²", 0, 1e-9, -most, most, 1, "of ‖y‖²"))
	norms := network.NewNorms(depth)
	squash := func(r float64) float64 {
		if math.IsNaN(r) {
			return 1
		}
		return 1 / (1 + r)
	}
	return d.means(first.about+" against "+second.about, 2*d.Effort.trials(first.cost+second.cost+60, 1, 50), claims,
		func(i int, s []float64) error {
			clear(s)
			for k, r := range []runner{first, second} {
				if err := r.run(2*i+k, x, y, norms); err != nil {
					return err
				}
				sign := float64(1 - 2*k)
				forward, middle := squash(norms.X[depth]/float64(n)), squash(norms.X[1]/float64(n))
				backward := squash(norms.D[0] / norms.Y[depth])
				s[0] += sign * forward
				s[1] += sign * backward
				s[2] += sign * forward * backward
				s[3] += sign * middle * backward
				if norms.Y[1] > 1e-200 {
					s[4] += sign * norms.D[0] / norms.Y[1]
				}
			}
			return nil
		})
}

// layerByLayer follows a simulated network from layer to layer. The moments
// as functions of the shell are interpolated, with the error seen between the
// nodes, four times over, as slack; lengths outside the range count nothing.
func layerByLayer(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	n, depth := d.int("width", 24, 200), d.int("depth", 2, 100)
	if d.Effort.Name == Short.Name {
		depth = min(depth, 30)
	}
	table, err := newShells(d, act.Activation, n, 0.6, 1.6)
	if err != nil {
		return err
	}
	r, err := d.carry("simulator", act.Activation, n, depth)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, 1), shaped("constant", n, 1, nil), network.NewNorms(depth)
	top := largest(act.Activation, 1.6)
	claims := []mean{
		exactly("deviation from m_n(q)", 0, table.meanError, -top, top, math.Sqrt(table.variance), "sd of one layer"),
		exactly("its square less the variance at q", 0, table.varianceError, -top*top, top*top, table.variance, "of the variance of one layer"),
	}
	return d.means(r.about, d.Effort.trials(r.cost, 1, 20), claims, func(i int, s []float64) error {
		s[0], s[1] = 0, 0
		err := r.run(i, x, y, norms)
		var overflow *network.OverflowError
		if err != nil && !errors.As(err, &overflow) {
			return err
		}
		for l := range depth {
			q := norms.X[l] / float64(n)
			if !(q >= 0.6 && q <= 1.6) {
				break // a stopping time: what was bet so far counts
			}
			m, v := table.at(q)
			dev := norms.X[l+1]/float64(n) - m
			s[0] += dev / float64(depth)
			s[1] += (dev*dev - v) / float64(depth)
		}
		return nil
	})
}

func homogeneousDepth(d *Draw) error {
	act := d.homogeneous()
	n := d.int("width", 4, 100)
	depth := d.int("depth", 2, pick(d, "depth up to", 10, 100, 1000))
	if d.Effort.Name == Short.Name {
		depth = min(depth, 100)
	}
	r, err := d.carry("simulator", act, n, depth)
	if err != nil {
		return err
	}
	v := homogeneousVariance(act, n)
	x, y, norms := d.vector("x", n, 1), shaped("constant", n, 1, nil), network.NewNorms(depth)
	top := act.Lipschitz * act.Lipschitz // of a ratio, since a²(1+s²) = 2 with |s| < 1
	sd := math.Sqrt(v)
	dev := math.Max(1, top-1)
	claims := []mean{
		exactly("R⁽ˡ⁾ − 1", 0, 0, -1, top-1, sd, "sd of one layer"),
		exactly("(R⁽ˡ⁾ − 1)² less its mean", 0, 0, -v, dev*dev, v, "of the variance of one layer"),
		exactly("(R⁽ˡ⁾ − 1)(R⁽ᵐ⁾ − 1)", 0, 0, -dev*dev, dev*dev, v, "correlation of layers"),
		exactly("(R⁽¹⁾ − 1)(R⁽²⁾ − 1)", 0, 0, -dev*dev, dev*dev, v, "correlation of layers"),
	}
	gap := d.int("layers apart", 1, min(3, depth-1))
	return d.means(fmt.Sprintf("%s, R⁽ˡ⁾ = ‖x⁽ˡ⁺¹⁾‖²/‖x⁽ˡ⁾‖², m = l + %d", r.about, gap), d.Effort.trials(r.cost, 1, 20), claims,
		func(i int, s []float64) error {
			clear(s)
			if err := r.run(i, x, y, norms); err != nil {
				return err
			}
			// Lengths wander off to 0, where digits end: that is a stopping time.
			ratio := func(l int) float64 { return norms.X[l+1]/norms.X[l] - 1 }
			for l := 0; l < depth && norms.X[l] > 1e-250; l++ {
				s[0] += ratio(l) / float64(depth)
				s[1] += (ratio(l)*ratio(l) - v) / float64(depth)
				if l >= gap {
					s[2] += ratio(l-gap) * ratio(l) / float64(depth-gap)
				}
			}
			if norms.X[1] > 1e-250 { // else the first layer is dead, as 2⁻ⁿ of all ReLUs are
				s[3] = ratio(0) * ratio(1)
			}
			return nil
		})
}
