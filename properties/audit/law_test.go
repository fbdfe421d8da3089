package audit

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"bsnn/internal/replay"
	"bsnn/internal/tensor"
	"bsnn/montecarlo"
	"bsnn/orthogonal"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// fill makes a matrix entry by entry.
func fill(out, in int, draw func() float64) *mat.Dense {
	w := mat.NewDense(out, in, nil)
	for i := range w.RawMatrix().Data {
		w.RawMatrix().Data[i] = draw()
	}
	return w
}

// draws are the ways to start that must be recognised: how to draw them, the law, and a
// name by which it is known.
var draws = []struct {
	law, known string
	draw       func(out, in int, r *rand.Rand) *mat.Dense
}{
	{"uniform", "torch-default", func(out, in int, r *rand.Rand) *mat.Dense {
		return fill(out, in, func() float64 { return (2*r.Float64() - 1) / math.Sqrt(float64(in)) })
	}},
	{"uniform", "keras-default", func(out, in int, r *rand.Rand) *mat.Dense {
		return fill(out, in, func() float64 { return (2*r.Float64() - 1) * math.Sqrt(6/float64(in+out)) })
	}},
	{"uniform", "kaiming-uniform", func(out, in int, r *rand.Rand) *mat.Dense {
		return fill(out, in, func() float64 { return (2*r.Float64() - 1) * math.Sqrt(6/float64(in)) })
	}},
	{"gaussian", "kaiming-normal", func(out, in int, r *rand.Rand) *mat.Dense {
		return fill(out, in, func() float64 { return r.NormFloat64() * math.Sqrt(2/float64(in)) })
	}},
	{"gaussian", "xavier-normal", func(out, in int, r *rand.Rand) *mat.Dense {
		return fill(out, in, func() float64 { return r.NormFloat64() * math.Sqrt(2/float64(in+out)) })
	}},
	{"truncated-normal", "keras-he-normal", func(out, in int, r *rand.Rand) *mat.Dense {
		return fill(out, in, func() float64 {
			for {
				if v := r.NormFloat64(); math.Abs(v) < 2 {
					return v * math.Sqrt(2/float64(in)) / cutScale
				}
			}
		})
	}},
	{"haar", "", func(out, in int, r *rand.Rand) *mat.Dense {
		s := montecarlo.NewExperiment(r.Uint64(), "law").Trial(0).Layer(0)
		q, err := orthogonal.NewSemiOrthogonal(out, in, &s)
		if err != nil {
			panic(err)
		}
		w := q.Matrix()
		w.Scale(math.Sqrt2, w)
		return w
	}},
	{"qr", "", func(out, in int, r *rand.Rand) *mat.Dense {
		g := fill(max(out, in), min(out, in), r.NormFloat64)
		var f mat.QR
		f.Factorize(g)
		var q mat.Dense
		f.QTo(&q)
		w := mat.DenseCopyOf(q.Slice(0, max(out, in), 0, min(out, in)))
		if out < in {
			w = mat.DenseCopyOf(w.T())
		}
		return w
	}},
}

func recognised(t testing.TB, w *mat.Dense) Law {
	s, err := spectrumOf(w, new(scratch))
	require.NoError(t, err)
	return Recognise(w, nil, 0x1p-24, float64(s.Max))
}

// rounded rounds to float32, in which weights are kept.
func rounded(w *mat.Dense) *mat.Dense {
	for i, v := range w.RawMatrix().Data {
		w.RawMatrix().Data[i] = float64(float32(v))
	}
	return w
}

// Every usual start is recognised, at two sizes. A matrix is missed with probability 1/1000 at
// most, by construction, and three of forty with 1e-5; a try that fails is repeated with new
// numbers, so that one of the sixteen fails by chance with 2e-9.
func TestRecognise(t *testing.T) {
	seed := replay.Seed(t)
	for i, d := range draws {
		for j, shape := range [][2]int{{256, 256}, {64, 100}} {
			count := 40
			if testing.Short() || j == 0 {
				count = 3
			}
			misses := func(try uint64) (n int) {
				r := rand.New(rand.NewPCG(seed, uint64(4*i+2*j)+try))
				for range count {
					l := recognised(t, rounded(d.draw(shape[0], shape[1], r)))
					if l.Name != d.law || d.known != "" && !slices.Contains(l.Known, d.known) {
						t.Log(shape, d.law, d.known, l)
						n++
					}
				}
				return n
			}
			require.False(t, misses(0) >= 3 && misses(1) >= 3, "%s %s", d.law, d.known)
		}
	}
}

// Gains are those of the network that was described: W = gV.
func TestGains(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	for law, want := range map[int]float64{0: 1 / math.Sqrt(3), 2: math.Sqrt2, 6: 1} { // Haar: the factor √2 is that of 64→128
		l := recognised(t, draws[law].draw(128, 64, r))
		require.InDelta(t, want, float64(l.Gain), 0.01, "%v", l)
	}
}

// What is no random start is not called one: a start with a little of low rank, a little noise,
// other biases; and special matrices are named.
func TestNotFresh(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	const n = 128
	for _, d := range draws {
		w := d.draw(n, n, r)
		u, v := fill(n, 1, r.NormFloat64), fill(n, 1, func() float64 { return 1 + r.Float64() })
		var step mat.Dense
		step.Mul(u, v.T())
		step.Scale(0.5*mat.Norm(w, 2)/mat.Norm(&step, 2), &step)
		w.Add(w, &step)
		require.Equal(t, "trained", recognised(t, rounded(w)).Name, d.known)
	}
	uniform := draws[0].draw(n, n, r)
	noisy := mat.DenseCopyOf(uniform)
	noisy.Apply(func(_, _ int, v float64) float64 { return v + 0.02/math.Sqrt(n)*r.NormFloat64() }, noisy)
	require.Equal(t, "trained", recognised(t, noisy).Name, "a bound that is not sharp")
	for bias, fresh := range map[string]bool{"zero": true, "uniform": true, "moved": false, "short": false} {
		b := make([]float64, n)
		for i := range b {
			switch bias {
			case "uniform":
				b[i] = (2*r.Float64() - 1) / math.Sqrt(n)
			case "moved":
				b[i] = (2*r.Float64()-1)/math.Sqrt(n) + 0.03
			case "short":
				b[i] = 0.01 * r.NormFloat64() / math.Sqrt(n)
			}
		}
		require.Equal(t, fresh, Recognise(uniform, b, 0x1p-24, 1).Fresh(), bias)
	}
	identity := mat.NewDense(n, n, nil)
	for i := range n {
		identity.Set(i, (7*i)%n, 1)
	}
	require.Equal(t, "permutation", recognised(t, identity).Name)
	require.Equal(t, "constant", Recognise(mat.NewDense(n, n, nil), nil, 0x1p-24, 0).Name)
	require.Equal(t, "unknown", Recognise(fill(3, 4, r.NormFloat64), nil, 0x1p-24, 1).Name)
}

// The largest singular value by Lanczos's method lies within its bound of that by the
// decomposition.
func TestLanczos(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	w := fill(150, 90, r.NormFloat64)
	full, err := spectrumOf(w, new(scratch))
	require.NoError(t, err)
	for _, steps := range []int{60, 90} {
		s := lanczos(w, steps)
		require.InDelta(t, float64(full.Max), float64(s.Max), float64(s.Error)+1e-12)
		require.Less(t, float64(s.Error), 0.05)
	}
	require.InDelta(t, 3, float64(lanczos(mat.NewDense(2, 2, []float64{3, 0, 0, 1}), 60).Max), 1e-12)
	require.Zero(t, float64(lanczos(mat.NewDense(3, 3, nil), 60).Max))
}

// A layer whose largest entry lies a little beyond the end of PyTorch's start was trained where others end there; alone, it is
// uniform of another gain.
func TestTrainedBeside(t *testing.T) {
	uniform := func(largest float64, known ...string) Layer {
		return Layer{In: 256, Out: 256, Law: Law{Name: "uniform", Known: known, largest: largest, roundoff: 0x1p-24}}
	}
	for _, c := range []struct {
		largest float64
		beside  string
		want    string
	}{
		{1.001 / 16, "torch-default", "trained"}, {1.001 / 16, "keras-default", "uniform"}, {1.02 / 16, "torch-default", "uniform"},
		{0.99 / 16, "torch-default", "uniform"},
	} {
		layers := []Layer{uniform(1./16, c.beside), uniform(c.largest)}
		doubt(layers)
		require.Equal(t, c.want, layers[1].Law.Name, c)
		require.Equal(t, c.want != "trained", layers[0].Law.Fresh(), "the other may have been trained less than shows")
	}
}

// Beside a layer that was trained for certain no independent entries are called fresh, and what is orthogonal says that it stands
// beside it; where it is not certain, matrices of many numbers are.
func TestBesideTrained(t *testing.T) {
	for _, p := range []float64{1e-9, 1e-4} {
		layers := []Layer{
			{In: 256, Out: 256, Law: Law{Name: "trained", PValue: Number(p)}},
			{In: 256, Out: 256, Law: Law{Name: "uniform", Gain: 0.577, Known: []string{"torch-default"}}},
			{In: 10, Out: 256, Law: Law{Name: "gaussian", Gain: 1}},
			{In: 256, Out: 256, Law: Law{Name: "haar", Gain: 1}},
			{In: 256, Out: 256, Law: Law{Name: "constant"}},
		}
		doubt(layers)
		certain := p < surely
		require.Equal(t, !certain, layers[1].Law.Fresh())
		require.Equal(t, Number(0.577), layers[1].Law.Gain)
		if certain {
			require.Equal(t, "unknown: looks uniform (PyTorch's default), but other layers were trained, and this one less than shows, or not",
				layers[1].Look())
		}
		require.Equal(t, "unknown", layers[2].Law.Name)
		require.Equal(t, "haar", layers[3].Law.Name)
		require.Equal(t, certain, layers[3].Law.Why != "")
		require.Equal(t, Law{Name: "constant"}, layers[4].Law)
	}
}

// How often the law of a matrix is missed, of so many as BSNN_LAWS says in each of three types: a thousand take some minutes.
func TestMissedLaws(t *testing.T) {
	count, err := strconv.Atoi(os.Getenv("BSNN_LAWS"))
	if err != nil || count < 1 {
		t.Skip("BSNN_LAWS=1000 says how many matrices are looked at")
	}
	const n = 256
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	for _, d := range draws {
		for _, kept := range []tensor.DType{tensor.Float32, tensor.BFloat16, tensor.Float16} {
			missed := 0
			for range count {
				w := d.draw(n, n, r)
				var b bytes.Buffer
				require.NoError(t, tensor.Write(&b, kept, w.RawMatrix().Data))
				require.NoError(t, tensor.Read(&b, kept, w.RawMatrix().Data))
				s, err := spectrumOf(w, new(scratch))
				require.NoError(t, err)
				l := Recognise(w, nil, kept.Roundoff(), float64(s.Max))
				if l.Name != d.law || d.known != "" && !slices.Contains(l.Known, d.known) {
					missed++
				}
			}
			t.Logf("%s %s in %s: %d of %d missed", d.law, d.known, kept, missed, count)
			require.LessOrEqual(t, missed, max(1, count/100))
		}
	}
}
