package fserror_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/fserror"

	"github.com/stretchr/testify/require"
)

func TestCauseHasNoPath(t *testing.T) {
	dir := t.TempDir()
	_, err := os.Open(filepath.Join(dir, "missing"))
	for _, err := range []error{err, fmt.Errorf("the report: %w", err),
		os.Rename(filepath.Join(dir, "missing"), filepath.Join(dir, "other"))} {
		cause := fserror.Cause(err)
		require.ErrorIs(t, cause, fs.ErrNotExist)
		require.NotContains(t, cause.Error(), dir)
		require.NotContains(t, cause.Error(), "open")
	}
	other := errors.New("another error")
	require.Equal(t, other, fserror.Cause(other))
	require.NoError(t, fserror.Cause(nil))
}
