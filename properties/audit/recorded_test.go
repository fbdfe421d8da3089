package audit

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/internal/hostile"
	"bsnn/internal/peers"
	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
)

const head = "repetition,order,module,kind,width,signal,gradient\n"

// table has so many repetitions of three modules, whose gradient grows by a factor from one
// to the one before.
func table(repetitions int, growth float64) string {
	var s strings.Builder
	s.WriteString(head)
	for k := range repetitions {
		g := 1 + 0.01*float64(k)
		fmt.Fprintf(&s, "%d,0,a,Linear,4,1,%g\n%d,1,b,ReLU,4,0.5,%g\n%d,2,c,Linear,4,2,%g\n", k, g*growth*growth, k, g*growth, k, g)
	}
	return s.String()
}

func TestReadRecorded(t *testing.T) {
	a, err := ReadRecorded("n.csv", strings.NewReader(table(30, 10)), 10, 1e-6)
	require.NoError(t, err)
	require.InDelta(t, 2, float64(a.ForwardFactor), 1e-12)
	require.InEpsilon(t, 100, float64(a.BackwardFactor), 1e-12)
	require.Equal(t, [2]Outcome{Confirmed, Refuted}, [2]Outcome{a.Verdict.Forward, a.Verdict.Backward})
	require.Equal(t, "a", a.Propagation.FirstBackward)
	require.Empty(t, a.Propagation.FirstForward)
	require.InEpsilon(t, 10, float64(a.Layers[1].Backward.Q50), 1e-9)
	a, err = ReadRecorded("n.csv", strings.NewReader(table(5, 10)), 10, 1e-6)
	require.NoError(t, err)
	require.Equal(t, Undecided, a.Verdict.Backward, "five repetitions are few")
	require.Equal(t, []Cause{{
		"weights", "from a to c squared signals change by × 2, and squared gradients, on the way back, by × 100",
		"multiply the weights of c by 0.1, or put a normalisation in front of it",
	}}, a.Causes)
	require.Equal(t, []string{a.Causes[0].Cure}, a.Advice)

	for text, want := range map[string]string{
		"": "no table", "a,b\n": "columns a,b; want repetition", head: "without rows", head + "0,0,a,b,1,x,1\n": "line 2: signal x",
		head + "x,0,a,b,1,1,1\n": "line 2: repetition x", head + "0,0,a,b,1,1,x\n": "line 2: gradient x",
		head + "0,0,a,b,1,1,1\n0,1,a,b,1,1,1\n":                      "line 3: module a twice",
		head + "0,0,a,b,1,1,1\n":                                     "one module",
		head + "0,0,a,b,1,1,1\n0,1,c,b,1,1,1\n1,0,a,b,1,1,1\n":       "module c is in 1 of 2",
		head + "0,0,a,b,1,1,nan\n0,1,c,b,1,1,NaN\n":                  "no gradient reached",
		head + "0,0,a,b\n":                                           "wrong number of fields",
		head + "0,0," + strings.Repeat("a", mostText+1) + ",b,1,1,1": "a name of more than",
	} {
		_, err := ReadRecorded("n.csv", strings.NewReader(text), 10, 1e-6)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "n.csv")
	}
}

// Of a chain, the causes name the part where norms change, in each direction, and where they are no
// numbers.
func TestCausesOfRecordedNorms(t *testing.T) {
	var s strings.Builder
	s.WriteString(head)
	for k := range 3 {
		signal, gradient := 1., 1.
		for i := range 10 {
			fmt.Fprintf(&s, "%d,%d,l%d,Linear,4,%g,%g\n", k, i, i, signal, gradient)
			if i >= 2 && i < 6 {
				signal /= 4
			}
			if i >= 5 {
				gradient *= 10 // it shrinks on the way back
			}
		}
	}
	a, err := ReadRecorded("n.csv", strings.NewReader(s.String()), 10, 0.1)
	require.NoError(t, err)
	require.Len(t, a.Causes, 2)
	require.Equal(t, "from l5 to l9, over 4 modules with weights, squared signals change by × 0.25, and squared gradients, on the way back, "+
		"by × 0.0001: × 0.707 and × 0.1 a module", a.Causes[0].Text)
	require.Contains(t, a.Causes[0].Cure, "multiply the weights of these modules by 3.16")
	require.Contains(t, a.Causes[1].Text, "from l2 to l6, over 4 modules")
	require.Contains(t, a.Causes[1].Cure, "by 2,")

	a, err = ReadRecorded("n.csv", strings.NewReader(head+"0,0,a,Linear,4,1,0\n0,1,b,Linear,4,inf,0\n0,2,c,Linear,4,nan,1\n"), 10, 0.1)
	require.NoError(t, err)
	require.Equal(t, []string{"signals behind b are not finite",
		"no gradient comes back to b: the units behind it are dead, or saturated in all bits"},
		[]string{a.Causes[0].Text, a.Causes[1].Text})
}

// Where normalisations stand between modules, no factor of weights is advised; and a stretch inside another is not said again.
func TestRecordedNormalised(t *testing.T) {
	for _, kind := range []string{"BatchNorm2d", "ReLU"} {
		var s strings.Builder
		s.WriteString(head)
		for k := range 3 {
			signal, gradient := 1., 1.
			for i := range 8 {
				fmt.Fprintf(&s, "%d,%d,l%d,Linear,64,%g,%g\n", k, 2*i, i, signal, gradient)
				fmt.Fprintf(&s, "%d,%d,n%d,%s,64,1,1\n", k, 2*i+1, i, kind)
				if gradient *= 10; i < 5 { // the signal shrinks on a part of the way
					signal /= 10
				}
			}
		}
		a, err := ReadRecorded("n.csv", strings.NewReader(s.String()), 10, 0.1)
		require.NoError(t, err)
		require.Len(t, a.Causes, 1)
		if kind == "ReLU" {
			require.Contains(t, a.Causes[0].Cure, "multiply the weights of these modules by")
			require.Equal(t, "weights", a.Causes[0].Kind)
			continue
		}
		require.Contains(t, a.Causes[0].Cure, "normalisations undo them")
		require.Equal(t, "normalised", a.Causes[0].Kind)
	}
}

// Rows of ever new modules and repetitions cost time and memory in proportion.
func TestManyRows(t *testing.T) {
	var modules, repetitions strings.Builder
	modules.WriteString(head)
	repetitions.WriteString(head)
	for i := range mostModules + 1 {
		fmt.Fprintf(&modules, "0,0,%d,b,1,1,1\n", i)
		fmt.Fprintf(&repetitions, "%d,0,a,b,1,1,1\n%[1]d,0,c,b,1,1,1\n", i)
	}
	_, err := ReadRecorded("n.csv", strings.NewReader(modules.String()), 10, 1e-6)
	require.ErrorContains(t, err, "more than 65536 modules")
	_, err = ReadRecorded("n.csv", strings.NewReader(repetitions.String()), 10, 1e-6)
	require.NoError(t, err)
}

func FuzzRecorded(f *testing.F) {
	f.Add([]byte(table(3, 2)))
	f.Add([]byte(head + "0,0,\"a\nb\",Conv,1,1e308,NaN\n0,1,c,,1,-1,inf\n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		hostile.Each(t, input, func(text []byte) { _, _ = ReadRecorded("n.csv", bytes.NewReader(text), 10, 0.01) })
	})
}

const probed = `
import torch, torch.nn as nn
from probe import probe
torch.manual_seed(%d); torch.set_num_threads(1)
class Residual(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.branch = nn.Sequential(nn.Conv2d(n, n, 3, padding=1), nn.BatchNorm2d(n), nn.ReLU(inplace=True), nn.Conv2d(n, n, 3, padding=1))
    def forward(self, x): return x + self.branch(x)
resnet = nn.Sequential(nn.Conv2d(3, 8, 3), Residual(8), Residual(8), nn.Flatten(), nn.Linear(8 * 36, 10))
class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.norm1, self.attention, self.norm2 = nn.LayerNorm(n), nn.MultiheadAttention(n, 2, batch_first=True), nn.LayerNorm(n)
        self.mlp = nn.Sequential(nn.Linear(n, 4 * n), nn.GELU(), nn.Linear(4 * n, n))
    def forward(self, x):
        y = self.norm1(x)
        x = x + self.attention(y, y, y)[0]
        return x + self.mlp(self.norm2(x))
transformer = nn.Sequential(nn.Linear(5, 16), Block(16), Block(16), nn.Linear(16, 3))
deep = nn.Sequential(*[m for _ in range(20) for m in (nn.Linear(32, 32), nn.Tanh())], nn.Linear(32, 4))
squares = lambda out, y: out.pow(2).sum()
before = [p.clone() for p in deep.parameters()]
probe(resnet, [(torch.randn(4, 3, 8, 8), None) for _ in range(3)], squares, "resnet.csv")
probe(transformer, [(torch.randn(2, 6, 5), None) for _ in range(3)], squares, "transformer.csv")
probe(deep, [(torch.randn(8, 32), None) for _ in range(30)], squares, "deep.csv")
assert all(torch.equal(a, b) for a, b in zip(before, deep.parameters()))
# What the probe says of one module, from PyTorch's own gradients.
x = torch.randn(8, 32); h = deep[0](x); h.retain_grad(); squares(deep[1:](h), None).backward()
probe(deep, [(x, None)], squares, "one.csv")
print(float(h.detach().double().pow(2).mean()), float(h.grad.double().pow(2).sum()))
`

// The probe records a network with residual branches, one with attention and a deep one, and
// what it says is what PyTorch itself says.
func TestProbeInPyTorch(t *testing.T) {
	if testing.Short() {
		t.Skip("starts PyTorch")
	}
	python, ok := peers.Python("torch")
	if !ok {
		t.Skip("no Python with torch")
	}
	dir := t.TempDir()
	text, err := Probe("pytorch")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "probe.py"), []byte(text), 0o600))
	command := exec.Command(python, "-c", fmt.Sprintf(probed, replay.Seed(t)%(1<<31)))
	command.Dir = dir
	out, err := command.Output()
	require.NoError(t, err, "%v", err)
	read := func(name string) Audit {
		in, err := os.Open(filepath.Join(dir, name))
		require.NoError(t, err)
		defer in.Close()
		a, err := ReadRecorded(name, in, 10, 1e-6)
		require.NoError(t, err)
		return a
	}
	names := func(a Audit) (list []string) {
		for _, l := range a.Layers {
			list = append(list, l.Name)
		}
		return list
	}
	require.Subset(t, names(read("resnet.csv")), []string{"0", "1", "1.branch", "1.branch.1", "2.branch.3", "4"})
	require.Subset(t, names(read("transformer.csv")), []string{"1", "1.norm1", "1.attention", "1.mlp.2", "2.norm2", "3"})
	deep := read("deep.csv")
	require.Equal(t, Refuted, deep.Verdict.Backward, "twenty layers of PyTorch's default with tanh")
	require.Less(t, float64(deep.BackwardFactor), 1e-4)
	var signal, gradient float64
	_, err = fmt.Sscan(string(out), &signal, &gradient)
	require.NoError(t, err)
	one, err := os.Open(filepath.Join(dir, "one.csv"))
	require.NoError(t, err)
	defer one.Close()
	list, _, err := readRecords(one)
	require.NoError(t, err)
	require.InEpsilon(t, signal, list[0].signal[0], 1e-9)
	require.False(t, math.IsNaN(gradient))
	require.InEpsilon(t, gradient, list[0].gradient[0], 1e-6)
}

// The probes of JAX and Keras find what PyTorch finds, in stand-ins that are made of it.
func TestProbesInStandIns(t *testing.T) {
	if testing.Short() {
		t.Skip("starts PyTorch")
	}
	python, ok := peers.Python("torch, numpy")
	if !ok {
		t.Skip("no Python with torch")
	}
	here, err := filepath.Abs("testdata")
	require.NoError(t, err)
	dir := t.TempDir()
	for _, framework := range []string{"jax", "keras"} {
		text, err := Probe(framework)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "probe_"+framework+".py"), []byte(text), 0o600))
	}
	command := exec.Command(python, filepath.Join(here, "standin_models.py"), fmt.Sprint(replay.Seed(t)%(1<<31)))
	command.Dir = dir
	command.Env = append(os.Environ(), "PYTHONPATH="+dir, "PYTHONDONTWRITEBYTECODE=1")
	var complaints strings.Builder
	command.Stderr = &complaints
	out, err := command.Output()
	require.NoError(t, err, "%s", complaints.String())
	var want [4]float64
	_, err = fmt.Sscan(string(out), &want[0], &want[1], &want[2], &want[3])
	require.NoError(t, err)
	for _, kind := range []string{"jax", "flax", "keras"} {
		in, err := os.Open(filepath.Join(dir, kind+".csv"))
		require.NoError(t, err)
		list, repetitions, err := readRecords(in)
		require.NoError(t, err)
		require.NoError(t, in.Close())
		require.Len(t, repetitions, 3)
		found := 0
		for _, r := range list {
			if i := strings.Index("ab", r.name); i >= 0 {
				found++
				require.True(t, weighted(r.kind), "%s: %s", kind, r.kind)
				require.InEpsilon(t, want[2*i], r.signal[0], 1e-5, "%s: %s", kind, r.name)
				require.InEpsilon(t, want[2*i+1], r.gradient[0], 1e-5, "%s: %s", kind, r.name)
			}
		}
		require.Equal(t, 2, found, kind)
	}
}
