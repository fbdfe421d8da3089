package properties

import (
	"fmt"
	"math"

	"bsnn/montecarlo"
	"bsnn/network"

	"gonum.org/v1/gonum/floats"
)

// differs runs two sources on one input: networks that are drawn are not the
// same.
func (e netExamination) differs() (*finding, error) {
	first, err := e.pass(0, 0, nil)
	if err != nil {
		return nil, err
	}
	x, y, err := e.vectors(0)
	if err != nil {
		return nil, err
	}
	second, err := e.send(1, x, y)
	if err != nil {
		return nil, err
	}
	if !floats.Equal(first.Output, second.Output) {
		return nil, nil
	}
	return &finding{claim: "different sources give different networks", seen: "the same output for two sources and one input", odds: certain,
		advice: "Run must draw its weights from src: a network that is the same every time shows nothing about random ones"}, nil
}

// agreement is how closely two squared norms agree that are the same but for
// rounding. Those of independent weights, which differ by a factor 1/√n or so,
// agree as closely with a probability of about 1e-9·√n.
const agreement = 1e-9

// separates looks for layers with the same weights where the input 0 shows
// them: the next layer then receives the vector of all φ(0), which can be sent
// through the first layer as well. Three networks must agree, each in both
// of its first layers.
func (e netExamination) separates() (*finding, error) {
	if e.Depth < 2 || !e.alike() {
		return nil, nil
	}
	for i := range 3 {
		same, err := e.shares(i)
		if err != nil || !same {
			return nil, err
		}
	}
	return shared("the first two layers treat one vector alike, in three networks",
		"independent weights would do this with probability below 1e-15"), nil
}

// alike says whether all layers are square and without a bias, so that one can stand
// for another.
func (e netExamination) alike() bool {
	for _, n := range e.n {
		if n != e.n[0] {
			return false
		}
	}
	return !e.s.maps.Bias
}

func shared(seen, odds string) *finding {
	return &finding{claim: "the layers have weights of their own", seen: seen, odds: odds,
		advice: "draw a new matrix for each layer; layers that share one are another network, and theory does not speak of it"}
}

// shares says whether the first two layers of trial i treat the vector φ(0)·1
// alike. A network that does not take the input 0, or has φ(0) = 0, does not show it.
func (e netExamination) shares(i int) (bool, error) {
	x, y, err := e.vectors(i)
	if err != nil {
		return false, err
	}
	clear(x)
	second, err := e.send(i, x, y)
	if err != nil || !(second.Norms.X[1] > 0) {
		return false, nil //nolint:nilerr // 0 is an input that nobody promised to take
	}
	for _, sign := range []float64{1, -1} {
		for j := range x {
			x[j] = sign * math.Sqrt(second.Norms.X[1]/float64(e.n[0]))
		}
		first, err := e.send(i, x, y)
		if err != nil {
			return false, err
		}
		if near(first.Norms.X[1], second.Norms.X[2], agreement) {
			return true, nil
		}
	}
	return false, nil
}

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance*math.Abs(b) }

// settling watches networks that multiply every length by the same factor,
// as with ReLU. The logarithms of ‖x⁽ˡ⁺¹⁾‖²/‖x⁽ˡ⁾‖² of independent layers have one
// law and are independent, so that the last two differ by less than the first
// two in half of the networks. Where the layers share their weights, the signal
// settles and the last differences vanish.
type settling struct{ test *montecarlo.RateTest }

// settles is how often the last two may differ by less, at most.
const settles = 0.6

// newSettling is nil where the input does not scale the signal, or there are not
// four layers for two differences.
func (e netExamination) newSettling(alpha float64) (*settling, error) {
	if e.Depth < 4 || !e.alike() {
		return nil, nil
	}
	x, y, err := e.vectors(0)
	if err != nil {
		return nil, err
	}
	once, err := e.send(0, x, y)
	if err != nil {
		return nil, err
	}
	floats.Scale(2, x)
	twice, err := e.send(0, x, y)
	if err != nil {
		return nil, err
	}
	for l, q := range once.Norms.X {
		if !(q > 0) || !near(twice.Norms.X[l], 4*q, 1e-12) {
			return nil, nil
		}
	}
	test, err := montecarlo.NewRateTest(settles, alpha, e.s.trials)
	return &settling{test}, err
}

func (s *settling) add(n network.Norms) {
	step := func(l int) float64 { return math.Log(n.X[l+2]*n.X[l]) - 2*math.Log(n.X[l+1]) }
	last := len(n.X) - 3
	s.test.Add(math.Abs(step(last)) < math.Abs(step(0)))
}

func (s *settling) finding() *finding {
	v := s.test.Verdict()
	if v.Outcome != montecarlo.Refuted {
		return nil
	}
	return shared(fmt.Sprintf("the length settles: its last two changes differ by less than its first two in %d of %d networks, not in half",
		v.Events, v.Trials), odds(v))
}
