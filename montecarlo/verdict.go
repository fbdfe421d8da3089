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
	return fmt.Errorf("montecarlo: outcome %q; want confirmed, refuted or undecided", text)
}

// A Verdict is the answer of a sequential test on a probability, with what a
// sceptic needs to weigh it.
type Verdict struct {
	Outcome Outcome `json:"outcome"`
	// Alpha bounds the probability that Outcome is Confirmed for a false
	// claim or Refuted for a true one, however often the test was looked
	// at.
	Alpha float64 `json:"alpha"`
	// Limit is the claim: the probability of the event is at most Limit.
	Limit float64 `json:"limit"`
	// Resolution is the δ for which an event of probability Limit + δ would
	// be refuted within the trial budget if it occurred at its expected
	// frequency.
	Resolution float64 `json:"resolution"`
	Trials     int     `json:"trials"` // trials that the verdict used
	Events     int     `json:"events"` // how many of them showed the event
	// Lo and Hi enclose the probability of the event, with confidence
	// 1 − Alpha at all times.
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}
