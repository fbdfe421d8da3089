package suite

import (
	"fmt"
	"math"
	"slices"

	"bsnn/montecarlo"
)

// normals examines what is drawn in bulk. Near numbers of a stream come from one
// block of the generator, from one pair of the method of Box and Muller, from
// neighbouring lanes of a processor or from calls that follow each other.
func normals(d *Draw) error {
	stream := d.Layers(d.seed, "normals", d.int("trial", 0, 1000))(d.int("layer", 0, 1000))
	if err := d.addressed(stream); err != nil {
		return err
	}
	for _, apart := range []int{8, pick(d, "numbers apart", 1, 2, 4, 16, 32, 64, 512)} {
		if err := d.unrelated(stream, apart); err != nil {
			return err
		}
	}
	for _, t := range []float64{4, pick(d, "beyond", 1.0, 2, 3)} {
		if err := d.tail(stream, t); err != nil {
			return err
		}
	}
	return nil
}

// addressed draws a stretch at once and parts of it by themselves. Of so many
// numbers two may be equal by chance, with probability below 1e-7, but not ten.
func (d *Draw) addressed(stream montecarlo.Stream) error {
	whole := make([]float64, 4096)
	squares := d.Normals(stream, whole, 0)
	if err := d.near("sum of squares of numbers drawn in bulk", squares, square(whole), 1e-12*square(whole)); err != nil {
		return err
	}
	for _, label := range []string{"first part", "second part"} {
		at := d.int(label, 0, len(whole)-1)
		part := make([]float64, d.int("length of the "+label, 1, len(whole)-at))
		d.Normals(stream, part, uint64(at))
		if i := slices.IndexFunc(part, func(v float64) bool { return v != v }); i >= 0 || !slices.Equal(part, whole[at:at+len(part)]) {
			return refute("normal numbers", "what stands at a position does not depend on where the drawing begins",
				"other numbers from position %d on, %d of them", at, len(part))
		}
	}
	sorted := slices.Sorted(slices.Values(whole))
	if missing := len(sorted) - len(slices.Compact(sorted)); missing > 9 {
		return refute("normal numbers", "4096 of them are different", "%d occur again", missing)
	}
	return nil
}

// unrelated compares every number with the one that stands so far behind it.
func (d *Draw) unrelated(stream montecarlo.Stream, apart int) error {
	const median = 0.67448975019608174320 // of |g|
	count := min(d.Effort.Neurons/20, 100_000)
	x := make([]float64, count+apart)
	d.Normals(stream, x, 1<<20)
	about := fmt.Sprintf("normal numbers %d positions apart", apart)
	err := d.fair(about, "both have one sign", 0.5, count, func(i int) (bool, error) { return x[i]*x[i+apart] > 0, nil })
	if err != nil {
		return err
	}
	return d.fair(about, "both are small or both large", 0.5, count, func(i int) (bool, error) {
		return (math.Abs(x[i]) > median) == (math.Abs(x[i+apart]) > median), nil
	})
}

// tail counts stretches without a number beyond t, of a length that makes that
// about as probable as not.
func (d *Draw) tail(stream montecarlo.Stream, t float64) error {
	beyond := math.Erfc(t / math.Sqrt2)
	x := make([]float64, max(1, int(math.Round(math.Ln2/beyond))))
	stretches := min(d.Effort.Neurons/2/len(x), 20_000)
	none := math.Exp(float64(len(x)) * math.Log1p(-beyond))
	return d.fair(fmt.Sprintf("%d normal numbers", len(x)), fmt.Sprintf("none is beyond ±%g", t), none, stretches, func(i int) (bool, error) {
		d.Normals(stream, x, 1<<30+uint64(i*len(x)))
		return slices.Max(x) <= t && slices.Min(x) >= -t, nil
	})
}
