package audit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/network/checkpoint"

	"gonum.org/v1/gonum/mat"
)

// Sending says what is sent through a network.
type Sending struct {
	Net
	// Input fills dst with the i-th input; nil means directions on the shell ‖x‖² = n.
	Input func(i int, s montecarlo.Stream, dst []float64) error
	// CrossEntropy sends back the gradient of the cross-entropy for a random class, not a
	// random direction.
	CrossEntropy bool
	// Tolerance is the largest factor of squared norms, or its inverse, that counts as
	// kept. 0 means 10.
	Tolerance float64
	Alpha     float64 // of both verdicts together; 0 means 1e-6
	Most      int     // inputs; 0 means 256
	Seed      uint64
	Progress  func(done, total int)
}

// Propagation is what happened to inputs and gradients.
type Propagation struct {
	Inputs    int    `json:"inputs"`
	Gradients string `json:"gradients"` // "random directions" or "cross-entropy"
	Seed      uint64 `json:"seed"`

	// Layers are the places in Audit.Layers of what was passed, in the order in which signals
	// pass it.
	Layers []int `json:"layers"`

	// The rates are factors of squared norms per linear map: the mean of the
	// logarithm over inputs, with a 95 % interval.
	ForwardRate  Rate `json:"forward_rate"`
	BackwardRate Rate `json:"backward_rate"`

	// FirstForward names the first layer behind which the median squared norm per neuron has left
	// the tolerance, against the input; FirstBackward that for the gradient, counted
	// from the output. Empty for none.
	FirstForward  string `json:"first_forward,omitempty"`
	FirstBackward string `json:"first_backward,omitempty"`

	// Cosines are those of two inputs behind each linear map, in the mean over
	// pairs; the first is that of the inputs.
	Cosines []Number `json:"cosines"`

	// Activations counts units that no input moves, in the order of the activations.
	Activations []Units `json:"activations"`

	Forward  montecarlo.Verdict `json:"forward"` // of the rate of inputs that leave the tolerance
	Backward montecarlo.Verdict `json:"backward"`
}

// Rate is a factor of squared norms per linear map, with an interval.
type Rate struct {
	Rate Number `json:"rate"`
	Lo   Number `json:"lo"`
	Hi   Number `json:"hi"`
}

// Units counts the units behind an activation whose derivative is 0 for all inputs, and those
// where it is below 1/100.
type Units struct {
	Block     string `json:"block"`
	Width     int    `json:"width"`
	Dead      int    `json:"dead"`
	Saturated int    `json:"saturated"`
}

const batch = 32 // inputs at a time

// saturated is how small a derivative is that lets nearly nothing through.
const saturated = 0.01

// Propagate sends inputs through the network in a checkpoint, and gradients back, until both verdicts are
// known or Most inputs were sent: whether more than half of the inputs keep their squared norm per
// neuron within the tolerance from the first to the last, and of the gradients from the last linear map to
// the first. The test may look after every input (see montecarlo.RateTest).
func (a *Audit) Propagate(ctx context.Context, s Sending) error {
	if s.Tolerance == 0 {
		s.Tolerance = 10
	}
	if s.Alpha == 0 {
		s.Alpha = 1e-6
	}
	if s.Most == 0 {
		s.Most = 256
	}
	if why, err := s.notFinite(); err != nil {
		return err
	} else if why != "" {
		a.NotPropagated = why
		a.Verdict = Verdict{Forward: Refuted, Backward: Undecided, Tolerance: s.Tolerance, Alpha: s.Alpha, Reason: why}
		return nil
	}
	p, err := s.Architecture.Prepare()
	if err != nil {
		return err
	}
	drawn, err := p.WithNorms(a.ahead(ctx, s.Layers), s.numbers())
	if err != nil {
		return err
	}
	r := &run{Sending: s, audit: a, network: drawn, output: p.Output()}
	for side := range r.tests {
		if r.tests[side], err = montecarlo.NewRateTest(0.5, s.Alpha/2, s.Most); err != nil {
			return err
		}
	}
	for r.inputs < s.Most && !(r.inputs > 0 && r.tests[0].Decided() && r.tests[1].Decided()) {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := r.batch()
		var beyond *network.OverflowError
		if errors.As(err, &beyond) {
			a.NotPropagated = fmt.Sprintf("signals explode beyond all numbers: %v", beyond)
			a.Verdict = Verdict{Forward: Refuted, Backward: Undecided, Tolerance: s.Tolerance, Alpha: s.Alpha, Reason: a.NotPropagated}
			return nil
		}
		if err != nil {
			return err
		}
		if s.Progress != nil {
			s.Progress(r.inputs, s.Most)
		}
	}
	r.finish()
	return nil
}

// run is a propagation under way.
type run struct {
	Sending
	audit   *Audit
	network *network.Drawn
	output  int
	inputs  int
	tests   [2]*montecarlo.RateTest

	forward, backward  [][]float64 // squared norms behind each linear map, input by input
	cosines            []float64   // sums over pairs: of the inputs, and behind each linear map
	pairs              float64
	units              []unitCount
	factors, gradients []float64 // of each input
	toInput            []float64 // squared norms per neuron
}

type unitCount struct {
	name      string
	dead, low []bool
}

// batch sends some inputs there and gradients back.
func (r *run) batch() error {
	trial := montecarlo.NewExperiment(r.Seed, "audit").Trial(r.inputs / batch)
	n := r.Architecture.Input
	x := mat.NewDense(batch, n, nil)
	for i := range batch {
		src := trial.Layer(i + 1)
		var err error
		if r.Input != nil {
			err = r.Input(r.inputs+i, src, x.RawRowView(i))
		} else {
			onShell(src, x.RawRowView(i))
		}
		if err != nil {
			return err
		}
	}
	linear, activation := 0, 0
	order := map[int]int{} // of a linear map by its place among the blocks
	observer := network.Observer{
		Signal: func(at int, b network.Block, x, slope *mat.Dense) {
			switch b := b.(type) {
			case network.Linear:
				order[at] = linear
				r.signal(linear, x)
				linear++
			case network.Activation:
				r.count(activation, b.String(), slope)
				activation++
			}
		},
		Gradient: func(at int, g *mat.Dense) {
			if k, is := order[at]; is {
				r.gradient(k, g)
			}
		},
	}
	r.cosine(0, x)
	trace, err := r.network.ForwardObserved(mat.DenseCopyOf(x.T()), observer)
	if err != nil { // an *OverflowError among others
		return err
	}
	y := r.errors(trace.Output, trial.Layer(batch+1))
	if _, err := trace.Backward(y); err != nil {
		return err
	}
	r.judge(x, trace.Output)
	r.pairs += batch / 2
	r.inputs += batch
	return nil
}

// onShell is a random direction with ‖x‖² = n.
func onShell(s montecarlo.Stream, dst []float64) {
	s.Normals(dst)
	root := math.Sqrt(float64(len(dst)) / square(dst))
	for i := range dst {
		dst[i] *= root
	}
}

func square(x []float64) (sum float64) {
	for _, v := range x {
		sum += v * v
	}
	return sum
}

// errors are the gradients at the output, one column for each input.
func (r *run) errors(out *mat.Dense, s montecarlo.Stream) *mat.Dense {
	n, k := out.Dims()
	y := mat.NewDense(n, k, nil)
	s.Normals(y.RawMatrix().Data)
	if !r.CrossEntropy {
		return y
	}
	for j := range k { // softmax less the class with the largest of the normal numbers: a uniform one
		top, class := math.Inf(-1), 0
		for i := range n {
			top = max(top, out.At(i, j))
			if y.At(i, j) > y.At(class, j) {
				class = i
			}
		}
		sum := 0.
		for i := range n {
			sum += math.Exp(out.At(i, j) - top)
		}
		for i := range n {
			v := math.Exp(out.At(i, j)-top) / sum
			if i == class {
				v--
			}
			y.Set(i, j, v)
		}
	}
	return y
}

// grown is a list with room at k.
func grown[T any](list []T, k int) []T {
	for len(list) <= k {
		list = append(list, *new(T))
	}
	return list
}

func (r *run) signal(k int, x *mat.Dense) {
	r.forward = grown(r.forward, k)
	rows, n := x.Dims()
	for i := range rows {
		r.forward[k] = append(r.forward[k], square(x.RawRowView(i))/float64(n))
	}
	r.cosine(k+1, x)
}

func (r *run) gradient(k int, g *mat.Dense) {
	r.backward = grown(r.backward, k)
	rows, _ := g.Dims()
	for i := range rows {
		r.backward[k] = append(r.backward[k], square(g.RawRowView(i)))
	}
}

// cosine adds those of the pairs of inputs.
func (r *run) cosine(k int, x *mat.Dense) {
	r.cosines = grown(r.cosines, k)
	for i := 0; i+1 < batch; i += 2 {
		a, b := x.RawRowView(i), x.RawRowView(i+1)
		dot := 0.
		for j, v := range a {
			dot += v * b[j]
		}
		if norm := math.Sqrt(square(a) * square(b)); norm > 0 {
			r.cosines[k] += dot / norm
		}
	}
}

// count finds the units that an input moves.
func (r *run) count(k int, name string, slope *mat.Dense) {
	rows, n := slope.Dims()
	r.units = grown(r.units, k)
	u := &r.units[k]
	if u.dead == nil {
		u.name, u.dead, u.low = name, make([]bool, n), make([]bool, n)
		for i := range n {
			u.dead[i], u.low[i] = true, true
		}
	}
	for i := range rows {
		for j, v := range slope.RawRowView(i) {
			u.dead[j] = u.dead[j] && v == 0
			u.low[j] = u.low[j] && math.Abs(v) < saturated
		}
	}
}

// judge adds the inputs of a batch to the tests.
func (r *run) judge(x, out *mat.Dense) {
	last := len(r.backward) - 1
	for i := range batch {
		in := square(x.RawRowView(i)) / float64(r.Architecture.Input)
		end := 0.
		for j := range r.output {
			v := out.At(j, i)
			end += v * v
		}
		f := end / float64(r.output) / in
		b := r.backward[0][r.inputs+i] / r.backward[last][r.inputs+i]
		r.factors, r.gradients = append(r.factors, f), append(r.gradients, b)
		r.toInput = append(r.toInput, in)
		r.tests[0].Add(leaves(f, r.Tolerance))
		r.tests[1].Add(leaves(b, r.Tolerance))
	}
}

// leaves says whether a factor is beyond the tolerance, or no number.
func leaves(factor, tolerance float64) bool { return !(factor >= 1/tolerance && factor <= tolerance) }

// finish writes what was found into the audit.
func (r *run) finish() {
	a, last := r.audit, len(r.forward)-1
	p := &Propagation{Inputs: r.inputs, Gradients: "random directions", Seed: r.Seed, Layers: r.Layers}
	if r.CrossEntropy {
		p.Gradients = "cross-entropy"
	}
	for k, i := range r.Layers {
		l := &a.Layers[i]
		l.Forward = quantiles(r.forward[k])
		relative := make([]float64, r.inputs)
		for j, g := range r.backward[k] {
			relative[j] = g / r.backward[last][j]
		}
		l.Backward = quantiles(relative)
		against := make([]float64, r.inputs)
		for j, v := range r.forward[k] {
			against[j] = v / r.toInput[j]
		}
		if p.FirstForward == "" && leaves(median(against), r.Tolerance) {
			p.FirstForward = l.Name
		}
	}
	p.FirstBackward = r.firstBackward()
	p.ForwardRate, p.BackwardRate = rate(r.factors, len(r.Layers)), rate(r.gradients, last)
	for _, sum := range r.cosines {
		p.Cosines = append(p.Cosines, Number(sum/r.pairs))
	}
	for _, u := range r.units {
		p.Activations = append(p.Activations, u.units())
	}
	p.Forward, p.Backward = r.tests[0].Verdict().WithSeed(r.Seed), r.tests[1].Verdict().WithSeed(r.Seed)
	a.Propagation, a.Assumed = p, r.Assumed
	a.Skipped = slices.DeleteFunc(a.Skipped, func(s checkpoint.Skipped) bool { return r.uses(s.Name) })
	a.ForwardFactor, a.BackwardFactor = Number(median(r.factors)), Number(median(r.gradients))
	a.Verdict = Verdict{
		Forward: Outcome(p.Forward.Outcome.String()), Backward: Outcome(p.Backward.Outcome.String()), Tolerance: r.Tolerance, Alpha: r.Alpha,
		Reason: fmt.Sprintf("of %d inputs, %d leave [%s, %s] times their squared norm per neuron on the way to the output, and of their "+
			"gradients, %s, %d on the way back from the last linear map to the first", r.inputs, outside(r.factors, r.Tolerance),
			words.Number(1/r.Tolerance, 3), words.Number(r.Tolerance, 3), p.Gradients, outside(r.gradients, r.Tolerance)),
	}
}

// firstBackward is the first layer, from the output, whose gradient has left the
// tolerance.
func (r *run) firstBackward() string {
	last := len(r.forward) - 1
	for k := last; k >= 0; k-- {
		relative := make([]float64, r.inputs)
		for j, g := range r.backward[k] {
			relative[j] = g / r.backward[last][j]
		}
		if leaves(median(relative), r.Tolerance) {
			return r.audit.Layers[r.Layers[k]].Name
		}
	}
	return ""
}

func outside(factors []float64, tolerance float64) (n int) {
	for _, f := range factors {
		if leaves(f, tolerance) {
			n++
		}
	}
	return n
}

func (u unitCount) units() Units {
	out := Units{Block: u.name, Width: len(u.dead)}
	for i := range u.dead {
		switch {
		case u.dead[i]:
			out.Dead++
		case u.low[i]:
			out.Saturated++
		}
	}
	return out
}

// rate is the geometric mean factor of so many steps.
func rate(factors []float64, steps int) Rate {
	if steps < 1 {
		return Rate{none, none, none}
	}
	mean, variance := 0., 0.
	n := float64(len(factors))
	for _, f := range factors {
		mean += math.Log(f) / n
	}
	for _, f := range factors {
		variance += (math.Log(f) - mean) * (math.Log(f) - mean) / (n - 1)
	}
	wide := 1.96 * math.Sqrt(variance/n)
	at := func(log float64) Number { return Number(math.Exp(log / float64(steps))) }
	return Rate{at(mean), at(mean - wide), at(mean + wide)}
}

func quantiles(x []float64) *Quantiles {
	s := slices.Clone(x)
	slices.Sort(s)
	at := func(p float64) Number { return Number(s[int(p*float64(len(s)-1)+0.5)]) }
	return &Quantiles{at(0.05), at(0.5), at(0.95)}
}

func median(x []float64) float64 { return float64(quantiles(x).Q50) }
