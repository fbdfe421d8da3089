package network

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// An Architecture is a network described as data: what predictions, explicit
// networks and simulations of it read. The zero value describes nothing.
type Architecture struct {
	Input  int     // numbers in an input, 1 or more
	Blocks []Block // in the order in which they are applied
}

// A Block is a [Linear], an [Activation], a [Normalization], a [Shortcut] or a
// [Repeat].
type Block interface {
	// String names the block in a few words, as "linear 784→512 haar".
	String() string

	// widths is how many numbers leave the block where so many enter.
	widths(in int, at place) (int, error)
}

// Linear is x ↦ gWx + z, W drawn anew for every use of the block.
type Linear struct {
	To      int     // numbers that leave it
	Weights Weights // the law of W
	Gain    float64 // g; 0 means 1

	// Bias says that there is a z. Its entries are independent, uniform with the
	// variance of the weights for TorchDefault, and otherwise N(0, BiasSD²),
	// which is no bias at the start where BiasSD is 0. A BiasSD above 0 is that
	// of normal entries for every law.
	Bias   bool
	BiasSD float64

	Explicit *Explicit // of GivenWeights; nil otherwise
}

// Activation applies a function to every entry.
type Activation struct {
	Spec       string            // a name or an expression of x
	Parameters map[string]string // of the expression
	AsIs       bool              // not normalised
}

// Normalization divides by the length of what enters.
type Normalization struct{ Kind Norm }

// Norm is a kind of normalisation, without learnt scale and shift.
type Norm int

const (
	// RMS divides by the root of the mean square over the entries of a vector.
	RMS Norm = iota
	// Layer subtracts the mean over the entries of a vector before.
	Layer
	// Batch does that with each entry over the inputs of a batch.
	Batch
)

// Shortcut is x ↦ αx + βV·B(x), B the blocks of the branch.
type Shortcut struct {
	Blocks []Block // as many numbers leave as enter

	// Alpha and Beta are α and β.
	Alpha, Beta float64

	// Plain leaves out V, which is drawn from the Haar measure otherwise: without it the
	// mean of B(x) over the entries adds up in one direction.
	Plain bool
}

// Repeat applies blocks several times, with weights drawn anew.
type Repeat struct {
	Times  int
	Blocks []Block
}

// Balanced is the shortcut with β² = branch and α² = 1 − β².
func Balanced(branch float64, blocks ...Block) Shortcut {
	return Shortcut{Blocks: blocks, Alpha: math.Sqrt(1 - branch), Beta: math.Sqrt(branch)}
}

// MostBlocks is how many blocks an architecture may have, repetitions counted.
const MostBlocks = 10_000_000

const mostWidth = 1 << 31 / 2 // of a layer

// Output is how many numbers leave the network. It is an error if widths do not
// fit each other, a number is out of its range, or there are more than MostBlocks
// blocks; the error names the block.
func (a Architecture) Output() (int, error) {
	if a.Input < 1 || a.Input > mostWidth {
		return 0, fmt.Errorf("input of %d numbers; want 1 to %d", a.Input, mostWidth)
	}
	if len(a.Blocks) == 0 {
		return 0, errors.New("a network without blocks; want one at least")
	}
	if n := count(a.Blocks); n > MostBlocks {
		return 0, heaviest(a.Blocks).errorf("%.3g blocks, repetitions counted; want at most %d", n, MostBlocks)
	}
	return chain(a.Blocks, a.Input, place{})
}

// Unrolled writes out the outermost repetitions, as long as there are not more than so many
// blocks then. The networks are the same.
func (a Architecture) Unrolled(most int) Architecture {
	out := a
	out.Blocks = nil
	for _, b := range a.Blocks {
		r, is := b.(Repeat)
		if !is || float64(r.Times)*float64(len(r.Blocks)) > float64(most) {
			out.Blocks = append(out.Blocks, b)
			continue
		}
		for range r.Times {
			out.Blocks = append(out.Blocks, r.Blocks...)
		}
	}
	if len(out.Blocks) > most {
		return a
	}
	return out
}

// count is the number of blocks, repetitions counted.
func count(blocks []Block) float64 {
	total := 0.
	for _, b := range blocks {
		switch b := b.(type) {
		case Repeat:
			total += float64(max(b.Times, 0)) * count(b.Blocks)
		case Shortcut:
			total += 1 + count(b.Blocks)
		default:
			total++
		}
	}
	return total
}

// heaviest is the place of the outermost block with most blocks.
func heaviest(blocks []Block) place {
	at, most := 0, 0.
	for i := range blocks {
		if n := count(blocks[i : i+1]); n > most {
			at, most = i, n
		}
	}
	return place{}.of(at)
}

// place is where a block stands, as "3.1": first of the blocks in the third.
type place struct{ path string }

func (p place) of(i int) place {
	if p.path == "" {
		return place{fmt.Sprint(i + 1)}
	}
	return place{fmt.Sprintf("%s.%d", p.path, i+1)}
}

func (p place) errorf(format string, args ...any) error {
	return &BlockError{Path: p.path, Err: fmt.Errorf(format, args...)}
}

// A BlockError says what is wrong with one block.
type BlockError struct {
	Path string // "3.1" is the first of the blocks in the third
	Err  error
}

// Error names the block.
func (e *BlockError) Error() string { return "block " + e.Path + ": " + e.Err.Error() }

// Unwrap is the error without the place.
func (e *BlockError) Unwrap() error { return e.Err }

// chain runs a width through blocks.
func chain(blocks []Block, in int, at place) (int, error) {
	for i, b := range blocks {
		if b == nil {
			return 0, at.of(i).errorf("there is none")
		}
		var err error
		if in, err = b.widths(in, at.of(i)); err != nil {
			return 0, err
		}
	}
	return in, nil
}

func (l Linear) widths(in int, at place) (int, error) {
	switch {
	case (l.Weights == GivenWeights) != (l.Explicit != nil):
		return 0, at.errorf("weights that are %s, and explicit ones; want one of them", l.Weights)
	case l.Explicit != nil && (l.Bias || l.BiasSD != 0):
		return 0, at.errorf("explicit weights with a bias that is drawn; want that of the file")
	case l.To < 1 || l.To > mostWidth:
		return 0, at.errorf("a linear map to %d numbers; want 1 to %d", l.To, mostWidth)
	case l.Weights < Haar || l.Weights > GivenWeights:
		return 0, at.errorf("%s is no law of weights", l.Weights)
	case !(l.Gain >= 0) || math.IsInf(l.Gain, 1):
		return 0, at.errorf("gain %v; want a number above 0", l.Gain)
	case !(l.BiasSD >= 0) || math.IsInf(l.BiasSD, 1):
		return 0, at.errorf("bias of standard deviation %v; want a number from 0", l.BiasSD)
	case l.BiasSD > 0 && !l.Bias:
		return 0, at.errorf("bias of standard deviation %v without Bias", l.BiasSD)
	}
	if l.Explicit != nil {
		if err := l.Explicit.fits(in, l.To); err != nil {
			return 0, at.errorf("%w", err)
		}
	}
	return l.To, nil
}

func (a Activation) widths(in int, at place) (int, error) {
	if a.Spec == "" {
		return 0, at.errorf("an activation without a function; want its name or an expression")
	}
	return in, nil
}

func (n Normalization) widths(in int, at place) (int, error) {
	if n.Kind < RMS || n.Kind > Batch {
		return 0, at.errorf("%s is no normalisation", n.Kind)
	}
	if in < 2 && n.Kind != Batch {
		return 0, at.errorf("%s normalisation of width %d leaves nothing; want 2 or more", n.Kind, in)
	}
	return in, nil
}

func (s Shortcut) widths(in int, at place) (int, error) {
	if !finite(s.Alpha) || !finite(s.Beta) {
		return 0, at.errorf("shortcut with α = %v and β = %v; want finite numbers", s.Alpha, s.Beta)
	}
	if !slices.ContainsFunc(s.Blocks, HasLinear) {
		return 0, at.errorf("shortcut around blocks without a linear map; want one at least")
	}
	out, err := chain(s.Blocks, in, at)
	if err == nil && out != in {
		err = at.errorf("shortcut around blocks that turn %d numbers into %d; want a linear map in front of it or blocks that keep the width",
			in, out)
	}
	return out, err
}

// HasLinear says whether a block draws weights.
func HasLinear(b Block) bool {
	switch b := b.(type) {
	case Linear:
		return true
	case Repeat:
		return b.Times > 0 && slices.ContainsFunc(b.Blocks, HasLinear)
	case Shortcut:
		return slices.ContainsFunc(b.Blocks, HasLinear)
	}
	return false
}

func (r Repeat) widths(in int, at place) (int, error) {
	if r.Times < 1 || r.Times > MostBlocks {
		return 0, at.errorf("repeated %d times; want 1 to %d", r.Times, MostBlocks)
	}
	if len(r.Blocks) == 0 {
		return 0, at.errorf("repeats no blocks; want one at least")
	}
	out, err := chain(r.Blocks, in, at)
	if err == nil && out != in && r.Times > 1 {
		// The second time other widths meet: a linear map may fit still.
		out, err = chain(r.Blocks, out, at)
	}
	return out, err
}

// Scale is g.
func (l Linear) Scale() float64 {
	if l.Gain == 0 {
		return 1
	}
	return l.Gain
}

// BiasVariance is the variance of an entry of z, where the map has in inputs.
func (l Linear) BiasVariance(in int) float64 {
	switch {
	case !l.Bias:
		return 0
	case l.BiasSD == 0 && l.Weights == TorchDefault:
		return 1 / (3 * float64(in))
	}
	return l.BiasSD * l.BiasSD
}

// String names the law, the gain and the bias.
func (l Linear) String() string {
	s := fmt.Sprintf("linear to %d, %s", l.To, l.Weights)
	if l.Explicit != nil {
		s += " " + l.Explicit.String()
		if l.Explicit.Bias {
			s += " with bias"
		}
	}
	if g := l.Scale(); g != 1 {
		s += fmt.Sprintf(", gain %.6g", g)
	}
	switch {
	case l.BiasSD > 0:
		s += fmt.Sprintf(", bias %.6g", l.BiasSD)
	case l.Bias:
		s += ", bias"
	}
	return s
}

// String is the function as given.
func (a Activation) String() string {
	if a.AsIs {
		return a.Spec + " as is"
	}
	return a.Spec
}

var normNames = [...]string{"rms", "layer", "batch"}

// NormNames lists the kinds as ParseNorm reads them.
func NormNames() []string { return normNames[:] }

// String is "rms", "layer" or "batch".
func (n Norm) String() string {
	if n < 0 || int(n) >= len(normNames) {
		return fmt.Sprintf("Norm(%d)", int(n))
	}
	return normNames[n]
}

// String is "rms normalisation" and so on.
func (n Normalization) String() string { return n.Kind.String() + " normalisation" }

// String says how much the branch counts.
func (s Shortcut) String() string {
	kind := "rotated"
	if s.Plain {
		kind = "plain"
	}
	return fmt.Sprintf("%s shortcut, α² = %.4g, β² = %.4g", kind, s.Alpha*s.Alpha, s.Beta*s.Beta)
}

// String says how often.
func (r Repeat) String() string { return fmt.Sprintf("%d times", r.Times) }
