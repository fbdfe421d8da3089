package main

import (
	"fmt"
	"time"

	"bsnn/network/training"

	"gonum.org/v1/gonum/mat"
)

// A run that takes longer than this says so before it begins.
const longRun = time.Minute

// foretold is about how long a training takes on this machine, in words; empty
// where that is not long.
func foretold(s training.Spec, rows, done int) string {
	drawing, steps := s.Operations(rows, done)
	if drawing+steps < 1e11 { // a minute on no machine
		return ""
	}
	rate := productRate()
	if s.DType == training.Float32 {
		rate *= 2
	}
	// A step is about two thirds matrix products; orthogonal weights are drawn by
	// reflections, which are slower.
	draw, step := 2*drawing/rate, 1.5*steps/rate
	if draw+step < longRun.Seconds() {
		return ""
	}
	text := "this takes about " + durationWords(draw+step) + " here"
	if draw >= longRun.Seconds() {
		text += ", of which " + durationWords(draw) + " until the first step"
	}
	return text
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
