package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"bsnn/properties"
	"bsnn/reports"
)

// replays writes the commands that repeat verdicts of a report on the same
// networks; the folder of the images, which a report does not name, is DIR.
func replays(spec reports.Spec) func(reports.Question) string {
	return func(q reports.Question) string {
		words := []string{"bsnn", "verify", "--activation", shellWord(q.Subject.Activation)}
		for _, name := range slices.Sorted(maps.Keys(q.Subject.Parameters)) {
			words = append(words, "--set", shellWord(name+"="+q.Subject.Parameters[name]))
		}
		if q.Subject.AsIs {
			words = append(words, "--as-is")
		}
		if q.Subject.OtherRoot {
			words = append(words, "--other-root")
		}
		if spec.Input != "synthetic" {
			words = append(words, "--data", spec.Input+":DIR")
		}
		// verify splits its α evenly over the claims about the depth.
		claims := len(properties.Claims(q.Depth, spec.LayerTolerance, spec.DepthTolerance, spec.Limit))
		words = append(words,
			fmt.Sprintf("--weights %s --widths %d --depth %d", spec.Weights, q.Width, q.Depth),
			fmt.Sprintf("--tolerance %g --layer-tolerance %g --limit %g", spec.DepthTolerance, spec.LayerTolerance, spec.Limit),
			fmt.Sprintf("--trials %d --alpha %g --seed %d", q.Trials, q.Alpha*float64(claims), spec.Seed))
		return strings.Join(words, " ")
	}
}
