package audit

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"bsnn/internal/peers"
	"bsnn/internal/replay"
	"bsnn/network"
	"bsnn/network/checkpoint"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

const exported = `
import json, torch, torch.nn as nn
torch.manual_seed(%d); torch.set_num_threads(1)
class Residual(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.branch = nn.Sequential(nn.Linear(n, n), nn.Tanh(), nn.Linear(n, n, bias=False))
    def forward(self, x): return x + self.branch(x)
class PreNorm(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.branch = nn.Sequential(nn.LayerNorm(n), nn.Linear(n, n, bias=False), nn.Tanh(), nn.Linear(n, n))
    def forward(self, x): return x + self.branch(x)
class RMS(nn.Module):
    def __init__(self, n, root):
        super().__init__()
        self.root, self.weight = root, nn.Parameter(torch.ones(n))
    def forward(self, x):
        s = x.pow(2).mean(-1, keepdim=True) + 0.3
        return (x / s.sqrt() if self.root else x * torch.rsqrt(s)) * self.weight
class Outer(nn.Module):
    def forward(self, x): return x / x.sum()
m = nn.Sequential(nn.Flatten(), nn.Linear(12, 8), nn.LayerNorm(8, 0.5), nn.GELU(), Residual(8), nn.SiLU(), RMS(8, True), PreNorm(8),
    RMS(8, False), nn.LeakyReLU(0.2), nn.Linear(8, 8), nn.BatchNorm1d(8, 0.2), nn.Tanh(), nn.BatchNorm1d(8, affine=False), nn.Linear(8, 3))
with torch.no_grad():
    for p in m.parameters(): p.add_(0.3 * torch.randn_like(p))
    for i in range(20): m(torch.randn(50, 3, 4)) # which stores means and variances
m.eval()
x = torch.randn(5, 3, 4)
torch.onnx.export(m, x[:1], "net.onnx", dynamic_axes={"in": {0: "batch"}}, input_names=["in"])
fresh = nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4), nn.Tanh(), nn.Linear(4, 4), nn.LayerNorm(4))
torch.onnx.export(fresh, torch.zeros(1, 4), "fresh.onnx") # which has one tensor for equal scales
torch.save(m.state_dict(), "state.pt")
torch.onnx.export(nn.Sequential(nn.Linear(4, 4), nn.Softmax(-1)), torch.zeros(1, 4), "softmax.onnx")
torch.onnx.export(nn.Sequential(nn.Linear(4, 4), Outer()), torch.zeros(1, 4), "outer.onnx")
json.dump({"x": x.reshape(5, 12).double().tolist(), "y": m(x).double().tolist()}, open("values.json", "w"))
`

// The architecture that an ONNX file holds, with its weights, does what PyTorch does; what
// is no chain is refused by name.
func TestGraphOfPyTorch(t *testing.T) {
	if testing.Short() {
		t.Skip("starts PyTorch")
	}
	python, ok := peers.Python("torch")
	if !ok {
		t.Skip("no Python with torch")
	}
	dir := t.TempDir()
	command := exec.Command(python, "-c", fmt.Sprintf(exported, replay.Seed(t)%(1<<31)))
	command.Dir = dir
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	text, err := os.ReadFile(filepath.Join(dir, "values.json"))
	require.NoError(t, err)
	var values struct{ X, Y [][]float64 }
	require.NoError(t, json.Unmarshal(text, &values))

	f, err := checkpoint.Open(filepath.Join(dir, "net.onnx"))
	require.NoError(t, err)
	defer f.Close()
	g, err := f.Graph()
	require.NoError(t, err)
	layers, _, err := Layers(t.Context(), f, Options{})
	require.NoError(t, err)
	net, err := FromGraph(f, layers, g)
	require.NoError(t, err)
	p, err := net.Architecture.Prepare()
	require.NoError(t, err)
	require.Len(t, net.Norms, 6)
	drawn, err := p.WithNorms(func(k int) (*mat.Dense, []float64, error) { return layers[net.Layers[k-1]].weights(nil) }, net.numbers())
	require.NoError(t, err)
	x := mat.NewDense(12, 5, nil)
	for i, row := range values.X {
		x.SetCol(i, row)
	}
	trace, err := drawn.Forward(x)
	require.NoError(t, err)
	for i, row := range values.Y {
		for j, want := range row {
			require.InDelta(t, want, trace.Output.At(j, i), 1e-5)
		}
	}
	// Batch normalisations by their names in a state dictionary are those of the graph.
	state, err := checkpoint.Open(filepath.Join(dir, "state.pt"))
	require.NoError(t, err)
	defer state.Close()
	byName := Norms(state, checkpoint.Choice{Include: []string{"11.*", "13.*"}})
	require.Len(t, byName, 2)
	for i, n := range byName {
		require.Equal(t, network.Batch, n.Kind)
		want, err := net.numbers()(5 + i)
		require.NoError(t, err)
		got, err := n.read()
		require.NoError(t, err)
		want.Epsilon, got.Epsilon = 0, 0
		require.Equal(t, want, got)
	}

	fresh, err := checkpoint.Open(filepath.Join(dir, "fresh.onnx"))
	require.NoError(t, err)
	defer fresh.Close()
	g, err = fresh.Graph()
	require.NoError(t, err)
	same := checkpoint.GraphNorm{Kind: network.Layer, Scale: "1.weight", Shift: "1.bias", Epsilon: float64(float32(1e-5))}
	require.Equal(t, []checkpoint.GraphNorm{same, same}, g.Norms)
	for name, want := range map[string]string{"softmax.onnx": "node Softmax", "outer.onnx": "want a shortcut that an Add ends"} {
		f, err := checkpoint.Open(filepath.Join(dir, name))
		require.NoError(t, err)
		_, err = f.Graph()
		require.ErrorContains(t, err, want)
		require.NoError(t, f.Close())
	}
}
