package main

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// What ended a run is said once, in words.
func TestInterruptionsAreSaidOnce(t *testing.T) {
	require.Equal(t, "interrupted", interruption(context.Canceled))
	require.Equal(t, "interrupted: tanh: context canceled", interruption(fmt.Errorf("tanh: %w", context.Canceled)))
}
