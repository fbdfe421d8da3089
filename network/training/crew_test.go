package training

import (
	"testing"

	"bsnn/internal/parallel"

	"github.com/stretchr/testify/require"
)

// A panic of one worker ends the task for all, also for those who wait for it,
// and reaches the caller; the crew can be dismissed.
func TestPanicOfAWorker(t *testing.T) {
	for guilty := range 3 {
		c := newCrew(3)
		var caught *parallel.Panic
		func() {
			defer func() { caught = parallel.Caught(recover()) }()
			c.run(func(worker int) {
				c.wait()
				if worker == guilty {
					panic("ouch")
				}
				c.wait()
				c.wait()
			})
		}()
		require.NotNil(t, caught, guilty)
		require.Equal(t, "ouch", caught.Value)
		c.dismiss()
	}
}
