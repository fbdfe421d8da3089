//go:build !race

package properties_test

const raceDetector = false
