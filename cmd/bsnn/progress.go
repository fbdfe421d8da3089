package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"bsnn/properties"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress draws a bar on w while work goes on, if w is a terminal. The
// returned functions do nothing otherwise; call done before printing results.
func progress(w io.Writer, what string) (update func(done, total int), done func()) {
	if !isTerminal(w) {
		return func(int, int) {}, func() {}
	}
	var bar *progressbar.ProgressBar
	update = func(done, total int) {
		if bar == nil || bar.GetMax() != total {
			bar = newBar(w, what, total, true)
		}
		_ = bar.Set(done)
	}
	return update, func() { clearBar(bar) }
}

// verifyProgress is progress for a verification: it shows the networks under
// way, how many are done in a second, and how much time is left.
func verifyProgress(w io.Writer, what string) (update func(properties.Progress), done func()) {
	if !isTerminal(w) {
		return nil, func() {}
	}
	var bar *progressbar.ProgressBar
	var next time.Time
	p := pace{start: time.Now()}
	update = func(x properties.Progress) {
		now := time.Now()
		p.see(now, x)
		if now.Before(next) {
			return
		}
		next = now.Add(barThrottle)
		if bar == nil {
			bar = newBar(w, what, x.Total, false)
		}
		_ = bar.Set(x.Done)
		bar.Describe(what + p.words(now, x))
	}
	return update, func() { clearBar(bar) }
}

const barThrottle = 100 * time.Millisecond

func newBar(w io.Writer, what string, total int, predict bool) *progressbar.ProgressBar {
	return progressbar.NewOptions(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(what),
		progressbar.OptionThrottle(barThrottle),
		progressbar.OptionSetPredictTime(predict),
		progressbar.OptionSetElapsedTime(predict),
		progressbar.OptionFullWidth(),
		progressbar.OptionClearOnFinish(),
	)
}

func clearBar(bar *progressbar.ProgressBar) {
	if bar != nil {
		_ = bar.Clear()
	}
}

// pace is how fast a verification goes.
type pace struct {
	start        time.Time
	width, depth int       // of the networks under way
	since        time.Time // when the first of them was done
	networks     int       // that this process had done then
}

// see notices when networks of another size begin.
func (p *pace) see(now time.Time, x properties.Progress) {
	if x.Width != p.width || x.Depth != p.depth {
		p.width, p.depth, p.since, p.networks = x.Width, x.Depth, now, x.Networks-x.Restored
	}
}

// words say what is known. The time left is an upper limit if the speed stays
// as it was, because tests end early; it begins after a second, when the work
// weighs more than the preparations.
func (p *pace) words(now time.Time, x properties.Progress) string {
	s := fmt.Sprintf(": width %d, depth %d", x.Width, x.Depth)
	if d, n := now.Sub(p.since), x.Networks-x.Restored-p.networks; d > 0 && n > 0 {
		s += fmt.Sprintf(", %.3g networks/s", float64(n)/d.Seconds())
	}
	if d, work := now.Sub(p.start), x.Done-x.Saved; d > time.Second && work > 0 {
		left := time.Duration(float64(d) / float64(work) * float64(x.Total-x.Done))
		s += fmt.Sprintf(", at most %v left", left.Round(time.Second))
	}
	return s
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	return term.IsTerminal(int(f.Fd()))
}
