package main

import (
	"fmt"
	"io"
	"time"

	"bsnn/network/training"
)

// trainBar keeps one line on a terminal up to date; elsewhere it is silent.
type trainBar struct {
	w     io.Writer
	drawn bool
}

func newTrainBar(w io.Writer) *trainBar {
	if !isTerminal(w) {
		return &trainBar{}
	}
	return &trainBar{w: w}
}

const clearLine = "\r\x1b[K"

func (b *trainBar) update(p training.Progress) {
	if b.w == nil {
		return
	}
	b.drawn = true
	fmt.Fprintf(b.w, clearLine+"epoch %d/%d, step %d/%d (%d %%), loss %.4f, %.0f samples/s, %s left",
		p.Epoch, p.Epochs, p.Step, p.Steps, 100*p.Step/max(1, p.Steps), p.Loss, p.SamplesPerSecond, p.Remaining.Round(time.Second))
}

// clear removes the line before something else is printed.
func (b *trainBar) clear() {
	if b.drawn {
		fmt.Fprint(b.w, clearLine)
		b.drawn = false
	}
}
