package suite

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/orthogonal"
)

// A runner sends x forward and y backward through the random network of one
// trial.
type runner struct {
	about string
	cost  int // of one trial, in neurons
	run   func(trial int, x, y []float64, out network.Norms) error
}

// carriers of random networks, the simplest first.
var carriers = []string{"simulator", "simulator that regenerates", "lazy", "reflectors", "dense"}

// network draws how networks are carried out. Only simulators can be wide.
func (d *Draw) network(a gpnorm.Activation, n, depth int) (runner, error) {
	kinds := carriers
	if n > 48 {
		kinds = carriers[:2]
	}
	return d.carry(pick(d, "carried out by", kinds...), a, n, depth)
}

func (d *Draw) carry(kind string, a gpnorm.Activation, n, depth int) (runner, error) {
	r := runner{about: fmt.Sprintf("%s, %s, n = %d, L = %d", a.Name, kind, n, depth), cost: 2 * n * depth}
	switch kind {
	case "simulator", "simulator that regenerates":
		memory := network.Store
		if kind != "simulator" {
			memory, r.cost = network.Regenerate, 3*n*depth
		}
		s, err := d.Simulator(network.Config{Activation: a, Width: n, Depth: depth, Memory: memory})
		if err != nil {
			return r, err
		}
		r.run = func(trial int, x, y []float64, out network.Norms) error {
			return s.Run(context.Background(), d.Layers(d.seed, "network", trial), x, y, out)
		}
	default:
		r.cost += map[string]int{"lazy": 4 * n, "reflectors": n*n + 20, "dense": n*n*n/3 + 50}[kind] * depth
		r.run = func(trial int, x, y []float64, out network.Norms) error {
			pass, _, err := d.pass(kind, a, n, depth, trial, x)
			if err != nil {
				return err
			}
			if err := pass.Backward(y); err != nil {
				return err
			}
			norms := pass.Norms()
			copy(out.X, norms.X)
			copy(out.D, norms.D)
			copy(out.Y, norms.Y)
			return nil
		}
	}
	return r, nil
}

// pass sends x forward through an explicit network of fresh weights.
func (d *Draw) pass(kind string, a gpnorm.Activation, n, depth, trial int, x []float64) (Pass, []orthogonal.Operator, error) {
	layers := make([]orthogonal.Operator, depth)
	stream := d.Layers(d.seed, "network", trial)
	for l := range layers {
		src := stream(l + 1)
		w, err := d.weights(kind, n, &src)
		if err != nil {
			return nil, nil, err
		}
		layers[l] = w
	}
	net, err := d.Network(a, layers...)
	if err != nil {
		return nil, nil, err
	}
	p, err := net.Forward(x)
	return p, layers, err
}

// output is a generator for errors and inputs that change from trial to
// trial, at an address of its own.
func (d *Draw) fresh(trial int) *rand.Rand {
	return rand.New(rand.NewPCG(d.seed^0x9e3779b97f4a7c15, uint64(trial)))
}

// largest bounds ‖φ(Wx)‖²/n for ‖x‖² = nq: ‖φ(h)‖ ≤ ‖φ(0)‖ + Lip·‖h‖.
func largest(a gpnorm.Activation, q float64) float64 {
	at := []float64{0}
	a.Value(at, at)
	r := math.Abs(at[0]) + a.Lipschitz*math.Sqrt(q)
	return r * r
}
