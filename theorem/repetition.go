package theorem

import (
	"math"

	"bsnn/network"
)

const (
	// So many repetitions are composed one by one, even when nothing but the
	// distance of the inputs changes any more.
	directRepetitions = 300
	settled           = 1e-13 // relative change that counts as none
)

// repeat applies blocks several times. Once the length and the mean of the signal
// do not change any more, neither does the effect, and the rest is a power of it.
func (c *composer) repeat(b network.Repeat, s signal, width int, times float64) (signal, effect, []BlockPrediction, error) {
	all := untouched(width)
	var list []BlockPrediction
	first, facts := len(c.facts), 0
	defer func() { c.average(first, facts, b.Times) }()
	for i := range b.Times {
		if err := c.ctx.Err(); err != nil {
			return s, all, list, err
		}
		before, layers := s, c.layers
		out, e, inner, err := c.chain(b.Blocks, s, all.out, times*float64(b.Times))
		if i == 0 {
			list, facts = inner, len(c.facts)
		}
		again := c.facts[facts:]
		c.facts = c.facts[:facts] // of the first time
		for j, f := range again {
			c.facts[first+j].add(f, 1)
		}
		if err != nil {
			return out, all, list, err
		}
		s, all = out, all.then(e)
		if rest := b.Times - 1 - i; i >= directRepetitions && rest > 0 && e.in == e.out && still(before, s) {
			all = all.then(e.times(rest))
			for j, f := range again {
				c.facts[first+j].add(f, float64(rest))
			}
			r := repetition{c: c, blocks: b.Blocks, at: s, width: e.in, perTime: c.layers - layers}
			s.distance, err = r.drift(float64(rest))
			c.facts = c.facts[:facts]
			return s, all, list, err
		}
	}
	return s, all, list, nil
}

// average makes means of the sums over so many repetitions, in facts from first up to end.
func (c *composer) average(first, end, times int) {
	for i := first; i < end; i++ {
		c.facts[i].signalLog /= float64(times)
		c.facts[i].gradientLog /= float64(times)
	}
}

func still(a, b signal) bool {
	return math.Abs(a.square-b.square) <= settled*b.square && math.Abs(a.mean-b.mean) <= settled*math.Sqrt(b.square)
}

// A repetition is a block of which only the distance of the inputs still changes.
type repetition struct {
	c       *composer
	blocks  []network.Block
	at      signal
	width   int
	perTime float64 // linear maps each time
}

// step is the drop of a distance by one more time.
func (r *repetition) step(d float64) (float64, error) {
	s := r.at
	s.distance = d
	layers, merged, facts := r.c.layers, r.c.merged, r.c.facts
	out, _, _, err := r.c.chain(r.blocks, s, r.width, 0)
	r.c.layers, r.c.merged, r.c.facts = layers, merged, facts
	return d - out.distance, err
}

// drift is the distance after so many more times. From one halving to the next the
// drop of a distance is taken for a power of it, which is what it is near 0: d² for
// smooth functions, d^{3/2} with kinks, d where the slope of the map is not 1.
func (r *repetition) drift(times float64) (float64, error) {
	d := r.at.distance
	last := r.c.layers + times*r.perTime
	threshold := r.c.merging * r.at.square
	for times > 0 && d > smallestSeparation*r.at.square {
		if err := r.c.ctx.Err(); err != nil {
			return d, err
		}
		drop, err := r.step(d)
		if err != nil {
			return d, err
		}
		half, err := r.step(d / 2)
		if err != nil {
			return d, err
		}
		if math.Abs(drop) <= settled*d || !(drop*half > 0) {
			break // it stays, or goes to a fixed point within the halving
		}
		if drop < 0 { // inputs part: the direct repetitions brought them to their fixed distance
			break
		}
		power := math.Log2(drop / half)
		reach := func(y float64) float64 { return d / drop * powerIntegral(y, power) }
		end, used := 0.5, reach(0.5)
		if used >= times {
			end, used = inversePowerIntegral(times*drop/d, power), times
		}
		if math.IsNaN(r.c.merged) && end*d < threshold && threshold <= d {
			r.c.merged = r.c.layers + math.Ceil(reach(threshold/d))*r.perTime
		}
		r.c.layers += used * r.perTime
		times -= used
		d *= end
	}
	r.c.layers = last
	return d, nil
}

// Distances below this fraction of the squared length count as none.
const smallestSeparation = 1e-18

// powerIntegral is ∫_y^1 u^{−power} du.
func powerIntegral(y, power float64) float64 {
	if math.Abs(power-1) < 1e-9 {
		return -math.Log(y)
	}
	return (1 - math.Pow(y, 1-power)) / (1 - power)
}

// inversePowerIntegral is the y with powerIntegral(y, power) = total.
func inversePowerIntegral(total, power float64) float64 {
	if math.Abs(power-1) < 1e-9 {
		return math.Exp(-total)
	}
	return math.Pow(1-(1-power)*total, 1/(1-power))
}
