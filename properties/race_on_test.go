//go:build race

package properties_test

// raceDetector says that the race detector runs, which makes trials ten times as
// expensive; it looks for something else than they do.
const raceDetector = true
