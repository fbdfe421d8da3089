package journal_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"

	"bsnn/internal/folder"
	"bsnn/internal/journal"
	"bsnn/internal/provenance"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// asked is what the journals here belong to.
func asked(seed uint64) provenance.Run {
	return provenance.Run{Kind: "test", Asked: map[string]any{"seed": seed}, Environment: provenance.Environment{Build: "b", Processor: "p"}}
}

// open opens a journal that must be in order.
func open(t require.TestingT, path string) *journal.Journal {
	j, err := journal.Open(path, asked(1), journal.Same)
	require.NoError(t, err)
	return j
}

// real is a number with null for what JSON cannot write.
type real float64

func (x real) MarshalJSON() ([]byte, error) {
	if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(x), 'g', -1, 64), nil
}

func (x *real) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*x = real(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(x))
}

// value is what is put: some of everything that JSON has.
type value struct {
	Name   string          `json:"name,omitempty"`
	Count  uint64          `json:"count,omitempty"`
	Reals  []real          `json:"reals,omitempty"`
	Named  map[string]real `json:"named,omitempty"`
	Single *real           `json:"single,omitempty"`
	Inside []inside        `json:"inside,omitempty"`
	Hidden real            `json:"-"`
	inside
}

type inside struct {
	Pair [2]real `json:"pair"`
	Raw  []byte  `json:"raw,omitempty"`
}

func reals() *rapid.Generator[real] {
	return rapid.OneOf(
		rapid.Map(rapid.Uint64(), func(b uint64) real { return real(math.Float64frombits(b)) }),
		rapid.SampledFrom([]real{0, real(math.Copysign(0, -1)), real(math.Inf(1)), real(math.Inf(-1)), real(math.NaN()), 1}),
	)
}

func insides() *rapid.Generator[inside] {
	return rapid.Custom(func(t *rapid.T) inside {
		return inside{[2]real{reals().Draw(t, "a"), reals().Draw(t, "b")}, rapid.SliceOfN(rapid.Byte(), 1, 4).Draw(t, "raw")}
	})
}

func valuesToPut() *rapid.Generator[value] {
	return rapid.Custom(func(t *rapid.T) value {
		v := value{
			Name: rapid.String().Draw(t, "name"), Count: rapid.Uint64().Draw(t, "count"),
			Reals:  rapid.SliceOfN(reals(), 0, 5).Draw(t, "reals"),
			Inside: rapid.SliceOfN(insides(), 0, 2).Draw(t, "inside"), inside: insides().Draw(t, "embedded"),
		}
		if rapid.Bool().Draw(t, "has named") {
			v.Named = rapid.MapOfN(rapid.StringMatching(`[a-c]{1,2}`), reals(), 1, 3).Draw(t, "named")
		}
		if rapid.Bool().Draw(t, "has single") {
			x := real(rapid.Float64().Draw(t, "single")) // null would be nil
			v.Single = &x
		}
		return v
	})
}

// bits writes a value so that equal texts are equal values, to the bit.
func bits(v value) string {
	number := func(x real) string { return fmt.Sprintf("%x", math.Float64bits(float64(x))) }
	numbers := func(xs []real) (out []string) {
		for _, x := range xs {
			out = append(out, number(x))
		}
		return out
	}
	text := fmt.Sprintf("%q %d %v", v.Name, v.Count, numbers(v.Reals))
	for _, name := range []string{"a", "b", "c", "aa", "ab", "ac", "ba", "bb", "bc", "ca", "cb", "cc"} {
		if x, ok := v.Named[name]; ok {
			text += " " + name + number(x)
		}
	}
	if v.Single != nil {
		text += " single " + number(*v.Single)
	}
	for _, in := range append([]inside{v.inside}, v.Inside...) {
		text += fmt.Sprint(" ", numbers(in.Pair[:]), in.Raw)
	}
	return text
}

// An operation keeps a vector, or a value when it has a name.
type operation struct {
	section string
	index   int
	vector  []float64
	name    string
	value   value
}

func (o operation) do(t require.TestingT, j *journal.Journal) {
	if o.name == "" {
		j.Record(o.section, o.index, o.vector)
		return
	}
	require.NoError(t, j.Put(o.section, o.name, o.value))
}

// key tells apart what the operations keep.
func (o operation) key() string {
	if o.name == "" {
		return fmt.Sprintf("vector %q %d", o.section, o.index)
	}
	return fmt.Sprintf("value %q %q", o.section, o.name)
}

// text is what is kept, to the bit.
func (o operation) text() string {
	if o.name != "" {
		return bits(o.value)
	}
	var all []uint64
	for _, v := range o.vector {
		all = append(all, math.Float64bits(v))
	}
	return fmt.Sprint(all)
}

// found is what a journal has for an operation, as text says it.
func (o operation) found(t require.TestingT, j *journal.Journal) (text string, ok bool) {
	if o.name == "" {
		o.vector, ok = j.Lookup(o.section, o.index)
		return o.text(), ok
	}
	o.value = value{}
	ok, err := j.Get(o.section, o.name, &o.value)
	require.NoError(t, err)
	return o.text(), ok
}

var sections = []string{"haar n=64 L=50", "haar n=128 L=50", ""}

// operations draws what a run might keep, in order. Values may be put again.
func operations(t *rapid.T) (out []operation) {
	taken := map[string]bool{}
	for range rapid.IntRange(0, 12).Draw(t, "operations") {
		o := operation{section: rapid.SampledFrom(sections).Draw(t, "section")}
		if rapid.Bool().Draw(t, "put") {
			o.name, o.value = rapid.SampledFrom([]string{"a", "b", "ünder"}).Draw(t, "name"), valuesToPut().Draw(t, "value")
		} else {
			o.index = rapid.IntRange(0, math.MaxInt).Draw(t, "index")
			o.vector = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 {
				return math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
			}), 0, 4).Draw(t, "values")
			if taken[o.key()] {
				continue
			}
			taken[o.key()] = true
		}
		out = append(out, o)
	}
	return out
}

// state is what a journal holds after operations.
func state(ops []operation) map[string]string {
	out := map[string]string{}
	for _, o := range ops {
		out[o.key()] = o.text()
	}
	return out
}

// held is how many of the operations a journal holds: all up to one of them,
// and nothing of the later ones. Of several such numbers it is the largest.
func held(t require.TestingT, j *journal.Journal, ops []operation) int {
	got := map[string]string{}
	for _, o := range ops {
		if text, ok := o.found(t, j); ok {
			got[o.key()] = text
		}
	}
	require.Equal(t, len(got), j.Restored())
	for n := len(ops); n >= 0; n-- {
		if want := state(ops[:n]); fmt.Sprint(want) == fmt.Sprint(got) {
			return n
		}
	}
	require.Fail(t, "the journal holds what was never kept", "%v of %v", got, ops)
	return -1
}

// written keeps the operations and returns the file.
func written(t require.TestingT, path string, ops []operation) []byte {
	os.Remove(path)
	j := open(t, path)
	for _, o := range ops {
		o.do(t, j)
	}
	require.NoError(t, j.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	return whole
}

// records are where the records of a journal begin, and its end.
func records(data []byte) []int {
	at := 8
	out := []int{at}
	for at < len(data) {
		at += 8 + int(binary.LittleEndian.Uint32(data[at:]))
		out = append(out, at)
	}
	return out
}

func isLocked(err error) bool { return errors.Is(err, folder.ErrLocked) }
