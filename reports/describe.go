package reports

import (
	"context"
	"fmt"

	"bsnn/theorem"
)

// mostKinks is for how many kinks of an activation the maps are computed:
// those of many take minutes, and the rest of the report does not depend on
// them. A limit of time would make the report depend on the machine.
const mostKinks = 12

// Two inputs without correlation count as merged when 1 − ρ is below this.
const mergedDistance = 0.01

// A description is what is known of the maps of an activation.
type description struct {
	curves   Curves
	maps     *Maps // nil for a function that is not normalised, and where they cannot be had
	warnings []string
}

// describe computes the maps. What cannot be had becomes a warning.
func describe(ctx context.Context, subject Subject, res resolved) (description, error) {
	done := make(chan description, 1)
	go func() {
		many := len(res.activation.Kinks) > mostKinks
		d := description{curves: NewCurves(res.activation, !many && res.profile.Normalized(theorem.NormalizedTolerance), curveReach, curvePoints)}
		switch {
		case subject.AsIs:
		case many:
			d.warnings = []string{fmt.Sprintf("the maps Q and C are not computed: φ has %d kinks, more than %d", len(res.activation.Kinks), mostKinks)}
		default:
			var err error
			if d.maps, err = NewMaps(res.judgement.Normalized, 0, mergedDistance); err != nil {
				d.warnings = []string{"the maps Q and C are unknown: " + err.Error()}
			}
		}
		done <- d
	}()
	select {
	case <-ctx.Done():
		return description{}, ctx.Err()
	case d := <-done:
		return d, nil
	}
}
