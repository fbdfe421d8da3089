package openblas

import (
	"os"
	"testing"
)

// installed is the OpenBLAS of this machine, as the environment says. Without
// one the test is skipped; one that is there and refused is a failure.
func installed(t testing.TB) *Backend {
	t.Helper()
	b, err := load(os.Getenv(Environment))
	switch {
	case err != nil || b.refused:
		t.Fatal(b.Status())
	case b.lib == nil:
		t.Skipf("no OpenBLAS to compare with: %s; Debian has it as libopenblas0", b.Status())
	}
	return b
}
