package parts

import (
	"context"
	"math"

	"bsnn/internal/journal"
)

// A Unit is something of a run that can be computed by itself: a value, or a number of
// trials, which may be divided.
type Unit struct {
	Name   string  // its address within the run
	Cost   float64 // about how many seconds it takes one processor
	Trials int     // 0 for a value

	// Measure puts the unit, or those of its trials that are in the piece, into the journal,
	// and need not do again what the journal has. It tells progress which fraction is done.
	Measure func(ctx context.Context, j *journal.Journal, p Piece, progress func(fraction float64)) error
}

// A Piece is a unit, or some trials of it.
type Piece struct {
	Unit   int // index
	First  int // trial
	Trials int // 0 for a value
}

// Divide deals out the units to n parts, in their order and with nearly the same cost for
// each. Trials are divided only where a part ends, so at most n − 1 units are; a value
// belongs to the part in which the greater half of it lies. Parts may be empty. The answer
// depends on its arguments alone.
func Divide(units []Unit, n int) [][]Piece {
	total := Cost(units, Whole(units))
	out := make([][]Piece, n)
	// at is the part in which a cost lies.
	at := func(cost float64) int {
		if !(total > 0) {
			return 0
		}
		return min(n-1, max(0, int(cost/total*float64(n))))
	}
	before := 0.0 // cost of the units so far
	for i, u := range units {
		if u.Trials == 0 {
			k := at(before + u.Cost/2)
			out[k] = append(out[k], Piece{Unit: i})
		}
		each := u.Cost / float64(max(1, u.Trials))
		for first := 0; first < u.Trials; {
			k := at(before + float64((float64(first)+0.5)*each)) // not fused: the same on every processor
			inside := math.Ceil((total*float64(k+1)/float64(n)-before)/each - 0.5)
			end := u.Trials
			if k < n-1 && inside < float64(end) {
				end = max(first+1, int(inside))
			}
			if last := len(out[k]) - 1; last >= 0 && out[k][last].Unit == i {
				out[k][last].Trials += end - first // where rounding ended too early
			} else {
				out[k] = append(out[k], Piece{i, first, end - first})
			}
			first = end
		}
		before += u.Cost
	}
	return out
}

// Whole are the pieces of a run that is not divided.
func Whole(units []Unit) []Piece {
	out := make([]Piece, len(units))
	for i, u := range units {
		out[i] = Piece{Unit: i, Trials: u.Trials}
	}
	return out
}

// Cost is about how many seconds pieces take.
func Cost(units []Unit, pieces []Piece) float64 {
	sum := 0.0
	for _, p := range pieces {
		sum += units[p.Unit].cost(p)
	}
	return sum
}

// cost is that of a piece of the unit.
func (u Unit) cost(p Piece) float64 {
	if u.Trials == 0 {
		return u.Cost
	}
	return u.Cost * float64(p.Trials) / float64(u.Trials)
}
