//go:build race

package enclose

const raceEnabled = true
