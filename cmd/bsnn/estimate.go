package main

import (
	"fmt"
	"runtime"
	"time"

	"bsnn/montecarlo"
	"bsnn/network/training"
	"bsnn/orthogonal"

	"gonum.org/v1/gonum/mat"
)

// A run that takes longer than this says so before it begins.
const longRun = time.Minute

// foretold is about how long a training takes on this machine, in words; empty
// where that is not long.
func foretold(s training.Spec, rows, done int) string {
	drawn, products := s.Work(rows, done)
	draw, step := foretoldDrawing(drawn, s.Width)/float64(runtime.GOMAXPROCS(0)), 0.0
	if products >= quickWork {
		rate := productRate()
		if s.DType == training.Float32 {
			rate *= 2
		}
		step = 1.5 * products / rate // a step is about two thirds matrix products
	}
	text := durationText(draw + step)
	if text != "" && draw >= longRun.Seconds() {
		text += ", of which " + durationWords(draw) + " until the first step"
	}
	return text
}

// durationText says how long something will take; nothing where that is not long.
func durationText(seconds float64) string {
	if seconds < longRun.Seconds() {
		return ""
	}
	return "this takes about " + durationWords(seconds) + " here"
}

// quickWork is how many floating-point operations take a minute on no machine.
const quickWork = 1e11

// foretoldDrawing is about how many seconds one core takes to draw Haar matrices of
// size n, from some milliseconds of drawing; 0 where that is little.
func foretoldDrawing(matrices, n int) float64 {
	const size = 256
	ratio := float64(max(n, 16)) / size // small ones cost more than their products
	draws := float64(matrices) * ratio * ratio * max(1, ratio)
	if draws*4/3*size*size*size < quickWork {
		return 0
	}
	source := montecarlo.NewStream(1, "estimate", 0, 0)
	w, err := orthogonal.NewDense(size, &source)
	begun, count := time.Now(), 0
	for ; err == nil && time.Since(begun) < 20*time.Millisecond; count++ {
		err = w.Redraw(&source)
	}
	if err != nil {
		return 0
	}
	return draws * time.Since(begun).Seconds() / float64(count)
}

// productRate is the rate of matrix products on this machine, in floating-point
// operations per second, measured in some milliseconds.
func productRate() float64 {
	const n = 384
	a, b, c := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	c.Mul(a, b) // touches the memory
	begun, count := time.Now(), 0
	for time.Since(begun) < 20*time.Millisecond {
		c.Mul(a, b)
		count++
	}
	return float64(count) * 2 * n * n * n / time.Since(begun).Seconds()
}

// durationWords is a time in one unit, for people who decide whether to wait.
func durationWords(seconds float64) string {
	for _, unit := range []struct {
		name    string
		seconds float64
	}{{"years", 365 * 86400}, {"days", 86400}, {"h", 3600}, {"min", 60}} {
		if seconds >= 2*unit.seconds {
			return fmt.Sprintf("%.2g %s", seconds/unit.seconds, unit.name)
		}
	}
	return fmt.Sprintf("%.0f s", seconds)
}
