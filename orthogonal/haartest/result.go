package haartest

// Outcome is the answer of a test.
type Outcome string

// The three answers.
const (
	// Confirmed: no law that the test looks at is further than the
	// resolution from that of independent Haar matrices. The error
	// probability is at most Alpha, provided that the matrices are
	// independent draws from one law. Laws that no statistic looks at are
	// not spoken of.
	Confirmed Outcome = "confirmed"
	// Refuted: the matrices are not independent Haar draws. The error
	// probability is at most Alpha.
	Refuted Outcome = "refuted"
	// Undecided: nothing speaks against it, and too few matrices were seen,
	// or too few checks could be made, to confirm.
	Undecided Outcome = "undecided"
)

// A Result is what a test found.
type Result struct {
	Outcome  Outcome `json:"outcome"`
	Reason   string  `json:"reason"` // one sentence
	Matrices int     `json:"matrices"`
	Dim      int     `json:"dim"`
	Alpha    float64 `json:"alpha"`
	// CheckAlpha is the share of each check that was made: Alpha divided by
	// their number.
	CheckAlpha float64 `json:"check_alpha"`
	Resolution float64 `json:"resolution"` // asked for
	// Reached is the largest Bound of the checks: the resolution at which
	// the matrices are confirmed, null if some check was not made.
	Reached *float64 `json:"reached"`
	// Reference is the number of simulated Haar matrices.
	Reference     int           `json:"reference"`
	Seed          uint64        `json:"seed"`
	Orthogonality Orthogonality `json:"orthogonality"`
	Checks        []Check       `json:"checks"`
}

// Refuting is the check that refutes with the smallest p-value; ok is false where
// none does: the result is another, or the matrices are not even orthogonal.
func (r Result) Refuting() (c Check, ok bool) {
	for _, d := range r.Checks {
		if d.Outcome == Refuted && (!ok || *d.P < *c.P) {
			c, ok = d, true
		}
	}
	return c, ok
}

// Orthogonality says whether the matrices are orthogonal. When they are
// not, no further check is made: all are about orthogonal matrices.
type Orthogonality struct {
	Error     float64 `json:"error"`  // largest entry of |QᵀQ − I|
	Matrix    int     `json:"matrix"` // the worst one, counted from 0
	Tolerance float64 `json:"tolerance"`
	Passed    bool    `json:"passed"`
}

// A Check is one statistic compared with its law under the hypothesis.
type Check struct {
	Name    string  `json:"name"`
	Outcome Outcome `json:"outcome"`
	// P is the p-value, exact or too large; null if the check was not made.
	P *float64 `json:"p"`
	// Deviation is the observed distance from the Haar law: of distribution
	// functions or, for events, of frequencies.
	Deviation *float64 `json:"deviation"`
	// Bound is an upper confidence bound on the true distance, at level
	// 1 − CheckAlpha.
	Bound *float64 `json:"bound"`
	// NotMade says why a check was not made, empty if it was.
	NotMade string `json:"not_made,omitempty"`
	// SizeBound: matrices so small give this check no room for an answer,
	// however many there are.
	SizeBound bool   `json:"size_bound,omitempty"`
	Method    string `json:"method"`
	Sees      string `json:"sees"`
	Blind     string `json:"blind"`
}
