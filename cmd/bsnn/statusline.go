package main

import (
	"fmt"
	"io"
	"time"

	"bsnn/network/training"
)

// A statusLine keeps one line on a terminal up to date; elsewhere it is silent.
type statusLine struct {
	w     io.Writer
	drawn bool
}

func newStatusLine(w io.Writer) *statusLine {
	if !isTerminal(w) {
		return &statusLine{}
	}
	return &statusLine{w: w}
}

const clearLine = "\r\x1b[K"

func (b *statusLine) update(p training.Progress) {
	b.print(fmt.Sprintf("epoch %d/%d, step %d/%d (%d %%), loss %.4f, %.0f samples/s, %s left",
		p.Epoch, p.Epochs, p.Step, p.Steps, 100*p.Step/max(1, p.Steps), p.Loss, p.SamplesPerSecond, p.Remaining.Round(time.Second)))
}

// print replaces the line.
func (b *statusLine) print(words string) {
	if b.w == nil {
		return
	}
	b.drawn = true
	fmt.Fprint(b.w, clearLine, words)
}

// clear removes the line before something else is printed.
func (b *statusLine) clear() {
	if b.drawn {
		fmt.Fprint(b.w, clearLine)
		b.drawn = false
	}
}
