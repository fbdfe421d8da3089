package network

import (
	"context"
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
)

// Memory is what a simulated network keeps of a layer between the two looks at
// its normal draws: for their norm, which scales them, and for what becomes of
// them.
type Memory int

const (
	// Store keeps the draws of one layer: fastest, 8n bytes.
	Store Memory = iota
	// Regenerate draws them again: no memory that grows with the width, and
	// about 1.3 times the work. The numbers are the same to the last bit.
	Regenerate
)

// Config describes a random network.
type Config struct {
	Activation   gpnorm.Activation
	Width, Depth int
	Weights      Weights
	Memory       Memory
	// Workers is how many goroutines share the work of one trial; 0 means one. The
	// norms are the same to the last bit.
	Workers int
}

// A Simulator runs one forward and one backward pass through freshly drawn
// random networks without forming a matrix.
//
// Given x, Wx for Haar W is ‖x‖ times a uniform unit vector ĥ; given that
// Wx = h, Wᵀd = (ĥ·d)x̂ + √(‖d‖² − (ĥ·d)²)·w with w uniform on the unit sphere
// of x̂^⊥. These are exact conditional laws, for a d that depends on h in any
// way, so the norms have exactly the joint law of the explicit network. For
// Gaussian W the same holds with h = ‖x‖g/√n and
// Wᵀd = (h·d)x/‖x‖² + ‖d‖·Pz/√n, P the projection onto x^⊥.
//
// So y = Wᵀd is a combination of two vectors that are known on the way forward: x and
// normal draws z. The squared norms of y and of what the layer below makes of it are
// quadratic forms in the two coefficients. Their matrices are summed up in the
// forward pass, block by block, and the backward pass is a recursion of a few
// numbers for each layer. Where a form cancels, its layer is gone through once more.
//
// A Simulator is a workspace: use one for each goroutine.
type Simulator struct {
	cfg    Config
	layers []layerState // layers[l] for the layer l = 1 … L; layers[0] for what enters
	x, y   []float64    // x⁽¹⁾ and y⁽ᴸ⁾ of the run
	g      []float64    // the normal draws of the layer at hand; empty when regenerating
	parts  []sums       // of the blocks
	hands  []hand       // one for each worker
}

// layerState is what is kept of a layer.
type layerState struct {
	stream montecarlo.Stream
	scale  float64 // h = scale·g for the normal draws g of the layer
	sums   sums    // taken over its outputs
}

// NewSimulator checks the configuration and allocates all that trials need.
func NewSimulator(cfg Config) (*Simulator, error) {
	if err := usable(cfg.Activation); err != nil {
		return nil, err
	}
	if cfg.Width < 2 {
		return nil, fmt.Errorf("width %d; want 2 or more", cfg.Width)
	}
	if cfg.Depth < 1 {
		return nil, fmt.Errorf("depth %d; want 1 or more", cfg.Depth)
	}
	if err := cfg.Weights.Simulated(); err != nil {
		return nil, err
	}
	if cfg.Workers < 0 {
		return nil, fmt.Errorf("%d workers; want 0 or more", cfg.Workers)
	}
	blocks := (cfg.Width + block - 1) / block
	s := &Simulator{
		cfg:    cfg,
		layers: make([]layerState, cfg.Depth+1),
		parts:  make([]sums, blocks),
		hands:  make([]hand, min(max(cfg.Workers, 1), blocks)),
	}
	for i := range s.hands {
		s.hands[i] = newHand(min(cfg.Width, block))
	}
	if cfg.Memory == Store {
		s.g = make([]float64, cfg.Width)
	}
	return s, nil
}

// Run draws one network and sends x⁽¹⁾ = x forward and y⁽ᴸ⁾ = y backward
// through it; both have length n and are not changed. stream(l) is the random
// stream of layer l = 1 … L. The squared norms are written to out, which must
// come from NewNorms of the same depth.
//
// It fails with an *OverflowError when a norm is not finite, and when ctx is
// cancelled.
func (s *Simulator) Run(ctx context.Context, stream func(layer int) montecarlo.Stream, x, y []float64, out Norms) error {
	switch {
	case len(x) != s.cfg.Width || len(y) != s.cfg.Width:
		return fmt.Errorf("input of length %d and output gradient of length %d; want the width %d", len(x), len(y), s.cfg.Width)
	case out.Depth() != s.cfg.Depth:
		return fmt.Errorf("norms for depth %d; want the depth %d", out.Depth(), s.cfg.Depth)
	}
	s.x, s.y = x, y
	for l := 1; l <= s.cfg.Depth; l++ {
		s.layers[l].stream = stream(l)
	}
	if err := s.forward(ctx, out); err != nil {
		return err
	}
	return s.backward(ctx, out)
}

func (s *Simulator) forward(ctx context.Context, out Norms) error {
	out.X[0] = squaredNorm(s.x)
	if !finite(out.X[0]) {
		return fmt.Errorf("‖x‖² of the input is %v; want finite numbers", out.X[0])
	}
	for l := 0; ; l++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		st := &s.layers[l]
		st.sums = s.run(sweep{part: (*Simulator).ahead, l: l})
		if l == 0 {
			st.sums.xx = out.X[0]
		}
		out.X[l] = st.sums.xx
		if !finite(out.X[l]) {
			return &OverflowError{"x", l, s.cfg.Depth, out.X[l]}
		}
		if l == s.cfg.Depth {
			return nil
		}
		s.layers[l+1].scale = s.scale(math.Sqrt(out.X[l]), math.Sqrt(st.sums.gg))
	}
}

// scale is the factor from normal draws of norm g to h.
func (s *Simulator) scale(xNorm, g float64) float64 {
	if s.cfg.Weights == Gaussian {
		return xNorm / math.Sqrt(float64(s.cfg.Width))
	}
	return xNorm / g
}

func (s *Simulator) backward(ctx context.Context, out Norms) error {
	depth := s.cfg.Depth
	out.Y[depth] = squaredNorm(s.y)
	if !finite(out.Y[depth]) {
		return fmt.Errorf("‖y‖² of the output gradient is %v; want finite numbers", out.Y[depth])
	}
	top := s.layers[depth]
	at := descent{dd: top.sums.xDDx, hd: top.scale * top.sums.gDx}
	for l := depth; l > 0; l-- {
		if err := ctx.Err(); err != nil {
			return err
		}
		out.D[l-1] = at.dd
		if !finite(at.dd) {
			return &OverflowError{"d", l, depth, at.dd}
		}
		at = s.descend(l, at)
		out.Y[l-1] = at.yy
	}
	return nil
}
