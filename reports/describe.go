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

// describe adds the maps to the card and returns the curves. What cannot be
// had becomes a warning.
func (s *sweep) describe(ctx context.Context, card *Card, subject Subject, res resolved) (Curves, error) {
	type result struct {
		curves Curves
		maps   *Maps
		err    error
	}
	done := make(chan result, 1)
	go func() {
		r := result{curves: newCurves(res.activation, res.profile.Normalized(properties.NormalizedTolerance))}
		if !subject.AsIs {
			r.maps, r.err = NewMaps(res.judgement.Normalized, 0, mergedDistance)
		}
		done <- r
	}()
	select {
	case <-ctx.Done():
		return Curves{}, ctx.Err()
	case <-time.After(mapsLimit):
		card.Warnings = append(card.Warnings, fmt.Sprintf("the maps Q and C were not computed within %v", mapsLimit))
		return Curves{}, nil
	case r := <-done:
		card.Maps = r.maps
		if r.err != nil {
			card.Warnings = append(card.Warnings, "the maps Q and C are unknown: "+r.err.Error())
		}
		return r.curves, nil
	}
}
