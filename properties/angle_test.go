package properties_test

import (
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
)

func angles(a network.Architecture, seed uint64, correlation float64) properties.AngleVerification {
	return properties.AngleVerification{
		Architecture: a, AngleQuestion: theorem.AngleQuestion{Correlation: correlation, GradientCorrelation: 1}, Limit: 0.1,
		Budget: properties.Budget{Seed: seed, Trials: 2000, Alpha: 1e-7},
	}
}

// Two inputs have the law that is predicted, through what kinds of layers they go. All verdicts
// together are wrong with probability 1e-6.
func TestAngles(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	seed := replay.Seed(t)
	relu := network.Activation{Spec: "relu"}
	for name, a := range map[string]network.Architecture{
		"haar":     tower(t, 100, 6, network.Stack{}),
		"gaussian": tower(t, 150, 2, network.Stack{Linear: network.Linear{Weights: network.Gaussian}}),
		"kinks":    tower(t, 100, 3, network.Stack{Activation: relu}),
		"rotated":  tower(t, 60, 6, network.Stack{Shortcut: "rotated"}),
	} {
		r, err := angles(a, seed, 0.5).Run(t.Context())
		require.NoError(t, err, name)
		require.Equal(t, montecarlo.Confirmed, r.Outcome, "%s: %+v", name, r)
	}
}

// Mistakes that theory, or what draws networks, could make are refuted. Each is found with all but a
// chance of 1e-9.
func TestOtherAnglesAreToldApart(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	seed := replay.Seed(t)
	haar := tower(t, 150, 4, network.Stack{})
	for name, c := range map[string]struct {
		drawn, predicted network.Architecture
		correlation      float64
	}{
		"Gaussian for Haar": {tower(t, 150, 4, network.Stack{Linear: network.Linear{Weights: network.Gaussian}}), haar, 0.5},
		"C(ρ²)":             {haar, haar, 0.25},
		"one layer less":    {haar, tower(t, 150, 3, network.Stack{}), 0.5},
		"another function":  {haar, tower(t, 150, 4, network.Stack{Activation: network.Activation{Spec: "relu"}}), 0.5},
	} {
		p, err := theorem.PredictAngles(t.Context(), c.predicted, theorem.AngleQuestion{Correlation: c.correlation, GradientCorrelation: 1})
		require.NoError(t, err)
		v := angles(c.drawn, seed, 0.5)
		v.Prediction = &p
		r, err := v.Run(t.Context())
		require.NoError(t, err, name)
		require.Equal(t, montecarlo.Refuted, r.Outcome, name)
	}
}

// Inputs merge as the law of the function has it, and by which depth nine networks in ten have
// merged them is what theory says.
func TestInputsMerge(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	seed := replay.Seed(t)
	v := angles(tower(t, 200, 45, network.Stack{}), seed, 0.5)
	v.Merged, v.Limit, v.Budget.Trials = 0.1, 0.6, 256
	r, err := v.Run(t.Context())
	require.NoError(t, err)
	require.NotNil(t, r.Merging)
	require.Equal(t, montecarlo.Confirmed, r.Merging.Outcome, "%+v", r.Merging)
	require.NotNil(t, r.Merged.Depth)
	require.NotNil(t, r.Merged.Predicted)
	require.InEpsilon(t, *r.Merged.Predicted, *r.Merged.Depth, 0.25)

	short, err := angles(tower(t, 100, 3, network.Stack{}), seed, 0.5).Run(t.Context())
	require.NoError(t, err)
	require.Nil(t, short.Merging)
	require.Contains(t, short.NoMerging, "begins to hold at more layers")
	require.Nil(t, short.Merged.Depth)
}

func TestAnglesThatCannotBeAsked(t *testing.T) {
	a := tower(t, 3, 2, network.Stack{})
	for want, change := range map[string]func(*properties.AngleVerification){
		"want a number from −1 to 1":       func(v *properties.AngleVerification) { v.Correlation = -1.1 },
		"want no more inputs than neurons": func(v *properties.AngleVerification) { v.Inputs = 4 },
		"want 2 inputs or more":            func(v *properties.AngleVerification) { v.Inputs, v.Correlation = 1, 0 },
		"count as merged":                  func(v *properties.AngleVerification) { v.Merged = 3 },
	} {
		v := angles(a, 1, 0.5)
		change(&v)
		_, err := v.Run(t.Context())
		require.ErrorContains(t, err, want)
	}
	batch := network.Batch
	r, err := angles(tower(t, 20, 2, network.Stack{Norm: &batch}), 1, 0.5).Run(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, r.NoLaw)
	require.Equal(t, montecarlo.Undecided, r.Outcome)
}
