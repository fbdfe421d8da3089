package network

import (
	"errors"
	"fmt"

	"bsnn/gpnorm"
	"bsnn/orthogonal"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// A Network is a stack of layers x ↦ φ(Wx) over explicit operators, all of
// one width.
type Network struct {
	activation gpnorm.Activation
	layers     []orthogonal.Operator
}

// New is the network that applies layers[0] first. It needs at least one
// layer, equal widths and an activation with both φ and φ′.
func New(activation gpnorm.Activation, layers ...orthogonal.Operator) (*Network, error) {
	if err := usable(activation); err != nil {
		return nil, err
	}
	if len(layers) == 0 {
		return nil, errors.New("no layers; want depth 1 or more")
	}
	for i, w := range layers {
		if w == nil {
			return nil, fmt.Errorf("layer %d has no operator", i+1)
		}
		if w.Dim() != layers[0].Dim() {
			return nil, fmt.Errorf("layer %d has width %d, layer 1 has %d; want one width", i+1, w.Dim(), layers[0].Dim())
		}
	}
	return &Network{activation, layers}, nil
}

func usable(a gpnorm.Activation) error {
	if a.Value == nil || a.Deriv == nil {
		return fmt.Errorf("activation %q lacks φ or φ′", a.Name)
	}
	return nil
}

// Width is n.
func (n *Network) Width() int { return n.layers[0].Dim() }

// Depth is L.
func (n *Network) Depth() int { return len(n.layers) }

// A Pass is what one input leaves behind in a network. Index conventions are
// those of [Norms].
type Pass struct {
	net   *Network
	x     [][]float64 // x⁽¹⁾ … x⁽ᴸ⁺¹⁾
	deriv [][]float64 // φ′(h⁽¹⁾) … φ′(h⁽ᴸ⁾)
	d     [][]float64 // d⁽¹⁾ … d⁽ᴸ⁾ after Backward
	y     [][]float64 // y⁽⁰⁾ … y⁽ᴸ⁾ after Backward
}

// Forward runs the input x⁽¹⁾ through the network; x has length n and is not
// kept.
func (n *Network) Forward(x []float64) (*Pass, error) {
	if len(x) != n.Width() {
		return nil, fmt.Errorf("input of length %d; want the width %d", len(x), n.Width())
	}
	if sq := squaredNorm(x); !finite(sq) {
		return nil, fmt.Errorf("‖x‖² of the input is %v; want finite numbers", sq)
	}
	p := &Pass{net: n, x: [][]float64{append([]float64(nil), x...)}}
	h := make([]float64, n.Width())
	for l, w := range n.layers {
		next, deriv := make([]float64, n.Width()), make([]float64, n.Width())
		w.Apply(h, p.x[l])
		n.activation.ValueDeriv(next, deriv, h)
		p.x, p.deriv = append(p.x, next), append(p.deriv, deriv)
		if sq := squaredNorm(next); !finite(sq) {
			return nil, &OverflowError{"x", l + 1, n.Depth(), sq}
		}
	}
	return p, nil
}

// Backward runs y⁽ᴸ⁾ = ∂E/∂x⁽ᴸ⁺¹⁾ back through the network; y has length n
// and is not kept.
func (p *Pass) Backward(y []float64) error {
	n := p.net
	if len(y) != n.Width() {
		return fmt.Errorf("output gradient of length %d; want the width %d", len(y), n.Width())
	}
	if sq := squaredNorm(y); !finite(sq) {
		return fmt.Errorf("‖y‖² of the output gradient is %v; want finite numbers", sq)
	}
	depth := n.Depth()
	p.y, p.d = make([][]float64, depth+1), make([][]float64, depth)
	p.y[depth] = append([]float64(nil), y...)
	for l := depth - 1; l >= 0; l-- {
		d, below := make([]float64, n.Width()), make([]float64, n.Width())
		floats.MulTo(d, p.deriv[l], p.y[l+1])
		n.layers[l].ApplyTranspose(below, d)
		p.d[l], p.y[l] = d, below
		if sq := squaredNorm(d); !finite(sq) {
			return &OverflowError{"d", l + 1, depth, sq}
		}
	}
	return nil
}

// Output is x⁽ᴸ⁺¹⁾. The caller must not change it.
func (p *Pass) Output() []float64 { return p.x[len(p.x)-1] }

// InputGradient is y⁽⁰⁾ = ∂E/∂x⁽¹⁾, nil before Backward. The caller must not
// change it.
func (p *Pass) InputGradient() []float64 {
	if p.y == nil {
		return nil
	}
	return p.y[0]
}

// WeightGradient is the n×n matrix ∂E/∂W⁽ˡ⁾ = d⁽ˡ⁾x⁽ˡ⁾ᵀ for l = 1 … L, nil
// before Backward.
func (p *Pass) WeightGradient(l int) *mat.Dense {
	if p.d == nil {
		return nil
	}
	var g mat.Dense
	g.Outer(1, mat.NewVecDense(len(p.d[l-1]), p.d[l-1]), mat.NewVecDense(len(p.x[l-1]), p.x[l-1]))
	return &g
}

// Norms are the squared norms of the pass; D and Y are zero before Backward.
func (p *Pass) Norms() Norms {
	out := NewNorms(p.net.Depth())
	for i, v := range p.x {
		out.X[i] = squaredNorm(v)
	}
	for i, v := range p.d {
		out.D[i] = squaredNorm(v)
	}
	for i, v := range p.y {
		out.Y[i] = squaredNorm(v)
	}
	return out
}
