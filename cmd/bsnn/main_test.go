package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// command runs one command line as a user would.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

// small makes a report quick.
func small(dir string, more ...string) []string {
	return append([]string{"report", "-o", dir, "--widths", "8:32", "--depth", "4", "--trials", "40"}, more...)
}

func TestBadInputIsOneLineAndExitCode2(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, []byte("not a folder"), 0o600))
	full := filepath.Join(dir, "full")
	require.NoError(t, os.Mkdir(full, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(full, "thesis.tex"), nil, 0o600))
	out := filepath.Join(dir, "out")
	for _, c := range []struct {
		args []string
		says string // what the line must name
	}{
		{[]string{"nonsense"}, "nonsense"},
		{[]string{"activation"}, "one activation"},
		{[]string{"activation", "tanhh"}, "tanh"},
		{[]string{"activation", "tanh(x"}, "column 7"},
		{[]string{"activation", "x + foo(x)"}, "column 5"},
		{[]string{"activation", "log(x)"}, "not defined everywhere"},
		{[]string{"activation", "exp(x^2)"}, "E f² is infinite"},
		{[]string{"activation", "x^-1"}, "x = 0"},
		{[]string{"activation", "sign(x)"}, "discontinuous at x = 0"},
		{[]string{"activation", "x > 1 ? x : 0"}, "discontinuous at x = 1"},
		{[]string{"activation", "2"}, "constant"},
		{[]string{"activation", "a*x"}, "a"},
		{[]string{"activation", "a*x", "--set", "a"}, "NAME=NUMBER"},
		{[]string{"activation", "a*x", "--set", "a=1", "--set", "a=2"}, "twice"},
		{[]string{"activation", "a*x", "--set", "a=one"}, "one"},
		{[]string{"activation", "tanh", "--set", "a=1"}, "tanh"},
		{[]string{"activation", "tanh", "--emit", "cobol"}, "pytorch"},
		{[]string{"activation", "tanh", "--emit", "go", "--json"}, "--emit"},
		{[]string{"activation", "tanh", "--plot", "tanh.png"}, "want tanh.svg, and convert it: rsvg-convert -f png -o tanh.png tanh.svg, or"},
		{[]string{"activation", "tanh", "--plot", "a b.pdf"}, "--plot 'a b.pdf': pictures are SVG files; want 'a b.svg', and convert it: rsvg-convert -f pdf -o 'a b.pdf' 'a b.svg', or"},
		{[]string{"activation", "tanh", "--plot", "tanh"}, "want tanh.svg"},
		{[]string{"activation", "tanh", "--plot", filepath.Join(dir, "missing", "tanh.svg")}, "missing"},
		{[]string{"activation", "tanh", "--correlation", "2"}, "--correlation 2"},
		{[]string{"activation", "tanh", "--distance", "0"}, "--distance 0"},
		{[]string{"activation", "leakyrelu(NaN)"}, "NaN"},
		{[]string{"activation", "tanh", "--tol", "0"}, "--tol"},
		{[]string{"activation", "tanh", "--no-such-flag"}, "--no-such-flag"},
		{[]string{"activation", "-x"}, "'(-x)'"},
		{[]string{"activation", "tanh", "--plot", ""}, "--plot is empty"},
		{[]string{"activation", "tanh", "gelu"}, "2 arguments given; want one activation"},
		{[]string{"verify", "tanh"}, "--activation tanh"},
		{[]string{"verify", "--trials", "0"}, "--trials 0"},
		{[]string{"verify", "--trials", "many"}, `"many"; want a whole number`},
		{[]string{"verify", "--alpha", "5%"}, `"5%"; want a number`},
		{[]string{"verify", "--json=maybe"}, "true or false"},
		{[]string{"verify", "--depth"}, "--depth needs a whole number"},
		{[]string{"verify", "--state"}, "--state needs a value"},
		{[]string{"verify", "--data", "mnsit:" + dir}, "did you mean mnist?"},
		{[]string{"verify", "--data", ""}, "--data is empty"},
		{[]string{"version", "now"}, "now"},
		{[]string{"haar", "--reference", "-2", file}, "--reference -2"},
		{[]string{"haar", filepath.Join(dir, "missing.npy")}, "want .npy or .safetensors"},
		{small(out, "--activation", ""), "--activation is empty"},
		{[]string{"verify", "extra"}, "extra"},
		{[]string{"verify", "--activation", "swosh"}, "swosh"},
		{[]string{"verify", "--widths", "0"}, "width 0"},
		{[]string{"verify", "--widths", "64:8"}, "empty"},
		{[]string{"verify", "--widths", "64:"}, "64:"},
		{[]string{"verify", "--widths", "8,x"}, `"x"`},
		{[]string{"verify", "--widths", "99999999999"}, "99999999999"},
		{[]string{"verify", "--depth", "0"}, "--depth 0"},
		{[]string{"verify", "--tolerance", "0"}, "--tolerance 0"},
		{[]string{"verify", "--tolerance", "NaN"}, "--tolerance NaN"},
		{[]string{"verify", "--layer-tolerance", "-1"}, "--layer-tolerance -1"},
		{[]string{"verify", "--limit", "1"}, "--limit 1"},
		{[]string{"verify", "--alpha", "NaN"}, "--alpha NaN"},
		{[]string{"verify", "--trials", "-5"}, "--trials -5"},
		{[]string{"verify", "--workers", "-1"}, "--workers -1"},
		{[]string{"verify", "--seed", "-1"}, "--seed"},
		{[]string{"verify", "--weights", "uniform"}, "uniform"},
		{[]string{"verify", "--sampler", "qr"}, "qr"},
		{[]string{"verify", "--as-is", "--other-root"}, "exclude"},
		{[]string{"verify", "--activation", "identity", "--other-root"}, "affine"},
		{[]string{"verify", "--data", "mnist:" + filepath.Join(dir, "missing")}, "missing"},
		{[]string{"verify", "--data", "faces:" + dir}, "faces"},
		{small(out, "extra"), "extra"},
		{small(out, "--activation", "tanhh"), "tanhh"},
		{small(out, "--activation", "tanh", "--activation", "tanh"), "twice"},
		{small(out, "--as-is"), "--activation"},
		{small(out, "--widths", "0:4"), "width 0"},
		{small(out, "--depth", "0"), "--depth 0"},
		{small(out, "--tolerance", "0"), "--tolerance 0"},
		{small(out, "--data", "mnist:"+dir), "train-images"},
		{small(file), "file"},
		{small(filepath.Join(file, "below")), "file"},
		{small(full), "full"},
	} {
		code, stdout, stderr := command(t, c.args...)
		require.Equal(t, exitBadInput, code, "%q", c.args)
		require.Empty(t, stdout, "%q", c.args)
		require.Contains(t, stderr, c.says, "%q", c.args)
		require.Equal(t, 1, strings.Count(stderr, "\n"), "%q printed %q", c.args, stderr)
		require.NoDirExists(t, out, "%q", c.args)
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2, "nothing half-written is left behind")
}

func TestActivationCard(t *testing.T) {
	code, stdout, stderr := command(t, "activation", "gelu")
	require.Equal(t, exitDone, code, stderr)
	for _, want := range []string{"f = gelu", "not GP-normalised", "-0.9095", "0.0738", "← chosen", "theorem 1 (forward)", "applies", "stable"} {
		require.Contains(t, stdout, want)
	}
	code, stdout, stderr = command(t, "activation", "relu")
	require.Equal(t, exitDone, code, stderr)
	require.Contains(t, stdout, "does not apply: assumption 4: φ′ Lipschitz fails")
}

// A name and its formula are judged alike, with parameters too.
func TestExpressionsAreJudgedAsNames(t *testing.T) {
	field := func(args ...string) string {
		code, stdout, stderr := command(t, append([]string{"activation", "--json"}, args...)...)
		require.Equal(t, exitDone, code, stderr)
		var card struct {
			Proof struct{ Roots json.RawMessage }
		}
		require.NoError(t, json.Unmarshal([]byte(stdout), &card))
		return string(card.Proof.Roots)
	}
	require.JSONEq(t, field("elu"), field("elu(x)"))
	require.JSONEq(t, field("leakyrelu(0.2)"), field("leakyrelu(x, slope)", "--set", "slope=0.2"))
	require.NotEqual(t, field("leakyrelu(0.2)"), field("leakyrelu(0.3)"))
	code, stdout, stderr := command(t, "verify", "--activation", "x > 0 ? x : c*x", "--set", "c=0.3", "--widths", "2048", "--depth", "4")
	require.Equal(t, exitDone, code, "%s%s", stdout, stderr)
}

func TestPlotAndCode(t *testing.T) {
	for _, file := range []string{"x.svg", "y.SVG"} {
		path := filepath.Join(t.TempDir(), file)
		code, _, stderr := command(t, "activation", "elu", "--plot", path)
		require.Equal(t, exitDone, code, stderr)
		picture, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Contains(t, string(picture), "<svg")
		require.True(t, strings.Contains(string(picture), "φ = a·f + b, a = 1.22343"))
	}
	for language, word := range map[string]string{"go": "func Gelu(x float64) float64", "pytorch": "def gelu(x)", "jax": "import jax"} {
		code, stdout, stderr := command(t, "activation", "gelu", "--emit", language)
		require.Equal(t, exitDone, code, stderr)
		require.Contains(t, stdout, word)
		require.Contains(t, stdout, "1.481114412708348")
		require.Contains(t, stdout, "-0.909506401007416")
	}
}

// The names of the JSON fields are a contract.
func TestActivationJSON(t *testing.T) {
	code, stdout, _ := command(t, "activation", "relu", "--json")
	require.Equal(t, exitDone, code)
	var card map[string]any
	require.NoError(t, json.Unmarshal([]byte(stdout), &card))
	for _, name := range []string{"expression", "gp_normalized", "mean", "second_moment", "derivative_second_moment", "a", "b", "roots",
		"lipschitz", "derivative_lipschitz", "theorems", "stable", "warnings", "proof", "maps", "root_rule"} {
		require.Contains(t, card, name)
	}
	require.Nil(t, card["derivative_lipschitz"], "infinite is null")
	require.InDelta(t, 1.4142135623730951, card["lipschitz"], 1e-12)
	require.Equal(t, false, card["gp_normalized"])
	second := card["second_moment"].(map[string]any)
	require.LessOrEqual(t, second["lo"], 0.5)
	require.GreaterOrEqual(t, second["hi"], 0.5)
	root := card["roots"].([]any)[0].(map[string]any)
	for _, name := range []string{"b", "length_map_slope", "forward_variance", "backward_variance", "depth_variance"} {
		require.Contains(t, root, name)
	}
	theorems := card["theorems"].(map[string]any)
	require.Equal(t, true, theorems["forward"].(map[string]any)["applies"])
	require.Equal(t, false, theorems["backward"].(map[string]any)["applies"])
	require.NotEmpty(t, theorems["backward"].(map[string]any)["reason"])
	require.Equal(t, []any{}, card["warnings"])
}

func TestRequireJudgesTheFunctionAsGiven(t *testing.T) {
	code, _, stderr := command(t, "activation", "--require", "tanh")
	require.Equal(t, exitRefuted, code)
	require.Contains(t, stderr, "not GP-normalised")
	for _, normalized := range []string{"identity", "(-x)", "1.4674135916307951*tanh(x) + 0.38854167006712792"} {
		code, _, stderr = command(t, "activation", "--require", normalized)
		require.Equal(t, exitDone, code, stderr)
	}
	code, _, _ = command(t, "activation", "--require", "--tol", "1e-3", "1.467*tanh(x) + 0.3885")
	require.Equal(t, exitDone, code)
	code, _, _ = command(t, "activation", "--require", "1.467*tanh(x) + 0.3885")
	require.Equal(t, exitRefuted, code)
}

// The answers have error probability 1e-6 each.
func TestVerifyExitCodes(t *testing.T) {
	quick := []string{"verify", "--widths", "1024", "--depth", "5", "--seed", "random"}
	code, stdout, stderr := command(t, quick...)
	require.Equal(t, exitDone, code, "%s%s", stdout, stderr)
	require.Contains(t, stdout, "verdict: confirmed")

	code, stdout, _ = command(t, append(quick, "--as-is")...)
	require.Equal(t, exitRefuted, code)
	require.Contains(t, stdout, "verdict: refuted")
	require.Contains(t, stdout, "assumption fails: 3: E φ(g)² = 1")

	code, stdout, _ = command(t, append(quick, "--trials", "5")...)
	require.Equal(t, exitUndecided, code)
	require.Contains(t, stdout, "verdict: undecided")
}

func TestVerifyJSONDoesNotDependOnWorkers(t *testing.T) {
	args := []string{"verify", "--json", "--activation", "elu", "--widths", "32,64", "--depth", "3", "--trials", "200", "--workers"}
	_, one, _ := command(t, append(args, "1")...)
	_, two, _ := command(t, append(args, "2")...)
	_, seven, _ := command(t, append(args, "7")...)
	require.True(t, json.Valid([]byte(one)), one)
	require.Equal(t, one, two)
	require.Equal(t, one, seven)
}

func TestReportIsWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "report")
	code, stdout, stderr := command(t, small(dir, "--activation", "tanh", "--activation", "leakyrelu(0.2)")...)
	require.Equal(t, exitDone, code, stderr)
	require.Contains(t, stdout, filepath.Join(dir, "index.html"))
	for _, name := range []string{"index.html", "report.json", "data.csv", "concentration.svg"} {
		require.FileExists(t, filepath.Join(dir, name))
	}
	code, stdout, stderr = command(t, small(dir, "--activation", "relu", "--json")...)
	require.Equal(t, exitDone, code, "a former report is replaced: %s", stderr)
	written, err := os.ReadFile(filepath.Join(dir, "report.json"))
	require.NoError(t, err)
	require.JSONEq(t, string(written), stdout)
}

// Every verdict in a report names the command that repeats it.
func TestReplayCommandRepeatsTheVerdict(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	code, stdout, stderr := command(t, "report", "-o", dir, "--json", "--widths", "256,300", "--depth", "4", "--trials", "300", "--activation", "sigmoid")
	require.Equal(t, exitDone, code, stderr)
	var report struct {
		Subjects []struct {
			Series []struct {
				Statement string
				Cells     []struct {
					Width   int
					Verdict json.RawMessage
				}
				Verdict struct {
					Width  int
					Replay string
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &report))
	replayed := 0
	for _, s := range report.Subjects[0].Series {
		if s.Verdict.Width == 0 {
			continue
		}
		replayed++
		args := strings.Fields(strings.ReplaceAll(s.Verdict.Replay, "'", ""))
		require.Equal(t, "bsnn", args[0])
		_, out, errs := command(t, append(args[1:], "--json")...)
		var again struct {
			Claims []struct {
				ID     string
				Widths []struct{ Verdict json.RawMessage }
			}
		}
		require.NoError(t, json.Unmarshal([]byte(out), &again), errs)
		for _, c := range again.Claims {
			for _, cell := range s.Cells {
				if c.ID == s.Statement && cell.Width == s.Verdict.Width {
					require.JSONEq(t, string(cell.Verdict), string(c.Widths[0].Verdict), s.Verdict.Replay)
				}
			}
		}
	}
	require.NotZero(t, replayed)
}

func TestInterruptionWritesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := filepath.Join(t.TempDir(), "report")
	var out, errs bytes.Buffer
	require.Equal(t, exitUndecided, run(ctx, small(dir), &out, &errs))
	require.Contains(t, errs.String(), "nothing was written")
	require.NoDirExists(t, dir)
}

// writeMNIST makes a tiny set in MNIST's format.
func writeMNIST(t *testing.T, dir string) {
	idx := func(magic uint32, dims []uint32, data []byte) []byte {
		b := binary.BigEndian.AppendUint32(nil, magic)
		for _, d := range dims {
			b = binary.BigEndian.AppendUint32(b, d)
		}
		return append(b, data...)
	}
	pixels := make([]byte, 5*28*28)
	for i := range pixels {
		pixels[i] = byte(i * i / 7)
	}
	for _, part := range []string{"train", "t10k"} {
		var images bytes.Buffer
		z := gzip.NewWriter(&images)
		_, err := z.Write(idx(0x803, []uint32{5, 28, 28}, pixels))
		require.NoError(t, err)
		require.NoError(t, z.Close())
		require.NoError(t, os.WriteFile(filepath.Join(dir, part+"-images-idx3-ubyte.gz"), images.Bytes(), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, part+"-labels-idx1-ubyte"), idx(0x801, []uint32{5}, []byte{0, 1, 2, 3, 9}), 0o600))
	}
}

func TestReportOnImages(t *testing.T) {
	dir := t.TempDir()
	writeMNIST(t, dir)
	out := filepath.Join(t.TempDir(), "report")
	code, _, stderr := command(t, small(out, "--activation", "tanh", "--data", "mnist:"+dir)...)
	require.Equal(t, exitDone, code, stderr)
	page, err := os.ReadFile(filepath.Join(out, "index.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), "assumption (1)")
	written, err := os.ReadFile(filepath.Join(out, "report.json"))
	require.NoError(t, err)
	require.Contains(t, string(written), `"mnist"`)
	require.NotContains(t, string(written), dir, "a report names no paths of the machine that made it")

	images := filepath.Join(dir, "train-images-idx3-ubyte.gz")
	whole, err := os.ReadFile(images)
	require.NoError(t, err)
	for name, damage := range map[string][]byte{"truncated": whole[:len(whole)/2], "not IDX": []byte("hello, world"), "empty": nil} {
		require.NoError(t, os.WriteFile(images, damage, 0o600))
		fresh := filepath.Join(t.TempDir(), "report")
		code, _, stderr := command(t, small(fresh, "--activation", "tanh", "--data", "mnist:"+dir)...)
		require.Equal(t, exitBadInput, code, name)
		require.Contains(t, stderr, "train-images-idx3-ubyte", name)
		require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
		require.NoDirExists(t, fresh, name)
	}
}

func TestVersionAndHelp(t *testing.T) {
	code, stdout, _ := command(t, "version")
	require.Equal(t, exitDone, code)
	require.Contains(t, stdout, "bsnn ")
	for _, args := range [][]string{{}, {"--help"}, {"report", "--help"}, {"verify", "--help"}, {"activation", "--help"}} {
		code, stdout, stderr := command(t, args...)
		require.Equal(t, exitDone, code, stderr)
		require.Contains(t, stdout, "bsnn")
	}
}
