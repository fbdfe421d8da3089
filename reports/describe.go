package reports

import (
	"context"

	"bsnn/gpnorm"
	"bsnn/internal/parallel"
	"bsnn/theorem"
)

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
	return parallel.Beside(func() (d description) {
		var c *gpnorm.CorrelationMap
		var err error
		if res.profile.Normalized(theorem.NormalizedTolerance) {
			c, err = gpnorm.Correlation(res.activation, 1)
		}
		d.curves = newCurves(res.activation, c, curveReach, curvePoints)
		if !subject.AsIs && err == nil {
			d.maps, err = newMaps(res.judgement.Normalized, c, 0, mergedDistance)
		}
		if !subject.AsIs && err != nil {
			d.warnings = []string{"the maps Q and C are unknown: " + err.Error()}
		}
		return d
	})(ctx)
}
