package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestErrorsAreOneLineWithoutPackages(t *testing.T) {
	for given, want := range map[string]string{
		"gpnorm: expression \"x +\":\n column 4":   `expression "x +": column 4`,
		"haar: npy: file \"x\"":                    `haar: file "x"`,
		"reports: gpnorm: unknown activation":      "unknown activation",
		"training a network: diverged":             "training a network: diverged",
		"my network: trial 3: properties: depth 0": "my network: trial 3: depth 0",
	} {
		require.Equal(t, want, oneLine(errors.New(given)))
	}
}
