package suite

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/theorem"
)

// deviation draws how many standard deviations away ε is, where the bounds say
// something.
func (d *Draw) deviation(sd float64) float64 { return pick(d, "ε in sd", 2.0, 1.5, 3, 4) * sd }

// atShell draws a normalised activation, a width, and its moments on the shell.
func (d *Draw) atShell(lo, hi int) (gpnorm.Activation, theorem.LayerMoments, error) {
	act, err := d.activation()
	if err != nil {
		return gpnorm.Activation{}, theorem.LayerMoments{}, err
	}
	m, err := d.SphereMoments(act.Activation, d.width(lo, hi), 1)
	return act.Activation, m, err
}

func boundForward(d *Draw) error {
	act, m, err := d.atShell(30, 2000)
	if err != nil {
		return err
	}
	n, eps := m.Width, d.deviation(math.Sqrt(m.Forward.AverageVariance))+math.Abs(m.Forward.Mean-1)
	b, err := d.ForwardBound(act, n, 1, eps)
	if err != nil {
		return err
	}
	r, err := d.network(act, n, 1)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, 1), shaped("constant", n, 1, nil), network.NewNorms(1)
	return d.rate(r.about, fmt.Sprintf("|‖φ(Wx)‖²/n − 1| ≥ %.4g", eps), b.Probability, d.Effort.trials(r.cost, 1, 50),
		func(i int) (bool, error) {
			err := r.run(i, x, y, norms)
			return math.Abs(norms.X[1]/float64(n)-1) >= eps, err
		})
}

func boundFixed(d *Draw) error {
	act, m, err := d.atShell(30, 2000)
	if err != nil {
		return err
	}
	n := m.Width
	y := d.vector("y", n, 1)
	eps := d.deviation(math.Sqrt(math.Max(m.FixedBackwardVariance(participation(y)), 1e-12))) + math.Abs(m.Backward.Mean-1)
	b, err := d.BackwardBoundFixed(act, y, 1, eps)
	if err != nil {
		return err
	}
	r, err := d.network(act, n, 1)
	if err != nil {
		return err
	}
	x, norms := d.vector("x", n, 1), network.NewNorms(1)
	return d.rate(r.about, fmt.Sprintf("|‖Dy‖²/‖y‖² − 1| ≥ %.4g", eps), b.Probability, d.Effort.trials(r.cost, 1, 50),
		func(i int) (bool, error) {
			err := r.run(i, x, y, norms)
			return math.Abs(norms.D[0]/norms.Y[1]-1) >= eps, err
		})
}

func boundUniform(d *Draw) error {
	act, m, err := d.atShell(30, 2000)
	if err != nil {
		return err
	}
	n := m.Width
	eps := d.deviation(math.Sqrt(m.UniformBackwardVariance())) + math.Abs(m.Backward.Mean-1)
	b, err := d.BackwardBoundUniform(act, n, 1, eps)
	if err != nil {
		return err
	}
	r, err := d.network(act, n, 1)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, 1), make([]float64, n), network.NewNorms(1)
	return d.rate(r.about, fmt.Sprintf("|‖Dy‖²/‖y‖² − 1| ≥ %.4g, y uniform", eps), b.Probability, d.Effort.trials(r.cost+n, 1, 50),
		func(i int) (bool, error) {
			uniform(d.fresh(i), y, 1)
			err := r.run(i, x, y, norms)
			return math.Abs(norms.D[0]/norms.Y[1]-1) >= eps, err
		})
}

func boundInside(d *Draw) error {
	act, m, err := d.atShell(200, 2000)
	if err != nil {
		return err
	}
	n := m.Width
	rho := pick(d, "ρ at most", 0.1, 0.05, 0.2)
	eps := pick(d, "ε in sd", 3.0, 2, 5, 7)*math.Sqrt(m.UniformBackwardVariance()) + math.Abs(m.Backward.Mean-1) + rho*rho
	b, err := d.BackwardBoundInside(act, n, 1, rho, eps)
	if err != nil {
		return err
	}
	x, y, h, val := d.vector("x", n, 1), d.vector("y", n, 1), make([]float64, n), make([]float64, n)
	event := fmt.Sprintf("|‖d⁽¹⁾‖²/‖y⁽¹⁾‖² − 1| ≥ %.4g and |ρ| ≤ %g", eps, rho)
	return d.rate(fmt.Sprintf("%s, lazy, n = %d, L = 2", act.Name, n), event, b.Probability, d.Effort.trials(20*n, 1, 50),
		func(i int) (bool, error) {
			pass, layers, err := d.pass("lazy", act, n, 2, i, x)
			if err != nil {
				return false, err
			}
			if err := pass.Backward(y); err != nil {
				return false, err
			}
			layers[0].Apply(h, x)
			act.Value(val, h)
			norms := pass.Norms()
			return math.Abs(comingDown(act, layers[1], val, y)) <= rho && math.Abs(norms.D[0]/norms.Y[1]-1) >= eps, nil
		})
}

func boundDepth(d *Draw) error {
	act, m, err := d.atShell(200, 2000)
	if err != nil {
		return err
	}
	n, depth := m.Width, d.int("depth", 1, 8)
	eps := pick(d, "ε in sd", 3.0, 2, 5, 8)*math.Sqrt(m.Forward.AverageVariance) + math.Abs(m.Forward.Mean-1)
	b, err := d.ForwardDepthBound(act, n, depth, eps)
	if err != nil {
		return err
	}
	r, err := d.carry("simulator", act, n, depth)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, 1), shaped("constant", n, 1, nil), network.NewNorms(depth)
	return d.rate(r.about, fmt.Sprintf("some |‖x⁽ˡ⁾‖²/n − 1| ≥ %.4g", eps), b.Probability, d.Effort.trials(r.cost, 1, 30),
		func(i int) (bool, error) {
			if err := r.run(i, x, y, norms); err != nil {
				return false, err
			}
			for _, xx := range norms.X[1:] {
				if math.Abs(xx/float64(n)-1) >= eps {
					return true, nil
				}
			}
			return false, nil
		})
}

func boundDepthBackward(d *Draw) error {
	act, m, err := d.atShell(200, 2000)
	if err != nil {
		return err
	}
	p, err := d.Describe(act)
	if err != nil {
		return err
	}
	n, depth := m.Width, d.int("depth", 2, 8)
	law, err := d.BackwardDepthLaw(p, n, depth)
	if err != nil {
		return err
	}
	sd := law.LogSD
	if !law.Known() { // the scale of ε is no prediction
		sd = math.Sqrt(theorem.BackwardDepthVariance(p, depth) / float64(n))
	}
	eps := pick(d, "ε in sd", 2.0, 3, 10, 30) * sd
	b, err := d.BackwardDepthBound(act, n, depth, eps)
	if err != nil {
		return err
	}
	r, err := d.carry("simulator", act, n, depth)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, 1), make([]float64, n), network.NewNorms(depth)
	return d.rate(r.about, fmt.Sprintf("|‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖² − 1| ≥ %.4g", eps), b.Probability, d.Effort.trials(r.cost+n, 1, 30),
		func(i int) (bool, error) {
			uniform(d.fresh(i), y, 1)
			err := r.run(i, x, y, norms)
			return math.Abs(norms.D[0]/norms.D[depth-1]-1) >= eps, err
		})
}
