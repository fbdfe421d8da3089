package gpnorm

import (
	"errors"
	"fmt"
	"math"
)

// Normalized is a Gaussian–Poincaré normalised activation and how it was made.
type Normalized struct {
	Activation // φ = A·f + B, usable at once
	Raw        Activation
	RawProfile Profile  // of f
	A, B       float64  // the chosen constants; A > 0
	Roots      []Root   // one or two, ascending |B|, positive first on a tie
	Chosen     int      // index into Roots
	Stable     bool     // κ of the chosen root is at most 1 + SlopeTolerance
	Warnings   []string // what a user of these constants should know
}

// A Root is one of the constants b for which a·f + b is normalised, with the
// profile of that function.
type Root struct {
	B float64
	Profile
}

// rootTol decides ties of |b|.
const rootTol = 1e-9

// Normalize finds a > 0 and b such that φ = a·f + b satisfies E φ² = E φ′² = 1
// (Lu, Gould, Ajanthan 2020, arXiv 2006.12169, Definition 2 and its proposition), and chooses
// between the two roots b by the rule in the package documentation.
//
// It fails where Describe fails, and when f is constant: no a exists then. An
// affine f has one root; otherwise there are two.
func Normalize(a Activation) (Normalized, error) {
	n, err := normalize(a)
	if err != nil {
		return Normalized{}, fmt.Errorf("Normalize %s: %w", a.Name, err)
	}
	return n, nil
}

func normalize(f Activation) (Normalized, error) {
	f, err := f.sample()
	if err != nil {
		return Normalized{}, err
	}
	t := newTape(f)
	raw, err := t.describe()
	if err != nil {
		return Normalized{}, err
	}
	if isConstant(raw) {
		return Normalized{}, errors.New("the function is constant as far as float64 can tell (E φ′² is 0): no a makes E (aφ)′² = 1")
	}
	n := Normalized{Raw: f, RawProfile: raw, A: 1 / math.Sqrt(raw.DerivSecondMoment.Value)}
	shifts, err := n.shifts(t)
	if err != nil {
		return Normalized{}, err
	}
	maps := make([]affine, len(shifts))
	for i, b := range shifts {
		maps[i] = affine{n.A, b}
	}
	r, err := t.moments(maps, false)
	if err != nil {
		return Normalized{}, err
	}
	for i, b := range shifts {
		n.Roots = append(n.Roots, Root{b, profileOf(r, i*momentCount)})
	}
	n.choose(preferred(n.Roots))
	return n, nil
}

// isConstant: the spread of f is below the rounding of its values, or
// underflows when squared.
func isConstant(p Profile) bool {
	d := p.DerivSecondMoment.Value
	return d < 1e-280 || math.Sqrt(d) <= 64*0x1p-52*math.Sqrt(p.SecondMoment.Value)
}

// preferred is the index of the root that the rule picks. The roots ascend in
// |b| with the positive one first on a tie, so it is the first stable one.
func preferred(roots []Root) int {
	best := 0
	for i, r := range roots {
		if r.stable() {
			return i
		}
		if r.Slope < roots[best].Slope-SlopeTolerance*math.Abs(roots[best].Slope) { // a tie leaves the first
			best = i
		}
	}
	return best
}

func (r Root) stable() bool { return TrendOf(r.Slope) != Growing }

// WithRoot returns the same normalisation with root i chosen.
func (n Normalized) WithRoot(i int) (Normalized, error) {
	if i < 0 || i >= len(n.Roots) {
		return Normalized{}, fmt.Errorf("root %d of %s, want 0 to %d", i, n.Raw.Name, len(n.Roots)-1)
	}
	n.choose(i)
	return n, nil
}

func (n *Normalized) choose(i int) {
	r := n.Roots[i]
	n.Chosen, n.B, n.Stable = i, r.B, r.stable()
	n.Activation = n.Raw.Affine(n.A, n.B)
	n.Warnings = n.warnings()
}

func (n *Normalized) warnings() []string {
	var list []string
	r := n.Roots[n.Chosen]
	if !n.Stable {
		other := "no root is stable"
		if best := preferred(n.Roots); n.Roots[best].stable() {
			other = fmt.Sprintf("the root b = %.6g has κ = %.6g", n.Roots[best].B, n.Roots[best].Slope)
		}
		list = append(list, fmt.Sprintf("unstable: κ = %.6g > 1, deviations of the norms grow with depth; %s", r.Slope, other))
	}
	if loss := n.A * math.Sqrt(n.RawProfile.SecondMoment.Value); loss > 1e3 {
		list = append(list, fmt.Sprintf("cancellation: the function varies little about its mean, a·f + b loses about %.0f digits",
			math.Log10(loss)))
	}
	return list
}
