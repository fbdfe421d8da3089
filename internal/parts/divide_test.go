package parts

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func drawUnits(t *rapid.T) []Unit {
	var units []Unit
	for i := range rapid.IntRange(1, 40).Draw(t, "units") {
		units = append(units, Unit{
			Name:   fmt.Sprint("unit ", i),
			Cost:   rapid.Float64Range(0, 100).Draw(t, "cost"),
			Trials: rapid.SampledFrom([]int{0, 1, 2, 7, 100, 1000}).Draw(t, "trials"),
		})
	}
	return units
}

// Every trial and every value belongs to one part, in the order of addresses; few units are
// divided; no part costs more than its share and what cannot be divided at its ends.
func TestDivide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := drawUnits(t)
		n := rapid.IntRange(1, 30).Draw(t, "parts")
		dealt := Divide(units, n)
		require.Len(t, dealt, n)
		next, divided, total, largest := Piece{}, 0, 0.0, 0.0
		for _, u := range units {
			total += u.Cost
			largest = max(largest, u.Cost/float64(max(1, u.Trials)))
		}
		for _, pieces := range dealt {
			for _, p := range pieces {
				require.Equal(t, [2]int{next.Unit, next.First}, [2]int{p.Unit, p.First})
				trials := units[p.Unit].Trials
				switch {
				case trials == 0:
					require.Zero(t, p.Trials)
					next = Piece{Unit: p.Unit + 1}
				case p.First+p.Trials == trials:
					require.Positive(t, p.Trials)
					next = Piece{Unit: p.Unit + 1}
				default:
					require.Positive(t, p.Trials)
					next = Piece{Unit: p.Unit, First: p.First + p.Trials}
					divided++
				}
			}
			require.LessOrEqual(t, Cost(units, pieces), total/float64(n)+2*largest+1e-9*total)
		}
		require.Equal(t, Piece{Unit: len(units)}, next)
		require.Less(t, divided, n)
	})
}
