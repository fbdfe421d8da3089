package parallel_test

import (
	"context"
	"sync/atomic"
	"testing"

	"bsnn/internal/parallel"

	"github.com/stretchr/testify/require"
)

func TestGroup(t *testing.T) {
	var g parallel.Group
	var sum atomic.Int64
	for i := range 10 {
		g.Go(func() { sum.Add(int64(i)) })
	}
	g.Wait()
	require.EqualValues(t, 45, sum.Load())
}

// explode is found in the stack.
func explode() {
	var list []int
	_ = list[len(list)]
}

// A panic reaches the goroutine that waits, after all have returned, with the
// place where it happened; through several groups it stays the same.
func TestPanicReachesWait(t *testing.T) {
	var done atomic.Int64
	var caught *parallel.Panic
	func() {
		defer func() { caught = parallel.Caught(recover()) }()
		var outer parallel.Group
		outer.Go(func() {
			var inner parallel.Group
			inner.Go(explode)
			inner.Go(func() { done.Add(1) })
			inner.Wait()
		})
		outer.Wait()
	}()
	require.NotNil(t, caught)
	require.Contains(t, caught.String(), "index out of range")
	require.Contains(t, string(caught.Stack), "parallel_test.explode")
	require.EqualValues(t, 1, done.Load())
	require.Nil(t, parallel.Caught(nil))
}

func TestDo(t *testing.T) {
	var g parallel.Group
	require.True(t, g.Do(func() {}))
	require.False(t, g.Do(func() { panic("ouch") }))
	require.Panics(t, g.Wait)
}

func TestBeside(t *testing.T) {
	got, err := parallel.Beside(func() int { return 7 })(t.Context())
	require.NoError(t, err)
	require.Equal(t, 7, got)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	forever := make(chan int)
	_, err = parallel.Beside(func() int { return <-forever })(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.Panics(t, func() { _, _ = parallel.Beside(func() int { panic("ouch") })(t.Context()) })
}

func TestUntil(t *testing.T) {
	value, err := parallel.Until(t.Context(), func() (int, error) { return 3, context.DeadlineExceeded })
	require.Equal(t, 3, value)
	require.ErrorIs(t, err, context.DeadlineExceeded, "of the function")
	ctx, cancel := context.WithCancel(t.Context())
	forever := make(chan bool)
	defer close(forever)
	_, err = parallel.Until(ctx, func() (int, error) {
		cancel()
		<-forever
		return 0, nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Panics(t, func() { _, _ = parallel.Until(t.Context(), func() (int, error) { panic("x") }) })
}
