package montecarlo

import "fmt"

// Outcome is the answer of a test.
type Outcome int

const (
	// Undecided: the trials ran out before either answer was certain
	// enough.
	Undecided Outcome = iota
	// Confirmed: the claim holds, with error probability at most α.
	Confirmed
	// Refuted: the claim is false, with error probability at most α.
	Refuted
)

func (o Outcome) String() string {
	switch o {
	case Undecided:
		return "undecided"
	case Confirmed:
		return "confirmed"
	case Refuted:
		return "refuted"
	}
	return fmt.Sprintf("Outcome(%d)", int(o))
}

// MarshalText writes the outcome as a word.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (o *Outcome) UnmarshalText(text []byte) error {
	for _, c := range []Outcome{Undecided, Confirmed, Refuted} {
		if c.String() == string(text) {
			*o = c
			return nil
		}
	}
	return fmt.Errorf("outcome %q; want confirmed, refuted or undecided", text)
}

// Kind says what a verdict is about.
type Kind string

const (
	// Rate is the probability of an event: [RateTest].
	Rate Kind = "rate"
	// Mean is the expectation of a bounded quantity: [MeanTest].
	Mean Kind = "mean"
	// Law is the Kolmogorov distance between the law of a quantity and a
	// predicted one: [LawTest].
	Law Kind = "law"
)

// Range is a closed interval of numbers.
type Range struct {
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}

// A Verdict is the answer of a sequential test on one number (a probability,
// a mean or a distance between laws; Kind says which), with what a sceptic
// needs to weigh it.
type Verdict struct {
	Kind    Kind    `json:"kind,omitempty"`
	Outcome Outcome `json:"outcome"`
	// Alpha bounds the probability that Outcome is Confirmed for a false
	// claim or Refuted for a true one, however often the test was looked
	// at.
	Alpha float64 `json:"alpha"`
	// Limit is the largest value that the claim allows: the probability, the
	// mean or the distance is at most Limit.
	Limit float64 `json:"limit"`
	// Target is the claim in full: the number lies in it. For a rate and a
	// law it begins at 0; for a mean it is the claimed interval as far as
	// the support reaches.
	Target Range `json:"target"`
	// Resolution is the δ for which a number outside Target by δ would be
	// refuted within the trial budget if the trials came out as expected;
	// each test says exactly in which sense.
	Resolution float64 `json:"resolution"`
	Trials     int     `json:"trials"` // trials that the verdict used
	Events     int     `json:"events"` // how many of them showed the event (rates only)
	// Estimate is the number as observed: frequency, average, or distance
	// of the empirical law; 0 before the first trial.
	Estimate float64 `json:"estimate"`
	// Lo and Hi enclose the number, with confidence 1 − Alpha at all times.
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
	// Note says what no interval can: why one single observation refuted
	// the claim.
	Note string `json:"note,omitempty"`
	// Seed replays the trials; whoever ran them sets it with WithSeed.
	Seed uint64 `json:"seed,omitempty"`
}

// WithSeed is the verdict with the seed that replays its trials.
func (v Verdict) WithSeed(seed uint64) Verdict {
	v.Seed = seed
	return v
}
