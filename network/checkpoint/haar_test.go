package checkpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"bsnn/internal/npy"
	"bsnn/internal/replay"
	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/orthogonal/haartest"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// writeNPY writes matrices of one size, as a stack unless there is one.
func writeNPY(t testing.TB, path string, dtype tensor.DType, all ...*mat.Dense) string {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	n, _ := all[0].Dims()
	shape := []int64{int64(n), int64(n)}
	if len(all) > 1 {
		shape = append([]int64{int64(len(all))}, shape...)
	}
	w, err := npy.NewWriter(f, dtype, shape...)
	require.NoError(t, err)
	for _, m := range all {
		require.NoError(t, w.Write(m.RawMatrix().Data))
	}
	require.NoError(t, w.Close())
	return path
}

func writeSafetensors(t testing.TB, path string, specs []safetensors.Spec, values ...[]float64) string {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	w, err := safetensors.NewWriter(f, nil, specs...)
	require.NoError(t, err)
	for _, v := range values {
		require.NoError(t, w.Write(v))
	}
	require.NoError(t, w.Close())
	return path
}

// haar is QR with the sign correction, made without the package orthogonal.
func haar(n int, rng *rand.Rand) *mat.Dense {
	g := mat.NewDense(n, n, nil)
	for i := range g.RawMatrix().Data {
		g.RawMatrix().Data[i] = rng.NormFloat64()
	}
	var f mat.QR
	f.Factorize(g)
	q, r := new(mat.Dense), new(mat.Dense)
	f.QTo(q)
	f.RTo(r)
	for j := range n {
		if r.At(j, j) < 0 {
			column := q.ColView(j).(*mat.VecDense)
			column.ScaleVec(-1, column)
		}
	}
	return q
}

// A file gives the result of its matrices added one by one, whatever the
// format and however they are spread over files.
func TestHaarIsThatOfTheMatrices(t *testing.T) {
	const n, k = 8, 12
	seed := replay.Seed(t)
	rng := rand.New(rand.NewPCG(seed, 0))
	opt := haartest.Options{Seed: seed, Reference: 100}
	var all []*mat.Dense
	test, err := haartest.New(n, opt)
	require.NoError(t, err)
	var specs []safetensors.Spec
	var values [][]float64
	for i := range k {
		q := haar(n, rng)
		all = append(all, q)
		require.NoError(t, test.Add(q))
		specs = append(specs, safetensors.Spec{Name: fmt.Sprintf("%d.weight", i), Type: tensor.Float64, Shape: []int64{n, n}})
		values = append(values, q.RawMatrix().Data)
	}
	want, err := test.Result(t.Context())
	require.NoError(t, err)

	dir := t.TempDir()
	stack := writeNPY(t, filepath.Join(dir, "stack.npy"), tensor.Float64, all...)
	half := writeNPY(t, filepath.Join(dir, "half.npy"), tensor.Float64, all[:k-1]...)
	last := writeNPY(t, filepath.Join(dir, "last.npy"), tensor.Float64, all[k-1])
	layers := writeSafetensors(t, filepath.Join(dir, "layers"), specs, values...)
	for _, c := range []struct {
		paths   []string
		pattern string
	}{{[]string{stack}, ""}, {[]string{half, last}, ""}, {[]string{layers}, ""}, {[]string{layers}, "*.weight"}} {
		got, err := TestHaar(t.Context(), c.paths, HaarOptions{chosen(c.pattern), opt})
		require.NoError(t, err)
		require.Equal(t, want, got.Result)
		require.Equal(t, c.paths, got.Files)
	}
	one, err := TestHaar(t.Context(), []string{layers}, HaarOptions{chosen("3.*"), opt})
	require.NoError(t, err)
	require.Equal(t, 1, one.Matrices)
	require.Equal(t, layers+": 3.weight", one.Worst)
	text, err := json.Marshal(one)
	require.NoError(t, err)
	require.Contains(t, string(text), `"outcome":"undecided"`, "the result is embedded")

	// float32 files are judged by their own rounding.
	single := writeNPY(t, filepath.Join(dir, "single.npy"), tensor.Float32, all...)
	got, err := TestHaar(t.Context(), []string{last, single}, HaarOptions{Options: opt})
	require.NoError(t, err)
	require.True(t, got.Orthogonality.Passed, got.Reason)
	require.Equal(t, haartest.Refuted, got.Outcome, "the last matrix comes twice: %s", got.Reason)
}

// chosen is the choice of one pattern; "" chooses all.
func chosen(pattern string) (c Choice) {
	if pattern != "" {
		c.Include = []string{pattern}
	}
	return c
}

func TestHaarErrors(t *testing.T) {
	dir := t.TempDir()
	notFinite := mat.NewDense(2, 2, []float64{1, 0, 0, math.Inf(1)})
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		return path
	}
	good := writeNPY(t, filepath.Join(dir, "good.npy"), tensor.Float64, mat.NewDense(2, 2, []float64{0, 1, 1, 0}))
	content, err := os.ReadFile(good)
	require.NoError(t, err)
	stack := writeNPY(t, filepath.Join(dir, "stack.npy"), tensor.Float64, mat.NewDense(2, 2, []float64{0, 1, 1, 0}), notFinite)
	mixed := writeSafetensors(t, filepath.Join(dir, "mixed.safetensors"), []safetensors.Spec{
		{Name: "w", Type: tensor.Float32, Shape: []int64{2, 2}}, {Name: "bias", Type: tensor.Float32, Shape: []int64{2}},
	}, []float64{1, 0, 0, 1}, []float64{1, 1})
	empty, err := npyOf(filepath.Join(dir, "none.npy"), 0, 3, 3)
	require.NoError(t, err)
	flat, err := npyOf(filepath.Join(dir, "flat.npy"), 4)
	require.NoError(t, err)
	sign := writeNPY(t, filepath.Join(dir, "sign.npy"), tensor.Float64, mat.NewDense(1, 1, []float64{1}))

	for _, c := range []struct {
		want    string
		pattern string
		paths   []string
	}{
		{"no files", "", nil},
		{"no such file", "", []string{filepath.Join(dir, "missing.npy")}},
		{"not a regular file", "", []string{dir}},
		{"empty file", "", []string{write("empty", nil)}},
		{"truncated", "", []string{write("short.npy", content[:len(content)-1])}},
		{"truncated", "", []string{write("head.npy", content[:20])}},
		{"not an .npy file", "", []string{write("magic.npy", content[:5])}},
		{"follow the header", "", []string{write("long.npy", append(content[:len(content):len(content)], 0))}},
		{"of no known format; want safetensors", "", []string{write("text", []byte("hello, world: no matrices"))}},
		{"shape is [4], want", "", []string{flat}},
		{"shape is 0×3×3, without", "", []string{empty}},
		{"shape is 1×1, want two", "", []string{sign}},
		{"bias: shape is [2], want", "b*", []string{mixed}},
		{"none of the 2 tensors", "x*", []string{mixed}},
		{"syntax error", "[", []string{mixed}},
	} {
		_, err := TestHaar(t.Context(), c.paths, HaarOptions{chosen(c.pattern), haartest.Options{Reference: -1}})
		require.ErrorContains(t, err, c.want)
		if len(c.paths) > 0 && c.pattern != "[" {
			require.ErrorContains(t, err, c.paths[len(c.paths)-1], "which file")
		}
	}
	_, err = TestHaar(t.Context(), []string{mixed}, HaarOptions{Options: haartest.Options{Reference: -1}})
	require.NoError(t, err)
	r, err := TestHaar(t.Context(), []string{stack}, HaarOptions{Options: haartest.Options{Reference: -1}})
	require.NoError(t, err)
	require.Equal(t, haartest.Refuted, r.Outcome)
	require.Contains(t, r.Reason, "[1] has 1 infinite, the first at (1, 1)")
	require.Equal(t, 1, r.Matrices, "the other matrix is tested")
	r, err = TestHaar(t.Context(), []string{mixed}, HaarOptions{Options: haartest.Options{Reference: -1}})
	require.NoError(t, err)
	require.Equal(t, []Skipped{{"bias", "shape is [2], want m×n or k×m×n"}}, r.Skipped)
	ended, end := context.WithCancel(t.Context())
	end()
	_, err = TestHaar(ended, []string{good}, HaarOptions{})
	require.ErrorIs(t, err, context.Canceled)
}

// npyOf writes zeros of any shape.
func npyOf(path string, shape ...int64) (string, error) {
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	w, err := npy.NewWriter(f, tensor.Float64, shape...)
	if err != nil {
		return "", err
	}
	count, err := tensor.Count(shape, 8)
	if err != nil {
		return "", err
	}
	return path, w.Write(make([]float64, count))
}

// SciPy's ortho_group is accepted, NumPy's QR is not, from files that NumPy
// wrote. False alarm: 1e-6.
func TestHaarOfSciPy(t *testing.T) {
	const size, samples = 32, 200
	python := pythonWith(t, "numpy, scipy.stats")
	seed := replay.Seed(t)
	dir := t.TempDir()
	script := fmt.Sprintf(`
import numpy as np, scipy.stats
r = np.random.default_rng(%d)
q = scipy.stats.ortho_group.rvs(%d, size=%d, random_state=r)
np.save("haar.npy", q)
np.save("single.npy", q.astype(np.float32))
np.save("qr.npy", np.array([np.linalg.qr(r.standard_normal((%[2]d, %[2]d)))[0] for _ in range(%[3]d)]))
np.save("fortran.npy", np.asfortranarray(q))
np.save("big.npy", q.astype(">f8"))
np.save("half.npy", q.astype("<f2"))
np.save("complex.npy", q.astype("<c16"))
np.save("fields.npy", np.zeros(3, dtype=[("a", "<f8"), ("b", "<f8")]))
`, seed, size, samples)
	command := exec.Command(python, "-c", script)
	command.Dir = dir
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	for name, want := range map[string]haartest.Outcome{"haar.npy": haartest.Confirmed, "single.npy": haartest.Confirmed,
		"fortran.npy": haartest.Confirmed, "big.npy": haartest.Confirmed, "half.npy": haartest.Confirmed, "qr.npy": haartest.Refuted} {
		r, err := TestHaar(t.Context(), []string{filepath.Join(dir, name)}, HaarOptions{Options: haartest.Options{Seed: seed}})
		require.NoError(t, err)
		require.Equal(t, want, r.Outcome, "%s: %s", name, r.Reason)
		require.Equal(t, samples, r.Matrices)
		require.Equal(t, size, r.Dim)
	}
	for name, want := range map[string]string{"complex.npy": "numbers of type complex128", "fields.npy": "structured dtype"} {
		_, err := TestHaar(t.Context(), []string{filepath.Join(dir, name)}, HaarOptions{})
		require.ErrorContains(t, err, want)
	}
}

// pythonWith finds a Python that has modules, or skips the test.
func pythonWith(t *testing.T, modules string) string {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import "+modules).Run() == nil {
			return name
		}
	}
	t.Skipf("no Python with %s", modules)
	return ""
}
