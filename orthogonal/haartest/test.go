package haartest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"bsnn/orthogonal"

	"gonum.org/v1/gonum/mat"
)

// maxRemembered bounds how many earlier matrices a new one is compared with.
const maxRemembered = 4096

// A Test collects matrices of one size and says whether they look like
// independent draws from the Haar measure. It keeps a few numbers of each
// matrix, one column's worth of the last 4,096, and the last matrix itself, in
// single precision where it is larger than 1,024.
type Test struct {
	n      int
	opt    Options
	probes *probes

	k          int
	orthogonal Orthogonality // of the worst matrix so far
	tolerance  float64       // the largest of any matrix
	positive   int           // determinants

	forms    [formCount][]float64
	anywhere []float64 // an entry at a place drawn for each matrix
	features [featureCount][]float64
	left     [3]tosses
	right    [3]tosses

	largest  float64 // max |Q_ij|
	trace    float64 // max |tr Q|
	previous previous
	overlap  []float64   // tr QᵢᵀQᵢ₊₁
	address  [][]float64 // Qᵢe of the last matrices, a ring
	closest  float64     // max |⟨Qᵢe, Qⱼe⟩|
	pairs    int
}

// tosses counts a coin; ties are not counted.
type tosses struct{ heads, all int }

func (t *tosses) add(x float64) {
	if x > 0 {
		t.heads++
	}
	if x != 0 {
		t.all++
	}
}

// New begins a test of n×n matrices. It is an error if n < 2 or an option is
// out of range: a 1×1 orthogonal matrix is a sign, and has no law to speak
// of.
func New(n int, opt Options) (*Test, error) {
	if n < 2 {
		return nil, fmt.Errorf("matrices of size %d, want at least 2", n)
	}
	opt, err := opt.withDefaults(n)
	if err != nil {
		return nil, err
	}
	p, err := newProbes(n, opt.Seed)
	if err != nil {
		return nil, err
	}
	return &Test{n: n, opt: opt, probes: p, orthogonal: Orthogonality{Tolerance: opt.tolerance(n, roundoff64), Passed: true}}, nil
}

// Add takes the next matrix; it is not kept. It is an error if the matrix is
// not n×n or has an entry that is not finite.
func (t *Test) Add(m mat.Matrix) error { return t.AddRounded(m, roundoff64) }

// AddFloat32 takes the next matrix as Add does, but expects no more of it than
// entries that were rounded to float32.
func (t *Test) AddFloat32(m mat.Matrix) error { return t.AddRounded(m, roundoff32) }

// AddRounded takes the next matrix as Add does, but expects no more of it than
// entries that were rounded to a type of the given unit roundoff.
func (t *Test) AddRounded(m mat.Matrix, roundoff float64) error {
	return t.add(m, t.Tolerance(roundoff), mat.DenseCopyOf)
}

// AddInPlace takes the next matrix as AddRounded does, without memory for a second one: the matrix holds
// other numbers afterwards.
func (t *Test) AddInPlace(m *mat.Dense, roundoff float64) error {
	return t.add(m, t.Tolerance(roundoff), func(mat.Matrix) *mat.Dense { return m })
}

// Tolerance is the largest accepted entry of |QᵀQ − I|, for entries that were rounded
// to a type of the given unit roundoff.
func (t *Test) Tolerance(roundoff float64) float64 { return t.opt.tolerance(t.n, roundoff) }

// Unit roundoffs.
const (
	roundoff64 = 0x1p-53
	roundoff32 = 0x1p-24
)

// add takes a matrix, of which scratch is a copy to be overwritten.
func (t *Test) add(m mat.Matrix, tolerance float64, scratch func(mat.Matrix) *mat.Dense) error {
	if r, c := m.Dims(); r != t.n || c != t.n {
		return fmt.Errorf("matrix is %d×%d, want %d×%d like the first", r, c, t.n, t.n)
	}
	for i := range t.n {
		for j := range t.n {
			if v := m.At(i, j); math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("entry (%d, %d) is %v, want a finite number", i, j, v)
			}
		}
	}
	if t.note(orthogonal.OrthogonalityError(m), tolerance); !t.orthogonal.Passed {
		return nil
	}
	return t.observe(scratch(m))
}

// AddError takes the next matrix as AddRounded does, by its largest entry of |QᵀQ − I| alone, which is beyond the
// tolerance: nothing else is said of it.
func (t *Test) AddError(e, roundoff float64) error {
	tolerance := t.Tolerance(roundoff)
	if e <= tolerance {
		return fmt.Errorf("a matrix with an entry of |QᵀQ − I| of %v alone, want one beyond the tolerance %v", e, tolerance)
	}
	t.note(e, tolerance)
	return nil
}

// note counts a matrix with its largest entry of |QᵀQ − I|.
func (t *Test) note(e, tolerance float64) {
	t.k++
	if !(e <= math.MaxFloat64) { // overflow
		e = math.MaxFloat64
	}
	t.tolerance = max(t.tolerance, tolerance)
	if worst := &t.orthogonal; t.k == 1 || e/tolerance > worst.Error/worst.Tolerance {
		*worst = Orthogonality{Error: e, Matrix: t.k - 1, Tolerance: tolerance, Passed: e <= tolerance}
	}
}

// observe takes the statistics of an orthogonal matrix, and overwrites it.
func (t *Test) observe(q *mat.Dense) error {
	t.largest = max(t.largest, largest(q))
	t.trace = max(t.trace, math.Abs(mat.Trace(q)))
	for f, p := range t.probes.forms {
		t.forms[f] = append(t.forms[f], mat.Inner(p.u, q, p.v))
	}
	place := rand.New(stream(t.opt.Seed, "place", t.k))
	t.anywhere = append(t.anywhere, q.At(place.IntN(t.n), place.IntN(t.n)))
	if t.opt.Reference > 0 {
		features, err := featuresOf(q)
		if err != nil {
			return err
		}
		for f, v := range features {
			t.features[f] = append(t.features[f], v)
		}
	}
	if t.previous.held() {
		t.overlap = append(t.overlap, math.Round(t.previous.overlap(q)/grid)*grid)
	}
	t.previous.keep(q)
	t.compare(q)
	left := t.probes.left.changes(q)
	transpose(q)
	right := t.probes.right.changes(q)
	for i := range left {
		t.left[i].add(left[i])
		t.right[i].add(right[i])
	}
	if determinantSignOf(q) > 0 {
		t.positive++
	}
	return nil
}

// compare looks for a former matrix with the same image of the address
// vector, up to sign.
func (t *Test) compare(q *mat.Dense) {
	var image mat.VecDense
	image.MulVec(q, t.probes.address)
	for _, former := range t.address {
		t.closest = max(t.closest, math.Abs(mat.Dot(&image, mat.NewVecDense(t.n, former))))
		t.pairs++
	}
	if len(t.address) < maxRemembered {
		t.address = append(t.address, image.RawVector().Data)
	} else {
		t.address[t.k%maxRemembered] = image.RawVector().Data
	}
}
