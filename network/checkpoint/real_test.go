package checkpoint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"bsnn/internal/hostile"
	"bsnn/internal/peers"
	"bsnn/internal/replay"
	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/internal/words"
	"bsnn/network"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// torchFiles lets PyTorch and NumPy write the same weights in every way they have.
const torchFiles = `
import json, os, pickle, sys
import numpy as np, torch, torch.nn as nn
torch.manual_seed(%d)
m = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 16), nn.LayerNorm(16), nn.ReLU(), nn.Linear(16, 10))
s = m.state_dict()
a = {k: v.numpy() for k, v in s.items()}
np.savez("plain.npz", **a)
np.savez_compressed("packed.npz", **a)
np.savez("order.npz", **{k: np.asfortranarray(v.astype(">f8")) for k, v in a.items()})
np.savez("half.npz", **{k: v.astype(np.float16) for k, v in a.items()})
torch.save(s, "state.pt")
torch.save({"epoch": 3, "model": s, "optimizer": torch.optim.Adam(m.parameters()).state_dict()}, "run.pth")
torch.save({k: v.half() for k, v in s.items()}, "half.pt")
torch.save({k: v.bfloat16() for k, v in s.items()}, "bfloat16.bin")
torch.save({k: v.double() for k, v in s.items()}, "double.pt")
torch.save({k: v.t().contiguous().t() if v.dim() == 2 else v for k, v in s.items()}, "views.pt")
torch.save({**s, "steps": torch.tensor([1, 2]), "mask": torch.ones(3, dtype=torch.bool)}, "beside.pt")
torch.save(m, "whole.pt")
torch.save(s, "old.pt", _use_new_zipfile_serialization=False)
torch.jit.script(m).save("script.pt")
class Evil:
    def __reduce__(self): return (os.system, ("touch executed",))
torch.save({"w": torch.zeros(2, 2), "x": Evil()}, "evil.pt")
pickle.dump({"x": Evil()}, open("evil.pkl", "wb"))
torch.onnx.export(m, torch.zeros(1, 20), "model.onnx")
json.dump({k: v.double().flatten().tolist() for k, v in s.items()}, open("values.json", "w"))
`

// What PyTorch and NumPy write is what is read, to the last bit of the type; what is
// not weights is named, and nothing is executed.
func TestFilesOfPyTorch(t *testing.T) {
	if testing.Short() {
		t.Skip("starts PyTorch")
	}
	python, ok := peers.Python("torch, numpy")
	if !ok {
		t.Skip("no Python with torch and numpy")
	}
	dir := t.TempDir()
	command := exec.Command(python, "-c", fmt.Sprintf(torchFiles, replay.Seed(t)%(1<<31)))
	command.Dir = dir
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	text, err := os.ReadFile(filepath.Join(dir, "values.json"))
	require.NoError(t, err)
	var want map[string][]float64
	require.NoError(t, json.Unmarshal(text, &want))

	for name, c := range map[string]struct {
		dtype  DType
		prefix string
		within float64
	}{
		"plain.npz": {Float32, "", 0}, "packed.npz": {Float32, "", 0}, "order.npz": {Float64, "", 0}, "half.npz": {Float16, "", 0x1p-11},
		"state.pt": {Float32, "", 0}, "run.pth": {Float32, "model.", 0}, "half.pt": {Float16, "", 0x1p-11},
		"bfloat16.bin": {BFloat16, "", 0x1p-8}, "double.pt": {Float64, "", 0}, "views.pt": {Float32, "", 0},
		"beside.pt": {Float32, "", 0}, "model.onnx": {Float32, "", 0},
	} {
		f, err := Open(filepath.Join(dir, name))
		require.NoError(t, err, name)
		require.Len(t, f.Tensors, len(want), name)
		for _, x := range f.Tensors {
			require.Equal(t, c.dtype, x.DType, "%s: %s", name, x.Name)
			got, err := x.Read()
			require.NoError(t, err)
			values := want[x.Name[len(c.prefix):]]
			require.Len(t, got, len(values), "%s: %s", name, x.Name)
			for i, v := range values {
				require.LessOrEqual(t, math.Abs(got[i]-v), c.within*math.Abs(v)+c.within*0x1p-14, "%s: %s[%d]", name, x.Name, i)
			}
		}
		switch name {
		case "run.pth":
			require.Equal(t, []Skipped{{"optimizer", "the state of an optimiser"}}, f.Skipped)
		case "beside.pt":
			require.Equal(t, []Skipped{{"steps", "numbers of type int64, want floating-point ones"},
				{"mask", "numbers of type bool, want floating-point ones"}}, f.Skipped)
		}
		require.NoError(t, f.Close())
	}
	for name, message := range map[string]string{
		"whole.pt":  `torch.save(torch.load("whole.pt").state_dict(), "state.pt")`,
		"old.pt":    `torch.save(torch.load("old.pt", map_location="cpu"), "old-new.pt")`,
		"script.pt": `torch.jit.load("script.pt").state_dict()`,
		"evil.pt":   "posix.system",
		"evil.pkl":  "a Python pickle, which is not read",
	} {
		_, err := Open(filepath.Join(dir, name))
		require.ErrorContains(t, err, message)
	}
	_, err = os.Stat(filepath.Join(dir, "executed"))
	require.ErrorIs(t, err, os.ErrNotExist, "no pickle is executed")
}

// shards writes two files and an index.
func shards(t *testing.T, dir string, index string) string {
	for i, name := range []string{"a", "b"} {
		writeSafetensors(t, filepath.Join(dir, fmt.Sprintf("model-%d.safetensors", i+1)),
			[]safetensors.Spec{{Name: name, Type: tensor.BFloat16, Shape: []int64{2, 1}}}, []float64{float64(i), 2})
	}
	path := filepath.Join(dir, "model.safetensors.index.json")
	require.NoError(t, os.WriteFile(path, []byte(index), 0o600))
	return path
}

// An index stands for its shards; one that leads astray is refused.
func TestIndex(t *testing.T) {
	dir := t.TempDir()
	for _, paths := range [][]string{
		{shards(t, dir, `{"metadata": {"total_size": 8}, "weight_map": {"b": "model-2.safetensors", "a": "model-1.safetensors"}}`)},
		{filepath.Join(dir, "model-1.safetensors"), filepath.Join(dir, "model-2.safetensors")},
	} {
		f, err := Open(paths...)
		require.NoError(t, err)
		require.Len(t, f.Tensors, 2)
		require.Equal(t, []string{"a", "b"}, []string{f.Tensors[0].Name, f.Tensors[1].Name})
		got, err := f.Tensors[1].Read()
		require.NoError(t, err)
		require.Equal(t, []float64{1, 2}, got)
		require.NoError(t, f.Close())
	}
	outside := filepath.Join(t.TempDir(), "x.safetensors")
	writeSafetensors(t, outside, []safetensors.Spec{{Name: "a", Type: tensor.Float32, Shape: []int64{1}}}, []float64{1})
	relative, err := filepath.Rel(dir, outside)
	require.NoError(t, err)
	for index, want := range map[string]string{
		`{"weight_map": {"a": "model.safetensors.index.json"}}`:                     "a shard that is an index",
		fmt.Sprintf(`{"weight_map": {"a": %q}}`, outside):                           "want one in its own folder",
		fmt.Sprintf(`{"weight_map": {"a": %q}}`, filepath.ToSlash(relative)):        "want one in its own folder",
		`{"weight_map": {"a": "..\\x.safetensors"}}`:                                "want one in its own folder",
		`{"weight_map": {"a": ""}}`:                                                 "want one in its own folder",
		`{"weight_map": {"a": "."}}`:                                                "not a regular file",
		`{"weight_map": {"a": "missing.safetensors"}}`:                              "no such file",
		`{"weight_map": {"b": "model-1.safetensors"}}`:                              "tensor b is not in model-1.safetensors",
		`{"weight_map": {"a": "model-2.safetensors", "b":"model-1.safetensors"}}`:   "and the index says",
		`{"weight_map": {` + strings.Repeat(`"":"",`, maxIndexed) + `"":"","":""}}`: "more than 524288 tensors",
		`{"weight_map": {}}`:                                                        "JSON without weight_map",
		`{"weight_map": 3}`:                                                         "JSON that is no index",
		`{`:                                                                         "JSON that is no index",
	} {
		_, err := Open(shards(t, dir, index))
		require.ErrorContains(t, err, want, words.Shorten(index, 100))
	}
	one := filepath.Join(dir, "model-1.safetensors")
	_, err = Open(one, one)
	require.ErrorContains(t, err, "both hold a tensor a")
}

// Formats that are not read are named, with the line of Python that converts them.
func TestForeignFormats(t *testing.T) {
	dir := t.TempDir()
	tar := make([]byte, 600)
	copy(tar[257:], "ustar")
	for name, c := range map[string]struct{ content, want string }{
		"m.h5":             {"\x89HDF\r\n\x1a\n…", `an HDF5 file, which is not read; to convert it with Python: import h5py`},
		"m.gguf":           {"GGUF\x03\x00", `gguf.GGUFReader("m.gguf")`},
		"m.safetensors":    {"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", `["git", "lfs", "pull", "--include", "m.safetensors"]`},
		"page.safetensors": {"<!doctype html>\n", "an HTML page"},
		"m.bin":            {"  <!DOCTYPE html>\n<html>", "an HTML page"},
		"m.tar":            {string(tar), "before PyTorch 1.6"},
		"m.pkl":            {"\x80\x04\x95\x00", `pickle.load(open("m.pkl", "rb"))`},
		"none.safetensors": {"", "empty file"},
		"m.txt":            {"hello", "of no known format"},
	} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(c.content), 0o600))
		_, err := Open(path)
		require.ErrorContains(t, err, c.want)
		require.ErrorContains(t, err, path)
	}
}

// Whatever a file holds, opening and reading it ends without a panic, and takes no
// memory that it does not hold.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"\x93NUMPY\x01\x00\x46\x00{'descr': '<f2', 'fortran_order': True, 'shape': (1, 2), }            \n1234",
		"\x2c\x00\x00\x00\x00\x00\x00\x00{\"a\":{\"dtype\":\"F8_E5M2\",\"shape\":[2,1],\"data_offsets\":[0,2]}} 12",
		"\x08\x07\x3a\x0f\x2a\x0d\x08\x01\x08\x02\x10\x01\x42\x01w\x4a\x00", `{"weight_map": {"a": "fuzzed"}}`, "PK\x05\x06" + string(make([]byte, 18)),
	} {
		f.Add([]byte(seed))
	}
	f.Add([]byte(`{"weight_map": {"a": "shard", "b": "fuzzed"}}`))
	for _, nodes := range graphSeeds {
		f.Add(smallONNX(nodes))
	}
	shard := []byte("\x3e\x00\x00\x00\x00\x00\x00\x00{\"a\":{\"dtype\":\"F16\",\"shape\":[1,2],\"data_offsets\":[0,4]}}      1234")
	f.Fuzz(func(t *testing.T, input []byte) {
		hostile.Each(t, input, func(b []byte) {
			for _, path := range []string{"fuzzed", "fuzzed.onnx"} { // what has no sign of its own is known by its name
				openAll(t, path, map[string][]byte{path: b, "shard": shard})
			}
		})
	})
}

// smallONNX is a model of nodes, "Op input… output" with attributes as "alpha=0.5" or "approximate=tanh" among them,
// from x to y, with a 2×2 matrix w, vectors g, b, m and v and a number o.
func smallONNX(nodes []string) []byte {
	field := func(to []byte, number protowire.Number, content string) []byte {
		return protowire.AppendString(protowire.AppendTag(to, number, protowire.BytesType), content)
	}
	integer := func(to []byte, number protowire.Number, v uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(to, number, protowire.VarintType), v)
	}
	var graph []byte
	for _, node := range nodes {
		words := strings.Fields(node)
		var n []byte
		for _, in := range words[1 : len(words)-1] {
			name, value, attribute := strings.Cut(in, "=")
			number, err := strconv.ParseFloat(value, 32)
			switch a := field(nil, 1, name); {
			case !attribute:
				n = field(n, 1, in)
			case err != nil:
				n = field(n, 5, string(field(a, 4, value)))
			default:
				a = protowire.AppendFixed32(protowire.AppendTag(a, 2, protowire.Fixed32Type), math.Float32bits(float32(number)))
				n = field(n, 5, string(a))
			}
		}
		graph = field(graph, 1, string(field(field(n, 2, words[len(words)-1]), 4, words[0])))
	}
	for name, dims := range map[string][]uint64{"w": {2, 2}, "g": {2}, "b": {2}, "m": {2}, "v": {2}, "o": {}} {
		var t []byte
		numbers := 1
		for _, d := range dims {
			t, numbers = integer(t, 1, d), numbers*int(d)
		}
		graph = field(graph, 5, string(field(field(integer(t, 2, 1), 8, name), 9, strings.Repeat("\x00\x00\x80?", numbers))))
	}
	graph = field(field(graph, 11, string(field(nil, 1, "x"))), 12, string(field(nil, 1, "y")))
	return field(integer(nil, 1, 7), 7, string(graph))
}

// graphSeeds are networks with normalisations for FuzzOpen, and for TestSmallONNX, which says that they are understood.
var graphSeeds = map[network.Norm][]string{
	network.Batch: {"MatMul x w a", "BatchNormalization a g b m v c", "Relu c y"},
	network.Layer: {"Gemm x w b a", "ReduceMean a e", "Sub a e d", "Pow d g f", "ReduceMean f h", "Add h o i", "Sqrt i j", "Div d j k",
		"Mul k g l", "Add l b n", "Tanh n p", "MatMul p w y"},
	network.RMS: {"Add z x y", "Pow x g f", "ReduceMean f h", "Add h o i", "Sqrt i j", "Div x j k", "Mul k g l", "MatMul l w z"},
}

func TestSmallONNX(t *testing.T) {
	for kind, nodes := range graphSeeds {
		f, err := openBy(inMemory(map[string][]byte{"m": smallONNX(nodes)}), []string{"m"})
		require.NoError(t, err)
		g, err := f.Graph()
		require.NoError(t, err)
		require.Len(t, g.Norms, 1)
		require.Equal(t, kind, g.Norms[0].Kind)
		require.Equal(t, "g", g.Norms[0].Scale)
	}
}

// What is added under the root of a normalisation is a number of the file; other names, and none, are refused.
func TestNormsWithoutEpsilon(t *testing.T) {
	for _, epsilon := range []string{"nothing", "g", "x", ""} {
		nodes := []string{"MatMul x w a", "Pow a g f", "ReduceMean f h", "Add h " + epsilon + " i", "Sqrt i j", "Div a j y"}
		f, err := openBy(inMemory(map[string][]byte{"m": smallONNX(nodes)}), []string{"m"})
		require.NoError(t, err)
		_, err = f.Graph()
		require.ErrorContains(t, err, "a is used by Pow and Div", epsilon)
	}
}

// Attributes of functions are heeded; one that is not set is what the format says.
func TestFunctionsOfONNX(t *testing.T) {
	for node, want := range map[string]string{
		"LeakyRelu": "leakyrelu(0.01)", "LeakyRelu alpha=0": "leakyrelu(0)", "LeakyRelu alpha=0.25": "leakyrelu(0.25)",
		"Elu": "elu", "Elu alpha=1": "elu", "Elu alpha=0.5": "elu(0.5)", "Celu alpha=2": "celu(2)", "Selu": "selu",
		"Selu alpha=1.6732632 gamma=1.050701": "selu", "Gelu": "gelu", "Gelu approximate=none": "gelu",
		"Gelu approximate=tanh": "0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x^3)))", "HardSwish": "hardswish", "Softsign": "softsign",
		"Selu alpha=1": "", "Gemm w alpha=0": "",
	} {
		words := strings.Fields(node)
		second := strings.Join(append(append(words[:1:1], "a"), append(words[1:], "y")...), " ")
		f, err := openBy(inMemory(map[string][]byte{"m": smallONNX([]string{"MatMul x w a", second})}), []string{"m"})
		require.NoError(t, err)
		g, err := f.Graph()
		if want == "" {
			require.ErrorContains(t, err, "node "+words[0], node)
			continue
		}
		require.NoError(t, err, node)
		a, ok := g.Architecture.Blocks[1].(network.Activation)
		require.True(t, ok)
		require.Equal(t, want, a.Spec, node)
		require.NoError(t, a.Check())
	}
}

// openAll reads everything in a file, of those there are, that is no error.
func openAll(t *testing.T, path string, files map[string][]byte) {
	file, err := openBy(inMemory(files), []string{path})
	if err != nil {
		return
	}
	defer file.Close()
	for _, x := range file.Tensors {
		data, err := x.Read()
		if err == nil {
			require.Len(t, data, x.Len())
		}
		_ = x.EachMatrix(func(Matrix) error { return nil })
		_, _ = file.Bias(x.Name), file.Transposed(x.Name)
	}
	if g, err := file.Graph(); err == nil {
		require.Len(t, g.Biases, len(g.Weights))
	}
}

// inMemory opens files that are on no disk.
func inMemory(files map[string][]byte) func(path string) (opened, error) {
	return func(path string) (opened, error) {
		b, ok := files[path]
		if !ok {
			return opened{}, fs.ErrNotExist
		}
		return opened{bytes.NewReader(b), io.NopCloser(nil), int64(len(b))}, nil
	}
}
