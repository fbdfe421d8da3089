package training

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"bsnn/internal/limits"
	"bsnn/internal/words"
)

// Validate reports the first field that is wrong, as a *SpecError. The
// activation is only looked at by [New].
func (s Spec) Validate() error {
	return firstOf(
		between("inputs", s.Inputs, 1, limits.Inputs),
		between("classes", s.Classes, 1, limits.Classes),
		between("width", s.Width, 1, limits.TrainedWidth),
		between("depth", s.Depth, 1, limits.TrainedDepth),
		s.described(),
		s.stackWeights(),
		oneOf("shortcut", s.Shortcut, NoShortcut, PlainShortcut, ScaledShortcut),
		oneOf("loss", s.Loss, CrossEntropy, SquaredError),
		oneOf("dtype", s.DType, Float64, Float32),
		s.Optimizer.validate(),
		oneOf("constraint", s.Constraint, Constraints()...),
		s.ends(),
		s.orthogonalStart(),
		between("batch", s.Batch, 1, limits.Rows),
		s.batchOfSeveral(),
		between("epochs", s.Epochs, 1, limits.Epochs),
		between("steps", s.Steps, 0, limits.Steps),
		between("trial", s.Trial, 0, limits.Trials),
	)
}

// CheckSizes reports the first size that is negative or larger than any that is
// accepted. Unlike [Spec.Validate] it takes 0 for what is not said: it is for
// descriptions of runs that are shown, and not continued.
func (s Spec) CheckSizes() error {
	return firstOf(
		between("inputs", s.Inputs, 0, limits.Inputs),
		between("classes", s.Classes, 0, limits.Classes),
		between("width", s.Width, 0, limits.TrainedWidth),
		between("depth", s.Depth, 0, limits.TrainedDepth),
		between("batch", s.Batch, 0, limits.Rows),
		between("epochs", s.Epochs, 0, limits.Epochs),
		between("steps", s.Steps, 0, limits.Steps),
	)
}

// stackWeights is about the layers of one width.
func (s Spec) stackWeights() error {
	if s.Network != "" {
		return nil
	}
	return oneOf("weights", s.Weights, Haar, He, Gaussian)
}

func (s Spec) orthogonalStart() error {
	if s.Constraint.retraction() != nil && s.Weights != Haar {
		return &SpecError{"constraint", fmt.Sprintf("%s keeps weights orthogonal that start as %s", s.Constraint, s.Weights),
			"weights haar or constraint none", nil}
	}
	if s.Constraint.retraction() != nil && s.Optimizer.Method == Adam {
		return &SpecError{"constraint", string(s.Constraint) + " with adam, whose steps are no gradients",
			"sgd, or constraint unit-rows or none", nil}
	}
	return nil
}

// ends is about what is in front of the layers and behind them.
func (s Spec) ends() error {
	switch {
	case s.EndBiases && (!s.TrainEmbedding || s.FixedOutput):
		return &SpecError{"end_biases", "where an embedding or an output map is fixed", "both of them trained", nil}
	case s.EntryActivation && s.Sphere:
		return &SpecError{"sphere", "true beside an activation behind the embedding, which would move rows away from it", "one of them", nil}
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
		oneOf("optimizer.method", o.Method, "", SGD, Adam),
		within("optimizer.learning_rate", o.LearningRate, o.LearningRate > 0, "a positive number"),
		within("optimizer.momentum", o.Momentum, o.Momentum >= 0 && o.Momentum < 1, "0 or more, below 1"),
		within("optimizer.weight_decay", o.WeightDecay, o.WeightDecay >= 0, "0 or more"),
		oneOf("optimizer.schedule.kind", s.Kind, Constant, StepDown, Cosine),
		between("optimizer.schedule.warmup", s.Warmup, 0, limits.Steps),
		s.validateKind(),
	)
}

func (s Schedule) validateKind() error {
	switch s.Kind {
	case StepDown:
		return firstOf(
			between("optimizer.schedule.every", s.Every, 1, limits.Epochs),
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

func between(field string, value, low, high int) error {
	if value < low || value > high {
		return &SpecError{field, fmt.Sprint(value), fmt.Sprintf("%d to %d", low, high), nil}
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
	return &SpecError{field, strconv.Quote(words.Shorten(string(value), 60)), strings.Join(names, ", "), nil}
}
