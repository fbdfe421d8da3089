package network

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"bsnn/gpnorm"

	"gonum.org/v1/gonum/floats"
)

// Memory is what a simulated network keeps between the two passes.
type Memory int

const (
	// Store keeps three vectors for each layer: fastest, O(nL) memory.
	Store Memory = iota
	// Regenerate keeps a few scalars for each layer and draws h⁽ˡ⁾ again
	// from its stream on the way back: O(n) memory, about 1.5 times the
	// work.
	Regenerate
)

// Config describes a random network.
type Config struct {
	Activation   gpnorm.Activation
	Width, Depth int
	Weights      Weights
	Memory       Memory
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
// A Simulator is a workspace: use one for each goroutine.
type Simulator struct {
	cfg    Config
	layers []layerState
	y, z   []float64   // the vector on its way back; fresh normal draws
	x      [][]float64 // x⁽²⁾ … x⁽ᴸ⁺¹⁾, or the one at hand when regenerating
	h, der [][]float64 // h⁽ˡ⁾ and φ′(h⁽ˡ⁾), or those at hand
}

// layerState is what is kept of a layer in any mode.
type layerState struct {
	inNorm   float64  // ‖x‖
	scale    float64  // h = scale·g for the normal draws g of this layer
	begin    rand.PCG // the stream before g is drawn
	backward rand.PCG // the stream after g was drawn
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
	kept := cfg.Depth
	if cfg.Memory == Regenerate {
		kept = 1
	}
	return &Simulator{
		cfg:    cfg,
		layers: make([]layerState, cfg.Depth),
		y:      make([]float64, cfg.Width),
		z:      make([]float64, cfg.Width),
		x:      vectors(kept, cfg.Width),
		h:      vectors(kept, cfg.Width),
		der:    vectors(kept, cfg.Width),
	}, nil
}

func vectors(count, n int) [][]float64 {
	v := make([][]float64, count)
	for i := range v {
		v[i] = make([]float64, n)
	}
	return v
}

// Run draws one network and sends x⁽¹⁾ = x forward and y⁽ᴸ⁾ = y backward
// through it; both have length n and are not changed. stream(l) is the random
// stream of layer l = 1 … L. The squared norms are written to out, which must
// come from NewNorms of the same depth.
//
// It fails with an *OverflowError when a norm is not finite, and when ctx is
// cancelled.
func (s *Simulator) Run(ctx context.Context, stream func(layer int) rand.PCG, x, y []float64, out Norms) error {
	switch {
	case len(x) != s.cfg.Width || len(y) != s.cfg.Width:
		return fmt.Errorf("input of length %d and output gradient of length %d; want the width %d", len(x), len(y), s.cfg.Width)
	case out.Depth() != s.cfg.Depth:
		return fmt.Errorf("norms for depth %d; want the depth %d", out.Depth(), s.cfg.Depth)
	}
	if err := s.forward(ctx, stream, x, out); err != nil {
		return err
	}
	return s.backward(ctx, x, y, out)
}

func (s *Simulator) forward(ctx context.Context, stream func(layer int) rand.PCG, x []float64, out Norms) error {
	out.X[0] = squaredNorm(x)
	if !finite(out.X[0]) {
		return fmt.Errorf("‖x‖² of the input is %v; want finite numbers", out.X[0])
	}
	for l := range s.layers {
		if err := ctx.Err(); err != nil {
			return err
		}
		st := &s.layers[l]
		st.begin = stream(l + 1)
		st.backward = st.begin
		st.inNorm = math.Sqrt(out.X[l])
		gNorm := math.Sqrt(fillNormal(kept(s.h, l), &st.backward))
		st.scale = s.scale(st.inNorm, gNorm)
		out.X[l+1] = s.activate(l, s.cfg.Memory == Store || l == s.cfg.Depth-1)
		if !finite(out.X[l+1]) {
			return &OverflowError{"x", l + 1, s.cfg.Depth, out.X[l+1]}
		}
	}
	return nil
}

// scale is the factor from normal draws of norm g to h.
func (s *Simulator) scale(xNorm, g float64) float64 {
	if s.cfg.Weights == Gaussian {
		return xNorm / math.Sqrt(float64(s.cfg.Width))
	}
	return xNorm / g
}

// block is the number of neurons handled at a time, so that the passes over
// them stay in the first-level cache.
const block = 512

// kept is the vector that belongs to layer l, counted from 0.
func kept(v [][]float64, l int) []float64 { return v[l%len(v)] }

// activate turns the normal draws of layer l, counted from 0, into h in place,
// evaluates φ and, if asked, φ′, and returns ‖x‖² of what the layer puts out.
func (s *Simulator) activate(l int, withDeriv bool) float64 {
	h, x, der := kept(s.h, l), kept(s.x, l), kept(s.der, l)
	var sum float64
	for lo := 0; lo < len(h); lo += block {
		hi := min(lo+block, len(h))
		hb, xb := h[lo:hi], x[lo:hi]
		floats.Scale(s.layers[l].scale, hb)
		if withDeriv {
			s.cfg.Activation.ValueDeriv(xb, der[lo:hi], hb)
		} else {
			s.cfg.Activation.Value(xb, hb)
		}
		sum += squaredNorm(xb)
	}
	return sum
}

func (s *Simulator) backward(ctx context.Context, input, outGradient []float64, out Norms) error {
	copy(s.y, outGradient)
	out.Y[s.cfg.Depth] = squaredNorm(s.y)
	if !finite(out.Y[s.cfg.Depth]) {
		return fmt.Errorf("‖y‖² of the output gradient is %v; want finite numbers", out.Y[s.cfg.Depth])
	}
	for l := s.cfg.Depth - 1; l >= 0; l-- {
		if err := ctx.Err(); err != nil {
			return err
		}
		var hd float64
		out.D[l], hd = s.throughActivation(l)
		if !finite(out.D[l]) {
			return &OverflowError{"d", l + 1, s.cfg.Depth, out.D[l]}
		}
		x := input
		if l > 0 {
			if s.cfg.Memory == Regenerate {
				s.regenerate(l - 1)
			}
			x = kept(s.x, l-1)
		}
		out.Y[l] = s.throughTranspose(l, x, out.D[l], hd)
	}
	return nil
}

// regenerate brings back h, φ(h) and φ′(h) of layer l, counted from 0.
func (s *Simulator) regenerate(l int) {
	src := s.layers[l].begin
	fillNormal(kept(s.h, l), &src)
	s.activate(l, true)
}

// throughActivation replaces y by d = φ′(h)·y and returns ‖d‖² and h·d.
func (s *Simulator) throughActivation(l int) (dd, hd float64) {
	h, der := kept(s.h, l), kept(s.der, l)
	for lo := 0; lo < len(h); lo += block {
		hi := min(lo+block, len(h))
		db := s.y[lo:hi]
		floats.Mul(db, der[lo:hi])
		dd += squaredNorm(db)
		hd += floats.Dot(h[lo:hi], db)
	}
	return dd, hd
}

// throughTranspose replaces d by y = Wᵀd, given that Wx = h, and returns ‖y‖².
func (s *Simulator) throughTranspose(l int, x []float64, dd, hd float64) float64 {
	st := &s.layers[l]
	zz, zx := s.drawAgainst(x, &st.backward)
	alongX, alongZ := s.transposeCoefficients(st, dd, hd, zz, zx)
	var yy float64
	for lo := 0; lo < len(x); lo += block {
		hi := min(lo+block, len(x))
		yb := s.y[lo:hi]
		floats.ScaleTo(yb, alongX, x[lo:hi])
		floats.AddScaled(yb, alongZ, s.z[lo:hi])
		yy += squaredNorm(yb)
	}
	return yy
}

// drawAgainst draws fresh normal z and returns ‖z‖² and z·x. Where z points
// almost along x, only its component orthogonal to x is kept: that is all the
// transpose uses, and ‖z‖² − (z·x̂)² would lose its digits.
func (s *Simulator) drawAgainst(x []float64, src *rand.PCG) (zz, zx float64) {
	zz, zx = fillNormal(s.z, src), floats.Dot(s.z, x)
	if xx := squaredNorm(x); xx > 0 && zz-zx*zx/xx < 1e-3*zz {
		floats.AddScaled(s.z, -zx/xx, x)
		zz, zx = squaredNorm(s.z), floats.Dot(s.z, x)
	}
	return zz, zx
}

// transposeCoefficients gives y = Wᵀd as a combination of x and the fresh
// normal draws z: the component along x̂ that Wx = h dictates, and an
// independent one in x̂^⊥ along Pz = z − (z·x̂)x̂.
func (s *Simulator) transposeCoefficients(st *layerState, dd, hd, zz, zx float64) (alongX, alongZ float64) {
	var hatHD, hatXZ float64 // ĥ·d and x̂·z; 0 when nothing is known of W
	if st.inNorm > 0 {
		hatHD, hatXZ = hd/st.inNorm, zx/st.inNorm
	}
	switch s.cfg.Weights {
	case Gaussian:
		alongZ = math.Sqrt(dd / float64(s.cfg.Width))
	default:
		rest := math.Max(dd-hatHD*hatHD, 0)
		alongZ = math.Sqrt(rest / (zz - hatXZ*hatXZ))
	}
	if st.inNorm > 0 {
		alongX = (hatHD - alongZ*hatXZ) / st.inNorm
	}
	return alongX, alongZ
}
