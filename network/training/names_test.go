package training

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// Documents of former versions are read, and written with today's names.
func TestFormerNamesAreRead(t *testing.T) {
	var s Spec
	require.NoError(t, json.Unmarshal([]byte(`{"activation":"relu","raw":true,"weights":"xavier","seed":7}`), &s))
	require.Equal(t, Spec{Activation: "relu", AsIs: true, Weights: Gaussian, Seed: 7}, s)
	data, err := json.Marshal(s)
	require.NoError(t, err)
	require.Contains(t, string(data), `"as_is":true`)
	require.Contains(t, string(data), `"weights":"gaussian"`)
	require.NotContains(t, string(data), "raw")
	var back Spec
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, s, back)

	before := Default()
	require.NoError(t, json.Unmarshal([]byte(`{"width":9}`), &before))
	want := Default()
	want.Width = 9
	require.Equal(t, want, before, "what a document leaves out stays")
	require.Error(t, json.Unmarshal([]byte(`{"as_is":3}`), &s))
	require.Equal(t, []Weights{Haar, Gaussian, He, "uniform"},
		[]Weights{ParseWeights("haar"), ParseWeights("xavier"), ParseWeights("he"), ParseWeights("uniform")})
}
