package checkpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"bsnn/internal/safetensors"
	"bsnn/montecarlo"
	"bsnn/orthogonal"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

func readMatrices(t require.TestingT, path string) (names []string, all []*mat.Dense) {
	f, err := Open(path)
	require.NoError(t, err)
	defer f.Close()
	for _, x := range f.Tensors {
		require.NoError(t, x.EachMatrix(func(m Matrix) error {
			names, all = append(names, m.Name), append(all, mat.DenseCopyOf(m.Dense))
			return nil
		}))
	}
	return names, all
}

// What is read back is, to the last bit of its type, the Haar matrix of the
// stream of each layer, in both formats.
func TestInitialRoundTrip(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		o := Initial{
			Depth: rapid.IntRange(1, 6).Draw(t, "depth"), Width: rapid.IntRange(1, 20).Draw(t, "width"),
			DType: rapid.SampledFrom([]DType{Float32, Float64, ""}).Draw(t, "dtype"), Seed: rapid.Uint64().Draw(t, "seed"),
			Activation: rapid.String().Filter(func(s string) bool { return s != "" }).Draw(t, "activation"),
			A: rapid.Float64Range(-1e300, 1e300).Draw(t,
				"a"), B: rapid.Float64().Filter(func(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) }).Draw(t, "b"),
		}
		for _, extension := range []string{".npy", ".safetensors"} {
			o.Path = filepath.Join(dir, "w"+extension)
			var steps []int
			o.Progress = func(done, total int) { steps = append(steps, done*1000+total) }
			r, err := o.Write(t.Context())
			require.NoError(t, err)
			info, err := os.Stat(o.Path)
			require.NoError(t, err)
			require.Equal(t, info.Size(), r.Bytes)
			names, all := readMatrices(t, o.Path)
			require.Len(t, all, o.Depth)
			require.Len(t, steps, o.Depth)
			for l, got := range all {
				src := montecarlo.NewExperiment(o.Seed, "init").Trial(0).Layer(l + 1)
				w, err := orthogonal.NewDense(o.Width, &src)
				require.NoError(t, err)
				want := w.Matrix()
				if o.DType != Float64 {
					want.Apply(func(_, _ int, v float64) float64 { return float64(float32(v)) }, want)
				}
				require.True(t, mat.Equal(want, got), "layer %d", l)
				require.Equal(t, (l+1)*1000+o.Depth, steps[l])
				if extension == ".safetensors" {
					require.Equal(t, fmt.Sprintf("%d.weight", 2*l), names[l])
				}
			}
			m := metadataOf(t, r)
			require.Equal(t, map[string]string{
				"format": "pt", "ensemble": "haar", "activation": o.Activation, "a": fmt.Sprint(o.A), "b": fmt.Sprint(o.B),
				"seed": fmt.Sprint(o.Seed), "depth": fmt.Sprint(o.Depth), "width": fmt.Sprint(o.Width), "dtype": r.Metadata.DType,
			}, m)
		}
	})
}

// metadataOf reads the metadata of what was written.
func metadataOf(t require.TestingT, r Written) map[string]string {
	if r.Sidecar != "" {
		text, err := os.ReadFile(r.Sidecar)
		require.NoError(t, err)
		var m map[string]string
		require.NoError(t, json.Unmarshal(text, &m))
		return m
	}
	f, err := os.Open(r.Path)
	require.NoError(t, err)
	defer f.Close()
	file, err := safetensors.Read(f, r.Bytes)
	require.NoError(t, err)
	require.Equal(t, r.First, file.Arrays[0].Name)
	require.Equal(t, r.Last, file.Arrays[r.Tensors-1].Name)
	return file.Metadata
}

func threeLayers(path string) Initial {
	return Initial{Path: path, Depth: 3, Width: 4, Activation: "tanh", A: 1.4674, B: 0.3885}
}

func TestDeeperBeginsTheSame(t *testing.T) {
	dir := t.TempDir()
	short, long := threeLayers(filepath.Join(dir, "short.npy")), threeLayers(filepath.Join(dir, "long.npy"))
	long.Depth = 5
	for _, o := range []Initial{short, long} {
		_, err := o.Write(t.Context())
		require.NoError(t, err)
	}
	_, a := readMatrices(t, short.Path)
	_, b := readMatrices(t, long.Path)
	for l := range a {
		require.True(t, mat.Equal(a[l], b[l]))
	}
}

func TestInitialErrors(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "w.npy")
	for want, change := range map[string]func(*Initial){
		"depth 0 and width 4":        func(o *Initial) { o.Depth = 0 },
		"depth 3 and width -1":       func(o *Initial) { o.Width = -1 },
		"more bytes than any file":   func(o *Initial) { o.Width = math.MaxInt },
		`unknown number type "half"`: func(o *Initial) { o.DType = "half" },
		`want .safetensors or .npy`:  func(o *Initial) { o.Path = filepath.Join(dir, "w.pt") },
		"name of the activation":     func(o *Initial) { o.Activation = "" },
		"finite constants":           func(o *Initial) { o.A = math.NaN() },
		"no such file or directory":  func(o *Initial) { o.Path = filepath.Join(dir, "no", "w.npy") },
		`ends in ""`:                 func(o *Initial) { o.Path = filepath.Join(dir, "no") },
	} {
		o := threeLayers(path)
		change(&o)
		_, err := o.Write(t.Context())
		require.ErrorContains(t, err, want)
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
}

// An interrupted run leaves nothing, and what was there stays.
func TestInitialInterrupted(t *testing.T) {
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	o := threeLayers(filepath.Join(dir, "w.safetensors"))
	o.Depth = 100
	o.Progress = func(done, total int) {
		if done == 3 {
			stop()
		}
	}
	_, err := o.Write(ctx)
	require.ErrorIs(t, err, context.Canceled)
	_, err = os.Stat(o.Path)
	require.ErrorIs(t, err, fs.ErrNotExist)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)

	require.NoError(t, os.WriteFile(o.Path, []byte("former"), 0o600))
	_, err = o.Write(ctx)
	require.ErrorIs(t, err, context.Canceled)
	content, err := os.ReadFile(o.Path)
	require.NoError(t, err)
	require.Equal(t, "former", string(content))
}

// A deep network takes the memory of one layer: what is alive while it is
// written does not grow.
func TestInitialMemoryOfOneLayer(t *testing.T) {
	const depth, width = 60, 128
	layer := uint64(8 * width * width)
	o := Initial{Path: filepath.Join(t.TempDir(), "w.safetensors"), Depth: depth, Width: width, DType: Float64, Activation: "tanh", A: 1}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var most uint64
	o.Progress = func(done, total int) {
		if done%20 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
		}
	}
	_, err := o.Write(t.Context())
	require.NoError(t, err)
	runtime.ReadMemStats(&now)
	require.Less(t, most, 3*layer, "alive")
	t.Logf("alive: %.2f layers; allocated in all: %.2f layers of %d", float64(most)/float64(layer),
		float64(now.TotalAlloc-before.TotalAlloc)/float64(layer), depth)
}

// NumPy reads what is written, and finds orthogonal matrices.
func TestInitialNumPy(t *testing.T) {
	python := pythonWith(t, "numpy")
	dir := t.TempDir()
	for _, dtype := range []DType{Float32, Float64} {
		for _, extension := range []string{".npy", ".safetensors"} {
			o := threeLayers(filepath.Join(dir, string(dtype)+extension))
			o.Width, o.DType = 20, dtype
			r, err := o.Write(t.Context())
			require.NoError(t, err)
			_, all := readMatrices(t, o.Path)
			out, err := exec.Command(python, "-c", `
import json, struct, sys
import numpy as np
path, dtype = sys.argv[1:]
if path.endswith(".npy"):
    w, meta = np.load(path), json.load(open(path + ".json"))
else:
    raw = open(path, "rb").read()
    size, = struct.unpack("<Q", raw[:8])
    head = json.loads(raw[8:8 + size])
    meta = head.pop("__metadata__")
    assert list(head) == ["0.weight", "2.weight", "4.weight"], head
    w = []
    for t in head.values():
        a, b = t["data_offsets"]
        assert t["dtype"] == {"float32": "F32", "float64": "F64"}[dtype]
        w.append(np.frombuffer(raw[8 + size:][a:b], dtype="<f" + dtype[-2:].replace("32", "4").replace("64", "8")).reshape(t["shape"]))
    w = np.array(w)
assert w.dtype == dtype and w.shape == (3, 20, 20), (w.dtype, w.shape)
assert float(meta["a"]) == 1.4674 and float(meta["b"]) == 0.3885 and meta["activation"] == "tanh" and meta["seed"] == "0"
assert abs(w.astype("f8").transpose(0, 2, 1) @ w - np.eye(20)).max() < 1e-6
print(repr(float(w[2, 3, 7])))
`, o.Path, r.Metadata.DType).CombinedOutput()
			require.NoError(t, err, "%s", out)
			var x float64
			_, err = fmt.Sscan(string(out), &x)
			require.NoError(t, err)
			require.Equal(t, all[2].At(3, 7), x)
		}
	}
}
