package main

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/enclose"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/reports"
	"bsnn/theorem"
)

// What width, verify and report ask about every function.
const (
	depth      = 20
	width      = 256
	tolerance  = 0.3
	confidence = 0.9
)

// consumers looks at what width, verify and report take from the activation: its profile,
// the laws that predict claims, the widths that these ask for, and, where bounds is true,
// since they take longer, the widths that are proven.
func (c *collector) consumers(j gpnorm.Judgement, bounds bool) {
	p, err := gpnorm.Describe(j.Activation)
	if err != nil {
		return // it is refused, which shows no number
	}
	proof := rootOf(j)
	for _, n := range numbers(proof) {
		c.in("profile: "+n.what, *n.field(&p), reports.Range{Lo: reports.Number(n.in.Lo), Hi: reports.Number(n.in.Hi)})
	}
	corners := cornersOf(p, proof)
	if corners == nil || !p.Normalized(theorem.NormalizedTolerance) {
		return
	}
	c.laws(p, corners)
	least := c.widths(p, corners)
	if l := j.Certificate.Lipschitz; l.Finite() && j.Activation.Lipschitz < j.Certificate.A.Lo*l.Bound.Lo*(1-1e-12) {
		c.faults = append(c.faults,
			fmt.Sprintf("Lipschitz constant %v, proven is at least %v", j.Activation.Lipschitz, j.Certificate.A.Lo*l.Bound.Lo))
	}
	if !bounds || !(j.Activation.Lipschitz < math.Inf(1)) {
		return
	}
	proven, err := theorem.WidthByBound(j.Activation, depth, tolerance, confidence)
	if err != nil {
		return
	}
	for d, n := range []int{proven.Forward, proven.Backward} {
		if n > 0 && float64(n) < least[d]/2 { // less than half of what the law needs is no width that suffices
			c.faults = append(c.faults, fmt.Sprintf("proven width %d, the limit law with what is proven needs %v", n, least[d]))
		}
	}
}

// rootOf is the enclosed root that was chosen.
func rootOf(j gpnorm.Judgement) enclose.Root {
	best := j.Certificate.Roots[0]
	for _, r := range j.Certificate.Roots {
		if math.Abs(r.B.Mid()-j.B) < math.Abs(best.B.Mid()-j.B) {
			best = r
		}
	}
	return best
}

// A number of a profile with its enclosure, widened by the rounding of quadrature: 1e-9 of
// its size, and of 1, which is the size of what the variances are differences of.
type number struct {
	what  string
	in    gpnorm.Interval
	field func(p *gpnorm.Profile) *float64
}

func numbers(proof enclose.Root) []number {
	list := []number{
		{"κ", proof.Slope, func(p *gpnorm.Profile) *float64 { return &p.Slope }},
		{"c_b", proof.DerivSlope, func(p *gpnorm.Profile) *float64 { return &p.DerivSlope }},
		{"V_f", proof.ForwardVariance, func(p *gpnorm.Profile) *float64 { return &p.ForwardVariance }},
		{"V_b", proof.BackwardVariance, func(p *gpnorm.Profile) *float64 { return &p.BackwardVariance }},
		{"C", proof.Cross, func(p *gpnorm.Profile) *float64 { return &p.Cross }},
	}
	for i := range list {
		in := &list[i].in
		by := 1e-9 * (1 + in.Magnitude())
		in.Lo, in.Hi = in.Lo-by, in.Hi+by
	}
	return list
}

// cornersOf are profiles at the ends of the enclosures; nil where one is unbounded, or where
// κ is 1 up to them and the laws at the ends are of different kinds. Laws of one kind and
// their widths depend monotonically on each number.
func cornersOf(p gpnorm.Profile, proof enclose.Root) []gpnorm.Profile {
	list := []gpnorm.Profile{p}
	for _, n := range numbers(proof) {
		if !n.in.IsBounded() {
			return nil
		}
		var next []gpnorm.Profile
		for _, q := range list {
			for _, end := range []float64{n.in.Lo, n.in.Hi} {
				*n.field(&q) = end
				next = append(next, q)
			}
		}
		list = next
	}
	for i := range list {
		if list[i].Trend() != p.Trend() {
			return nil
		}
		list[i].ForwardVariance, list[i].BackwardVariance = max(0, list[i].ForwardVariance), max(0, list[i].BackwardVariance)
	}
	return list
}

// between reports a number that is not between the least and the largest over the corners.
func (c *collector) between(what string, p gpnorm.Profile, corners []gpnorm.Profile, slack float64,
	of func(p gpnorm.Profile) (float64, error)) (least float64) {
	x, err := of(p)
	if err != nil || math.IsNaN(x) {
		return math.NaN()
	}
	least, most := math.Inf(1), math.Inf(-1)
	for _, q := range corners {
		y, err := of(q)
		if err != nil || math.IsNaN(y) { // another law at this end: nothing to compare with
			return math.NaN()
		}
		least, most = min(least, y), max(most, y)
	}
	by := slack + 1e-9*max(math.Abs(least), math.Abs(most))
	c.in(what, x, reports.Range{Lo: reports.Number(least - by), Hi: reports.Number(most + by)})
	return least
}

// laws looks at what claims predict.
func (c *collector) laws(p gpnorm.Profile, corners []gpnorm.Profile) {
	for _, claim := range properties.Claims(depth, 0.1, tolerance, 1-confidence) {
		law := func(of func(l theorem.Law) float64) func(p gpnorm.Profile) (float64, error) {
			return func(p gpnorm.Profile) (float64, error) {
				l, err := claim.Statement.PredictionFor(p, network.Haar, width, claim.Depth)
				return of(l), err
			}
		}
		c.between(claim.Statement.ID+": standard deviation", p, corners, 1e-12, law(func(l theorem.Law) float64 { return l.SD }))
		c.between(claim.Statement.ID+": P(outside)", p, corners, 1e-12,
			law(func(l theorem.Law) float64 { return l.NormOutside(claim.Tolerance) }))
	}
}

// widths looks at the widths by the limit laws, and returns the least that the proof allows.
func (c *collector) widths(p gpnorm.Profile, corners []gpnorm.Profile) (least [2]float64) {
	for d, name := range []string{"forward", "backward"} {
		least[d] = c.between("width "+name, p, corners, 1, func(p gpnorm.Profile) (float64, error) {
			w, err := theorem.WidthByLimitLaw(p, depth, tolerance, confidence)
			return float64([]int{w.Forward, w.Backward}[d]), err
		})
	}
	return least
}
