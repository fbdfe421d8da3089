package interval

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets the garbage of big numbers, of which there is much, lie for
// longer: collecting it would take as long as the tests do.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}
