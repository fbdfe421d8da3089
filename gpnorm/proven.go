package gpnorm

import (
	"errors"
	"fmt"
	"math"

	"bsnn/internal/enclose"
)

// normalizeProven is Normalize held against a certificate: quadrature gives the
// digits as long as the proof agrees.
func normalizeProven(f Activation, c Certificate) (Normalized, error) {
	var n Normalized
	err := c.FourthMoment
	if !infinite(err) { // quadrature would look for it in vain
		n, err = normalize(f)
	}
	if err != nil || !n.settle(c) {
		n, err = normalizedBy(f, c), nil
	}
	if c.FourthMoment != nil {
		n.Warnings = append(n.Warnings, fmt.Sprintf("the variances of the limit laws are not known to exist: %v", c.FourthMoment))
	}
	return n, err
}

// infinite reports whether the fourth moments are proven not to exist.
func infinite(fourth error) bool {
	var e *enclose.Error
	return errors.As(fourth, &e) && e.Reason == enclose.Infinite
}

// rounding is how far, relatively, quadrature may be outside an enclosure and still
// be right but for rounding.
const rounding = 1e-11

// settle moves what rounding took out of an enclosure to its nearest end. It says
// whether every number is inside then; if not, nothing is changed that counts.
func (n *Normalized) settle(c Certificate) bool {
	ok := true
	into := func(x *float64, i Interval, scale float64) { ok = clamp(x, i, scale) && ok }
	into(&n.A, c.A, n.A)
	raw := &n.RawProfile
	size := math.Sqrt(raw.SecondMoment.Value) + math.Sqrt(raw.DerivSecondMoment.Value)
	into(&raw.Mean.Value, c.Mean, size)
	into(&raw.SecondMoment.Value, c.SecondMoment, size*size)
	into(&raw.DerivMean.Value, c.DerivMean, size)
	into(&raw.DerivSecondMoment.Value, c.DerivSecondMoment, size*size)
	ok = within(raw, c.Given) && ok
	if len(c.Roots) == 2 && len(n.Roots) != 2 {
		return false
	}
	for i := range n.Roots {
		r := &n.Roots[i]
		e := nearest(c.Roots, r.B)
		into(&r.B, e.B, 1+n.A*size)
		ok = within(&r.Profile, e.Profile) && ok
	}
	if ok {
		n.choose(preferred(n.Roots))
	}
	return ok
}

// clamp moves x to the nearest end of an enclosure if rounding, relative to the scale
// of what it was computed from, explains that it is outside, and says whether it
// is inside then.
func clamp(x *float64, i Interval, scale float64) bool {
	switch {
	case math.IsNaN(*x) || !i.IsBounded(): // nothing is proven
	case i.Contains(*x):
	case i.Lo > *x && i.Lo-*x <= rounding*scale:
		*x = i.Lo
	case i.Hi < *x && *x-i.Hi <= rounding*scale:
		*x = i.Hi
	default:
		return false
	}
	return true
}

// within clamps a profile into its enclosures.
func within(p *Profile, e enclose.Profile) bool {
	square := p.SecondMoment.Value + p.DerivSecondMoment.Value
	four := square*square + math.Abs(p.ForwardVariance) + math.Abs(p.BackwardVariance)
	ok := clamp(&p.Slope, e.Slope, square)
	ok = clamp(&p.DerivSlope, e.DerivSlope, square) && ok
	ok = clamp(&p.ForwardVariance, e.ForwardVariance, four) && ok
	ok = clamp(&p.BackwardVariance, e.BackwardVariance, four) && ok
	ok = clamp(&p.Cross, e.Cross, four) && ok
	if !e.DepthVariance.IsEmpty() {
		ok = clamp(&p.DepthVariance, e.DepthVariance, four) && ok
	}
	return ok
}

// nearest is the enclosed root that a computed one belongs to.
func nearest(roots []enclose.Root, b float64) enclose.Root {
	best := roots[0]
	for _, r := range roots[1:] {
		if math.Abs(r.B.Mid()-b) < math.Abs(best.B.Mid()-b) {
			best = r
		}
	}
	return best
}

// normalizedBy is the normalisation by the middles of the enclosures; the profiles of
// a·f + b are those of quadrature where it agrees with the proof.
func normalizedBy(f Activation, c Certificate) Normalized {
	n := Normalized{Raw: f, A: c.A.Mid()}
	n.RawProfile = profileBy(c.Given)
	n.RawProfile.Mean, n.RawProfile.SecondMoment = middle(c.Mean), middle(c.SecondMoment)
	n.RawProfile.DerivMean, n.RawProfile.DerivSecondMoment = middle(c.DerivMean), middle(c.DerivSecondMoment)
	for _, r := range c.Roots {
		p := profileBy(r.Profile)
		p.Mean = middle(c.A.Mul(c.Mean).Add(r.B))
		p.DerivMean = middle(c.A.Mul(c.DerivMean))
		p.SecondMoment, p.DerivSecondMoment = Estimate{Value: 1}, Estimate{Value: 1} // by what a and b are
		if p.DepthVariance = proven(r.DepthVariance); r.DepthVariance.IsEmpty() {
			p.DepthVariance = p.depthVariance()
		}
		b := r.B.Mid()
		if !infinite(c.FourthMoment) {
			if seen, err := newTape(f.Affine(n.A, b)).describe(); err == nil && within(&seen, r.Profile) {
				p = seen
			}
		}
		n.Roots = append(n.Roots, Root{b, p})
	}
	n.choose(preferred(n.Roots))
	return n
}

// proven is the middle of an enclosure, NaN for one that says nothing.
func proven(i Interval) float64 {
	if !i.IsBounded() {
		return math.NaN()
	}
	return i.Mid()
}

// profileBy has no moments of the mean, of which nothing is proven.
func profileBy(e enclose.Profile) Profile {
	nan := math.NaN()
	return Profile{
		MeanSlope: nan, MeanVariance: nan, MeanForward: nan, MeanBackward: nan,
		Slope: proven(e.Slope), DerivSlope: proven(e.DerivSlope),
		ForwardVariance: proven(e.ForwardVariance), BackwardVariance: proven(e.BackwardVariance), Cross: proven(e.Cross),
		DepthVariance: math.NaN(),
	}
}

func middle(i Interval) Estimate { return Estimate{i.Mid(), (i.Hi - i.Lo) / 2} }
