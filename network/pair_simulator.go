package network

import (
	"context"
	"errors"
	"fmt"
	"math"

	"bsnn/internal/vector"
	"bsnn/montecarlo"
)

// A Couple is what two vectors are to each other: ‖v₁‖², ‖v₂‖² and 1 − ρ, ρ the cosine between them.
type Couple struct{ First, Second, Distance float64 }

// Couples are those of two inputs on their way through L layers, and of their gradients at the input.
type Couples struct {
	X []Couple // of x⁽ˡ⁾, l = 1 … L+1, at index l−1
	H []Couple // of h⁽ˡ⁾ = W⁽ˡ⁾x⁽ˡ⁾, l = 1 … L, at index l−1
	Y Couple   // of y⁽⁰⁾ = ∂E/∂x⁽¹⁾
}

// NewCouples has room for a network of the given depth.
func NewCouples(depth int) *Couples {
	return &Couples{X: make([]Couple, depth+1), H: make([]Couple, depth)}
}

// ErrDigits says that two vectors are so nearly parallel that their inner products do not say by what they
// differ: networks of whole vectors do.
var ErrDigits = errors.New("two vectors are nearly parallel; want networks of whole vectors")

// leastPairWidth has room for two questions each way.
const leastPairWidth = 4

// Squared distances below this fraction of squared norms have lost half of their digits.
const nearlyParallel = 1e-9

// A PairSimulator sends two inputs forward, and a gradient for each of them back, through freshly drawn plain
// networks without forming a matrix, as a [Simulator] does with one, and keeps what they are to each other
// alone. It draws the numbers that networks from [Prepared.DrawLazily] draw, from the same streams, so they
// are the same networks up to rounding.
//
// W is asked for Wx₁ and Wx₂, and then for Wᵀd₁ and Wᵀd₂. Let v₁, v₂ be x₁, x₂ made orthonormal and
// uᵢ = Wvᵢ; these are two normal draws, for Haar weights made orthonormal too. Wᵀd has the components uᵢ·d
// along vᵢ, and the rest lies in the complement of v₁ and v₂: two more normal draws, projected, times a root of
// the Gram matrix of the two d, for Haar weights of what of them is orthogonal to u₁ and u₂. So the two
// gradients in front of W are combinations of x₁, x₂ − x₁ and the draws z₁, z₂, all known on the way forward,
// and whatever is asked of them is a form in the coefficients whose matrices are summed up on the way there.
//
// A PairSimulator is a workspace: use one for each goroutine. Its memory is 16n bytes and some for each layer.
type PairSimulator struct {
	cfg    Config
	layers []pairLayer // layers[l] for the layer l = 1 … L; layers[0] for what enters
	x, y   [2][]float64
	g      [2][]float64 // the normal draws of the layer at hand
	hands  [13][]float64
	root   float64 // √n
}

// pairLayer is what is kept of a layer.
type pairLayer struct {
	stream montecarlo.Stream
	g      gram2   // of its normal draws g₁, g₂
	h      gram2   // h₁ = h.xx·g₁ and h₂ = h.xy·g₁ + h.yy·g₂
	w      gram4   // of (x₁, x₂ − x₁, z₁, z₂): what it puts out, and the draws for the way back through the next layer
	second float64 // ‖x₂‖²

	// With a = D₁w and b = D₂w, w one of the four.
	aa, bb gram4
	ab     [4][4]float64
	ga, gb [2][4]float64 // products with g₁ and g₂
}

// gram2 has the inner products of two vectors.
type gram2 struct{ xx, xy, yy float64 }

// gram4 has those of four, above the diagonal and on it.
type gram4 [4][4]float64

// form is Σ pᵢ·g[i][j]·qⱼ, the inner product of two combinations of the vectors.
func (g *gram4) form(p, q *[4]float64) (s float64) {
	for i := range 4 {
		s += p[i] * q[i] * g[i][i]
		for j := i + 1; j < 4; j++ {
			s += (p[i]*q[j] + p[j]*q[i]) * g[i][j]
		}
	}
	return s
}

// NewPairSimulator checks the configuration and allocates all that trials need. Memory and Workers are not
// used: draws are stored, and one goroutine does the work of a trial.
func NewPairSimulator(cfg Config) (*PairSimulator, error) {
	if err := usable(cfg.Activation); err != nil {
		return nil, err
	}
	if cfg.Width < leastPairWidth {
		return nil, fmt.Errorf("width %d of two inputs and two gradients; want %d or more", cfg.Width, leastPairWidth)
	}
	if cfg.Depth < 1 {
		return nil, fmt.Errorf("depth %d; want 1 or more", cfg.Depth)
	}
	if err := cfg.Weights.Simulated(); err != nil {
		return nil, err
	}
	s := &PairSimulator{cfg: cfg, layers: make([]pairLayer, cfg.Depth+1), root: math.Sqrt(float64(cfg.Width))}
	for i := range s.hands {
		s.hands[i] = make([]float64, min(cfg.Width, block))
	}
	for i := range s.g {
		s.g[i] = make([]float64, cfg.Width)
	}
	return s, nil
}

// Pairs is the configuration of a [PairSimulator] for the architecture; there is one for plain networks of
// weights that need not be formed, wide enough for two inputs and two gradients.
func (p *Prepared) Pairs() (c Config, ok bool) {
	plain, is := p.architecture.Plain()
	if !is || p.architecture.Formed() || p.architecture.Input < leastPairWidth {
		return c, false
	}
	return Config{Activation: p.functions[plain.Activation.Key()], Width: p.architecture.Input, Depth: plain.Depth,
		Weights: plain.Weights}, true
}

// PairNumbers is about how many numbers the simulator of these networks holds.
func (p *Prepared) PairNumbers() float64 {
	const each = 90 // of a layer
	return 2*float64(p.architecture.Input) + 13*block + each*float64(p.Linears())
}

// Run draws one network and sends x₁ and x₂ forward and the gradients y₁ and y₂ back through it; all have length
// n and are not changed. stream(l) is that of layer l = 1 … L. out must come from NewCouples of the same depth.
//
// It fails with [ErrDigits] where vectors become parallel, and with an *OverflowError when a norm is not
// finite.
func (s *PairSimulator) Run(ctx context.Context, stream func(layer int) montecarlo.Stream, x, y [2][]float64, out *Couples) error {
	for _, v := range [][]float64{x[0], x[1], y[0], y[1]} {
		if len(v) != s.cfg.Width {
			return fmt.Errorf("a vector of length %d; want the width %d", len(v), s.cfg.Width)
		}
	}
	if len(out.H) != s.cfg.Depth || len(out.X) != s.cfg.Depth+1 {
		return fmt.Errorf("couples for depth %d; want the depth %d", len(out.H), s.cfg.Depth)
	}
	s.x, s.y = x, y
	for l := range s.layers {
		if err := ctx.Err(); err != nil {
			return err
		}
		if l > 0 {
			s.layers[l].stream = stream(l)
		}
		if l < s.cfg.Depth {
			s.layers[l+1].stream = stream(l + 1)
		}
		if err := s.ahead(l, out); err != nil {
			return err
		}
	}
	return s.back(out)
}

// ahead goes through the neurons between layer l and layer l+1.
func (s *PairSimulator) ahead(l int, out *Couples) error {
	st := &s.layers[l]
	*st = pairLayer{stream: st.stream, g: st.g, h: st.h}
	top := l == s.cfg.Depth
	var next gram2
	for lo := 0; lo < s.cfg.Width; lo += block {
		hi := min(lo+block, s.cfg.Width)
		s.through(l, lo, hi)
		if top {
			continue
		}
		g1, g2 := s.g[0][lo:hi], s.g[1][lo:hi]
		next.xx += s.draw(g1, l+1, 0, lo)
		next.yy += s.draw(g2, l+1, 1, lo)
		next.xy += vector.Dot(g1, g2)
	}
	x := &out.X[l]
	*x = Couple{st.w[0][0], st.second, st.distance()}
	if !finite(x.First) || !finite(x.Second) {
		return &OverflowError{"x", l, s.cfg.Depth, x.First + x.Second}
	}
	if top {
		return nil
	}
	if !(st.apart() > nearlyParallel*math.Max(st.w[0][0], st.w[1][1])) {
		return ErrDigits
	}
	s.layers[l+1].g = next
	return s.images(l, out)
}

// draw fills a block from lo on with the normal draws of layer l for the question of that number, and returns
// their sum of squares.
func (s *PairSimulator) draw(block []float64, l, question, lo int) float64 {
	up := &s.layers[l].stream
	begin := up.NextNormal(0)
	each := up.NextNormal(s.cfg.Width) - begin
	return up.NormalsAt(block, begin+uint64(question)*each+uint64(lo))
}

// apart is the squared distance of x₂ from the line of x₁.
func (st *pairLayer) apart() float64 { return st.w[1][1] - st.w[0][1]*st.w[0][1]/st.w[0][0] }

// distance is 1 − ρ of x₁ and x₂, without cancellation where they are close.
func (st *pairLayer) distance() float64 {
	along := (st.w[0][0] + st.w[0][1]) / math.Sqrt(st.w[0][0]*st.second)
	if along <= 0 {
		return 1 - along
	}
	return st.apart() / st.second / (1 + along)
}

// images finds h₁ and h₂ of layer l+1, as combinations of its draws.
func (s *PairSimulator) images(l int, out *Couples) error {
	st, up := &s.layers[l], &s.layers[l+1]
	a, b := math.Sqrt(st.w[0][0]), math.Sqrt(st.apart())
	c := a + st.w[0][1]/a // x₂ = c·v₁ + b·v₂
	if s.cfg.Weights == Gaussian {
		g, n := up.g, float64(s.cfg.Width)
		up.h = gram2{a / s.root, c / s.root, b / s.root}
		out.H[l] = coupleOf(gram2{a * a * g.xx / n, a * (c*g.xx + b*g.xy) / n, (c*c*g.xx + 2*b*c*g.xy + b*b*g.yy) / n})
		return nil
	}
	u1, u2, along := up.directions()
	if !(u2 > 0) {
		return ErrDigits
	}
	up.h = gram2{a * u1, c*u1 - b*u2*along, b * u2}
	out.H[l] = out.X[l]
	return nil
}

// directions of the draws of a layer with Haar weights: u₁ = first·g₁ and u₂ = second·(g₂ − along·g₁).
func (st *pairLayer) directions() (first, second, along float64) {
	along = st.g.xy / st.g.xx
	return 1 / math.Sqrt(st.g.xx), 1 / math.Sqrt(st.g.yy-along*st.g.xy), along
}

func coupleOf(g gram2) Couple {
	return Couple{g.xx, g.yy, 1 - g.xy/(math.Sqrt(g.xx)*math.Sqrt(g.yy))}
}

// through adds up a block of the sums of layer l.
func (s *PairSimulator) through(l, lo, hi int) {
	st := &s.layers[l]
	var v [13][]float64
	for i := range v {
		v[i] = s.hands[i][:hi-lo]
	}
	x1, x2, d1, d2, h2, difference := v[0], v[1], v[2], v[3], v[4], v[5]
	g1, g2 := s.g[0][lo:hi], s.g[1][lo:hi]
	if l == 0 {
		x1, x2 = s.x[0][lo:hi], s.x[1][lo:hi]
		st.w[0][0] += squaredNorm(x1)
		st.second += squaredNorm(x2)
	} else {
		combine(h2, st.h.xy, g1, st.h.yy, g2)
		st.w[0][0] += s.cfg.Activation.ScaledValueDeriv(x1, d1, g1, st.h.xx)
		st.second += s.cfg.Activation.ScaledValueDeriv(x2, d2, h2, 1)
	}
	st.w[1][1] += combine(difference, 1, x2, -1, x1)
	st.w[0][1] += dot(x1, difference)
	if l == s.cfg.Depth {
		s.ends(st, v, lo, hi)
		return
	}
	z1, z2 := v[6], v[7]
	st.w[2][2] += s.draw(z1, l+1, 2, lo)
	st.w[3][3] += s.draw(z2, l+1, 3, lo)
	add4(&st.w[0][2], &st.w[0][3], &st.w[1][2], &st.w[1][3])(vector.Products(x1, difference, z1, z2))
	st.w[2][3] += dot(z1, z2)
	if l == 0 {
		return
	}

	a := [3][]float64{v[8], v[9], v[10]}
	b := [4][]float64{x1, difference, z1, z2}
	aa, bb := &st.aa, &st.bb
	add6(aa)(vector.MulGram(a[0], a[1], a[2], d1, x1, difference, z1))
	add6(bb)(vector.MulGram(b[0], b[1], b[2], d2, x1, difference, z1))
	bb[3][3] += multiply(b[3], z2, d2)
	var g1b3, g2b3, again float64
	add4(&g1b3, &g2b3, &bb[0][3], &bb[1][3])(vector.Against(b[3], g1, g2, b[0], b[1]))
	st.gb[0][3] += g1b3
	st.gb[1][3] += g2b3
	add4(&st.ab[0][0], &st.ab[0][1], &again, &st.ab[1][1])(vector.Products(a[0], a[1], b[0], b[1]))
	add4(&st.ab[0][2], &st.ab[0][3], &st.ab[1][2], &st.ab[1][3])(vector.Products(a[0], a[1], b[2], b[3]))
	add4(&st.ab[2][2], &st.ab[2][3], &again, &bb[2][3])(vector.Products(a[2], b[2], b[2], b[3]))
	add4(&st.ga[0][0], &st.ga[0][1], &st.ga[1][0], &st.ga[1][1])(vector.Products(g1, g2, a[0], a[1]))
	add4(&st.gb[0][0], &st.gb[0][1], &st.gb[1][0], &st.gb[1][1])(vector.Products(g1, g2, b[0], b[1]))
	add4(&st.ga[0][2], &st.gb[0][2], &st.ga[1][2], &st.gb[1][2])(vector.Products(g1, g2, a[2], b[2]))
}

// ends is a block above the last layer, where the gradients are y₁ and y₂ in place of combinations.
func (s *PairSimulator) ends(st *pairLayer, v [13][]float64, lo, hi int) {
	d1, d2, a, b := v[2], v[3], v[8], v[9]
	st.aa[0][0] += multiply(a, s.y[0][lo:hi], d1)
	st.bb[0][0] += multiply(b, s.y[1][lo:hi], d2)
	st.ab[0][0] += dot(a, b)
	add4(&st.ga[0][0], &st.gb[0][0], &st.ga[1][0], &st.gb[1][0])(vector.Products(s.g[0][lo:hi], s.g[1][lo:hi], a, b))
}

// add4 adds four numbers to others.
func add4(p, q, r, s *float64) func(a, b, c, d float64) {
	return func(a, b, c, d float64) { *p, *q, *r, *s = *p+a, *q+b, *r+c, *s+d }
}

// add6 adds the inner products of three vectors.
func add6(g *gram4) func(aa, ab, ac, bb, bc, cc float64) {
	return func(aa, ab, ac, bb, bc, cc float64) {
		g[0][0], g[0][1], g[0][2] = g[0][0]+aa, g[0][1]+ab, g[0][2]+ac
		g[1][1], g[1][2], g[2][2] = g[1][1]+bb, g[1][2]+bc, g[2][2]+cc
	}
}

// back goes through the layers from the last to the first: p and q are the coefficients of the two gradients in
// front of the layer above.
func (s *PairSimulator) back(out *Couples) error {
	p, q := [4]float64{1}, [4]float64{1} // y₁ and y₂ themselves
	for l := s.cfg.Depth; l > 0; l-- {
		st := &s.layers[l]
		var d gram2
		d.xx, d.yy = st.aa.form(&p, &p), st.bb.form(&q, &q)
		for i := range 3 {
			for j := range 4 {
				d.xy += p[i] * q[j] * st.ab[min(i, j)][max(i, j)]
			}
		}
		var gd [2][2]float64 // of gᵢ and d_k
		for i := range gd {
			for j := range 4 {
				gd[i][0] += p[j] * st.ga[i][j]
				gd[i][1] += q[j] * st.gb[i][j]
			}
		}
		var ok bool
		if p, q, ok = s.transpose(l, d, gd); !ok {
			return ErrDigits
		}
	}
	w := &s.layers[0].w
	out.Y = coupleOf(gram2{w.form(&p, &p), w.form(&p, &q), w.form(&q, &q)})
	if !finite(out.Y.First) || !finite(out.Y.Second) {
		return &OverflowError{"y", 0, s.cfg.Depth, out.Y.First + out.Y.Second}
	}
	return nil
}

// transpose takes d₁ and d₂ back through the map of layer l.
func (s *PairSimulator) transpose(l int, d gram2, gd [2][2]float64) (p, q [4]float64, ok bool) {
	st, w := &s.layers[l], &s.layers[l-1].w
	along, onV := gd, gd // of d_k: products with uᵢ, which are components along vᵢ
	rest := d
	if s.cfg.Weights == Gaussian {
		for i := range onV {
			for k := range onV[i] {
				onV[i][k] = along[i][k] / s.root
			}
		}
	} else {
		u1, u2, c := st.directions()
		for k := range 2 {
			onV[0][k] = u1 * along[0][k]
			onV[1][k] = u2 * (along[1][k] - c*along[0][k])
		}
		for i := range onV {
			rest.xx -= onV[i][0] * onV[i][0]
			rest.xy -= onV[i][0] * onV[i][1]
			rest.yy -= onV[i][1] * onV[i][1]
		}
	}
	if !(rest.xx > nearlyParallel*d.xx && rest.yy-rest.xy*rest.xy/rest.xx > nearlyParallel*d.yy) {
		return p, q, false
	}
	r11 := math.Sqrt(rest.xx)
	r21 := rest.xy / r11
	r22 := math.Sqrt(rest.yy - r21*r21)

	// v₁ = x₁/a and v₂ = (x₂ − x₁ − t·x₁)/b; z₁ and z₂ have the products k with them.
	a, b, t := math.Sqrt(w[0][0]), math.Sqrt(s.layers[l-1].apart()), w[0][1]/w[0][0]
	var k [2][2]float64
	for i := range k {
		k[i] = [2]float64{w[0][2+i] / a, (w[1][2+i] - t*w[0][2+i]) / b}
	}
	first, second, common := 1/s.root, 1/s.root, 0. // the draws made orthonormal: first·z₁ and second·(z₂ − common·z₁)
	if s.cfg.Weights != Gaussian {
		n1 := w[2][2] - k[0][0]*k[0][0] - k[0][1]*k[0][1]
		common = (w[2][3] - k[0][0]*k[1][0] - k[0][1]*k[1][1]) / n1
		n2 := w[3][3] - k[1][0]*k[1][0] - k[1][1]*k[1][1] - common*common*n1
		if !(n1 > nearlyParallel*w[2][2] && n2 > nearlyParallel*w[3][3]) {
			return p, q, false
		}
		first, second = 1/math.Sqrt(n1), 1/math.Sqrt(n2)
	}
	combination := func(onV1, onV2, r1, r2 float64) [4]float64 {
		z1, z2 := r1*first-r2*second*common, r2*second
		c1 := onV1 - z1*k[0][0] - z2*k[1][0]
		c2 := (onV2 - z1*k[0][1] - z2*k[1][1]) / b
		return [4]float64{c1/a - c2*t, c2, z1, z2}
	}
	return combination(onV[0][0], onV[1][0], r11, 0), combination(onV[0][1], onV[1][1], r21, r22), true
}
