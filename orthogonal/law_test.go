package orthogonal

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// samples is the number of matrices in each comparison of laws. With it, and
// up to 150 comparisons in a test, what is practically certain to be noticed
// is a deviation of 0.055 from a known distribution function or sign
// probability, of 0.08 between the distribution functions of two samples,
// and of 0.07·n in the mean of a trace.
const samples = 10000

type drawer func(n int, src rand.Source) (Operator, error)

// observations maps the name of a scalar function of W to its values on
// independent matrices.
type observations map[string][]float64

// observe draws matrices and returns what ask finds in each, rounded to
// 1e-9 so that rounding errors do not tell apart what is one atom of a law.
func observe(t testing.TB, draw drawer, n int, seed uint64, ask func(Operator) map[string]float64) observations {
	t.Helper()
	all := make(observations)
	for i := range samples {
		w, err := draw(n, source(seed, i))
		require.NoError(t, err)
		all.add(ask(w))
	}
	return all
}

func (o observations) add(seen map[string]float64) {
	for name, value := range seen {
		o[name] = append(o[name], math.Round(value*1e9)/1e9)
	}
}

// features are the entries, traces of powers, determinant and two joint
// functions of the matrix.
func features(m *mat.Dense) map[string]float64 {
	n, _ := m.Dims()
	var m2, m3, m4 mat.Dense
	m2.Mul(m, m)
	m3.Mul(&m2, m)
	m4.Mul(&m2, &m2)
	f := map[string]float64{
		"det":   math.Round(mat.Det(m)),
		"tr W":  m.Trace(),
		"tr W²": m2.Trace(),
		"tr W³": m3.Trace(),
		"tr W⁴": m4.Trace(),
	}
	last := n - 1
	for _, at := range [][2]int{{0, 0}, {0, last}, {last, 0}, {last, last}, {last / 2, 0}} {
		f[fmt.Sprintf("entry %d,%d", at[0], at[1])] = m.At(at[0], at[1])
	}
	f["product of a diagonal pair"] = m.At(0, 0) * m.At(last, last)
	f["sum of all"] = mat.Sum(m)
	return f
}

// columnsFirst asks for the columns one after the other.
func columnsFirst(w Operator) map[string]float64 { return features(formed(w)) }

// conversation asks W and Wᵀ in turn, each question made of former answers,
// as a network does, then for some rows of the matrix and the remaining
// columns. It reports bilinear forms of fixed vectors at each turn, and the
// features of the matrix.
func conversation(w Operator) map[string]float64 {
	n := w.Dim()
	x, y := make([]float64, n), make([]float64, n)
	for i := range n {
		x[i], y[i] = 1, float64(i%3)-0.5
	}
	nonlinear := func(v []float64) []float64 {
		out := make([]float64, n)
		for i := range v {
			out[i] = math.Max(v[i], 0.3) + y[i]
		}
		return out
	}
	h := apply(w, x)
	d := nonlinear(h)
	back := applyTranspose(w, d)
	second := apply(w, nonlinear(back))
	third := applyTranspose(w, nonlinear(second))
	var rows mat.Dense
	w.ApplyTransposeColumns(&rows, mat.DenseCopyOf(identity(n)).Slice(0, n, 0, (n+1)/2))

	f := features(formed(w))
	f["y·Wx"] = floats.Dot(y, h)
	f["x·Wᵀφ(Wx)"] = floats.Dot(x, back)
	f["y·Wᵀφ(Wx)"] = floats.Dot(y, back)
	f["y·Wφ(Wᵀφ(Wx))"] = floats.Dot(y, second)
	f["Wx·φ(Wᵀφ(Wφ(…)))"] = floats.Dot(h, nonlinear(third))
	f["third turn, norm"] = floats.Norm(nonlinear(third), 2)
	return f
}

// againstTheory compares observations with what is known of the Haar measure:
// each entry's law, the fair determinant, and E tr Wᵏ = 0 for odd k, 1 for
// k = 2 and 4 (Diaconis and Shahshahani 1994, doi:10.2307/3214948).
func againstTheory(n int, seen observations) []comparison {
	all := []comparison{
		{"det", fairCoin(seen["det"])},
		{"E tr W", hoeffding(seen["tr W"], float64(n), 0)},
		{"E tr W²", hoeffding(seen["tr W²"], float64(n), 1)},
		{"E tr W³", hoeffding(seen["tr W³"], float64(n), 0)},
		{"E tr W⁴", hoeffding(seen["tr W⁴"], float64(n), 1)},
	}
	for name, values := range seen {
		var i, j int
		if _, err := fmt.Sscanf(name, "entry %d,%d", &i, &j); err == nil && n > 1 {
			all = append(all, comparison{name, oneSample(slices.Clone(values), entryCDF(n))})
		}
	}
	return all
}

// together compares two sets of observations one by one.
func together(a, b observations) []comparison {
	var all []comparison
	for name := range a {
		all = append(all, comparison{"one law: " + name, twoSample(slices.Clone(a[name]), slices.Clone(b[name]))})
	}
	return all
}

// Every representation follows the known laws. False alarm: 1e-6 in all
// sizes and representations together.
func TestKnownLaws(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	seed := replay.Seed(t)
	var all []comparison
	for _, name := range slices.Sorted(maps.Keys(drawers)) {
		for _, n := range []int{1, 2, 5} {
			for _, c := range againstTheory(n, observe(t, drawers[name], n, seed, columnsFirst)) {
				c.name = fmt.Sprintf("%s, n = %d: %s", name, n, c.name)
				all = append(all, c)
			}
			seed++
		}
	}
	require.Empty(t, refuted(all))
}

// Lazy answers an adaptive conversation, and Reflectors does, in the law of
// Dense. False alarm: 1e-6.
func TestOneLaw(t *testing.T) {
	seed := replay.Seed(t)
	var all []comparison
	for _, n := range []int{1, 4} {
		dense := observe(t, drawers["Dense"], n, seed, conversation)
		for i, name := range []string{"Lazy", "Reflectors"} {
			other := observe(t, drawers[name], n, seed+1+uint64(i), conversation)
			for _, c := range together(dense, other) {
				c.name = fmt.Sprintf("%s, n = %d: %s", name, n, c.name)
				all = append(all, c)
			}
		}
		seed += 3
	}
	require.Empty(t, refuted(all))
}

// wrong are samplers of orthogonal matrices that are not Haar. Each of the
// checks above must refute those that it can see.
var wrong = map[string]func(n int, rng *rand.Rand) *mat.Dense{
	"QR without the sign correction": func(n int, rng *rand.Rand) *mat.Dense {
		q, _ := qrOfGaussian(n, rng)
		return q
	},
	"determinant always +1": func(n int, rng *rand.Rand) *mat.Dense {
		q := qrHaar(n, rng)
		if mat.Det(q) < 0 {
			negateRow(q, n-1)
		}
		return q
	},
	"last sign heads with probability 0.57": func(n int, rng *rand.Rand) *mat.Dense {
		q := qrHaar(n, rng)
		heads := rng.Float64() < 0.57
		if heads != (mat.Det(q) > 0) {
			negateRow(q, n-1)
		}
		return q
	},
	"signs and permutations": func(n int, rng *rand.Rand) *mat.Dense {
		q := mat.NewDense(n, n, nil)
		for i, j := range rng.Perm(n) {
			q.Set(i, j, float64(2*rng.IntN(2)-1))
		}
		return q
	},
	"first row not rotated": func(n int, rng *rand.Rand) *mat.Dense {
		q := mat.NewDense(n, n, nil)
		q.Set(0, 0, float64(2*rng.IntN(2)-1))
		q.Slice(1, n, 1, n).(*mat.Dense).Copy(qrHaar(n-1, rng))
		return q
	},
}

// The comparisons have power: with their sample size they refute matrices
// that are orthogonal but not Haar, and accept QR with the sign correction.
// The probability that this test fails is 1e-6 for the acceptance, and less
// for each of the refutations: the smallest deviation is 0.07 in the
// probability of a sign, 14 standard deviations of its estimate against a
// threshold of 5.4.
func TestLawsHavePower(t *testing.T) {
	const n = 4
	seed := replay.Seed(t)
	dense := observe(t, drawers["Dense"], n, seed, conversation)
	against := func(sample func(n int, rng *rand.Rand) *mat.Dense) (theory, twoSample []comparison) {
		seed++
		seen := observe(t, func(n int, src rand.Source) (Operator, error) {
			return DenseOf(sample(n, rand.New(src)))
		}, n, seed, conversation)
		return againstTheory(n, seen), together(dense, seen)
	}
	theory, two := against(qrHaar)
	require.Empty(t, refuted(append(theory, two...)), "QR with the sign correction")
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		theory, two := against(wrong[name])
		require.NotEmpty(t, refuted(theory), name)
		if name != "last sign heads with probability 0.57" { // below the resolution of two samples
			require.NotEmpty(t, refuted(two), name)
		}
	}
}

// qrOfGaussian returns the factors of a Gaussian matrix.
func qrOfGaussian(n int, rng *rand.Rand) (q, r *mat.Dense) {
	var qr mat.QR
	qr.Factorize(mat.NewDense(n, n, gaussian(n*n, rng)))
	q, r = new(mat.Dense), new(mat.Dense)
	qr.QTo(q)
	qr.RTo(r)
	return q, r
}

// qrHaar is Haar by the textbook: QR of a Gaussian matrix, then the columns
// of Q times the signs of the diagonal of R.
func qrHaar(n int, rng *rand.Rand) *mat.Dense {
	q, r := qrOfGaussian(n, rng)
	for j := range n {
		if r.At(j, j) < 0 {
			for i := range n {
				q.Set(i, j, -q.At(i, j))
			}
		}
	}
	return q
}

func negateRow(m *mat.Dense, i int) { scale(-1, m.RawRowView(i)) }
