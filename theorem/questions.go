package theorem

import (
	"encoding/json"
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/words"
	"bsnn/network"
)

// What a practitioner asks of norms unless something else is said: that they stay within 30 %
// in 90 % of the networks.
const (
	AskedTolerance  = 0.3
	AskedConfidence = 0.9
)

// Answers are what theory says to three questions about random networks, in the limit of
// wide layers (asymptotic). None answers another: networks that keep the norm of a random
// vector may make all inputs alike, and may lose most directions.
type Answers struct {
	Layers float64 // linear maps

	// Are norms kept? In a fraction Confidence of the networks, within 1 ± Tolerance in both
	// directions, from Width on where all layers have one width, and otherwise where all
	// widths are Scale times as large; 0 and NaN where that is not known. NoWidth says that no
	// width is enough.
	Tolerance  float64
	Confidence float64
	Width      int
	Scale      float64
	NoWidth    bool

	// Are inputs kept apart? Apart says that two of them are, to the end, and Never that they
	// are in any depth. They are closer than 1 − ρ = MergeDistance after MergeDepth layers, which
	// may be beyond the last; NaN where that is not known.
	Apart, Never  bool
	MergeDepth    float64
	MergeDistance float64

	// Are all directions kept? Half of them keep a smaller part of their norm than Median, of
	// the Jacobian's singular values; NaN where their law is not known.
	Median float64
	// SecondMoment is τ((JᵀJ)²)/τ(JᵀJ)², 1 where all directions are alike; NaN where it is not known.
	SecondMoment float64
}

// AnswersOf answers for plain networks of Haar weights with a function, which p describes;
// merged says after how many layers two inputs are closer than 1 − ρ = distance, +Inf where they
// never are, and NaN where that has no meaning. It fails where an integral does.
func AnswersOf(a gpnorm.Activation, p gpnorm.Profile, depth int, merged, distance float64) (Answers, error) {
	out := Answers{
		Layers: float64(depth), Tolerance: AskedTolerance, Confidence: AskedConfidence, Scale: math.NaN(),
		Apart: merged > float64(depth), Never: math.IsInf(merged, 1), MergeDepth: finite(merged), MergeDistance: distance,
		Median: math.NaN(), SecondMoment: math.NaN(),
	}
	if !p.Normalized(NormalizedTolerance) {
		return out, nil
	}
	for _, s := range []Statement{Definition1Forward(), Definition1Backward()} {
		width, err := s.WidthByLimitLaw(p, network.Haar, depth, out.Tolerance, 1-out.Confidence)
		if err != nil {
			return out, err
		}
		if width == 0 {
			out.Width = 0
			break
		}
		out.Width = max(out.Width, width)
	}
	out.Median = math.Sqrt(newFreeProduct(a, depth, false).quantile(0.5))
	return out, nil
}

// Answer answers for an architecture of which p is the prediction. It fails where an integral
// does.
func (p Prediction) Answer(a network.Architecture) (Answers, error) {
	out, err := p.AnswerAtOnce(a)
	if err != nil {
		return out, err
	}
	free, err := freeProductOf(a)
	if err == nil && free != nil {
		out.Median = math.Sqrt(free.quantile(0.5))
	}
	return out, err
}

// AnswerAtOnce is Answer without the median of the singular values, which takes most of the time.
func (p Prediction) AnswerAtOnce(a network.Architecture) (Answers, error) {
	out := Answers{
		Layers: p.Layers, Tolerance: AskedTolerance, Confidence: AskedConfidence,
		Apart: math.IsNaN(p.MergeDepth), MergeDepth: p.MergeDepth, MergeDistance: p.MergeDistance,
		Median: math.NaN(), SecondMoment: p.JacobianSecondMoment,
	}
	forward, backward, err := p.Scales(out.Tolerance, out.Confidence)
	if err != nil {
		return out, err
	}
	out.Scale = math.Max(forward, backward) // NaN where one is
	out.NoWidth = math.IsInf(out.Scale, 1)
	if oneWidth(a.Blocks, a.Input) && out.Scale < 1e12 {
		out.Width = max(1, int(math.Ceil(out.Scale*float64(a.Input))))
	}
	out.Scale = finite(out.Scale)
	return out, nil
}

// finite is NaN for what is not.
func finite(x float64) float64 {
	if math.IsInf(x, 0) {
		return math.NaN()
	}
	return x
}

// oneWidth says whether all layers are as wide as the input.
func oneWidth(blocks []network.Block, width int) bool {
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Linear:
			if b.To != width {
				return false
			}
		case network.Shortcut:
			if !oneWidth(b.Blocks, width) {
				return false
			}
		case network.Repeat:
			if !oneWidth(b.Blocks, width) {
				return false
			}
		}
	}
	return true
}

// answersJSON is what JSON has of answers: what is not known as null, and in words.
type answersJSON struct {
	Layers        float64  `json:"layers"`
	Tolerance     float64  `json:"tolerance"` // of norms
	Confidence    float64  `json:"confidence"`
	Width         int      `json:"width"` // 0: none known
	Scale         *float64 `json:"scale"`
	NoWidth       bool     `json:"no_width"`
	Apart         bool     `json:"apart"`
	Never         bool     `json:"never_merge"`
	MergeDepth    *float64 `json:"merge_depth"`
	MergeDistance float64  `json:"merge_distance"`
	Median        *float64 `json:"median_singular_value"`
	SecondMoment  *float64 `json:"jacobian_second_moment"`
	Norms         string   `json:"norms"`
	Angles        string   `json:"angles"`
	Isometry      string   `json:"isometry"`
}

// MarshalJSON writes what is not known as null, and the answers in words too.
func (a Answers) MarshalJSON() ([]byte, error) {
	return json.Marshal(answersJSON{
		a.Layers, a.Tolerance, a.Confidence, a.Width, number(a.Scale), a.NoWidth, a.Apart, a.Never, number(a.MergeDepth), a.MergeDistance,
		number(a.Median), number(a.SecondMoment), a.Norms(), a.Angles(), a.Isometry(),
	})
}

// UnmarshalJSON reads what MarshalJSON writes, but for the words.
func (a *Answers) UnmarshalJSON(text []byte) error {
	var x answersJSON
	if err := json.Unmarshal(text, &x); err != nil {
		return err
	}
	known := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	*a = Answers{
		Layers: x.Layers, Tolerance: x.Tolerance, Confidence: x.Confidence, Width: x.Width, Scale: known(x.Scale), NoWidth: x.NoWidth,
		Apart: x.Apart, Never: x.Never, MergeDepth: known(x.MergeDepth), MergeDistance: x.MergeDistance, Median: known(x.Median),
		SecondMoment: known(x.SecondMoment),
	}
	return nil
}

// Norms answers the first question.
func (a Answers) Norms() string {
	within := fmt.Sprintf("kept within ±%s %% in %s %% of the networks", words.Number(100*a.Tolerance, 3), words.Number(100*a.Confidence, 3))
	switch {
	case a.Width > 0:
		return fmt.Sprintf("%s from width %s on", within, words.Count(a.Width))
	case a.NoWidth:
		return "not kept at any width: they change in the limit of wide layers itself"
	case a.Scale == 0:
		return within + " at any width"
	case a.Scale > 0:
		return fmt.Sprintf("%s from %s times these widths on", within, words.Number(a.Scale, 3))
	}
	return "not kept, or of no known law, at any width"
}

// Angles answers the second.
func (a Answers) Angles() string {
	apart := fmt.Sprintf("two inputs stay apart through %s layers", words.Number(a.Layers, 8))
	closer := fmt.Sprintf("(1 − ρ < %g)", a.MergeDistance)
	switch {
	case a.Never:
		return "two inputs never merge"
	case a.Apart && math.IsNaN(a.MergeDepth):
		return apart
	case math.IsNaN(a.MergeDepth):
		return "of no known law: lengths do not stay"
	case a.Apart:
		return fmt.Sprintf("%s, and merge after %s %s", apart, words.Number(a.MergeDepth, 8), closer)
	}
	return fmt.Sprintf("two inputs merge after %s layers %s", words.Number(a.MergeDepth, 8), closer)
}

// Isometry answers the third.
func (a Answers) Isometry() string {
	switch {
	case a.Median == 0:
		return "half of all directions are lost altogether"
	case a.Median > 1-1e-6:
		return "all directions keep their norm"
	case a.Median > 0:
		return fmt.Sprintf("half of all directions lose more than a factor %s of their norm", words.Number(1/a.Median, 2))
	case a.SecondMoment >= 1:
		return fmt.Sprintf("directions differ: τ((JᵀJ)²)/τ(JᵀJ)² = %s (1: all alike)", words.Number(a.SecondMoment, 4))
	}
	return "of no known law"
}
