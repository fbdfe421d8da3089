package checkpoint

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"bsnn/internal/peers"
	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/orthogonal"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// A start has the names, shapes and types of the checkpoint; matrices are orthogonal up to
// their gain, their biases zero, and everything else is as it was.
func TestLike(t *testing.T) {
	dir := t.TempDir()
	path := writeSafetensors(t, filepath.Join(dir, "m.safetensors"), []safetensors.Spec{
		{Name: "embed.weight", Type: tensor.Float32, Shape: []int64{5, 4}}, {Name: "0.weight", Type: tensor.Float16, Shape: []int64{6, 4}},
		{Name: "0.bias", Type: tensor.Float16, Shape: []int64{6}}, {Name: "norm.weight", Type: tensor.Float32, Shape: []int64{6}},
		{Name: "1.kernel", Type: tensor.Float64, Shape: []int64{6, 8}}, {Name: "head.weight", Type: tensor.Float64, Shape: []int64{3, 8}},
		{Name: "bn.running_mean", Type: tensor.Float32, Shape: []int64{3}}, {Name: "bn.moving_variance", Type: tensor.Float32, Shape: []int64{2}},
		{Name: "head.running_var", Type: tensor.Float32, Shape: []int64{2}},
	}, ones(20), ones(24), ones(6), ones(6), ones(48), ones(24), ones(3), []float64{5, 7}, []float64{5, 7})
	f, err := Open(path)
	require.NoError(t, err)
	defer f.Close()
	out := filepath.Join(dir, "start.safetensors")
	like := Like{File: f, Path: out, Seed: 3, Keep: []string{"head.*"}, Gain: func(name string) float64 {
		if name == "1.kernel" {
			return 2
		}
		return 1
	}}
	r, err := like.Write(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"0.weight", "1.kernel"}, r.Drawn)
	require.Equal(t, []string{"0.bias"}, r.Zeroed)
	require.Equal(t, []string{"bn.running_mean", "bn.moving_variance"}, r.Reset)
	require.Equal(t, []string{"embed.weight", "norm.weight", "head.weight", "head.running_var"}, r.Kept)
	g, err := Open(out)
	require.NoError(t, err)
	defer g.Close()
	for i, x := range g.Tensors {
		require.Equal(t, [2]any{f.Tensors[i].Name, f.Tensors[i].DType}, [2]any{x.Name, x.DType})
		require.Equal(t, f.Tensors[i].Shape, x.Shape)
		data, err := x.Read()
		require.NoError(t, err)
		switch x.Name {
		case "0.weight":
			w := mat.NewDense(6, 4, data)
			w.Scale(1/math.Sqrt(1.5), w)
			require.Less(t, orthogonal.OrthogonalityError(w), 4*Float16.Roundoff())
		case "1.kernel": // 6 numbers to 8
			w := mat.DenseCopyOf(mat.NewDense(6, 8, data).T())
			w.Scale(1/math.Sqrt(8./6)/2, w)
			require.Less(t, orthogonal.OrthogonalityError(w), 1e-13)
		case "bn.running_mean":
			require.Equal(t, []float64{0, 0, 0}, data)
		case "bn.moving_variance":
			require.Equal(t, []float64{1, 1}, data)
		case "head.running_var":
			require.Equal(t, []float64{5, 7}, data)
		case "0.bias":
			require.Equal(t, make([]float64, 6), data)
		default:
			require.Equal(t, ones(len(data)), data)
		}
	}
	like.Path = filepath.Join(dir, "start.pt")
	_, err = like.Write(t.Context())
	require.ErrorContains(t, err, ".safetensors")
	like.Path, like.Keep = out, []string{"*"}
	_, err = like.Write(t.Context())
	require.ErrorContains(t, err, "no matrix")
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

// readSafetensors is a reader of the format in a few lines of Python, independent of ours.
const readSafetensors = `
import json, struct, numpy, torch, torch.nn as nn
def read(path):
    b = open(path, "rb").read(); n = struct.unpack("<Q", b[:8])[0]
    t = {"F32": torch.float32, "I64": torch.int64}
    return {k: torch.frombuffer(bytearray(b[8+n+v["data_offsets"][0]:8+n+v["data_offsets"][1]]), dtype=t[v["dtype"]]).reshape(v["shape"])
            for k, v in json.loads(b[8:8+n]).items() if k != "__metadata__"}
def model(): return nn.Sequential(nn.Linear(7, 9), nn.BatchNorm1d(9), nn.ReLU(), nn.Linear(9, 9), nn.ReLU(), nn.Linear(9, 3))
`

// PyTorch takes a start with strict=True, buffers of integers and all.
func TestLikeLoadsInPyTorch(t *testing.T) {
	if testing.Short() {
		t.Skip("starts PyTorch")
	}
	python, ok := peers.Python("torch, numpy")
	if !ok {
		t.Skip("no Python with torch and numpy")
	}
	dir := t.TempDir()
	run := func(script string) {
		command := exec.Command(python, "-c", readSafetensors+script)
		command.Dir = dir
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	run(`torch.save(model().state_dict(), "m.pt")`)
	f, err := Open(filepath.Join(dir, "m.pt"))
	require.NoError(t, err)
	defer f.Close()
	_, err = Like{File: f, Path: filepath.Join(dir, "start.safetensors"), Gain: func(string) float64 { return 1.5 }}.Write(t.Context())
	require.NoError(t, err)
	run(`
m = model(); m.load_state_dict(read("start.safetensors"), strict=True)
w = m[3].weight.detach().double()
assert (w.T @ w - 2.25 * torch.eye(9)).abs().max() < 1e-5 and m[3].bias.abs().max() == 0
open("fine", "w")
`)
	_, err = os.Stat(filepath.Join(dir, "fine"))
	require.NoError(t, err)
}
