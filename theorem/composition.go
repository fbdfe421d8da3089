package theorem

import (
	"context"
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/words"
	"bsnn/network"
)

// A composer runs signals through blocks.
type composer struct {
	ctx       context.Context
	judge     Judge
	functions map[string]*function
	layers    float64 // linear maps passed so far
	merging   float64 // relative distance at which inputs count as merged
	merged    float64 // linear maps until then; NaN while they are apart
	branches  int     // how many shortcuts lead around what is composed
	rough     string  // which block was treated approximately; "" for none
	facts     []fact
}

// A function is an activation with what was computed of it.
type function struct {
	gpnorm.Judgement
	used  gpnorm.Activation
	known map[[2]float64]gpnorm.Profile // by mean and standard deviation of what enters
	apart map[[3]float64]float64        // distances behind it, by these and the distance before
	peaks map[[2]float64]float64        // E φ⁴·He₄, by mean and standard deviation
}

// A fact is what the composer saw in passing, for the diagnosis.
type fact struct {
	block  network.Block
	in     signal
	out    signal
	effect effect
	times  float64 // how often the block is applied in all

	// Over all its applications: the mean logarithms of the factors of the squared signal and the
	// squared gradient, and the smallest squared length per neuron behind it. The rest is of the first.
	signalLog, gradientLog, least float64
}

// add takes another application of the block, weight times, into sums of logarithms.
func (f *fact) add(other fact, weight float64) {
	f.signalLog += weight * other.signalLog
	f.gradientLog += weight * other.gradientLog
	f.least = math.Min(f.least, other.least)
}

func (c *composer) function(a network.Activation) (*function, error) {
	key := a.Key()
	if f := c.functions[key]; f != nil {
		return f, nil
	}
	j, err := c.judge.orProof()(a)
	if err != nil {
		return nil, err
	}
	f := &function{Judgement: j, used: a.Function(j), known: map[[2]float64]gpnorm.Profile{},
		apart: map[[3]float64]float64{}, peaks: map[[2]float64]float64{}}
	c.functions[key] = f
	return f, nil
}

// profile describes the function where it is applied to N(mean, sd²).
func (f *function) profile(mean, sd float64) (gpnorm.Profile, error) {
	at := [2]float64{mean, sd}
	if p, known := f.known[at]; known {
		return p, nil
	}
	p, err := gpnorm.Describe(f.used.At(mean, sd))
	if err == nil {
		f.known[at] = p
	}
	return p, err
}

// chain runs a signal through blocks. times is how often they are applied.
func (c *composer) chain(blocks []network.Block, s signal, width int, times float64) (signal, effect, []BlockPrediction, error) {
	all := untouched(width)
	var list []BlockPrediction
	for _, b := range blocks {
		before := s
		var (
			e     effect
			inner []BlockPrediction
			err   error
		)
		s, e, inner, err = c.block(b, s, all.out, times)
		if err != nil && before.square > explosive {
			err = &LengthError{b.String(), c.layers, before.square}
		}
		if err != nil {
			return s, all, list, err
		}
		if !(s.square > 0) || math.IsInf(s.square, 0) {
			return s, all, list, &LengthError{b.String(), c.layers, s.square}
		}
		c.see(s)
		if _, is := b.(network.Repeat); !is {
			c.facts = append(c.facts, fact{
				block: b, in: before, out: s, effect: e, times: times,
				signalLog: math.Log(s.square / before.square), gradientLog: math.Log(e.gradient), least: s.square,
			})
		}
		count := 0
		if r, is := b.(network.Repeat); is {
			count = r.Times
		}
		list = append(list, BlockPrediction{
			Times: count, Name: b.String(), In: e.in, Out: e.out, Signal: s.square / before.square, Gradient: e.gradient, Square: s.square,
			Distance: s.distance / s.square, Blocks: inner, effect: e,
		})
		all = all.then(e)
	}
	return s, all, list, nil
}

// explosive is a squared length per neuron from which on a function that cannot be
// integrated any more counts as one that makes signals explode.
const explosive = 1e30

// A LengthError says where a signal vanished or exploded beyond what float64 holds.
type LengthError struct {
	Block  string
	Layers float64 // linear maps passed so far
	Square float64 // the squared length per neuron
}

// Error names the place.
func (e *LengthError) Error() string {
	what := "vanishes"
	if e.Square > 1 {
		what = "explodes"
	}
	return fmt.Sprintf("the signal %s: behind %.10g linear maps, at %s, its squared length per neuron is %s", what, e.Layers, e.Block,
		words.Number(e.Square, 3))
}

func (c *composer) block(b network.Block, s signal, width int, times float64) (signal, effect, []BlockPrediction, error) {
	switch b := b.(type) {
	case network.Linear:
		out, e := c.linear(b, s, width)
		return out, e, nil, nil
	case network.Activation:
		out, e, err := c.activation(b, s, width)
		return out, e, nil, err
	case network.Normalization:
		out, e, err := normalization(b.Kind, s, width)
		return out, e, nil, err
	case network.Shortcut:
		return c.shortcut(b, s, width, times)
	case network.Repeat:
		return c.repeat(b, s, width, times)
	}
	return s, effect{}, nil, fmt.Errorf("no theory of %T", b)
}

// linear maps x to gWx + z. Given the length of x that of Wx is exact for square
// Haar weights; narrowing keeps a Beta(n/2, (m−n)/2) part of it; independent entries
// give it the law of χ²ₙ/n. Backwards the same with the dimensions exchanged. The squares of
// the entries of a uniform bias vary less than those of a normal one.
func (c *composer) linear(l network.Linear, s signal, m int) (signal, effect) {
	n := l.To
	gain := l.Scale() * l.Scale()
	passed, bias := gain*l.Weights.Variance(m, n)*s.square, l.BiasVariance(m)
	out := signal{square: passed + bias, normal: true}
	out.distance = passed / s.square * s.distance
	share := passed / out.square
	if l.Weights == network.TorchDefault && l.BiasSD == 0 {
		out.excess = uniformExcess * (1 - share) * (1 - share)
	}
	e := effect{
		in: m, out: n, passed: diagonal3(share, 0, 1), gradient: gain * l.Weights.Variance(m, n),
		spread: 1 + float64(m)/float64(n),
	}
	e.noise = diagonal3(
		share*share*lengthVariance(l.Weights, m, n)+(4*share*(1-share)+2*(1-share)*(1-share)+out.excess)/float64(n),
		1/float64(n),
		lengthVariance(l.Weights, n, m))
	if l.Weights == network.Haar {
		e.spread = math.Max(1, float64(m)/float64(n))
	}
	e.sag()
	c.layers++
	return out, e
}

// uniformExcess is E z⁴/(E z²)² − 3 for a z that is uniform about 0.
const uniformExcess = -1.2

// lengthVariance is the relative variance of ‖Wx‖² for a given x in ℝᵐ and W to ℝⁿ.
func lengthVariance(w network.Weights, m, n int) float64 {
	switch {
	case w != network.Haar:
		return 2 / float64(n)
	case n < m:
		return 2 * float64(m-n) / (float64(n) * (float64(m) + 2))
	}
	return 0
}

// see looks whether inputs have merged. What a branch does to them is seen behind its shortcut.
func (c *composer) see(s signal) {
	if c.branches == 0 && math.IsNaN(c.merged) && s.distance < c.merging*s.square {
		c.merged = c.layers
	}
}

// activation applies a function to the entries.
func (c *composer) activation(a network.Activation, s signal, n int) (signal, effect, error) {
	f, err := c.applied(a, s)
	if err != nil {
		return s, effect{}, err
	}
	p, err := f.profile(s.mean, math.Sqrt(s.centred()))
	if err != nil {
		return s, effect{}, err
	}
	out := signal{square: p.SecondMoment.Value, mean: p.Mean.Value, seen: true}
	if out.distance, err = f.separated(s); err != nil {
		return out, effect{}, err
	}
	peak := 0.
	if s.excess != 0 {
		peak, err = f.peak(s)
	}
	e := activationEffect(p, s, n, peak)
	e.unknownForward, e.unknownBackward = s.seen, s.seen
	return out, e, err
}

// peak is E φ⁴·He₄/24, by how much the mean of φ⁴ changes with the excess of the entries (to first
// order, as in the series of Gram and Charlier).
func (f *function) peak(s signal) (float64, error) {
	sd := math.Sqrt(s.centred())
	at := [2]float64{s.mean, sd}
	if v, known := f.peaks[at]; known {
		return v, nil
	}
	a := f.used.At(s.mean, sd)
	e, err := gpnorm.Expect(func(dst, x []float64) {
		a.Value(dst, x)
		for i, g := range x {
			square := dst[i] * dst[i]
			dst[i] = square * square * (g*g*(g*g-6) + 3) / 24
		}
	}, a.Breaks())
	if err == nil {
		f.peaks[at] = e.Value
	}
	return e.Value, err
}

// applied is the function, where it can be applied to s.
func (c *composer) applied(a network.Activation, s signal) (*function, error) {
	f, err := c.function(a)
	if err != nil {
		return nil, err
	}
	if !s.normal && c.rough == "" {
		c.rough = a.String()
	}
	if !(s.centred() > 0) {
		return nil, fmt.Errorf("%s: all entries that enter are equal", a)
	}
	return f, nil
}

// separated is the distance of two inputs behind the function.
func (f *function) separated(s signal) (float64, error) {
	sd := math.Sqrt(s.centred())
	at := [3]float64{s.mean, sd, math.Min(s.distance/s.centred(), 2)}
	if d, known := f.apart[at]; known {
		return d, nil
	}
	d, err := gpnorm.Separation(f.used.At(s.mean, sd), at[2])
	if err == nil {
		f.apart[at] = d
	}
	return d, err
}

// activationEffect is that of a function with profile p where it is applied to s,
// with entries uniform on the sphere: fluctuations of their length come with δ, those of
// their mean are part of the direction. peak is what an excess of the entries adds to E φ⁴.
func activationEffect(p gpnorm.Profile, s signal, n int, peak float64) effect {
	v, q, g, width := s.centred(), p.SecondMoment.Value, p.DerivSecondMoment.Value, float64(n)
	onVariance := s.square / v // from deviations of the squared length to those of the variance
	root := math.Sqrt(q)
	e := effect{
		in: n, out: n, gradient: g / v,
		passed: matrix3{{p.Slope / q * onVariance}, {p.MeanSlope / (2 * root) * onVariance}, {p.DerivSlope / (2 * g) * onVariance, 0, 1}},
		// E φ′⁴, as V_b has it
		spread: (p.BackwardVariance + 3*g*g + p.DerivSlope*p.DerivSlope/2) / (3 * g * g),
	}
	// What is in proportion to the squared length is carried by δ.
	forward := p.ForwardVariance + s.excess*(peak-p.Slope*p.Slope)
	withMean, withGradient, both := p.MeanForward/(root*q), p.Cross/(q*g), p.MeanBackward/(root*g)
	e.noise = matrix3{
		{math.Max(forward, 0) / (q * q), withMean, withGradient},
		{withMean, p.MeanVariance / q, both},
		{withGradient, both, p.BackwardVariance / (g * g)},
	}.scaled(1 / width)
	e.sag()
	return e
}

// normalization divides by a length; what it takes from the fluctuation of the
// signal it hands to the gradient.
func normalization(kind network.Norm, s signal, n int) (signal, effect, error) {
	by, mean := s.square, s.mean
	e := untouched(n)
	root := math.Sqrt(s.square)
	switch kind {
	case network.RMS:
		e.passed = matrix3{{}, {-mean / root / 2, 1}, {-1, 0, 1}}
	case network.Layer:
		by, mean = s.centred(), 0
		e.passed = matrix3{{}, {}, {-s.square / by, 2 * s.mean * root / by, 1}}
	case network.Batch: // of inputs as far from each other as the two of the signal
		by, mean = s.distance, 0
		e.unknownForward, e.unknownBackward = true, true
	}
	if !(by > 0) {
		return s, e, fmt.Errorf("%s normalisation of what does not vary", kind)
	}
	out := signal{square: 1, mean: mean / math.Sqrt(by), distance: s.distance / by, normal: s.normal, seen: s.seen, excess: s.excess}
	e.gradient = 1 / by
	return out, e, nil
}

// shortcut adds a branch. The two terms are uncorrelated, but for the mean
// direction that a branch without a rotation of its own has in common with x.
func (c *composer) shortcut(b network.Shortcut, s signal, n int, times float64) (signal, effect, []BlockPrediction, error) {
	c.branches++
	branch, f, inner, err := c.chain(b.Blocks, s, n, times)
	c.branches--
	if err != nil {
		return s, f, inner, err
	}
	if !b.Plain {
		branch.mean, branch.normal, branch.seen, branch.excess = 0, true, false, 0
		f = f.rotated()
	}
	aa, bb, ab := b.Alpha*b.Alpha, b.Beta*b.Beta, b.Alpha*b.Beta
	out := signal{
		square:   aa*s.square + bb*branch.square + 2*ab*s.mean*branch.mean,
		mean:     b.Alpha*s.mean + b.Beta*branch.mean,
		distance: aa*s.distance + bb*branch.distance,
		normal:   s.normal && branch.normal,
		seen:     s.seen || branch.seen || startsWithFunction(b.Blocks),
	}
	e := effect{in: n, out: n, gradient: aa + bb*f.gradient, unknownForward: f.unknownForward, unknownBackward: f.unknownBackward}
	// What a term contributes, weighed with one factor, beside another of that mean.
	term := func(weight float64, x signal, weighedMean float64) matrix3 {
		root := math.Sqrt(x.square / out.square)
		return matrix3{{weight * weight * root * root, 2 * weight * weighedMean * root / math.Sqrt(out.square)}, {0, weight * root}}
	}
	behind := term(b.Beta, branch, b.Alpha*s.mean)
	behind[gradient][gradient] = bb * f.gradient / e.gradient
	e.passed = term(b.Alpha, s, b.Beta*branch.mean).plus(behind.times(f.passed))
	e.passed[gradient][gradient] = 1
	e.noise = behind.around(f.noise)
	cross := 4 * aa * bb / float64(n)
	e.noise[length][length] += cross * s.centred() * branch.centred() / (out.square * out.square)
	e.noise[gradient][gradient] += cross * f.gradient / (e.gradient * e.gradient)
	e.sag()
	e.spread = (aa*aa + 4*aa*bb*f.gradient + bb*bb*f.spread*f.gradient*f.gradient) / (e.gradient * e.gradient)
	return out, e, inner, nil
}

// startsWithFunction says whether blocks apply a function to entries of what enters.
func startsWithFunction(blocks []network.Block) bool {
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Linear:
			return false
		case network.Activation:
			return true
		case network.Repeat:
			if startsWithFunction(b.Blocks) {
				return true
			}
			if network.HasLinear(b) {
				return false
			}
		case network.Shortcut:
			if startsWithFunction(b.Blocks) {
				return true
			}
		}
	}
	return false
}
