package provenance_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"bsnn/internal/provenance"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// sayBuild makes the test binary print its own digest once a line comes in.
const sayBuild = "BSNN_TEST_SAY_BUILD"

func TestMain(m *testing.M) {
	if os.Getenv(sayBuild) != "" {
		_, _ = io.ReadFull(os.Stdin, make([]byte, 1))
		fmt.Print(provenance.Build())
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func digest(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func TestBuildIsOfTheRunningProgram(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	require.Equal(t, digest(t, self), provenance.Build())
}

// A program whose file is replaced while it runs is still the one it was.
func TestBuildOfAReplacedProgram(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux keeps the file of a running program at hand")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	data, err := os.ReadFile(self)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "program")
	require.NoError(t, os.WriteFile(path, append(data, 'x'), 0o700)) // another build that does the same
	want := digest(t, path)
	require.NotEqual(t, provenance.Build(), want)
	c := exec.Command(path)
	c.Env = append(os.Environ(), sayBuild+"=1")
	in, err := c.StdinPipe()
	require.NoError(t, err)
	var out bytes.Buffer
	c.Stdout = &out
	require.NoError(t, c.Start())
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.WriteFile(path, data, 0o700))
	_, err = in.Write([]byte("\n"))
	require.NoError(t, err)
	require.NoError(t, c.Wait())
	require.Equal(t, want, out.String())
}

func TestMachineKeepsItsNamesInJSON(t *testing.T) {
	m := provenance.Here("a library")
	m.Workers = 3
	data, err := json.Marshal(m)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(data, &fields))
	require.EqualValues(t, runtime.NumCPU(), fields["cores"])
	require.EqualValues(t, runtime.NumCPU(), fields["cpus"])
	require.Equal(t, "a library", fields["blas"])
	require.EqualValues(t, 3, fields["workers"])
	var back provenance.Machine
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, m, back)
	require.NoError(t, json.Unmarshal([]byte(`{"workers":2,"blas":"none","cpus":8}`), &back))
	require.Equal(t, provenance.Machine{Workers: 2, BLAS: "none", Cores: 8}, back)
}

// Why there is no library changes no number.
func TestEnvironmentOfOurOwnProducts(t *testing.T) {
	require.Equal(t, provenance.Now("pure Go"), provenance.Now("pure Go (libopenblas.so.0: no such file)"))
	require.NotEqual(t, provenance.Now("pure Go"), provenance.Now("OpenBLAS 0.3.21"))
	require.Empty(t, provenance.Now("").BLAS)
}

type asked struct {
	Seed  uint64    `json:"seed"`
	Name  string    `json:"name"`
	Rates []float64 `json:"rates"`
	Inner *inner    `json:"inner,omitempty"`
}

type inner struct {
	Width int  `json:"width"`
	Raw   bool `json:"raw"`
}

func base() provenance.Run {
	return provenance.Run{Kind: "verify", Asked: asked{1<<63 + 1, "tanh", []float64{0.1, 0.2}, &inner{3, true}}, Data: "d",
		Environment: provenance.Environment{Build: "b", Processor: "p", BLAS: "l"}}
}

func TestFirstDifference(t *testing.T) {
	there := base()
	require.Nil(t, base().Against(there))
	for says, change := range map[string]func(*provenance.Run){
		"it is of bsnn verify, not of bsnn report": func(r *provenance.Run) { r.Kind = "report" },
		`its seed is 9223372036854775809, here it is 9223372036854775810`: func(r *provenance.Run) {
			r.Asked = with(func(a *asked) { a.Seed++ })
		},
		`its name is "tanh", here it is "x<1"`: func(r *provenance.Run) {
			r.Asked = with(func(a *asked) { a.Name = "x<1" })
		},
		`its rates is [0.1,0.2], here it is [0.1]`: func(r *provenance.Run) {
			r.Asked = with(func(a *asked) { a.Rates = a.Rates[:1] })
		},
		`its rates[1] is 0.2, here it is 0.3`: func(r *provenance.Run) {
			r.Asked = with(func(a *asked) { a.Rates = []float64{0.1, 0.3} })
		},
		`its inner.width is 3, here it is 4`: func(r *provenance.Run) {
			r.Asked = with(func(a *asked) { a.Inner = &inner{4, true} })
		},
		`its inner is {"raw":true,"width":3}, here it is not given`: func(r *provenance.Run) {
			r.Asked = with(func(a *asked) { a.Inner = nil })
		},
		"it was begun with other data":                       func(r *provenance.Run) { r.Data = "e" },
		"it was begun with another build of bsnn":            func(r *provenance.Run) { r.Environment.Build = "c" },
		"it was begun with another processor (p, here q)":    func(r *provenance.Run) { r.Environment.Processor = "q" },
		"it was begun with another BLAS library (l, here m)": func(r *provenance.Run) { r.Environment.BLAS = "m" },
		"it was begun with another BLAS library":             func(r *provenance.Run) { r.Environment.BLAS = "" },
	} {
		here := base()
		change(&here)
		d := here.Against(there)
		require.NotNil(t, d, says)
		require.EqualError(t, d, says)
		environment := here.Asked != nil && here.Kind == there.Kind && here.Data == there.Data && here.Environment != there.Environment
		require.Equal(t, environment, d.Part == provenance.Around, says)
	}
}

func with(change func(*asked)) asked {
	a := base().Asked.(asked)
	a.Inner = &inner{3, true}
	change(&a)
	return a
}

// What has no JSON is nobody's equal.
func TestUnspeakableRunsDiffer(t *testing.T) {
	r := base()
	r.Asked = func() {}
	require.NotNil(t, r.Against(r))
}

// values are random trees of JSON.
func values(depth int) *rapid.Generator[any] {
	leaf := rapid.OneOf(
		rapid.Just[any](nil),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.Int64(), func(n int64) any { return n }),
		rapid.Map(rapid.StringN(0, 3, 9), func(s string) any { return s }),
	)
	if depth == 0 {
		return leaf
	}
	return rapid.OneOf(leaf,
		rapid.Map(rapid.SliceOfN(values(depth-1), 0, 3), func(s []any) any { return s }),
		rapid.Map(rapid.MapOfN(rapid.StringMatching(`[a-z]{1,2}`), values(depth-1), 0, 3), func(m map[string]any) any { return m }),
	)
}

// Compare calls values equal exactly when their JSON is, with null for what is
// not there.
func TestCompareFindsEveryDifference(t *testing.T) {
	plain := func(v any) string {
		data, err := json.Marshal(withoutNulls(v))
		require.NoError(t, err)
		return string(data)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := values(3).Draw(t, "a"), values(3).Draw(t, "b")
		if rapid.Bool().Draw(t, "alike") {
			b = a
		}
		here, there := provenance.Run{Asked: a}, provenance.Run{Asked: b}
		require.Equal(t, plain(a) == plain(b), here.Against(there) == nil)
		d, e := here.Against(there), there.Against(here)
		if d != nil {
			require.Equal(t, d.Field, e.Field)
			require.Equal(t, d.There, e.Here)
		}
	})
}

// withoutNulls drops members of objects that are null.
func withoutNulls(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, v := range x {
			if v != nil {
				out[k] = withoutNulls(v)
			}
		}
		return out
	case []any:
		out := []any{}
		for _, v := range x {
			out = append(out, withoutNulls(v))
		}
		return out
	}
	return v
}

func TestCompareStopsWhenTold(t *testing.T) {
	var seen []string
	a := map[string]any{"a": []int{1, 2}, "b": 3}
	require.NoError(t, provenance.Compare(a, a, func(path string, _, _ any) bool {
		seen = append(seen, path)
		return len(seen) < 2
	}))
	require.Equal(t, []string{"a[0]", "a[1]"}, seen)
	require.Error(t, provenance.Compare(func() {}, a, nil))
}

// Whatever of the data changes, their digest does.
func TestDataDigestsDiffer(t *testing.T) {
	of := func(name string, rows, values int, content ...byte) string {
		return provenance.Data(name, rows, values, func(w io.Writer) { _, _ = w.Write(content) })
	}
	seen := map[string]bool{}
	for _, d := range []string{
		of("mnist", 2, 1, 5, 6), of("mnist", 1, 2, 5, 6), of("cifar10", 2, 1, 5, 6), of("mnist", 2, 1, 5, 7), of("mnist", 2, 1, 5), of("", 2,
			1, 5, 6),
	} {
		require.Len(t, d, 64)
		require.False(t, seen[d])
		seen[d] = true
	}
	require.True(t, seen[of("mnist", 2, 1, 5, 6)])
}
