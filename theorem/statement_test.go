package theorem

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/gpnorm"
)

func TestWhichStatementsApply(t *testing.T) {
	half := gpTanh.Affine(0.5, 0)
	unknown := gpTanh
	unknown.Lipschitz, unknown.DerivLipschitz = math.NaN(), math.NaN()
	for _, c := range []struct {
		act                gpnorm.Activation
		t1, t2, deep, back string // "" applies; otherwise a part of the reason
	}{
		{gpTanh, "", "", "", ""},
		{gpELU, "", "", "", ""},
		{gpGELU, "", "", "", ""},
		{gpReLU, "", "φ′ is not Lipschitz; the conclusion is proven without it", "", ""},
		{gpReLU2, "", "φ′ is not Lipschitz; the conclusion is proven without it", "", ""},
		{gpGELU2, "", "", "κ = 1.11349", "κ = 1.11349"},
		{rawTanh, "it is 0.3942944904", "it is 0.4644029024", "it is 0.3942944904", "it is 0.3942944904"},
		{half, "it is 0.25", "it is 0.25", "it is 0.25", "it is 0.25"},
		{unknown, "no Lipschitz constant of φ is known", "no Lipschitz constant of φ′ is known", "no Lipschitz constant",
			"no Lipschitz constant"},
	} {
		p := profile(t, c.act)
		for i, want := range []string{c.t1, c.t2, c.deep, c.back} {
			s := Statements()[i]
			ok, reason := s.Applies(c.act, p)
			require.Equal(t, want == "", ok, "%s %s: %s", s.ID, c.act.Name, reason)
			require.Contains(t, reason, want, "%s %s", s.ID, c.act.Name)
		}
	}
}

// A function with κ = 1 whose D depends on the length: no statement over
// depth backward.
func TestRandomWalkEntersBackward(t *testing.T) {
	p := profile(t, gpReLU)
	ok, _ := Definition1Backward().Applies(gpReLU, p)
	require.True(t, ok)
	p.DerivSlope = 0.3
	ok, reason := Definition1Backward().Applies(gpReLU, p)
	require.False(t, ok)
	require.Contains(t, reason, "enters every layer's D")
}

func TestStatementsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Statements() {
		require.False(t, seen[s.ID])
		seen[s.ID] = true
		require.NotEmpty(t, s.Setting)
		for _, text := range []string{s.Name, s.Source, s.Text, s.Statistic, s.Ratio} {
			require.NotEmpty(t, strings.TrimSpace(text))
		}
		require.Equal(t, s.Direction == Backward, strings.Contains(s.Text, "backward") || strings.Contains(s.ID, "backward") ||
			s.ID == "theorem2")

		law, err := s.Prediction(gpTanh, 1000, 10)
		require.NoError(t, err)
		require.Equal(t, Asymptotic, law.Status)
		require.InDelta(t, 1, law.Mean, 0.02)
		b, err := s.Bound(gpTanh, 1000, 10, 0.5, 1.5)
		require.NoError(t, err)
		require.True(t, b.Probability >= 0 && b.Probability <= 1)
		require.Equal(t, b.Method == NoMethod, b.Status == Unknown)

		_, err = s.Prediction(gpTanh, 0, 10)
		require.ErrorContains(t, err, "width 0")
		_, err = s.Bound(gpTanh, 1000, 10, 1.1, 2)
		require.ErrorContains(t, err, "squared norms from 1.1 to 2")
		if s.Deep {
			_, err = s.Bound(gpTanh, 1000, 0, 0.9, 1.1)
			require.ErrorContains(t, err, "depth 0")
			_, err = s.Prediction(rawTanh, 1000, 10)
			require.ErrorContains(t, err, "a law over depth needs")
		}
	}
}
