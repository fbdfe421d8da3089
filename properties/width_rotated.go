package properties

import (
	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/theorem"
)

// RotatedWidthQuestions ask how wide the networks of an architecture must be that theorems
// on rotated shortcuts speak of, and as many plain layers of its function. is says
// whether it is one: see theorem.RotatedOf; its function must be normalised.
func RotatedWidthQuestions(a network.Architecture, tolerance, confidence float64) (rotated, plain WidthQuestion, is bool, err error) {
	r, described, depth, is := theorem.RotatedOf(a)
	if !is {
		return rotated, plain, false, nil
	}
	judged, err := described.Judge()
	if err != nil {
		return rotated, plain, false, err
	}
	function := described.Function(judged)
	profile, err := gpnorm.Describe(function)
	if err != nil || !profile.Normalized(theorem.NormalizedTolerance) {
		return rotated, plain, false, err
	}
	plain = WidthQuestion{Activation: function, Depth: depth, Tolerance: tolerance, Confidence: confidence}
	rotated = plain
	rotated.Rotated, rotated.Described = r, described
	return rotated, plain, true, nil
}
