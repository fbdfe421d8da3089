package enclose

import (
	"testing"

	"bsnn/internal/expr"
	"bsnn/internal/expr/exprtest"
	"bsnn/internal/interval"
)

// fataler is what testing.T and rapid.T have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// skipIfSlow leaves a long test of single-threaded code to runs without the
// race detector.
func skipIfSlow(t *testing.T) {
	t.Helper()
	if raceEnabled {
		t.Skip("single-threaded and slow under the race detector")
	}
}

func parse(t fataler, text string) *expr.Program {
	t.Helper()
	p, err := exprtest.Grammar().Parse(text, nil)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p
}

// list names the enclosures of a certificate that every function has.
func (c Certificate) list() map[string]interval.Interval {
	m := map[string]interval.Interval{
		"E f": c.Mean, "E f²": c.SecondMoment, "E f′": c.DerivMean, "E f′²": c.DerivSecondMoment, "a": c.A,
		"P": c.PoincareQuotient,
	}
	for k, v := range c.Given.list() {
		m["given "+k] = v
	}
	return m
}

func (p Profile) list() map[string]interval.Interval {
	return map[string]interval.Interval{
		"κ": p.Slope, "c_b": p.DerivSlope, "V_f": p.ForwardVariance, "V_b": p.BackwardVariance, "C": p.Cross,
	}
}

// relativeWidth is the width divided by the magnitude, but by 1 where the
// number may be 0.
func relativeWidth(x interval.Interval) float64 {
	if x.Contains(0) {
		return x.Width()
	}
	return x.Width() / x.Mignitude()
}
