package provenance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// A Run is everything that the numbers of a run depend on. Two runs that are
// equal give the same bits.
type Run struct {
	Kind        string      `json:"kind"`           // what computes, as in "verify"
	Asked       any         `json:"asked"`          // what was asked for: whatever has JSON
	Data        string      `json:"data,omitempty"` // what was read: see [Data]; empty where nothing was
	Environment Environment `json:"environment"`
}

// A Difference is the first thing in which two runs are not the same.
type Difference struct {
	Part        Part
	Field       string // of what was asked for, as in spec.width, or of the environment
	There, Here string // as JSON
}

const buildField = "build of bsnn"

// A Part says what differs.
type Part int

const (
	Kind   Part = iota // what computes
	Asked              // what was asked for
	Input              // the rows that are read
	Around             // the environment alone: the numbers agree up to their last bits
)

// Against is the first thing in which a run that is kept somewhere is not the
// run at hand, or nil when parts of one are parts of the other.
func (here Run) Against(there Run) *Difference {
	if here.Kind != there.Kind {
		return &Difference{Kind, "", there.Kind, here.Kind}
	}
	if field, a, b, differs := first(there.Asked, here.Asked); differs {
		return &Difference{Asked, field, a, b}
	}
	if here.Data != there.Data {
		return &Difference{Input, "", there.Data, here.Data}
	}
	for _, x := range []struct{ field, there, here string }{
		{buildField, there.Environment.Build, here.Environment.Build},
		{"processor", there.Environment.Processor, here.Environment.Processor},
		{"BLAS library", there.Environment.BLAS, here.Environment.BLAS},
	} {
		if x.there != x.here {
			return &Difference{Around, x.field, x.there, x.here}
		}
	}
	return nil
}

// Error says what differs, in words that follow "the run in FILE cannot be
// continued: ".
func (d *Difference) Error() string {
	switch d.Part {
	case Kind:
		return fmt.Sprintf("it is of bsnn %s, not of bsnn %s", d.There, d.Here)
	case Asked:
		return fmt.Sprintf("its %s is %s, here it is %s", d.Field, d.There, d.Here)
	case Input:
		return "it was begun with other data"
	}
	if d.Field == buildField || d.There == "" || d.Here == "" { // digests say nothing to people
		return "it was begun with another " + d.Field
	}
	return fmt.Sprintf("it was begun with another %s (%s, here %s)", d.Field, d.There, d.Here)
}

// Name is the same for all runs that differ in their environment alone: a
// digest in hexadecimal, for the names of files.
func (here Run) Name() (string, error) {
	here.Environment = Environment{}
	text, err := json.Marshal(here)
	if err != nil {
		return "", fmt.Errorf("what was asked for: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
