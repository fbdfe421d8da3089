package reports

import (
	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network/dataset"
	"bsnn/theorem"
)

// Format counts the changes of report.json that a reader of an older one
// would stumble over.
const Format = 3

// normFormat is the first format with tolerances of norms; before, they were of
// squared norms.
const normFormat = 3

// A Report is a finished sweep. Everything but Machine and what is added to a
// finished sweep follows from Spec, and from the images that Input describes.
type Report struct {
	Format   int                `json:"format"`
	Spec     Spec               `json:"spec"`
	Machine  provenance.Machine `json:"machine"`
	Input    Input              `json:"input"`
	Subjects []SubjectResult    `json:"subjects"`
	Failures []Failure          `json:"failures"` // cells that could not be measured
	Warnings []string           `json:"warnings"`

	Training   []TrainingRun `json:"training,omitempty"`   // runs to show beside
	Comparison *Comparison   `json:"comparison,omitempty"` // with an older report
}

// A Failure is a cell that could not be measured.
type Failure struct {
	Subject string `json:"subject"` // key
	Width   int    `json:"width"`
	Depth   int    `json:"depth"`
	Error   string `json:"error"`
}

// Input says what x⁽¹⁾ was and how it meets assumption (1).
type Input struct {
	Source    string           `json:"source"`    // "synthetic", "mnist" or "cifar10", never a path
	Statement string           `json:"statement"` // in words, for the reader
	Used      int              `json:"used"`      // how many different images were sent through networks
	Images    *dataset.Summary `json:"images"`    // the whole set's shell before scaling; null for synthetic input
	SHA256    string           `json:"sha256"`    // of the training rows: dataset.Set.Checksum; "" for synthetic input
}

// SubjectResult is all that was measured of one activation.
type SubjectResult struct {
	Subject    Subject    `json:"subject"`
	Card       Card       `json:"card"`
	Curves     Curves     `json:"curves"` // of the function that networks use
	Series     []Series   `json:"series"` // one for each statement, in the order of theorem.Statements
	LayerNorms LayerNorms `json:"layers"`

	Histograms []Histogram `json:"histograms"` // of the forward statistics, one for each depth
	Widths     []WidthNeed `json:"widths"`     // by depth, ascending
}

// A Series is one statistic against width: ‖x‖²/n forward, a ratio of ‖d‖²
// backward; 1 is what the statement predicts. The claim is about its root, the
// ratio of norms.
type Series struct {
	Statement   string               `json:"statement"` // ID of a theorem.Statement
	Name        string               `json:"name"`
	Claim       string               `json:"claim"`     // what exactly is tested, in words
	Statistic   string               `json:"statistic"` // its formula: squared norms
	Ratio       string               `json:"ratio"`     // the root of it, which the claim is about
	Given       string               `json:"given"`     // what it is measured under
	Direction   string               `json:"direction"` // "forward" or "backward"
	Depth       int                  `json:"depth"`
	Tolerance   float64              `json:"tolerance"` // ε, of norms
	Assumptions []theorem.Assumption `json:"assumptions"`
	Cells       []Cell               `json:"cells"`
	Fit         Fit                  `json:"fit"`
	Verdict     SeriesVerdict        `json:"verdict"`
}

// A Cell is the statistic at one width.
type Cell struct {
	Width   int    `json:"width"`
	Trials  int    `json:"trials"`
	Mean    Number `json:"mean"`
	SD      Number `json:"sd"`
	Q05     Number `json:"q05"`
	Q50     Number `json:"q50"`
	Q95     Number `json:"q95"`
	Outside Number `json:"outside"` // measured P(|√statistic − 1| ≥ ε)

	// The limit law (asymptotic); NaN where theory has none, as for a
	// function that is not GP-normalised, or says nothing, as over depth for
	// κ > 1.
	PredictedMean    Number `json:"predicted_mean"`
	PredictedSD      Number `json:"predicted_sd"`
	PredictedQ05     Number `json:"predicted_q05"`
	PredictedQ95     Number `json:"predicted_q95"`
	PredictedOutside Number `json:"predicted_outside"`

	// Exact at this width, by quadrature; NaN but for one layer with Haar
	// weights.
	ExactMean Number `json:"exact_mean"`
	ExactSD   Number `json:"exact_sd"`

	Deviation Deviation `json:"deviation"`

	// Bound is proven: P(|√statistic − 1| ≥ ε) ≤ Bound. NaN where none is
	// known; 1 says nothing.
	Bound Number `json:"bound"`

	Verdict montecarlo.Verdict `json:"verdict"`
}

// A Fit is the least-squares slope of log SD against log width.
type Fit struct {
	Slope     Number `json:"slope"`
	StdErr    Number `json:"stderr"`             // from the scatter about the line
	Degrees   int    `json:"degrees_of_freedom"` // of StdErr: Widths − 2; 0 without a fit
	Exact     Number `json:"exact"`              // the same fit to the exact SD; NaN where a width has none
	Law       Number `json:"law"`                // the same fit to the limit law's SD
	Predicted Number `json:"predicted"`          // −½, its asymptote; NaN where there is no limit law
	Widths    int    `json:"widths"`             // how many widths entered
}

// SeriesVerdict sums up the verdicts of a series as properties.OutcomeOverWidths does.
type SeriesVerdict struct {
	Outcome montecarlo.Outcome `json:"outcome"`
	Width   int                `json:"width"` // where the answer was found, 0 if undecided everywhere
	// From is the smallest width from which on every answer is Confirmed, 0
	// if there is none.
	From int `json:"from"`
	// LimitLawWidth is the width from which on the claim holds by the limit law
	// (asymptotic); 0 where none does, or nothing is predicted.
	LimitLawWidth int    `json:"limit_law_width"`
	Replay        string `json:"replay"` // command that repeats this verdict, as Options.Replay writes it
}

// LayerNorms are the norms through a deep network of one width.
type LayerNorms struct {
	Width          int    `json:"width"`
	Trials         int    `json:"trials"`
	Forward        []Band `json:"forward"`         // ‖x⁽ˡ⁾‖²/n, l = 1 … L+1
	Backward       []Band `json:"backward"`        // ‖d⁽ˡ⁾‖²/‖d⁽ᴸ⁾‖², l = 1 … L
	WeightGradient []Band `json:"weight_gradient"` // ‖∂E/∂W⁽ˡ⁾‖_F relative to layer L, l = 1 … L
}

// A Band holds quantiles over the trials at one layer.
type Band struct {
	Layer int    `json:"layer"`
	Q05   Number `json:"q05"`
	Q50   Number `json:"q50"`
	Q95   Number `json:"q95"`
}
