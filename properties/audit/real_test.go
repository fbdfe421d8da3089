package audit

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/internal/peers"
	"bsnn/internal/replay"
	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/network/checkpoint"

	"github.com/stretchr/testify/require"
)

// formats are those in which testdata/real_models.py writes a network.
var formats = []string{"f32.pt", "bf16.pt", "f16.npz", "f32.onnx", "bf16.safetensors.index.json"}

// Networks as PyTorch starts them, and after sixty steps of training, are judged alike in every format: fresh ones by their
// start, with a cure that mends them; no layer of a trained one is called fresh, and nothing is said of it that is true of fresh
// ones alone. Trained on MNIST where BSNN_DATA has it.
func TestNetworksOfPyTorch(t *testing.T) {
	if testing.Short() {
		t.Skip("starts PyTorch")
	}
	python, ok := peers.Python("torch, numpy")
	if !ok {
		t.Skip("no Python with torch and numpy")
	}
	dir := t.TempDir()
	script, err := filepath.Abs("testdata/real_models.py")
	require.NoError(t, err)
	seed := replay.Seed(t)
	arguments := []string{script, fmt.Sprint(seed % (1 << 31))}
	if data := filepath.Join(os.Getenv("BSNN_DATA"), "mnist"); os.Getenv("BSNN_DATA") != "" {
		arguments = append(arguments, data)
	}
	command := exec.Command(python, arguments...)
	command.Dir = dir
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	const gain = 2.4494897427831781 // of ReLU, over that of PyTorch's default
	for start, want := range map[string]struct {
		known   string
		outcome Outcome
		cure    float64
	}{
		"default":    {"torch-default", Refuted, gain},
		"kaiming":    {"kaiming-normal", Confirmed, 0},
		"orthogonal": {"torch.nn.init.orthogonal_", Refuted, 1.4142135623730951},
	} {
		missed := 0
		for _, format := range formats {
			a := auditFile(t, filepath.Join(dir, start+"-"+format), seed)
			before := missed
			for _, l := range a.Layers {
				if len(l.Law.Known) == 0 || l.Law.Known[0] != want.known {
					t.Log(start, format, l.Name, l.Law)
					missed++
				}
			}
			if a.Propagation == nil {
				continue
			}
			require.True(t, a.Predicted.Fresh || missed > before, "%s %s", start, format)
			require.Equal(t, want.outcome, a.Verdict.Backward, "%s %s", start, format)
			if want.cure != 0 {
				require.Contains(t, a.Causes[0].Cure, fmt.Sprintf("multiply these weights by %.2g", want.cure), "%s %s", start, format)
				mended := audited(t, multiplied(t, filepath.Join(dir, start+"-"+format), want.cure), Sending{Seed: seed})
				require.Equal(t, Confirmed, mended.Verdict.Forward, "%s %s: %s", start, format, mended.Verdict.Reason)
				require.Equal(t, Confirmed, mended.Verdict.Backward, "%s %s: %s", start, format, mended.Verdict.Reason)
			}
		}
		require.Less(t, missed, 3*len(formats), "of seven, each missed in all formats with probability 1/1000 at most: 35e-9")
		for _, format := range formats {
			a := auditFile(t, filepath.Join(dir, start+"-trained-"+format), seed)
			for _, l := range a.Layers {
				require.False(t, l.Law.Fresh(), "%s %s %s: %v", start, format, l.Name, l.Law)
			}
			require.True(t, a.Propagation == nil || !a.Predicted.Fresh)
			for _, c := range a.Causes {
				require.NotContains(t, c.Cure, "multiply", "%s %s", start, format)
				require.NotEqual(t, "width", c.Kind)
			}
		}
	}
}

// auditFile audits a network with ReLU, connected as the file says where it does. Nothing is sent through those that say the
// same in another format.
func auditFile(t *testing.T, path string, seed uint64) Audit {
	f, err := checkpoint.Open(path)
	require.NoError(t, err)
	defer f.Close()
	if strings.HasSuffix(path, ".json") {
		return audited(t, f, Sending{Seed: seed})
	}
	var a Audit
	a.Layers, a.Skipped, err = Layers(t.Context(), f, Options{})
	require.NoError(t, err)
	g, err := f.Graph()
	if err != nil {
		return a
	}
	net, err := FromGraph(f, a.Layers, g)
	require.NoError(t, err)
	require.NoError(t, a.Propagate(t.Context(), Sending{Net: net, Seed: seed}))
	require.NoError(t, a.Compare(t.Context(), net))
	return a
}

// multiplied is a file whose matrices are multiplied by a factor.
func multiplied(t *testing.T, path string, factor float64) *checkpoint.File {
	f, err := checkpoint.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var specs []safetensors.Spec
	var values [][]float64
	for _, x := range f.Tensors {
		data, err := x.Read()
		require.NoError(t, err)
		s := safetensors.Spec{Name: x.Name, Type: tensor.Float32}
		for _, d := range x.Shape {
			s.Shape = append(s.Shape, int64(d))
		}
		for i := range data {
			if len(x.Shape) == 2 {
				data[i] *= factor
			}
		}
		specs, values = append(specs, s), append(values, data)
	}
	return write(t, specs, values...)
}
