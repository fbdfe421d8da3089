package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// sweepProgress is progress for work of which a part may have been done by an
// earlier run: that part does not count for the time left. The first update
// says how much it is.
func sweepProgress(w io.Writer, what string) (update func(done, total int), done func()) {
	if !isTerminal(w) {
		return func(int, int) {}, func() {}
	}
	var bar *progressbar.ProgressBar
	var left timeLeft
	update = func(done, total int) {
		now := time.Now()
		if bar == nil {
			bar = progressbar.NewOptions(total,
				progressbar.OptionSetWriter(w),
				progressbar.OptionThrottle(100*time.Millisecond),
				progressbar.OptionSetPredictTime(false),
				progressbar.OptionFullWidth(),
				progressbar.OptionClearOnFinish(),
			)
			left = timeLeft{start: now, before: done}
		}
		bar.Describe(what + left.words(now, done, total))
		_ = bar.Set(done)
	}
	return update, func() {
		if bar != nil {
			_ = bar.Clear()
		}
	}
}

// timeLeft extrapolates from what this run has done.
type timeLeft struct {
	start  time.Time
	before int // done when it started
}

// words are the time left, once there is something to go by.
func (t timeLeft) words(now time.Time, done, total int) string {
	elapsed := now.Sub(t.start)
	if done <= t.before || elapsed < time.Second {
		return ""
	}
	left := time.Duration(float64(elapsed) * float64(total-done) / float64(done-t.before))
	return fmt.Sprintf(", %v left", left.Round(time.Second))
}
