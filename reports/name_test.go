package reports

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/gpnorm"
	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
)

// randomFormula is an expression in x, or what looks like one, of a few letters
// that people use, so that many are nearly the same.
func randomFormula(r *rand.Rand) string {
	pieces := []string{"x", "x", "tanh(x)", "tanh", "a", "A", "-",
		"+", "*", "/", "^", "(", ")", " ", ".", "0.5", "2", ",", "?", ":", "relu", "leakyrelu(0.2)", "as-is", "_"}
	var b strings.Builder
	for range 1 + r.IntN(6) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func randomSubject(r *rand.Rand) Subject {
	s := Subject{Activation: randomFormula(r), AsIs: r.IntN(3) == 0}
	if !s.AsIs {
		s.OtherRoot = r.IntN(2) == 0
	}
	if r.IntN(2) == 0 {
		s.Parameters = map[string]string{}
		for range 1 + r.IntN(2) {
			s.Parameters[[]string{"a", "b", "A"}[r.IntN(3)]] = []string{"1", "2", "-1", "1.0"}[r.IntN(4)]
		}
	}
	return s
}

// identity tells subjects apart: formulas by their letters, built-in functions
// by their names however they are written.
func identity(s Subject) string {
	name := strings.TrimSpace(s.Activation)
	if a, err := gpnorm.Lookup(name); err == nil && !strings.Contains(strings.TrimSuffix(name, "()"), "(") {
		name = a.Name + " by name"
	} else if err == nil {
		name = a.Name
	}
	return fmt.Sprintf("%q %v %v %v", name, s.Parameters, s.AsIs, s.OtherRoot)
}

// Different subjects have different keys, the same ones the same, and a key is
// fit for files and links of every system. Two of the 30,000 that are drawn
// share 64 bits by chance with probability below 3e-11.
func TestKeysAreInjective(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 5))
	keys, owners := map[string]string{}, map[string]string{}
	for range 30_000 {
		s := randomSubject(r)
		id, key := identity(s), s.Named().Key
		require.NoError(t, checkKey(key), "%+v", s)
		require.Equal(t, strings.ToLower(key), key)
		if known, ok := keys[id]; ok {
			require.Equal(t, known, key, "%+v", s)
		}
		keys[id] = key
		if owner, ok := owners[key]; ok {
			require.Equal(t, owner, id, "both have the key %s", key)
		}
		owners[key] = id
	}
	require.Greater(t, len(keys), 5_000)
}

// Keys are readable, and for good: files and links are found by them.
func TestKeysAndTitles(t *testing.T) {
	for _, c := range []struct {
		subject    Subject
		key, title string
	}{
		{Subject{Activation: "tanh"}, "tanh", "tanh"},
		{Subject{Activation: " GELU "}, "gelu", "GELU"},
		{Subject{Activation: "gelu", OtherRoot: true}, "gelu-other-root", "GELU (other root)"},
		{Subject{Activation: "leakyrelu", AsIs: true}, "leakyrelu-as-is", "leaky ReLU (as is)"},
		{Subject{Activation: "x*tanh(x)"}, "x-tanh-x-pw4c6qgj6c6jk", "x*tanh(x)"},
		{Subject{Activation: "x+tanh(x)"}, "x-tanh-x-", "x+tanh(x)"},
		{Subject{Activation: "a*tanh(b*x)", Parameters: map[string]string{"b": "2", "a": "0.5"}, AsIs: true},
			"a-tanh-b-x-a-0.5-b-2-", "a*tanh(b*x) (a = 0.5, b = 2, as is)"},
		{Subject{Activation: strings.Repeat("x*", 99) + "x"}, strings.Repeat("x-", 20), strings.Repeat("x*", 99) + "x"},
	} {
		n := c.subject.Named()
		require.True(t, strings.HasPrefix(n.Key, c.key), "%s, want %s", n.Key, c.key)
		require.LessOrEqual(t, len(n.Key), 80)
		require.Equal(t, c.title, n.Title)
	}
}

// What was named keeps its name.
func TestGivenNamesStay(t *testing.T) {
	s := Subject{Key: "k", Title: "T", Activation: "tanh", Note: "N", AsIs: true}
	require.Equal(t, s, s.Named())
}

// A report that was tampered with names no files elsewhere.
func TestKeysNameNoFilesElsewhere(t *testing.T) {
	for _, key := range []string{"", "../x", "a/b", `a\b`, ".x", "x.", "-x", "X", "a b", "ü", "con:", strings.Repeat("k", 121)} {
		spec := DefaultSpec()
		spec.Subjects[0].Key = key
		require.Error(t, spec.Validate(), "%q", key)
	}
	spec := DefaultSpec()
	spec.Subjects[0].OtherRoot, spec.Subjects[0].AsIs = true, true
	require.ErrorContains(t, spec.Validate(), "has no other root")
	path := filepath.Join(t.TempDir(), strings.Repeat("k", mostKeyLetters)+".rates.json")
	require.NoError(t, os.WriteFile(path, nil, 0o600), "a key leaves room")
}

// However long a formula is, its key is the name of a file on every system, and
// differs from that of one that is nearly the same.
func TestLongFormulasHaveShortKeys(t *testing.T) {
	sum := func(last string) string {
		terms := []string{}
		for k := range 138 {
			terms = append(terms, fmt.Sprintf("sin(%d*x)/%d", k+1, k+1))
		}
		return strings.Join(append(terms, last), "+")
	}
	seen := map[string]bool{}
	for _, s := range []Subject{{Activation: sum("x")}, {Activation: sum("2*x")}, {Activation: sum("x"), AsIs: true},
		{Activation: sum("x"), OtherRoot: true}, {Activation: sum("a*x"), Parameters: map[string]string{"a": strings.Repeat("1", 300)}}} {
		key := s.Named().Key
		require.NoError(t, checkKey(key))
		require.Less(t, len(key), 80)
		require.Equal(t, key, PathKey(key))
		require.False(t, seen[key], key)
		seen[key] = true
	}
}
