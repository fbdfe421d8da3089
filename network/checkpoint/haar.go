package checkpoint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"bsnn/internal/words"
	"bsnn/orthogonal"
	"bsnn/orthogonal/haartest"

	"gonum.org/v1/gonum/mat"
)

// HaarResult is what a test of files found.
type HaarResult struct {
	Files []string `json:"files"`
	// HaarGroup is the matrices of the shape of which there are most; Outcome and
	// Reason are those of all.
	HaarGroup
	// Others are the matrices of other shapes.
	Others []HaarGroup `json:"others,omitempty"`
	// Skipped are tensors that cannot be orthogonal, or are not read.
	Skipped []Skipped `json:"skipped,omitempty"`
}

// HaarGroup is what was found of the matrices of one shape.
type HaarGroup struct {
	haartest.Result
	// Worst names the matrix with the largest orthogonality error.
	Worst string `json:"worst_matrix"`

	Shape [2]int `json:"shape"` // m×n
	// Gain and MostGain are the least and the largest g with QᵀQ = g²·I, or QQᵀ where there are more columns
	// than rows. A g within rounding of 1 is 1. The law is that of Q/g.
	Gain     float64 `json:"gain"`
	MostGain float64 `json:"most_gain"`
	// Kept is the type to which the numbers were rounded last, the coarsest of
	// the matrices.
	Kept DType `json:"kept"`
}

// HaarOptions say what is tested, and how.
type HaarOptions struct {
	Choice
	haartest.Options // Alpha is for all shapes together
}

// mostCompleted is the size up to which a rectangular matrix is completed to a square
// one.
const mostCompleted = 2048

// TestHaar says whether the matrices of files look like independent draws
// from the uniform law: the Haar measure on O(n) for square ones; for m×n with m ≠ n the uniform law on the Stiefel
// manifold of orthonormal columns, or rows. Those of one shape are tested together,
// those of several shapes each with an equal part of Alpha. Each file, of those that
// [Open] reads, is a checkpoint of its own: names may come again in another.
//
// Rectangular matrices are completed to square ones: the rest is drawn uniformly from
// what is orthogonal to them. The completed matrix has the Haar measure if and only if
// the given one is uniform.
//
// A common factor is no matter of the law: a matrix is divided by the g for which the
// mean diagonal entry of QᵀQ is g². The default tolerance is by the
// type in which the numbers were kept: see [Matrix].Kept. Matrices with entries that are not
// finite are refuted.
func TestHaar(ctx context.Context, paths []string, opt HaarOptions) (HaarResult, error) {
	out := HaarResult{Files: paths}
	if err := opt.Check(); err != nil {
		return out, err
	}
	if len(paths) == 0 {
		return out, errors.New("no files")
	}
	t := &haarTest{opt: &opt, groups: map[[2]int]*haarGroup{}}
	for _, path := range paths {
		f, err := Open(path)
		if err != nil {
			return out, err
		}
		defer f.Close()
		if err := t.sortOut(f); err != nil {
			return out, err
		}
	}
	err := t.begin()
	if err != nil {
		return out, err
	}
	for _, x := range t.tensors {
		err := x.EachMatrix(func(m Matrix) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return t.add(m)
		})
		if err != nil {
			return out, fmt.Errorf("%s: %w", x.Path, err)
		}
	}
	groups, err := t.results(ctx)
	if err != nil {
		return out, err
	}
	out.Skipped = t.skipped
	out.HaarGroup, out.Others = groups[0], groups[1:]
	if len(t.notFinite) > 0 {
		out.Outcome, out.Reason = haartest.Refuted, "entries that are not finite: "+words.List(t.notFinite)
	} else if len(groups) > 1 {
		out.Outcome, out.Reason = together(groups)
	}
	return out, nil
}

// together is the outcome of all groups.
func together(groups []HaarGroup) (haartest.Outcome, string) {
	for _, outcome := range []haartest.Outcome{haartest.Refuted, haartest.Undecided} {
		for _, g := range groups {
			if g.Outcome == outcome {
				return outcome, fmt.Sprintf("%d×%d: %s", g.Shape[0], g.Shape[1], g.Reason)
			}
		}
	}
	return haartest.Confirmed, groups[0].Reason
}

// haarTest is the test of a checkpoint.
type haarTest struct {
	opt       *HaarOptions
	tensors   []Tensor
	shapes    [][2]int // in the order of their first matrices
	groups    map[[2]int]*haarGroup
	skipped   []Skipped
	notFinite []string
}

type haarGroup struct {
	HaarGroup
	count int // matrices to come
	test  *haartest.Test
	names []string
}

// sortOut finds the tensors to be tested in one file.
func (t *haarTest) sortOut(f *File) error {
	opt := t.opt
	chosen, before := 0, len(t.tensors)
	for _, s := range f.Skipped {
		if opt.Has(s.Name) {
			chosen++
			t.skipped = append(t.skipped, s)
		}
	}
	for _, x := range f.Tensors {
		if x.Name == "" && len(opt.Include)+len(opt.Exclude) > 0 {
			return fmt.Errorf("%s: %w", x.Path, ErrNameless)
		}
		if !opt.Has(x.Name) {
			continue
		}
		chosen++
		k, m, n, err := x.Matrices()
		if err == nil && min(m, n) == 1 {
			err = fmt.Errorf("shape is %s, want two rows and two columns at least", x.ShapeText())
		}
		if err == nil && m != n && max(m, n) > mostCompleted {
			err = fmt.Errorf("shape is %s; rectangular matrices are tested up to %d rows or columns", x.ShapeText(), mostCompleted)
		}
		if err != nil {
			name := x.Name
			if name == "" {
				name = x.Path
			}
			t.skipped = append(t.skipped, Skipped{name, err.Error()})
			continue
		}
		t.tensors = append(t.tensors, x)
		shape := [2]int{m, n}
		g := t.groups[shape]
		if g == nil {
			g = &haarGroup{HaarGroup: HaarGroup{Shape: shape}}
			t.groups[shape], t.shapes = g, append(t.shapes, shape)
		}
		g.count += k
	}
	switch {
	case chosen == 0:
		return fmt.Errorf("%s: none of the %d tensors is asked for", f.Paths[0], len(f.Tensors)+len(f.Skipped))
	case len(t.tensors) == before:
		s := t.skipped[len(t.skipped)-1]
		return fmt.Errorf("%s: no matrices that could be orthogonal: %s: %s", f.Paths[0], words.Name(s.Name), s.Why)
	}
	return nil
}

// begin makes a test for each shape.
func (t *haarTest) begin() error {
	slices.SortStableFunc(t.shapes, func(a, b [2]int) int { return cmp.Compare(t.groups[b].count, t.groups[a].count) })
	alpha := t.opt.Alpha
	if alpha == 0 {
		alpha = haartest.DefaultAlpha
	}
	for _, shape := range t.shapes {
		options := t.opt.Options
		options.Alpha = alpha / float64(len(t.shapes))
		var err error
		if t.groups[shape].test, err = haartest.New(max(shape[0], shape[1]), options); err != nil {
			return err
		}
	}
	return nil
}

// add tests one matrix.
func (t *haarTest) add(m Matrix) error {
	rows, cols := m.Dense.Dims()
	g := t.groups[[2]int{rows, cols}]
	if m.NotFinite.Any() {
		t.notFinite = append(t.notFinite, fmt.Sprintf("%s has %v, the first at (%d, %d)", where(m.Path, m.Name), m.NotFinite,
			m.NotFinite.First/cols, m.NotFinite.First%cols))
		return nil
	}
	q := m.Dense
	if cols > rows {
		q = mat.DenseCopyOf(q.T())
	}
	roundoff := m.Kept.Roundoff()
	tolerance := g.test.Tolerance(roundoff)
	gain := gainOf(q)
	if math.Abs(gain*gain-1) <= tolerance || gain == 0 {
		gain = 1
	}
	if gain != 1 { // in place: what was read is looked at here alone
		q.Scale(1/gain, q)
	}
	if len(g.names) == 0 {
		g.Gain, g.MostGain, g.Kept = gain, gain, m.Kept
	}
	g.Gain, g.MostGain = min(g.Gain, gain), max(g.MostGain, gain)
	if roundoff > g.Kept.Roundoff() {
		g.Kept = m.Kept
	}
	g.names = append(g.names, where(m.Path, m.Name))
	if rows != cols {
		if e := orthogonal.OrthogonalityError(q); !(e <= tolerance) {
			return g.test.AddError(e, roundoff)
		}
		var err error
		if q, err = completed(q, t.opt.Seed); err != nil {
			return err
		}
	}
	return g.test.AddInPlace(q, roundoff)
}

// gainOf is the root of the mean diagonal entry of QᵀQ.
func gainOf(q *mat.Dense) float64 {
	_, n := q.Dims()
	return mat.Norm(q, 2) / math.Sqrt(float64(n))
}

// results are those of the groups, that with most matrices first.
func (t *haarTest) results(ctx context.Context) ([]HaarGroup, error) {
	var out []HaarGroup
	for _, shape := range t.shapes {
		g := t.groups[shape]
		if len(g.names) == 0 { // all with entries that are not finite
			g.Outcome, g.Reason = haartest.Refuted, "no matrix has finite entries"
			out = append(out, g.HaarGroup)
			continue
		}
		r, err := g.test.Result(ctx)
		if err != nil {
			return nil, err
		}
		g.Result, g.Worst = r, g.names[r.Orthogonality.Matrix]
		out = append(out, g.HaarGroup)
	}
	if len(out) == 0 {
		return nil, errors.New("no matrices")
	}
	return out, nil
}
