// Package hostile shows readers what nobody wrote: what a fuzzing engine found, and
// inputs near it, with an eye on the time and the memory that each takes.
package hostile

import (
	"hash/fnv"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"bsnn/internal/allocated"
)

// What reading one input may take.
const (
	MostTime  = 10 * time.Second
	MostBytes = 200 << 20 // allocated beyond the size of the input, freed or not
)

// Variants is how many inputs near a given one are shown too. An engine spends tens of
// microseconds on each of its inputs, and most readers a few.
const Variants = 31

// VariantsVariable is the environment variable that asks for another number of them: without an
// engine, near what one has kept, a reader is shown millions of inputs in a minute.
const VariantsVariable = "BSNN_VARIANTS"

// Each calls read for an input and its variants, which depend on the input alone, so
// that what an engine kept fails again. The test fails where read takes more than it may; a failure is
// logged with its input.
func Each(t testing.TB, input []byte, read func(input []byte)) {
	t.Helper()
	variants := Variants
	if s := os.Getenv(VariantsVariable); s != "" {
		var err error
		if variants, err = strconv.Atoi(s); err != nil {
			t.Fatalf("%s=%q; want a whole number", VariantsVariable, s)
		}
	}
	h := fnv.New64a()
	h.Write(input)
	r := rand.New(rand.NewPCG(h.Sum64(), uint64(len(input))))
	for k := range 1 + variants {
		v := input
		if k > 0 {
			v = near(r, input)
		}
		once(t, v, read)
	}
}

func once(t testing.TB, input []byte, read func([]byte)) {
	t.Helper()
	done, tries := false, 0
	defer func() {
		if !done {
			t.Logf("input: %q", input)
		}
	}()
	began := time.Now()
	taken := allocated.Roughly(func() { read(input) })
	for d := time.Since(began); d > MostTime; d = time.Since(began) {
		if tries++; tries == 3 {
			t.Fatalf("%v for %d bytes, three times", d, len(input))
		}
		began = time.Now() // a machine that is busy with other things is no fault of the reader
		read(input)
	}
	if taken > uint64(len(input))+MostBytes {
		t.Fatalf("%d bytes allocated for %d", taken, len(input))
	}
	done = true
}

// near is a copy of an input with a few changes.
func near(r *rand.Rand, input []byte) []byte {
	v := append(make([]byte, 0, len(input)+16), input...)
	for range 1 + r.IntN(3) {
		v = changed(r, v)
	}
	return v
}

// odd are bytes that mean something in formats: ends, signs, brackets, digits.
var odd = []byte{0, 1, 2, 4, 8, 0x10, 0x20, 0x7f, 0x80, 0xc0, 0xfe, 0xff,
	'\n', '"', '\'', ',', '.', '-', '0', '9', '(', ')', '[', ']', '{', '}'}

// changed makes one change.
func changed(r *rand.Rand, v []byte) []byte {
	if len(v) == 0 {
		return append(v, odd[r.IntN(len(odd))])
	}
	i := r.IntN(len(v))
	n := 1 + r.IntN(min(len(v)-i, 1<<r.IntN(7)))
	switch r.IntN(8) {
	case 0:
		v[i] ^= 1 << r.IntN(8)
	case 1:
		v[i] = odd[r.IntN(len(odd))]
	case 2:
		v[i] += byte(r.IntN(9) - 4)
	case 3: // a word of all zeros, or all ones
		fill := odd[11*r.IntN(2)]
		for j := i; j < min(i+1<<r.IntN(4), len(v)); j++ {
			v[j] = fill
		}
	case 4:
		v = append(v[:i], v[i+n:]...)
	case 5: // twice
		v = append(v[:i+n], append(append([]byte(nil), v[i:i+n]...), v[i+n:]...)...)
	case 6: // from another place
		copy(v[i:i+n], v[r.IntN(len(v)-n+1):])
	default:
		v = append(v[:i], append([]byte{odd[r.IntN(len(odd))]}, v[i:]...)...)
	}
	return v
}
