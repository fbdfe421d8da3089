package faults

import (
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties/internal/suite"
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
)

// slips of a simulator.
type slips struct {
	gaussian     bool // h = ‖x‖g/√n instead of ‖x‖g/‖g‖
	noAlignment  bool // Wᵀd is uniform in all directions: what Wx = h says is forgotten
	unprojected  bool // the fresh part of Wᵀd is not made orthogonal to x
	yForD        bool // ⟨h, y⟩ where ⟨h, d⟩ belongs
	wrongSign    bool // Wᵀd = −(ĥ·d)x̂ + …
	derivAbove   bool // φ′ of the layer above
	regenerated  bool // regenerating continues the stream instead of starting it again
	shellOf1     bool // every layer is fed ‖x‖² = n
	float32Norms bool
	counterBelow bool // the way back draws what the way forward drew in the layer below
}

// simulator is network.Simulator in its plainest form, with slips.
type simulator struct {
	cfg     network.Config
	s       slips
	normals suite.NormalsFunc // those of the streams if nil
}

func (v simulator) Run(_ context.Context, stream func(int) montecarlo.Stream, input, y []float64, out network.Norms) error {
	n, depth := v.cfg.Width, v.cfg.Depth
	norm := func(x []float64) float64 { return floats.Dot(x, x) }
	if v.s.float32Norms {
		norm = squaredNorm32
	}
	x, h, der := [][]float64{input}, make([][]float64, depth), make([][]float64, depth)
	sources := make([]*montecarlo.Stream, depth)
	out.X[0] = norm(input)
	for l := range depth {
		src := stream(l + 1)
		sources[l] = &src
		if v.s.counterBelow && l > 0 {
			below := stream(l)
			sources[l] = &below
		}
		h[l] = v.draw(&src, n)
		length := math.Sqrt(out.X[l])
		if v.s.shellOf1 {
			length = math.Sqrt(float64(n))
		}
		scale := length / floats.Norm(h[l], 2)
		if v.s.gaussian {
			scale = length / math.Sqrt(float64(n))
		}
		floats.Scale(scale, h[l])
		next := make([]float64, n)
		der[l] = make([]float64, n)
		v.cfg.Activation.ValueDeriv(next, der[l], h[l])
		x = append(x, next)
		out.X[l+1] = norm(next)
	}
	d := append([]float64(nil), y...)
	out.Y[depth] = norm(d)
	for l := depth - 1; l >= 0; l-- {
		along := floats.Dot(h[l], d)
		at := l
		if v.s.derivAbove && l+1 < depth {
			at = l + 1
		}
		if v.s.regenerated && v.cfg.Memory == network.Regenerate && l+1 < depth {
			h[l] = v.draw(sources[l], n)
			floats.Scale(math.Sqrt(out.X[l])/floats.Norm(h[l], 2), h[l])
			v.cfg.Activation.Deriv(der[l], h[l])
		}
		floats.Mul(d, der[at])
		out.D[l] = norm(d)
		if !v.s.yForD {
			along = floats.Dot(h[l], d)
		}
		d = v.transpose(sources[l], x[l], along, floats.Dot(d, d))
		out.Y[l] = norm(d)
	}
	return nil
}

func (v simulator) draw(src *montecarlo.Stream, n int) []float64 {
	g := make([]float64, n)
	at := src.NextNormal(0)
	src.Normals(g)
	if v.normals != nil {
		v.normals(*src, g, at)
	}
	return g
}

// transpose draws Wᵀd where ⟨h, d⟩ = along.
func (v simulator) transpose(src *montecarlo.Stream, x []float64, along, dd float64) []float64 {
	z, xx := v.draw(src, len(x)), floats.Dot(x, x)
	if v.s.noAlignment || xx == 0 {
		floats.Scale(math.Sqrt(dd)/floats.Norm(z, 2), z)
		return z
	}
	if !v.s.unprojected {
		floats.AddScaled(z, -floats.Dot(z, x)/xx, x)
	}
	c := along / math.Sqrt(xx)
	if v.s.wrongSign {
		c = -c
	}
	floats.Scale(math.Sqrt(math.Max(dd-c*c, 0))/floats.Norm(z, 2), z)
	floats.AddScaled(z, c/math.Sqrt(xx), x)
	return z
}

func simulators() []Fault {
	plant := func(s slips) func(*suite.System) {
		return func(sys *suite.System) {
			sys.Simulator = func(c network.Config) (suite.Simulator, error) { return simulator{cfg: c, s: s}, nil }
		}
	}
	return []Fault{
		{"simulator-gaussian", "simulator, forward", "Gaussian weights: h = ‖x‖g/√n", "forward-moments", plant(slips{gaussian: true})},
		{"simulator-shell-of-1", "simulator, forward", "lengths are reset in each layer", "homogeneous-depth", plant(slips{shellOf1: true})},
		{"simulator-no-alignment", "simulator, backward", "Wᵀd forgets what Wx = h says about W", "one-law", plant(slips{noAlignment: true})},
		{"simulator-unprojected", "simulator, backward", "the fresh part of Wᵀd is not orthogonal to x", "simulator-bookkeeping",
			plant(slips{unprojected: true})},
		{"simulator-y-for-d", "simulator, backward", "⟨h, y⟩ where ⟨h, d⟩ belongs", "one-law", plant(slips{yForD: true})},
		{"simulator-off-by-one", "simulator, backward", "φ′ of the layer above", "one-law", plant(slips{derivAbove: true})},
		{"simulator-regenerates-others", "simulator, memory", "regenerating draws on instead of again", "simulator-bookkeeping",
			plant(slips{regenerated: true})},
		{"simulator-one-counter", "simulator, backward", "the way back draws what the way forward drew in the layer below", "one-law",
			plant(slips{counterBelow: true})},
		{"simulator-float32", "simulator, norms", "squares added up in float32", "simulator-bookkeeping", plant(slips{float32Norms: true})},
	}
}
