package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestErrorsAreOneLine(t *testing.T) {
	require.Equal(t, `expression "x +": column 4`, oneLine(errors.New("expression \"x +\":\n column 4")))
}
