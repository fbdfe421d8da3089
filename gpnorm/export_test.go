package gpnorm

import "testing"

// RegisterForTest registers an activation until the test ends. The test must
// not be parallel.
func RegisterForTest(t *testing.T, d Definition) {
	t.Helper()
	before := known.Load()
	if err := Register(d); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { known.Store(before) })
}
