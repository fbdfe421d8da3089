package network

import (
	"errors"
	"slices"

	"bsnn/gpnorm"
	"bsnn/montecarlo"

	"gonum.org/v1/gonum/mat"
)

// A stretch is what lies between two points of a network where the signal is
// more than the draws of one linear map: the map, if it begins with one, and the
// activations and normalisations behind it.
type stretch struct {
	mapped bool
	in     int // what enters
	out    int // what leaves, and leaves the map

	// Of the map.
	matrix int     // number of its stream
	linear *Linear // nil for a rotation
	law    Weights
	scale  float64 // gain and isometry
	record int     // where Trace.Blocks describes it; −1 for a rotation

	operations []operation

	passed
}

// hasFunction says whether an activation is among the operations.
func (s *stretch) hasFunction() bool {
	return slices.ContainsFunc(s.operations, func(o operation) bool { return o.function != nil })
}

// An operation is an activation, or a normalisation where there is no function.
type operation struct {
	function *gpnorm.Activation
	kind     Norm
	record   int
}

// A step is a stretch, or where a shortcut begins or ends.
type step struct {
	kind     stepKind
	stretch  *stretch
	shortcut *Shortcut
	record   int  // of the shortcut, where it ends
	keep     bool // there, the signal in front of it
	saved    []float64
}

type stepKind uint8

const (
	along stepKind = iota
	opens
	closes
)

// A compiler writes an architecture as steps, with the repetitions written out. Where a
// signal is at hand as a vector, at the input and where shortcuts begin and end, a
// stretch without a map follows, be it empty.
type compiler struct {
	prepared *Prepared
	steps    []step
	blocks   []BlockNorms
	matrices int
	outer    int

	// Functions with kinks put many entries to the same values, where another function may
	// have a kink, and rounding decides what its slope is.
	ties bool
}

func (p *Prepared) compile() *compiler {
	c := &compiler{prepared: p}
	in := p.architecture.Input
	c.hand(in)
	for i, b := range p.architecture.Blocks {
		c.outer = i
		in = c.block(b, in, false)
	}
	return c
}

// hand begins a stretch without a map.
func (c *compiler) hand(n int) {
	c.steps = append(c.steps, step{stretch: &stretch{in: n, out: n}})
}

func (c *compiler) chain(blocks []Block, in int, inside bool) int {
	for _, b := range blocks {
		in = c.block(b, in, inside)
	}
	return in
}

// block appends a block that so many numbers enter, and returns how many leave.
func (c *compiler) block(b Block, in int, inside bool) int {
	last := c.steps[len(c.steps)-1].stretch
	switch b := b.(type) {
	case Linear:
		c.mapping(&b, b.Weights, in, b.To, b.Scale()).record = c.recorded(b, b.To, inside)
		return b.To
	case Activation:
		f := c.prepared.functions[b.Key()]
		last.operations = append(last.operations, operation{function: &f, record: c.recorded(b, in, inside)})
		c.ties = c.ties || len(f.Kinks) > 0
	case Normalization:
		last.operations = append(last.operations, operation{kind: b.Kind, record: c.recorded(b, in, inside)})
	case Shortcut:
		ties, first := c.ties, len(c.steps)+1
		c.steps = append(c.steps, step{kind: opens, shortcut: &b})
		c.hand(in)
		c.chain(b.Blocks, in, true)
		if !b.Plain {
			c.mapping(nil, Haar, in, in, 1).record = -1
		}
		keep := ties && c.steps[first].stretch.hasFunction()
		c.steps = append(c.steps, step{kind: closes, shortcut: &b, record: c.recorded(b, in, inside), keep: keep})
		c.ties = c.ties && ties
		c.hand(in)
	case Repeat:
		for range b.Times {
			in = c.chain(b.Blocks, in, inside)
		}
	}
	return in
}

func (c *compiler) mapping(l *Linear, law Weights, in, out int, gain float64) *stretch {
	c.matrices++
	c.ties = false
	s := &stretch{mapped: true, in: in, out: out, matrix: c.matrices, linear: l, law: law, scale: gain}
	if law == Haar {
		s.scale *= law.isometry(in, out)
	}
	c.steps = append(c.steps, step{stretch: s})
	return s
}

// recorded is where the norms behind a block are written down.
func (c *compiler) recorded(b Block, width int, inside bool) int {
	c.blocks = append(c.blocks, unknownNorms(b, c.outer, inside, width))
	return len(c.blocks) - 1
}

// A NormSimulator sends one input and one gradient through freshly drawn networks of
// an architecture, as networks from DrawLazily do, and keeps their norms only: they are the
// same up to rounding, for the same streams.
//
// What Simulator does for plain networks is done here between any two linear maps
// that follow each other: the gradient between them is a combination of the signal x in front
// of the upper one and of normal draws z, so norms on the way back are quadratic
// forms, which are summed up on the way there. Around shortcuts gradients are
// vectors; there the signal in front of a shortcut is found from the one behind it,
// x = (y − β·branch)/α, and the draws of its branch are drawn again. A signal is
// kept where that would lose digits. So the memory is that of a few vectors, whatever the
// depth; with Store, also of what need not be found again, as long as it is little.
//
// A NormSimulator is a workspace: use one for each goroutine.
type NormSimulator struct {
	prepared *Prepared
	memory   Memory
	steps    []step
	blocks   []BlockNorms // of a trace, before anything is known
	before   BlockNorms   // what enters, likewise
	drawn    Drawn        // for networks of which forms lose digits
	pool     pool
	ones     []float64
	passage
}

// NormSimulator is one for the architecture. It is an error where several inputs are
// needed at once, for batch normalisation, and for weights that are only drawn as matrices.
func (p *Prepared) NormSimulator(m Memory) (*NormSimulator, error) {
	if p.architecture.Formed() {
		return nil, errors.New("matrices of uniform entries are formed; want haar or gaussian weights")
	}
	c := p.compile()
	for _, b := range c.blocks {
		if n, is := b.Block.(Normalization); is && n.Kind == Batch {
			return nil, errors.New("batch normalisation of one input; want two or more at once")
		}
	}
	before := unknownNorms(nil, -1, false, p.architecture.Input)
	return &NormSimulator{prepared: p, memory: m, steps: c.steps, blocks: c.blocks, before: before}, nil
}

// Run draws a network and sends x forward and y, a gradient at the output, back; both
// are not changed. stream is that of DrawLazily. The trace has norms and factors, but neither
// an output nor a way back. It fails as Drawn.Forward does.
func (s *NormSimulator) Run(stream func(matrix int) montecarlo.Stream, x, y []float64) (*Trace, error) {
	if len(x) != s.prepared.architecture.Input || len(y) != s.prepared.output {
		return nil, errors.New("an input or a gradient that does not fit the network")
	}
	if t, ok := s.run(stream, x, y); ok {
		return t, nil
	}
	return s.again(stream, x, y)
}

// again does it with vectors.
func (s *NormSimulator) again(stream func(matrix int) montecarlo.Stream, x, y []float64) (*Trace, error) {
	if err := s.prepared.Redraw(&s.drawn, stream); err != nil {
		return nil, err
	}
	t, err := s.drawn.Forward(mat.NewDense(len(x), 1, x))
	if err != nil {
		return t, err
	}
	_, err = t.Backward(mat.NewDense(len(y), 1, y))
	return t, err
}

// NormNumbers is about how many numbers a NormSimulator holds: a few vectors, some for
// each block, and what Store keeps.
func (p *Prepared) NormNumbers() float64 {
	const vectors, each = 14, 90
	width := p.architecture.Input
	widest := widestOf(p.architecture.Blocks, &width, width)
	blocks := count(p.architecture.Blocks)
	return vectors*float64(widest) + each*blocks + min(mostKept, 3*float64(widest)*blocks)
}

// widestOf is the largest width behind blocks, and not below most; width becomes that
// behind the last.
func widestOf(blocks []Block, width *int, most int) int {
	for _, b := range blocks {
		switch b := b.(type) {
		case Linear:
			*width = b.To
		case Shortcut:
			most = widestOf(b.Blocks, width, most)
		case Repeat:
			most = widestOf(b.Blocks, width, most)
		}
		most = max(most, *width)
	}
	return most
}
