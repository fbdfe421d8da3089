package gpnorm

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// workOf is what the maps of a function take.
func workOf(t *testing.T, text string, limit int64) (work int64, err error) {
	t.Helper()
	j, err := Judge(text, nil)
	require.NoError(t, err)
	m := newMeter(limit)
	_, err = newCorrelation(j.Activation, 1, m)
	return m.limit - m.left, m.cause(err)
}

// What a computation takes is counted: it is the same each time, and one
// operation less than that is too little.
func TestWorkIsCounted(t *testing.T) {
	for _, text := range []string{"gelu", "relu", "x*sigmoid(1.702*x)"} {
		work, err := workOf(t, text, maxWork)
		require.NoError(t, err)
		again, err := workOf(t, text, work)
		require.NoError(t, err)
		require.Equal(t, work, again, text)
		_, err = workOf(t, text, work-1)
		var costly *CostError
		require.ErrorAs(t, err, &costly, text)
		require.Equal(t, work-1, costly.Limit)
	}
}

// Built-in functions are far from the limit, and what is estimated before a
// computation begins is less than what it takes.
func TestBuiltInsAreCheap(t *testing.T) {
	for _, name := range Names() {
		a, err := Lookup(name)
		require.NoError(t, err)
		if len(a.Kinks) > 1 || name == "softsign" {
			continue // maps of several kinks, or of an unknown jump of φ″, cost more, as those of expressions do
		}
		work, err := workOf(t, name, maxWork/20)
		require.NoError(t, err, name)
		least := int64(0)
		for _, end := range []float64{-1, 1} {
			least += fewestNodes * newBivariate(a, end, nil).least(endWidth/2) * int64(pointWork+a.operations)
		}
		require.True(t, name == "identity" || least < work && work < 30*least, "%s: %d operations, at least %d", name, work, least)
	}
}

// The fixed points of the length map are given up in the same way.
func TestCostlyLengths(t *testing.T) {
	a, err := Lookup("gelu")
	require.NoError(t, err)
	m := newMeter(1000)
	_, err = lengthDrift{a.metered(m)}.fixedPoints(0.5, 2)
	require.ErrorContains(t, m.cause(err), "too costly: more than 1e+03 operations")
}
