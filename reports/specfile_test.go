package reports

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What is printed reads back as the same specification.
func TestSpecTextReadsBack(t *testing.T) {
	odd := DefaultSpec()
	odd.Seed, odd.Widths, odd.Depth, odd.Trials, odd.Weights, odd.Input = 1<<63, []int{4, 7, 1000}, 3, 17, "gaussian", "mnist"
	odd.LayerTolerance, odd.Alpha, odd.Limit, odd.Effort.Most = 0.123456789012345678, 1e-9, 0.01, 25
	odd.Subjects = []Subject{
		{Key: "a.b-c", Title: "x: #1 'quoted' \"twice\"", Note: "- starts like a list", Activation: "a*tanh(x) + b*x",
			Parameters: map[string]string{"a": "1e-3", "b": "0.5"}, AsIs: true},
		{Key: "yes", Title: "true", Note: "null", Activation: "gelu", OtherRoot: true, Control: true},
	}
	one := DefaultSpec()
	one.Widths = []int{64}
	for _, s := range []Spec{DefaultSpec(), odd, one} {
		text, err := SpecText(s)
		require.NoError(t, err)
		back, err := ReadSpec("printed", []byte(text))
		require.NoError(t, err, text)
		require.Equal(t, s, back, text)
	}
}

func TestSpecFileShortForms(t *testing.T) {
	s, err := ReadSpec("s.yaml", []byte("activations: [tanh, 'x*sigmoid(x)']\nwidths: 16:70\ntrials: 9\n"))
	require.NoError(t, err)
	require.Equal(t, []Subject{NewSubject("tanh", nil, false), NewSubject("x*sigmoid(x)", nil, false)}, s.Subjects)
	require.Equal(t, []int{16, 32, 64}, s.Widths)
	require.Equal(t, DefaultSpec().Alpha, s.Alpha)
	s, err = ReadSpec("s.yaml", []byte("base: 1"))
	require.ErrorContains(t, err, "s.yaml:1: unknown setting \"base\"; want one of activations,")
	require.Zero(t, s)
	s, err = ReadSpec("s.yaml", []byte("activations: &a\n  - &t {activation: tanh, key: one}\n  - {activation: gelu, other_root: true}\n"))
	require.NoError(t, err)
	require.Equal(t, "one", s.Subjects[0].Key)
	require.Equal(t, "gelu-other-root", s.Subjects[1].Key)
}

// Every mistake is named with its line and what would be right.
func TestSpecFileMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "s.yaml:1: the file is empty",
		"seed: 1\nwidhts: 4:8":              `s.yaml:2: unknown setting "widhts"; did you mean widths?`,
		"seed: 1\n\nDepth: 4":               `s.yaml:3: unknown setting "Depth"; did you mean depth?`,
		"layer-tolerance: 1":                "did you mean layer_tolerance?",
		"seed: 1\nseed: 2":                  `s.yaml:2: setting "seed" appears twice`,
		"seed: -1":                          `s.yaml:1: seed "-1"; want a whole number from 0 to 2^64−1`,
		"depth: 0":                          `s.yaml:1: depth "0"; want a whole number from 1 to`,
		"depth: [1, 2]":                     `s.yaml:1: depth ""`,
		"depth: 2.5":                        `depth "2.5"`,
		"widths: 2:8":                       `s.yaml:1: widths "2:8": width 2 is below 4; want a:b`,
		"widths:\n  - 8\n  - nine":          `s.yaml:2: widths "8,nine": "nine" is not a whole number`,
		"trials: many":                      `trials "many"; want 1 to 10000000, or auto`,
		"alpha: 1":                          `alpha "1"; want a number above 0 and below 1`,
		"limit: .nan":                       `limit ".nan"; want a number above 0 and below 1`,
		"layer_tolerance: .inf":             `layer_tolerance ".inf"; want a finite number above 0`,
		"norm_tolerance: 0.1":               "s.yaml:1: norm_tolerance and confidence are now depth_tolerance and 1 − limit",
		"confidence: 0.9":                   "tolerances are about norms",
		"weights: har":                      `s.yaml:1: weights "har"; did you mean haar?`,
		"weights: uniform":                  `want one of haar, gaussian`,
		"input: mnits":                      `did you mean mnist?`,
		"effort: {moost: 3}":                `s.yaml:1: unknown effort "moost"; did you mean most?`,
		"effort: {least: 50, most: 40}":     "most is 40, below least, 50",
		"effort: 3":                         "s.yaml:1: want efforts",
		"- tanh":                            "s.yaml:1: want settings",
		"activations: []":                   "s.yaml:1: activations: want a list",
		"activations: tanh":                 "want a list",
		"activations:\n  - tanh\n  - tanhh": `s.yaml:3: activation "tanhh"`,
		"activations:\n  - tanh\n  - tanh":  `s.yaml:3: activation "tanh" has the same key as one above, "tanh"`,
		"activations:\n  - {as_is: true}":   "s.yaml:2: an entry without activation",
		"activations:\n  - activation: tanh\n    asis: true":                  `s.yaml:3: unknown key "asis"; did you mean as_is?`,
		"activations:\n  - activation: tanh\n    as_is: yes":                  `s.yaml:3: as_is "yes"; want true or false`,
		"activations:\n  - {activation: tanh, as_is: true, other_root: true}": "exclude each other",
		"activations:\n  - {activation: tanh, key: A b}":                      "want small letters, digits, dots and hyphens, as in a-b",
		"activations:\n  - {activation: x, other_root: true}":                 "s.yaml:2: activation \"x\": ",
		"activations:\n  - {activation: a*tanh(x), parameters: 3}":            "parameters: want names with numbers",
		"activations:\n  - {activation: a*tanh(x), parameters: {a: {b: 1}}}":  "parameter a: want a number",
		"activations:\n  - {activation: a*tanh(x)}":                           "s.yaml:2: activation",
		"seed: 1\n  depth: 3":   "s.yaml:2: not YAML",
		"seed: [1":              "not YAML",
		"seed: 1\n---\nseed: 2": "a second document",
	} {
		_, err := ReadSpec("s.yaml", []byte(text))
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), "\n", text)
		require.Regexp(t, `^s\.yaml:\d+: `, err.Error(), text)
	}
}

// Lists of parameters are one activation for each choice.
func TestParameterLists(t *testing.T) {
	s, err := ReadSpec("s.yaml", []byte(`activations:
  - {activation: "x > 0 ? x : alpha*x + beta*x", parameters: {alpha: [0.1, 0.2], beta: [0.3, 0.4, 0.5]}}
  - {activation: "tanh(c*x)", title: steep, parameters: {c: [2, 3]}}
  - {activation: "sin(c*x)", key: wave, title: wave, parameters: {c: [2]}}
`))
	require.NoError(t, err)
	require.Len(t, s.Subjects, 9)
	require.Equal(t, map[string]string{"alpha": "0.1", "beta": "0.4"}, s.Subjects[1].Parameters)
	require.Equal(t, "steep (c = 3)", s.Subjects[7].Title)
	require.Equal(t, "wave", s.Subjects[8].Title)
	text, err := SpecText(s)
	require.NoError(t, err)
	again, err := ReadSpec("printed", []byte(text))
	require.NoError(t, err)
	require.Equal(t, s, again)
	for text, want := range map[string]string{
		`{activation: "tanh(c*x)", key: k, parameters: {c: [2, 3]}}`: `s.yaml:2: key "k" for 2 choices of parameters`,
		`{activation: "tanh(c*x)", parameters: {c: []}}`:             "s.yaml:2: parameter c: want at least one number",
		`{activation: "tanh(c*x)", parameters: {c: [2, [3]]}}`:       "s.yaml:2: parameter c: want a number",
		`{activation: "tanh(c*x)", parameters: {c: [2, 2]}}`:         "same key",
		`{activation: "tanh(c*x)", parameters: {c: [2, y]}}`:         "s.yaml:2: activation",
	} {
		_, err := ReadSpec("s.yaml", []byte("activations:\n  - "+text+"\n"))
		require.ErrorContains(t, err, want, text)
	}
	// A part of a sweep reads functions and leaves judging them to those who need them.
	constant := []byte("activations: [tanh, '0*x + 1']\n")
	_, err = ReadSpec("s.yaml", constant)
	require.Error(t, err)
	_, err = ReadSharedSpec("s.yaml", constant)
	require.NoError(t, err)
	_, err = ReadSharedSpec("s.yaml", []byte("activations: ['tanh(x']\n"))
	require.ErrorContains(t, err, "s.yaml:1")
}
