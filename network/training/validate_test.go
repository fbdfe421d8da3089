package training

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBadSpecsAreNamed(t *testing.T) {
	good, train, _ := small()
	require.NoError(t, good.Validate())
	for field, change := range map[string]func(*Spec){
		"inputs":                    func(s *Spec) { s.Inputs = 21 },
		"classes":                   func(s *Spec) { s.Classes = 4 },
		"width":                     func(s *Spec) { s.Width = 0 },
		"depth":                     func(s *Spec) { s.Depth = -1 },
		"activation":                func(s *Spec) { s.Activation = "tahn" },
		"weights":                   func(s *Spec) { s.Weights = "gauss" },
		"shortcut":                  func(s *Spec) { s.Shortcut = "" },
		"loss":                      func(s *Spec) { s.Loss = "mse" },
		"dtype":                     func(s *Spec) { s.DType = "float16" },
		"constraint":                func(s *Spec) { s.Constraint, s.Weights = QR, He },
		"batch":                     func(s *Spec) { s.Batch = 1001 },
		"epochs":                    func(s *Spec) { s.Epochs = 0 },
		"steps":                     func(s *Spec) { s.Steps = -1 },
		"optimizer.learning_rate":   func(s *Spec) { s.Optimizer.LearningRate = math.NaN() },
		"optimizer.momentum":        func(s *Spec) { s.Optimizer.Momentum = 1 },
		"optimizer.weight_decay":    func(s *Spec) { s.Optimizer.WeightDecay = math.Inf(1) },
		"optimizer.schedule.kind":   func(s *Spec) { s.Optimizer.Schedule.Kind = "linear" },
		"optimizer.schedule.warmup": func(s *Spec) { s.Optimizer.Schedule.Warmup = -1 },
		"optimizer.schedule.every":  func(s *Spec) { s.Optimizer.Schedule = Schedule{Kind: StepDown, Factor: 1} },
		"optimizer.schedule.factor": func(s *Spec) { s.Optimizer.Schedule = Schedule{Kind: StepDown, Every: 1} },
		"optimizer.schedule.final":  func(s *Spec) { s.Optimizer.Schedule = Schedule{Kind: Cosine, Final: 2} },
	} {
		s := good
		change(&s)
		_, err := New(s, train, nil)
		var e *SpecError
		require.ErrorAs(t, err, &e, field)
		require.Equal(t, field, e.Field)
		require.NotContains(t, err.Error(), "\n")
	}
	s := good
	s.Batch, s.BatchNorm = 1, true
	_, err := New(s, train, nil)
	require.ErrorContains(t, err, "batch normalisation")
	_, err = New(good, nil, nil)
	require.ErrorContains(t, err, "no training samples")
	wrong := newTeacher(1, 100, 20, 3)
	wrong.labels[7] = 3
	_, err = New(good, wrong, nil)
	require.ErrorContains(t, err, "label 3 at sample 7 of the training set")
	_, err = New(good, train, wrong)
	require.ErrorContains(t, err, "test set")
}
