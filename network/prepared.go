package network

import (
	"fmt"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
)

// Prepared is an architecture with its functions judged: what networks are drawn
// from, again and again, by any number of goroutines.
type Prepared struct {
	architecture Architecture
	output       int
	matrices     int
	functions    map[string]gpnorm.Activation // by the key of the block
}

// Prepare fails where Output does, and where a function cannot be judged.
func (a Architecture) Prepare() (*Prepared, error) {
	output, err := a.Output()
	if err != nil {
		return nil, err
	}
	p := &Prepared{architecture: a, output: output, matrices: int(matrices(a.Blocks)), functions: map[string]gpnorm.Activation{}}
	return p, p.judge(a.Blocks)
}

// judge finds the functions of blocks.
func (p *Prepared) judge(blocks []Block) error {
	for _, b := range blocks {
		var err error
		switch b := b.(type) {
		case Activation:
			if _, known := p.functions[b.Key()]; known {
				continue
			}
			var j gpnorm.Judgement
			if j, err = b.Judge(); err == nil {
				p.functions[b.Key()] = b.Function(j)
			}
		case Shortcut:
			err = p.judge(b.Blocks)
		case Repeat:
			err = p.judge(b.Blocks)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", b, err)
		}
	}
	return nil
}

// Architecture is what was prepared.
func (p *Prepared) Architecture() Architecture { return p.architecture }

// Output is how many numbers leave the network.
func (p *Prepared) Output() int { return p.output }

// Matrices is how many matrices a network has, rotations counted: they are the numbers
// 1, 2, … of the streams that they are drawn from.
func (p *Prepared) Matrices() int { return p.matrices }

// matrices is how many matrices blocks draw.
func matrices(blocks []Block) (total float64) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Linear:
			total++
		case Shortcut:
			total += matrices(b.Blocks)
			if !b.Plain {
				total++
			}
		case Repeat:
			total += float64(b.Times) * matrices(b.Blocks)
		}
	}
	return total
}

// weightCount is how many numbers the matrices of blocks hold that are formed, all or,
// lazily, those of independent uniform entries, and the width behind them.
func weightCount(blocks []Block, in int, lazily bool) (total float64, out int) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Linear:
			if !lazily || b.Weights.Simulated() != nil {
				total += float64(in) * float64(b.To)
			}
			in = b.To
		case Shortcut:
			n, _ := weightCount(b.Blocks, in, lazily)
			total += n
			if !b.Plain && !lazily {
				total += float64(in) * float64(in)
			}
		case Repeat:
			first, out := weightCount(b.Blocks, in, lazily)
			again, _ := weightCount(b.Blocks, out, lazily)
			total += first + again*float64(b.Times-1)
			in = out
		}
	}
	return total, in
}

// Formed says whether networks of the architecture that are drawn lazily form matrices
// all the same: those of uniform entries.
func (a Architecture) Formed() bool {
	n, _ := weightCount(a.Blocks, a.Input, true)
	return n > 0
}

// MostWeights is how many numbers the matrices of a drawn network may hold: a gigabyte.
const MostWeights = 1 << 27

// Draw is Draw of the prepared architecture.
func (a Architecture) Draw(stream func(matrix int) montecarlo.Stream) (*Drawn, error) {
	p, err := a.Prepare()
	if err != nil {
		return nil, err
	}
	return p.Draw(stream)
}

// Draw draws a network with its matrices. stream(k) is the random stream of the
// k-th matrix, k = 1, 2, … in the order in which they are applied; a linear map draws
// its bias from it after its matrix, and the rotation of a shortcut is a matrix of
// its own. It fails for more than MostWeights numbers.
func (p *Prepared) Draw(stream func(matrix int) montecarlo.Stream) (*Drawn, error) {
	return p.draw(stream, false)
}

// DrawLazily draws a network of the same law that forms no Haar and no Gaussian
// matrix: of these only what inputs and gradients ask for is drawn (proven, up to
// rounding; see orthogonal.Lazy). With one input it takes a few numbers for each neuron,
// whatever the widths. Uniform entries have no such law, and are formed.
//
// What is drawn depends on what was asked, so the network is one for a single goroutine.
func (p *Prepared) DrawLazily(stream func(matrix int) montecarlo.Stream) (*Drawn, error) {
	return p.draw(stream, true)
}

// Redraw is DrawLazily in the memory of d, a network that came from it or the zero Drawn: d
// becomes another network, and traces of the former one are at an end.
func (p *Prepared) Redraw(d *Drawn, stream func(matrix int) montecarlo.Stream) error {
	if d.memory == nil {
		d.memory = new(memory)
	}
	d.memory.takeBack()
	fresh, err := p.drawIn(d.memory, stream, true)
	if err == nil {
		*d = *fresh
	}
	return err
}

func (p *Prepared) draw(stream func(matrix int) montecarlo.Stream, lazily bool) (*Drawn, error) {
	return p.drawIn(nil, stream, lazily)
}

func (p *Prepared) drawIn(m *memory, stream func(matrix int) montecarlo.Stream, lazily bool) (*Drawn, error) {
	if n, _ := weightCount(p.architecture.Blocks, p.architecture.Input, lazily); n > MostWeights {
		return nil, fmt.Errorf("%.3g weights; want at most %d, so that they fit into memory", n, MostWeights)
	}
	d := drawing{prepared: p, stream: stream, lazily: lazily, memory: m, uses: uses{}}
	run, err := d.network(p.architecture)
	return &Drawn{p.architecture.Input, p.output, run, nil, m}, err
}
