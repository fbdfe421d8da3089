package faults

import (
	"errors"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/orthogonal"
	"bsnn/properties/internal/suite"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// mistakes of an explicit network.
type mistakes struct {
	derivAbove   bool // d⁽ˡ⁾ takes φ′ of the layer above
	noDeriv      bool // the activation is skipped on the way back
	float32Norms bool // squared norms are added up in float32
	preNorms     bool // ‖h‖² is recorded for ‖x‖²
	gradientX    bool // ∂E/∂W⁽ˡ⁾ = d⁽ˡ⁾x⁽ˡ⁺¹⁾ᵀ
	inputD       bool // the input gradient is d⁽¹⁾
}

type variant struct {
	a      gpnorm.Activation
	layers []orthogonal.Operator
	m      mistakes
}

type variantPass struct {
	variant
	x, h, der, d, y [][]float64
}

func (v variant) Forward(x []float64) (suite.Pass, error) {
	n := len(x)
	p := &variantPass{variant: v, x: [][]float64{append([]float64(nil), x...)}}
	for l, w := range v.layers {
		h, val, der := make([]float64, n), make([]float64, n), make([]float64, n)
		w.Apply(h, p.x[l])
		v.a.ValueDeriv(val, der, h)
		p.h, p.x, p.der = append(p.h, h), append(p.x, val), append(p.der, der)
	}
	return p, nil
}

func (p *variantPass) Backward(y []float64) error {
	depth := len(p.layers)
	p.d, p.y = make([][]float64, depth), make([][]float64, depth+1)
	p.y[depth] = append([]float64(nil), y...)
	for l := depth - 1; l >= 0; l-- {
		d, below := make([]float64, len(y)), make([]float64, len(y))
		der := p.der[l]
		if p.m.derivAbove && l+1 < depth {
			der = p.der[l+1]
		}
		if copy(d, p.y[l+1]); !p.m.noDeriv {
			floats.Mul(d, der)
		}
		p.layers[l].ApplyTranspose(below, d)
		p.d[l], p.y[l] = d, below
	}
	return nil
}

func (p *variantPass) Output() []float64 { return p.x[len(p.x)-1] }

func (p *variantPass) InputGradient() []float64 {
	if p.m.inputD {
		return p.d[0]
	}
	return p.y[0]
}

func (p *variantPass) WeightGradient(l int) *mat.Dense {
	x := p.x[l-1]
	if p.m.gradientX {
		x = p.x[l]
	}
	var g mat.Dense
	g.Outer(1, mat.NewVecDense(len(p.d[l-1]), p.d[l-1]), mat.NewVecDense(len(x), x))
	return &g
}

func (p *variantPass) Norms() network.Norms {
	out := network.NewNorms(len(p.layers))
	norm := func(v []float64) float64 { return floats.Dot(v, v) }
	if p.m.float32Norms {
		norm = squaredNorm32
	}
	for i, v := range p.x {
		if p.m.preNorms && i > 0 {
			v = p.h[i-1]
		}
		out.X[i] = norm(v)
	}
	for i, v := range p.d {
		out.D[i] = norm(v)
	}
	for i, v := range p.y {
		out.Y[i] = norm(v)
	}
	return out
}

func squaredNorm32(x []float64) float64 {
	var sum float32
	for _, v := range x {
		sum += float32(v) * float32(v)
	}
	return float64(sum)
}

func networks() []Fault {
	plant := func(m mistakes) func(*suite.System) {
		return func(s *suite.System) {
			s.Network = func(a gpnorm.Activation, layers ...orthogonal.Operator) (suite.Network, error) {
				if len(layers) == 0 {
					return nil, errors.New("no layers")
				}
				return variant{a, layers, m}, nil
			}
		}
	}
	return []Fault{
		{"off-by-one-layer", "network, backward", "d⁽ˡ⁾ = φ′(h⁽ˡ⁺¹⁾)·y⁽ˡ⁾: the derivative of the layer above", "plain-loops",
			plant(mistakes{derivAbove: true})},
		{"no-derivative", "network, backward", "the activation is skipped on the way back", "plain-loops", plant(mistakes{noDeriv: true})},
		{"float32-norms", "network, norms", "squares added up in float32", "plain-loops", plant(mistakes{float32Norms: true})},
		{"norm-before-activation", "network, norms", "‖h⁽ˡ⁾‖² recorded for ‖x⁽ˡ⁺¹⁾‖²", "plain-loops", plant(mistakes{preNorms: true})},
		{"gradient-of-next-x", "network, gradients", "∂E/∂W⁽ˡ⁾ = d⁽ˡ⁾x⁽ˡ⁺¹⁾ᵀ", "gradients", plant(mistakes{gradientX: true})},
		{"input-gradient-d", "network, gradients", "∂E/∂x⁽¹⁾ = d⁽¹⁾, the last Wᵀ forgotten", "gradients", plant(mistakes{inputD: true})},
	}
}
