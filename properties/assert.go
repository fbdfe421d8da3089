package properties

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"

	"bsnn/montecarlo"
	"bsnn/network"
)

// TB is what the assertions need of a test; *testing.T, *testing.B and
// *testing.F have it.
type TB interface {
	Helper()
	Name() string
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
}

// SeedVariable is the environment variable that replays the assertions of a
// test binary.
const SeedVariable = "BSNN_SEED"

// settings of an assertion; zero values stand for its defaults.
type settings struct {
	widths          []int
	depth           int
	tolerance       float64
	toleranceChosen bool // the tolerance was asked for
	alpha           float64
	trials          int
	seed            uint64
	seedChosen      bool
	certain         bool // nothing is random, so there is nothing to replay
	widthsChosen    bool
	layers          []int // widths of a network that is not square
	maps            network.Linear
}

// An Option changes how an assertion tests.
type Option func(*settings)

// Widths are the widths, or sizes of matrices, to test at.
func Widths(n ...int) Option { return func(s *settings) { s.widths, s.widthsChosen = n, true } }

// Layers are the widths of a [Net] that is not square: what enters, and what leaves
// each layer.
func Layers(n ...int) Option { return func(s *settings) { s.layers = n } }

// LinearMaps is the law of the linear maps of a [Net], weights, gain and bias, in place
// of Haar weights without a bias. To is not looked at.
func LinearMaps(l network.Linear) Option { return func(s *settings) { s.maps = l } }

// Depth is the number of layers.
func Depth(layers int) Option { return func(s *settings) { s.depth = layers } }

// Tolerance is the deviation that an assertion lets pass, above 0. It is about
// norms, not squared norms, where an assertion is about norms; GPNormalized and
// HaarDistributed say what theirs is of.
func Tolerance(epsilon float64) Option {
	return func(s *settings) { s.tolerance, s.toleranceChosen = epsilon, true }
}

// Alpha is the probability, at most, with which an assertion fails although
// its claim is true, and with which it passes although its claim is false.
// The default is 1e-9.
func Alpha(probability float64) Option { return func(s *settings) { s.alpha = probability } }

// Trials is how many networks or matrices an assertion may draw at each
// width.
func Trials(count int) Option { return func(s *settings) { s.trials = count } }

// Seed fixes all that is random. Without it an assertion takes the
// environment variable BSNN_SEED, or else a fresh seed, which its message
// reports.
func Seed(seed uint64) Option {
	return func(s *settings) { s.seed, s.seedChosen = seed, true }
}

// configure applies options to defaults.
func configure(defaults settings, opts []Option) (settings, error) {
	s := defaults
	s.alpha, s.seed = 1e-9, rand.Uint64()
	if text := os.Getenv(SeedVariable); text != "" {
		var err error
		if s.seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			return s, fmt.Errorf("%s=%q; want a whole number from 0 to 2^64−1", SeedVariable, text)
		}
	}
	for _, o := range opts {
		o(&s)
	}
	switch {
	case len(s.widths) == 0:
		return s, fmt.Errorf("no widths; want at least one")
	case s.depth < 1:
		return s, fmt.Errorf("depth %d; want 1 or more", s.depth)
	case s.trials < 1:
		return s, fmt.Errorf("%d trials; want 1 or more", s.trials)
	case !(s.alpha > 0 && s.alpha < 1):
		return s, fmt.Errorf("alpha %v; want a probability above 0 and below 1", s.alpha)
	case s.toleranceChosen && !(s.tolerance > 0 && s.tolerance <= math.MaxFloat64):
		return s, fmt.Errorf("tolerance %v; want a finite number above 0, or no Tolerance for the default", s.tolerance)
	}
	return s, nil
}

// A finding is why an assertion fails.
type finding struct {
	claim, seen string
	odds        string
	advice      string // what to do about it; may be empty
	undecided   bool
}

// fail reports findings the way a reader needs them.
func fail(t TB, what string, s settings, findings ...finding) bool {
	t.Helper()
	outcome := "undecided"
	for _, f := range findings {
		if !f.undecided {
			outcome = "refuted"
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", outcome, what)
	for _, f := range findings {
		fmt.Fprintf(&b, "\n  claimed: %s\n  seen:    %s\n  odds:    %s", f.claim, f.seen, f.odds)
		if f.advice != "" {
			fmt.Fprintf(&b, "\n  advice:  %s", f.advice)
		}
	}
	switch {
	case s.certain:
	case s.seedChosen:
		fmt.Fprintf(&b, "\n  replay:  the seed is fixed, %d", s.seed)
	default:
		fmt.Fprintf(&b, "\n  replay:  %s=%d go test -run '^%s$'", SeedVariable, s.seed, strings.ReplaceAll(t.Name(), "/", "$/^"))
	}
	t.Errorf("%s", b.String())
	return false
}

// certain is the odds of what no chance is involved in.
const certain = "no chance is involved"

// odds of a verdict.
func odds(v montecarlo.Verdict) string {
	if v.Outcome == montecarlo.Undecided {
		return fmt.Sprintf("undecided after %d trials at α = %.2g", v.Trials, v.Alpha)
	}
	return fmt.Sprintf("if the claim were true, this would happen with probability at most %.2g (%d trials)", v.Alpha, v.Trials)
}
