package properties

import (
	"context"
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/theorem"
)

// A WidthQuestion asks how wide networks of a depth must be for the norms of
// Definition 1 to lie within a tolerance with a confidence: forward
// |‖x⁽ᴸ⁺¹⁾‖/√n − 1| < Tolerance and backward |‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖ − 1| < Tolerance, each
// with probability at least Confidence, from ‖x⁽¹⁾‖² = n and a y⁽ᴸ⁾ uniform on a
// sphere. The tolerance is on norms, not on squared norms.
type WidthQuestion struct {
	Activation gpnorm.Activation
	Depth      int
	Tolerance  float64 // 0 < ε < 1
	Confidence float64 // 0 < p < 1

	// Rotated, if it has a branch, asks about networks of rotated shortcuts around such
	// layers instead: forward the output, backward |‖∂E/∂x⁽¹⁾‖/‖∂E/∂x⁽ᴸ⁺¹⁾‖ − 1|. Described
	// is the activation as networks are described by it.
	Rotated   theorem.Rotated
	Described network.Activation
}

func (q WidthQuestion) rotated() bool { return q.Rotated.Branch > 0 }

// Validate says whether the question can be answered.
func (q WidthQuestion) Validate() error {
	switch {
	case q.Depth < 1:
		return fmt.Errorf("depth %d; want at least 1", q.Depth)
	case !(q.Tolerance > 0 && q.Tolerance < 1):
		return fmt.Errorf("tolerance %v (norms); want a number above 0 and below 1", q.Tolerance)
	case !(q.Confidence > 0 && q.Confidence < 1):
		return fmt.Errorf("confidence %v; want a probability above 0 and below 1", q.Confidence)
	}
	return nil
}

// Statement is the claim in a direction.
func (q WidthQuestion) Statement(d theorem.Direction) theorem.Statement { return definition1(d) }

func definition1(d theorem.Direction) theorem.Statement {
	if d == theorem.Forward {
		return theorem.Definition1Forward()
	}
	return theorem.Definition1Backward()
}

// A WidthAnswer is what is proven, what the limit law says and, if asked for,
// what was measured. It is what the command line prints as JSON.
type WidthAnswer struct {
	Activation string  `json:"activation"`
	Depth      int     `json:"depth"`
	Tolerance  float64 `json:"tolerance"`  // on norms
	Confidence float64 `json:"confidence"` // for each direction

	Forward  DirectionWidth `json:"forward"`
	Backward DirectionWidth `json:"backward"`
	Both     DirectionWidth `json:"both"` // suffices in either direction

	Seed  uint64  `json:"seed,omitempty"`  // of the measurement
	Alpha float64 `json:"alpha,omitempty"` // that any measured interval is wrong
}

// A DirectionWidth holds three widths; 0 stands for none.
type DirectionWidth struct {
	Proven   int            `json:"proven,omitempty"`    // enough, proven
	LimitLaw int            `json:"limit_law,omitempty"` // enough by the limit law: asymptotic
	Measured *MeasuredWidth `json:"measured,omitempty"`  // empirical
	// Reason says why nothing is proven, or neither proven nor predicted.
	Reason string `json:"reason,omitempty"`
}

// Theory answers from what is known, without simulation.
func (q WidthQuestion) Theory() (WidthAnswer, error) {
	if err := q.Validate(); err != nil {
		return WidthAnswer{}, err
	}
	profile, err := gpnorm.Describe(q.Activation)
	if err != nil {
		return WidthAnswer{}, err
	}
	out := WidthAnswer{Activation: q.Activation.Name, Depth: q.Depth, Tolerance: q.Tolerance, Confidence: q.Confidence}
	out.Forward.Reason, out.Backward.Reason = q.reason(theorem.Forward, profile), q.reason(theorem.Backward, profile)
	out.Both.Reason = out.Forward.Reason
	if out.Both.Reason == "" {
		out.Both.Reason = out.Backward.Reason
	}
	if !profile.Normalized(theorem.NormalizedTolerance) {
		return out, nil
	}
	law, err := q.byLimitLaw(profile)
	if err != nil {
		return out, err
	}
	out.Forward.LimitLaw, out.Backward.LimitLaw, out.Both.LimitLaw = law.Forward, law.Backward, law.Both()
	if lipschitz := q.Activation.Lipschitz; math.IsNaN(lipschitz) || math.IsInf(lipschitz, 1) {
		return out, nil
	}
	proven, err := q.byBound()
	if err != nil {
		return out, err
	}
	out.Forward.Proven, out.Backward.Proven, out.Both.Proven = proven.Forward, proven.Backward, proven.Both()
	for _, d := range []*DirectionWidth{&out.Forward, &out.Backward, &out.Both} {
		if d.Proven == 0 && d.Reason == "" {
			d.Reason = fmt.Sprintf("the bound is not small enough at any width up to %.0g", float64(theorem.WidestWidth))
		}
	}
	return out, nil
}

func (q WidthQuestion) byLimitLaw(p gpnorm.Profile) (theorem.Widths, error) {
	if q.rotated() {
		return q.Rotated.WidthByLimitLaw(p, q.Depth, q.Tolerance, q.Confidence)
	}
	return theorem.WidthByLimitLaw(p, q.Depth, q.Tolerance, q.Confidence)
}

func (q WidthQuestion) byBound() (theorem.Widths, error) {
	if q.rotated() {
		return q.Rotated.WidthByBound(q.Activation, q.Depth, q.Tolerance, q.Confidence)
	}
	return theorem.WidthByBound(q.Activation, q.Depth, q.Tolerance, q.Confidence)
}

// reason says why nothing is proven in a direction, or neither proven nor predicted.
func (q WidthQuestion) reason(d theorem.Direction, p gpnorm.Profile) string {
	if q.rotated() {
		forward, backward := q.Rotated.Unproven(q.Activation, p)
		if d == theorem.Forward {
			return forward
		}
		return backward
	}
	if ok, reason := q.Statement(d).Applies(q.Activation, p); !ok {
		return reason
	}
	return ""
}

// Answer is Theory, and a measurement if m is not nil. When the measurement is
// cancelled, the answer holds what is known so far and the error wraps
// ctx.Err().
func (q WidthQuestion) Answer(ctx context.Context, m *WidthMeasurement) (WidthAnswer, error) {
	out, err := q.Theory()
	if err != nil || m == nil {
		return out, err
	}
	out.Seed, out.Alpha = m.Seed, m.Alpha
	forward, backward, err := m.Run(ctx, q, theorem.Widths{Forward: out.Forward.LimitLaw, Backward: out.Backward.LimitLaw})
	out.Forward.Measured, out.Backward.Measured = &forward, &backward
	both := forward.and(backward)
	out.Both.Measured = &both
	return out, err
}
