//go:build race

package gpnorm_test

const raceDetector = true
