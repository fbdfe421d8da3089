package reports

import (
	"context"
	"fmt"
	"time"

	"bsnn/properties"
)

// mapsLimit is how long the maps of one activation may take: functions with
// many kinks or high frequencies need minutes, and the rest of the report does
// not depend on them.
const mapsLimit = 20 * time.Second

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
		d := description{curves: newCurves(res.activation, res.profile.Normalized(properties.NormalizedTolerance))}
		if !subject.AsIs {
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
	case <-time.After(mapsLimit):
		return description{warnings: []string{fmt.Sprintf("the maps Q and C were not computed within %v", mapsLimit)}}, nil
	case d := <-done:
		return d, nil
	}
}
