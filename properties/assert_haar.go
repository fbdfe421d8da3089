package properties

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"

	"bsnn/montecarlo"
	"bsnn/orthogonal"
	"bsnn/orthogonal/haartest"

	"gonum.org/v1/gonum/mat"
)

// HaarDistributed asserts that sample draws n×n matrices from the Haar
// measure on O(n), independent of each other for different sources. M is a
// mat.Matrix or an orthogonal.Operator, so orthogonal.NewDense, say, or a
// function that returns (*mat.Dense, error) can be given as it is.
//
// It tests matrices of the sizes given by Widths (2, 3, 8 and 16 by default),
// Trials of each (400 by default), with every statistic of package haartest:
// entries, traces, eigenvalues, determinants, invariance under fixed
// rotations and reflections, dependence and repetition. It fails when one
// refutes, which a right sampler survives except with probability Alpha, and as
// undecided when the matrices are too few to show that the laws of the statistics are
// within ½ of the Haar laws in Kolmogorov's distance: fewer than about 200.
// Tolerance is the largest accepted entry of |QᵀQ − I|, by default what
// rounding explains.
func HaarDistributed[M any](t TB, sample func(n int, src rand.Source) (M, error), opts ...Option) bool {
	t.Helper()
	const what = "the sampler draws Haar-distributed matrices"
	s, err := configure(settings{widths: []int{2, 3, 8, 16}, depth: 1, trials: 400}, opts)
	if err != nil {
		t.Errorf("properties.HaarDistributed: %v", err)
		return false
	}
	var findings []finding
	for _, n := range s.widths {
		result, err := s.haar(n, func(src rand.Source) (mat.Matrix, error) {
			m, err := sample(n, src)
			if err != nil {
				return nil, err
			}
			return matrix(m)
		})
		if err != nil {
			t.Errorf("properties.HaarDistributed: n = %d: %v", n, err)
			return false
		}
		if !passes(result) {
			findings = append(findings, aboutHaar(result))
		}
	}
	if len(findings) > 0 {
		return fail(t, what, s, findings...)
	}
	t.Logf("%s at sizes %v: nothing speaks against it in %d matrices of each; α = %.2g, %s=%d", what, s.widths, s.trials, s.alpha,
		SeedVariable, s.seed)
	return true
}

// passes says whether every statistic that matrices of this size allow was
// confirmed.
func passes(r haartest.Result) bool {
	if r.Outcome == haartest.Refuted {
		return false
	}
	for _, c := range r.Checks {
		if c.Outcome != haartest.Confirmed && !c.SizeBound {
			return false
		}
	}
	return true
}

func (s settings) haar(n int, draw func(rand.Source) (mat.Matrix, error)) (haartest.Result, error) {
	test, err := haartest.New(n, haartest.Options{Alpha: s.alpha / float64(len(s.widths)), Seed: s.seed, Tolerance: s.tolerance})
	if err != nil {
		return haartest.Result{}, err
	}
	x := montecarlo.NewExperiment(s.seed, fmt.Sprintf("haar n=%d", n))
	for i := range s.trials {
		src := x.Trial(i).Layer(1)
		m, err := draw(&src)
		if err != nil {
			return haartest.Result{}, fmt.Errorf("matrix %d: %w", i, err)
		}
		if err := test.Add(m); err != nil {
			return haartest.Result{}, fmt.Errorf("matrix %d: %w", i, err)
		}
	}
	return test.Result(context.Background())
}

func aboutHaar(r haartest.Result) finding {
	f := finding{
		claim: fmt.Sprintf("independent Haar matrices, n = %d", r.Dim),
		seen:  r.Reason,
	}
	if r.Outcome == haartest.Undecided {
		f.undecided, f.odds = true, fmt.Sprintf("undecided after %d matrices at α = %.2g", r.Matrices, r.Alpha)
		f.advice = "more matrices (properties.Trials)"
		return f
	}
	f.odds = fmt.Sprintf("if the claim were true, this would happen with probability at most %.2g (%d matrices)", r.Alpha, r.Matrices)
	if !r.Orthogonality.Passed {
		f.odds = certain
		f.advice = "properties.Tolerance accepts entries of lower precision"
		return f
	}
	if c, ok := r.Refuting(); ok {
		f.advice = "that statistic sees " + c.Sees
	}
	return f
}

// matrix is what a sampler returned, as entries.
func matrix(m any) (mat.Matrix, error) {
	if v := reflect.ValueOf(m); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, errors.New("the sampler returns nil; want a mat.Matrix or an orthogonal.Operator")
	}
	switch m := m.(type) {
	case interface{ Matrix() *mat.Dense }:
		return m.Matrix(), nil
	case mat.Matrix:
		return m, nil
	case orthogonal.Operator:
		n := m.Dim()
		identity := mat.NewDense(n, n, nil)
		for i := range n {
			identity.Set(i, i, 1)
		}
		var q mat.Dense
		m.ApplyColumns(&q, identity)
		return &q, nil
	}
	return nil, fmt.Errorf("the sampler returns a %T; want a mat.Matrix or an orthogonal.Operator", m)
}
