package montecarlo_test

import (
	"encoding/json"
	"testing"

	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
)

// Other programs read verdicts: the names they know stay, and what is
// written is what is read.
func TestVerdictsAsJSON(t *testing.T) {
	rate, err := montecarlo.NewRateTest(0.1, 1e-6, 100)
	require.NoError(t, err)
	mean, err := montecarlo.NewMeanTest(montecarlo.MeanClaim{Lo: -1, Hi: 2, Max: 5}, 1e-6, 100)
	require.NoError(t, err)
	law, err := montecarlo.NewLawTest(montecarlo.LawClaim{CDF: uniformCDF, Slack: 0.1}, 1e-6, 100)
	require.NoError(t, err)
	for _, c := range []struct {
		test   montecarlo.Test
		add    func()
		kind   montecarlo.Kind
		target montecarlo.Range
		limit  float64
	}{
		{rate, func() { rate.Add(true) }, montecarlo.Rate, montecarlo.Range{Hi: 0.1}, 0.1},
		{mean, func() { mean.Add(4) }, montecarlo.Mean, montecarlo.Range{Hi: 2}, 2},
		{law, func() { law.Add(0.5) }, montecarlo.Law, montecarlo.Range{Hi: 0.1}, 0.1},
	} {
		for range 60 {
			v := c.test.Verdict().WithSeed(1<<63 + 1)
			require.Equal(t, c.kind, v.Kind)
			require.Equal(t, c.target, v.Target)
			require.Equal(t, c.limit, v.Limit)
			require.Equal(t, c.test.Resolution(), v.Resolution)
			lo, hi := c.test.Interval()
			require.Equal(t, [2]float64{lo, hi}, [2]float64{v.Lo, v.Hi})
			require.Equal(t, c.test.Decided(), v.Outcome != montecarlo.Undecided)

			b, err := json.Marshal(v)
			require.NoError(t, err)
			names := map[string]any{}
			require.NoError(t, json.Unmarshal(b, &names))
			for _, name := range []string{"outcome", "alpha", "limit", "resolution", "trials", "events", "lo", "hi", "kind", "target", "estimate",
				"seed"} {
				require.Contains(t, names, name)
			}
			var back montecarlo.Verdict
			require.NoError(t, json.Unmarshal(b, &back))
			require.Equal(t, v, back)
			c.add()
		}
		require.True(t, c.test.Decided(), c.kind)
	}
	estimate := []float64{rate.Verdict().Estimate, mean.Verdict().Estimate, law.Verdict().Estimate}
	require.Equal(t, []float64{1, 4, 0.5}, estimate)
}

// What older versions wrote is still read.
func TestOldVerdictsAreRead(t *testing.T) {
	var v montecarlo.Verdict
	old := `{"outcome":"refuted","alpha":1e-6,"limit":0.1,"resolution":0.2,"trials":7,"events":7,"lo":0.3,"hi":1}`
	require.NoError(t, json.Unmarshal([]byte(old), &v))
	require.Equal(t, montecarlo.Verdict{Outcome: montecarlo.Refuted, Alpha: 1e-6, Limit: 0.1, Resolution: 0.2, Trials: 7, Events: 7,
		Lo: 0.3, Hi: 1}, v)
}
