package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

// everyFlag calls f with the flags of all verbs, hidden ones too.
func everyFlag(f func(verb string, c *cobra.Command, flag *pflag.Flag)) {
	for _, c := range visible() {
		c.LocalFlags().VisitAll(func(flag *pflag.Flag) { f(strings.Join(path(c), " "), c, flag) })
	}
}

// A name of a flag means the same in every verb, so that it takes the same: but for lists where
// several things are compared.
func TestOneSpellingOfFlags(t *testing.T) {
	lists := map[string]bool{"activation": true, "weights": true, "lr": true, "depth": true}
	kinds := map[string]string{}
	everyFlag(func(verb string, _ *cobra.Command, f *pflag.Flag) {
		if f.Hidden || lists[f.Name] {
			return
		}
		kind := f.Value.Type()
		if before, known := kinds[f.Name]; known {
			require.Equal(t, before, kind, "bsnn %s --%s", verb, f.Name)
		}
		kinds[f.Name] = kind
	})
}

// What has another name is not shown under it, and is the same flag: the command that is printed
// for it names the flag itself.
func TestOtherNamesOfFlags(t *testing.T) {
	shown, others := map[string]bool{}, 0
	everyFlag(func(_ string, _ *cobra.Command, f *pflag.Flag) {
		if !f.Hidden {
			shown[f.Name] = true
		}
	})
	for _, old := range []string{"activations", "networks", "rates", "distance", "tol", "input", "normalised", "depths"} {
		require.False(t, shown[old], old)
	}
	everyFlag(func(verb string, c *cobra.Command, f *pflag.Flag) {
		if !otherName(f) {
			return
		}
		others++
		require.True(t, f.Hidden)
		meant := c.Flags().Lookup(f.Annotations[isAlias][0])
		require.NotNil(t, meant, "bsnn %s --%s", verb, f.Name)
		value := map[string]string{"int": "7", "float64": "0.5", "bool": "true"}[f.Value.Type()]
		if value == "" {
			value = "gelu"
		}
		require.NoError(t, c.Flags().Set(f.Name, value), "bsnn %s --%s", verb, f.Name)
		require.True(t, meant.Changed)
		require.Contains(t, meant.Value.String(), value)
		require.Contains(t, commandLine(c, nil), "--"+meant.Name)
		require.NotContains(t, commandLine(c, nil)+" ", "--"+f.Name+" ")
	})
	require.GreaterOrEqual(t, others, 15)
}

// Commas stand between activations where they are in no parentheses.
func TestSeparateActivations(t *testing.T) {
	require.Equal(t, []string{"tanh", "max(x, 0)", "where(x>0,x,(1))"}, separate("tanh, max(x, 0),where(x>0,x,(1))"))
	require.Equal(t, []string{"x"}, separate("x"))
}

// Flags that stand in a group of the help exist.
func TestGroupsOfFlags(t *testing.T) {
	known := map[string]bool{}
	everyFlag(func(_ string, _ *cobra.Command, f *pflag.Flag) { known[f.Name] = !f.Hidden || known[f.Name] })
	for title, names := range flagGroups {
		for _, name := range names {
			require.True(t, known[name], "%s: --%s", title, name)
		}
	}
}
