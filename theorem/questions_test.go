package theorem

import (
	"encoding/json"
	"math"
	"testing"

	"bsnn/gpnorm"
	"bsnn/network"

	"github.com/stretchr/testify/require"
)

func tower(t *testing.T, function string, shortcut string, width, depth int) network.Architecture {
	t.Helper()
	a, err := network.Stack{Activation: network.Activation{Spec: function}, Shortcut: shortcut}.Tower(width, depth)
	require.NoError(t, err)
	return a
}

func answer(t *testing.T, a network.Architecture) Answers {
	t.Helper()
	p, err := Predict(t.Context(), a, Question{})
	require.NoError(t, err)
	out, err := p.Answer(a)
	require.NoError(t, err)
	return out
}

// Twenty layers of normalised tanh keep norms at ordinary widths and lose half of all
// directions: the median of the squared singular values was 9·10⁻⁵ in networks with n = 400.
func TestNormsAreKeptAndDirectionsLost(t *testing.T) {
	a := answer(t, tower(t, "tanh", "", 400, 20))
	require.InEpsilon(t, 9e-5, a.Median*a.Median, 0.05)
	require.Less(t, a.Width, 400)
	require.True(t, a.Apart)
	require.Contains(t, a.Isometry(), "lose more than a factor 110 of their norm")
	// A rotation behind everything, as architectures end with a linear map, changes nothing.
	more := tower(t, "tanh", "", 400, 20)
	more.Blocks = append(more.Blocks, network.Linear{To: 400})
	require.InEpsilon(t, a.Median, answer(t, more).Median, 1e-9)
}

// The answers from a profile and from an architecture are the same.
func TestAnswersAgree(t *testing.T) {
	for _, name := range []string{"tanh", "relu", "selu", "x"} {
		raw, err := gpnorm.Resolve(name, nil)
		require.NoError(t, err)
		n, err := gpnorm.Normalize(raw)
		require.NoError(t, err)
		c, err := gpnorm.Correlation(n.Activation, 1)
		require.NoError(t, err)
		layers, err := c.LayersUntil(0, 0.01)
		require.NoError(t, err)
		merged := float64(layers.Count)
		if layers.Never {
			merged = math.Inf(1)
		}
		one, err := AnswersOf(n.Activation, n.Roots[n.Chosen].Profile, 100, merged, 0.01)
		require.NoError(t, err)
		two := answer(t, tower(t, name, "", 500, 100))
		require.InDelta(t, one.Median, two.Median, 1e-9*one.Median, name)
		require.Equal(t, one.Apart, two.Apart, name)
		if !two.Apart {
			require.Equal(t, one.MergeDepth, two.MergeDepth, name)
		}
		if name != "x" { // whose norms stay at any width
			require.InEpsilon(t, one.Width, two.Width, 0.02, name)
		}
	}
}

func TestAnswersInWords(t *testing.T) {
	relu := answer(t, tower(t, "relu", "", 400, 200))
	require.Equal(t, "half of all directions are lost altogether", relu.Isometry())
	require.Contains(t, relu.Angles(), "two inputs merge after 57 layers (1 − ρ < 0.01)")
	line := answer(t, tower(t, "x", "", 400, 200))
	require.Equal(t, "all directions keep their norm", line.Isometry())
	rotated := answer(t, tower(t, "tanh", "rotated", 400, 200))
	require.Contains(t, rotated.Norms(), "kept within ±30 % in 90 % of the networks from width ")
	require.Equal(t, "half of all directions lose more than a factor 1.6 of their norm", rotated.Isometry())
	require.Equal(t, "two inputs stay apart through 200 layers", rotated.Angles())

	raw := tower(t, "relu", "", 400, 50)
	raw.Blocks = append(raw.Blocks, network.Linear{To: 10, Gain: 0.01})
	require.Equal(t, "not kept at any width: they change in the limit of wide layers itself", answer(t, raw).Norms())

	growing, err := gpnorm.Lookup("gelu")
	require.NoError(t, err)
	n, err := gpnorm.Normalize(growing)
	require.NoError(t, err)
	other, err := n.WithRoot(1 - n.Chosen)
	require.NoError(t, err)
	a, err := AnswersOf(other.Activation, other.Roots[other.Chosen].Profile, 50, math.NaN(), 0.01)
	require.NoError(t, err)
	require.Equal(t, "not kept, or of no known law, at any width", a.Norms())
	require.Equal(t, "of no known law: lengths do not stay", a.Angles())
	text, err := json.Marshal(a)
	require.NoError(t, err)
	require.Contains(t, string(text), `"merge_depth":null`)
	for _, a := range []Answers{a, relu, line, rotated} {
		text, err := json.Marshal(a)
		require.NoError(t, err)
		var back Answers
		require.NoError(t, json.Unmarshal(text, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.JSONEq(t, string(text), string(again))
	}
}
