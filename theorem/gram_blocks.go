package theorem

import (
	"errors"
	"fmt"

	"bsnn/network"
)

// A gramNode is a block that two inputs pass.
type gramNode interface {
	// before is the limit of Γ in front of the block.
	before(after slopes) slopes
	effect(after slopes) gramEffect
}

// linearGram is gWx + z.
type linearGram struct {
	passed         float64 // by how much Γ, and K but for the bias, are multiplied
	varForward     matrix3
	gradientSpread float64 // relative variance of a squared gradient
}

func (l linearGram) before(after slopes) slopes {
	return slopes{l.passed * after.square, l.passed * after.inner}
}

func (l linearGram) effect(after slopes) gramEffect {
	all := diagonal3(l.passed, l.passed, l.passed)
	before := l.before(after)
	return gramEffect{kept: all, gradient: all, varForward: l.varForward,
		varBackward: before.productSpread(before).scaled(l.gradientSpread)}
}

func (c *composer) linearGram(l network.Linear, s signal, m int) (linearGram, signal) {
	out, _ := c.linear(l, s, m)
	passed := l.Scale() * l.Scale() * l.Weights.Variance(m, l.To)
	k := gram{passed * s.square, passed * s.distance}
	node := linearGram{passed: passed, gradientSpread: lengthVariance(l.Weights, l.To, m),
		varForward: k.productSpread(k).scaled(lengthVariance(l.Weights, m, l.To))}
	if bias := l.BiasVariance(m); bias > 0 {
		// ⟨hᵢ, hⱼ⟩ has ⟨gWxᵢ, z⟩ + ⟨gWxⱼ, z⟩ + ‖z‖² more.
		in := k.square - k.distance
		node.varForward[length][length] += (2*(k.square+in)*bias + 2*bias*bias) / float64(l.To)
		node.varForward[difference][difference] += 8 * k.distance * bias / float64(l.To)
	}
	return node, out
}

// rmsGram divides by lengths.
type rmsGram struct{ at gram }

func (r rmsGram) before(after slopes) slopes {
	return slopes{after.square / r.at.square, after.inner / r.at.square}
}

func (r rmsGram) effect(after slopes) gramEffect {
	by, d := 1/r.at.square, r.at.distance/r.at.square
	return gramEffect{
		kept: matrix3{{}, {-d * by, by}, {}}, gradient: diagonal3(by, by, by),
		felt: matrix3{{-after.square * by * by}, {-after.inner * by * by}, {0, 0, -after.square * by * by}},
	}
}

// shortcutGram is αx + βV·branch.
type shortcutGram struct {
	aa, bb     float64 // α², β²
	in, behind gram    // of x and of the branch
	branch     gramChain
	width      float64
}

func (s shortcutGram) before(after slopes) slopes {
	b := s.branch.before(after)
	return slopes{s.aa*after.square + s.bb*b.square, s.aa*after.inner + s.bb*b.inner}
}

func (s shortcutGram) effect(after slopes) gramEffect {
	b := s.branch.effect(after)
	plain := diagonal3(s.aa, s.aa, s.aa)
	mixed := 4 * s.aa * s.bb / s.width
	return gramEffect{
		kept: plain.plus(b.kept.scaled(s.bb)), gradient: plain.plus(b.gradient.scaled(s.bb)), felt: b.felt.scaled(s.bb),
		varForward:  b.varForward.scaled(s.bb * s.bb).plus(s.in.productSpread(s.behind).scaled(mixed)),
		varBackward: b.varBackward.scaled(s.bb * s.bb).plus(after.productSpread(s.branch.before(after)).scaled(mixed)),
		both:        b.both.scaled(s.bb * s.bb),
	}
}

// A gramChain is blocks one after the other.
type gramChain []gramNode

func (c gramChain) before(after slopes) slopes {
	for i := len(c) - 1; i >= 0; i-- {
		after = c[i].before(after)
	}
	return after
}

func (c gramChain) effect(after slopes) gramEffect {
	all := untouchedGram
	for i := len(c) - 1; i >= 0; i-- {
		all = c[i].effect(after).then(all)
		after = c[i].before(after)
	}
	return all
}

// errNoAngles says why the fluctuations of angles are not predicted.
var errNoAngles = errors.New("no law of angles")

// mostAngleLayers is how many functions are looked at one by one.
const mostAngleLayers = 20_000

// grams runs two inputs through blocks; passed is told of each block, repetitions written
// out.
func (c *composer) grams(blocks []network.Block, s signal, width int, passed func(network.Block, gramNode, signal)) (gramChain, signal, int,
	error) {
	var all gramChain
	for _, b := range blocks {
		if err := c.ctx.Err(); err != nil {
			return nil, s, width, err
		}
		var node gramNode
		switch b := b.(type) {
		case network.Linear:
			node, s = c.linearGram(b, s, width)
			width = b.To
		case network.Activation:
			f, err := c.applied(b, s)
			if err != nil {
				return nil, s, width, err
			}
			if !s.normal {
				return nil, s, width, fmt.Errorf("%w where %s is applied to what is not normal", errNoAngles, b)
			}
			a, err := gramOfActivation(f.used, gram{s.square, s.distance}, width)
			if err != nil {
				return nil, s, width, fmt.Errorf("%s: %w", b, err)
			}
			node, s = a, signal{square: a.out.square, distance: a.out.distance}
		case network.Normalization:
			if b.Kind != network.RMS {
				return nil, s, width, fmt.Errorf("%w behind %s", errNoAngles, b)
			}
			out, _, err := normalization(b.Kind, s, width)
			if err != nil {
				return nil, s, width, err
			}
			node, s = rmsGram{gram{s.square, s.distance}}, out
		case network.Shortcut:
			if b.Plain {
				return nil, s, width, fmt.Errorf("%w behind a shortcut without a rotation", errNoAngles)
			}
			inside, behind, _, err := c.grams(b.Blocks, s, width, nil)
			if err != nil {
				return nil, s, width, err
			}
			n := shortcutGram{b.Alpha * b.Alpha, b.Beta * b.Beta, gram{s.square, s.distance}, gram{behind.square, behind.distance}, inside,
				float64(width)}
			node = n
			s = signal{square: n.aa*n.in.square + n.bb*n.behind.square, distance: n.aa*n.in.distance + n.bb*n.behind.distance,
				normal: s.normal}
		case network.Repeat:
			for range b.Times {
				inside, out, to, err := c.grams(b.Blocks, s, width, passed)
				if err != nil {
					return nil, out, to, err
				}
				all, s, width = append(all, inside...), out, to
				if len(all) > 4*mostAngleLayers {
					return nil, s, width, fmt.Errorf("%w through more than %d layers", errNoAngles, mostAngleLayers)
				}
			}
			continue
		}
		all = append(all, node)
		if passed != nil {
			passed(b, node, s)
		}
	}
	return all, s, width, nil
}
