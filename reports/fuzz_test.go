package reports

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"bsnn/internal/limits"

	"github.com/stretchr/testify/require"
)

// realReport is a small report as bsnn report writes it.
func realReport(t require.TestingT) []byte {
	s := DefaultSpec()
	s.Subjects, s.Widths, s.Depth, s.Trials = s.Subjects[:1], []int{4, 8}, 2, 5
	r, err := Run(context.Background(), s, Options{Workers: 1})
	require.NoError(t, err)
	c := &r.Subjects[0].Curves // short, for fuzzing
	for _, points := range []*[]Number{&c.X, &c.Value, &c.Deriv, &c.Q, &c.Length, &c.Rho, &c.Correlation} {
		*points = (*points)[:3]
	}
	data, err := json.Marshal(r)
	require.NoError(t, err)
	return data
}

// mutated are copies of a real file in which numbers and texts are what nobody
// writes.
func mutated(data []byte) (out [][]byte) {
	for _, change := range [][2]string{
		{`"depth":2`, `"depth":9223372036854775807`}, {`"depth":2`, `"depth":-1`}, {`"trials":5`, `"trials":1e18`}, {`"trials":5`, `"trials":0`},
		{`"widths":[4,8]`, `"widths":[4,1000000000000]`}, {`"widths":[4,8]`, `"widths":[]`}, {`"widths":[4,8]`, `"widths":null`},
		{`"most":400`, `"most":-9223372036854775808`}, {`"key":"tanh"`, `"key":"/../../x"`}, {`"title":"tanh"`, `"title":"\u001b[31m"`},
		{`"series":[`, `"series":[null,`}, {`"cells":[`, `"cells":[{},`}, {`"subjects":[`, `"subjects":[[[[[`}, {`"outside":`, `"outside":-`},
		{`"mean":`, `"mean":1e999,"x":`}, {`"format":`, `"format":9,"x":`}, {`"input":"synthetic"`, `"input":"\u0007"`},
	} {
		out = append(out, bytes.ReplaceAll(data, []byte(change[0]), []byte(change[1])))
	}
	return append(out, data[:len(data)/2], data[:len(data)-1], append(data[:len(data):len(data)], '}'), []byte("{}"), nil)
}

// Whatever a report.json holds, it is refused or can be used: compared, and run
// again with sizes that are accepted.
func FuzzRead(f *testing.F) {
	data := realReport(f)
	f.Add(data)
	for _, m := range mutated(data) {
		f.Add(m)
	}
	old, err := decode("report.json", data)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := decode("report.json", data)
		if err != nil {
			require.True(t, utf8.ValidString(err.Error()))
			return
		}
		require.NoError(t, r.Spec.Validate())
		require.LessOrEqual(t, r.Spec.Depth, limits.Depth)
		_ = r.Spec.Memory(1, 0)
		_ = Comparable(old, r.Spec)
		_ = Compare(old, r)
		_ = Compare(r, old)
		_, err = CompareBits(r, old)
		require.NoError(t, err)
	})
}

// Whatever a YAML file holds, it is refused, with a line and a message that can be
// read, or is a specification that is accepted, and written and read again is the
// same.
func FuzzSpec(f *testing.F) {
	one := DefaultSpec()
	one.Subjects = []Subject{NewSubject("relu", nil, false)} // a proof for each of the usual ones makes fuzzing slow
	text, err := SpecText(one)
	require.NoError(f, err)
	f.Add(text)
	for _, s := range []string{
		"depth: 99999999999999999999", "widths: 64:4096", "widths: [4, 8, -1]", "widths: &a [*a]", "activations: &a [*a]",
		"activations: [{activation: tanh, title: \"\\e[31m\"}]", "activations: [tanh, {activation: a*x, parameters: {a: 2}, key: ../x}]",
		"effort: {layer: 1, depth: 1, least: 1, most: 0}", "effort: {most: 1e9}", "a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]", "- - - - -",
		"{{{{", "trials: auto", "seed: 18446744073709551615", "x: \"\\0\"", "? - x\n: - y", "depth: !!binary eA==", "%YAML 9.9\n---\nx",
	} {
		if !strings.Contains(s, "activations") {
			s += "\nactivations: [relu]"
		}
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ReadSpec("f.yaml", []byte(text))
		if err != nil {
			require.Less(t, len([]rune(err.Error())), 2000)
			return
		}
		require.NoError(t, s.Validate())
		again, err := SpecText(s)
		require.NoError(t, err)
		back, err := ReadSpec("f.yaml", []byte(again))
		require.NoError(t, err, again)
		require.Equal(t, s, back)
	})
}
