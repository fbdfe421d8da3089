package main

import (
	"fmt"
	"io"
	"time"

	"bsnn/internal/words"
	"bsnn/network/training"
	"bsnn/properties"
	"bsnn/reports/experiment"

	"github.com/schollz/progressbar/v3"
)

// A progress keeps the last line of a terminal up to date while work goes on:
// words, with a bar where all of the work is counted. Elsewhere it writes a line
// now and then.
type progress struct {
	w     io.Writer // nil where nothing is drawn
	plain io.Writer // where lines are written instead
	bar   *progressbar.ProgressBar
	next  time.Time // when the bar may be drawn again
	words bool      // are on the line
}

const barThrottle = 100 * time.Millisecond

func newProgress(w io.Writer) *progress {
	if f := terminalOf(w); f != nil {
		return &progress{w: f}
	}
	return &progress{plain: w, next: time.Now().Add(heartbeat)}
}

// heartbeat is how often a run without a terminal says how far it is.
const heartbeat = 30 * time.Second

// beat writes words as a line of their own, now and then.
func (p *progress) beat(now time.Time, what string) {
	if p.plain == nil || now.Before(p.next) {
		return
	}
	p.next = now.Add(heartbeat)
	note(p.plain, "%s", what)
}

const clearLine = "\r\x1b[K"

// say replaces the line by words of any origin.
func (p *progress) say(what string) {
	if p.w == nil {
		p.beat(time.Now(), what)
		return
	}
	p.words = true
	fmt.Fprint(p.w, clearLine, words.Visible(what))
}

// draw shows words and a bar.
func (p *progress) draw(now time.Time, what string, done, total int) {
	if p.w == nil {
		p.beat(now, fmt.Sprintf("%s, %d %%", what, 100*int64(done)/max(1, int64(total))))
		return
	}
	if now.Before(p.next) {
		return
	}
	p.next = now.Add(barThrottle)
	if p.bar == nil {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(p.w),
			progressbar.OptionThrottle(barThrottle),
			progressbar.OptionSetPredictTime(false),
			progressbar.OptionSetElapsedTime(false),
			progressbar.OptionFullWidth(),
			progressbar.OptionClearOnFinish(),
		)
	}
	if p.bar.GetMax() != total {
		p.bar.ChangeMax(total)
	}
	p.bar.Describe(words.Visible(what))
	_ = p.bar.Set(done)
}

// clear removes the line before something else is printed.
func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	if p.words {
		fmt.Fprint(p.w, clearLine)
		p.words = false
	}
}

// counted follows work that is counted, of which an earlier run may have done a
// part: the first call says how much.
func (p *progress) counted(what string) (update func(done, total int)) {
	var left timeLeft
	size := 0
	return func(done, total int) {
		now := time.Now()
		if total != size { // of the first work, or of the next
			left, size = timeLeft{start: now, saved: done}, total
		}
		line := what
		if d, known := left.at(now, done, total); known {
			line += fmt.Sprintf(", %v left", d)
		}
		p.draw(now, line, done, total)
	}
}

// verifying follows a verification.
func (p *progress) verifying(what string) func(properties.Progress) {
	speed := pace{start: time.Now()}
	return func(x properties.Progress) {
		now := time.Now()
		speed.see(now, x)
		p.draw(now, what+speed.words(now, x), x.Done, x.Total)
	}
}

// training follows a run of descent.
func (p *progress) training(x training.Progress) {
	p.say(fmt.Sprintf("epoch %d/%d, step %d/%d (%d %%), loss %.4f, %.0f samples/s, %s left",
		x.Epoch, x.Epochs, x.Step, x.Steps, 100*x.Step/max(1, x.Steps), x.Loss, x.SamplesPerSecond, x.Remaining.Round(time.Second)))
}

// cells follows an experiment.
func (p *progress) cells(x experiment.Progress) {
	p.say(fmt.Sprintf("cell %d of %d, %.0f %%, %s left", min(x.Done+1, x.Cells), x.Cells, 100*x.Fraction, x.Remaining.Round(time.Second)))
}

// timeLeft extrapolates from what this run has done.
type timeLeft struct {
	start time.Time
	saved int // done by earlier runs, which took none of this run's time
}

// at is known after a second, when the work weighs more than the preparations.
func (t timeLeft) at(now time.Time, done, total int) (left time.Duration, known bool) {
	elapsed, work := now.Sub(t.start), done-t.saved
	if work <= 0 || elapsed < time.Second {
		return 0, false
	}
	return time.Duration(float64(elapsed) / float64(work) * float64(total-done)).Round(time.Second), true
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
// as it was, because tests end early.
func (p *pace) words(now time.Time, x properties.Progress) string {
	s := fmt.Sprintf(": width %d, depth %d", x.Width, x.Depth)
	if d, n := now.Sub(p.since), x.Networks-x.Restored-p.networks; d > 0 && n > 0 {
		s += fmt.Sprintf(", %.3g networks/s", float64(n)/d.Seconds())
	}
	if left, known := (timeLeft{p.start, x.Saved}).at(now, x.Done, x.Total); known {
		s += fmt.Sprintf(", at most %v left", left)
	}
	return s
}
