package training

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Validate reports the first field that is wrong, as a *SpecError. The
// activation is only looked at by [New].
func (s Spec) Validate() error {
	return firstOf(
		atLeast("inputs", s.Inputs, 1),
		atLeast("classes", s.Classes, 1),
		atLeast("width", s.Width, 1),
		atLeast("depth", s.Depth, 1),
		oneOf("weights", s.Weights, Haar, He, Gaussian),
		oneOf("shortcut", s.Shortcut, NoShortcut, PlainShortcut, ScaledShortcut),
		oneOf("loss", s.Loss, CrossEntropy, SquaredError),
		oneOf("dtype", s.DType, Float64, Float32),
		s.Optimizer.validate(),
		oneOf("constraint", s.Constraint, Free, QR, Cayley, Polar),
		s.orthogonalStart(),
		atLeast("batch", s.Batch, 1),
		s.batchOfSeveral(),
		atLeast("epochs", s.Epochs, 1),
		atLeast("steps", s.Steps, 0),
		atLeast("trial", s.Trial, 0),
	)
}

func (s Spec) orthogonalStart() error {
	if s.Constraint != Free && s.Weights != Haar {
		return &SpecError{"constraint", fmt.Sprintf("%s keeps weights orthogonal that start as %s", s.Constraint, s.Weights),
			"weights haar or constraint none", nil}
	}
	return nil
}

func (s Spec) batchOfSeveral() error {
	if s.BatchNorm && s.Batch < 2 {
		return &SpecError{"batch", "1 with batch normalisation", "at least 2", nil}
	}
	return nil
}

func (o Optimizer) validate() error {
	s := o.Schedule
	return firstOf(
		within("optimizer.learning_rate", o.LearningRate, o.LearningRate > 0, "a positive number"),
		within("optimizer.momentum", o.Momentum, o.Momentum >= 0 && o.Momentum < 1, "0 or more, below 1"),
		within("optimizer.weight_decay", o.WeightDecay, o.WeightDecay >= 0, "0 or more"),
		oneOf("optimizer.schedule.kind", s.Kind, Constant, StepDown, Cosine),
		atLeast("optimizer.schedule.warmup", s.Warmup, 0),
		s.validateKind(),
	)
}

func (s Schedule) validateKind() error {
	switch s.Kind {
	case StepDown:
		return firstOf(
			atLeast("optimizer.schedule.every", s.Every, 1),
			within("optimizer.schedule.factor", s.Factor, s.Factor > 0, "a positive number"))
	case Cosine:
		return within("optimizer.schedule.final", s.Final, s.Final >= 0 && s.Final <= 1, "0 to 1")
	}
	return nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func atLeast(field string, value, low int) error {
	if value < low {
		return &SpecError{field, fmt.Sprint(value), fmt.Sprintf("%d or more", low), nil}
	}
	return nil
}

func within(field string, value float64, ok bool, want string) error {
	if !ok || math.IsInf(value, 0) {
		return &SpecError{field, fmt.Sprint(value), want, nil}
	}
	return nil
}

func oneOf[S ~string](field string, value S, allowed ...S) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = string(a)
	}
	return &SpecError{field, fmt.Sprintf("%q", string(value)), strings.Join(names, ", "), nil}
}
