package audit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"bsnn/internal/words"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Law is what the weights of a layer look like.
type Law struct {
	// Name is "haar", "qr" (without the signs of R), "permutation", "orthogonal", "gaussian", "uniform",
	// "truncated-normal", "trained", "constant" or "unknown".
	Name string `json:"name"`
	// Gain is g in W = g·V, V of the law as networks are described with it: entries of variance 1/n_in, or
	// a Haar matrix times √max(1, n_out/n_in). NaN where there is no such V.
	Gain Number `json:"gain"`
	// PValue is the smallest p-value of the tests of the law, times their number: for weights of the
	// law, it is below α with a probability of at most α.
	PValue Number `json:"p_value"`
	// Known names the starts that have this law and this gain, as "torch-default", the most
	// usual one first.
	Known []string `json:"known_as,omitempty"`
	// Why is what speaks against a fresh start, for "trained"; or why nothing is
	// said.
	Why string `json:"why,omitempty"`

	largest, roundoff float64 // of independent entries
}

// Fresh says whether the weights look like a random start.
func (l Law) Fresh() bool {
	return slices.Contains([]string{"haar", "qr", "orthogonal", "permutation", "gaussian", "uniform", "truncated-normal", "constant"}, l.Name)
}

// independent says whether the weights look like independent entries.
func (l Law) independent() bool {
	return slices.ContainsFunc(families, func(f family) bool { return f.name == l.Name })
}

// looks names the law and the most usual start that has it.
func (l Law) looks() string {
	if len(l.Known) == 0 {
		return l.Name
	}
	return l.Name + " (" + l.usual() + ")"
}

// Alpha is the probability, at most, with which weights of a law are not recognised as
// such: the tests of one matrix share it (Bonferroni).
const Alpha = 1e-3

// fewest is how many numbers a matrix must have so that something is said of their law.
const fewest = 64

// Recognise says what law a matrix looks like: W of h = Wx, its entries rounded to a type of the
// given unit roundoff. The bias that goes with it, if there is one, must look fresh too for
// the matrix to be called so. The largest singular value is that of W.
//
// Orthogonal matrices are those whose Gram matrix is a multiple of the identity up to
// rounding; Haar is told from QR without the signs by the trace, which is normal of variance 1 to
// high accuracy for the one and near −√(8n/π)·(1 − …) for the other. Other matrices are compared with
// independent entries that are normal, uniform, or normal cut off at two standard deviations, which their fourth
// moment tells apart: by Kolmogorov's distance, the mean, the sums and the squares of rows and of
// columns (χ²), the edges of a uniform law, and the largest singular value (Tracy and Widom's law, in the
// approximation of Chiani 2014, arXiv 1209.3394, centred and scaled as in Johnstone 2001, DOI 10.1214/aos/1009210544).
// A matrix that no law fits has been trained, or started in another way.
func Recognise(w *mat.Dense, bias []float64, roundoff, largest float64) Law {
	return recognise(w, gramOf(w, new(scratch)), bias, roundoff, largest)
}

func recognise(w *mat.Dense, g gram, bias []float64, roundoff, largest float64) Law {
	out, in := w.Dims()
	data := w.RawMatrix().Data
	m := momentsOf(data)
	switch {
	case out*in < fewest:
		return Law{Name: "unknown", Gain: none, PValue: none, Why: fmt.Sprintf("%d numbers show no law", out*in)}
	case m.variance == 0:
		return Law{Name: "constant", Gain: none, PValue: 1, Why: fmt.Sprintf("all entries are %s", words.Number(m.mean, 4))}
	}
	l, orthogonal := recogniseOrthogonal(w, g, roundoff)
	if !orthogonal {
		l = recogniseIndependent(w, m, roundoff, largest)
	}
	if why := staleBias(bias, in, roundoff); why != "" && l.Fresh() {
		l = Law{Name: "trained", Gain: l.Gain, PValue: 0, Why: why}
	}
	return l
}

// moments are those of all numbers.
type moments struct {
	mean, variance float64 // the variance around 0
	kurtosis       float64
	largest        float64 // of the absolute values
}

func momentsOf(data []float64) moments {
	var m moments
	fourth := 0.
	for _, v := range data {
		m.mean += v
		m.variance += v * v
		m.largest = max(m.largest, math.Abs(v))
	}
	n := float64(len(data))
	m.mean /= n
	m.variance /= n
	for _, v := range data {
		q := v * v / m.variance
		fourth += q * q
	}
	m.kurtosis = fourth / n
	if same := m.mean; math.Abs(m.variance-same*same) < 1e-14*m.variance {
		m.variance = 0 // all entries are one number
	}
	return m
}

// recogniseOrthogonal knows multiples of matrices with orthonormal rows or columns.
func recogniseOrthogonal(w *mat.Dense, g gram, roundoff float64) (Law, bool) {
	out, in := w.Dims()
	n := float64(max(out, in))
	tolerance := 16*n*min(roundoff, 0x1p-24) + 4*roundoff
	if !(g.scaled <= tolerance) {
		return Law{}, false
	}
	root := math.Sqrt(g.mean)
	gain := root / math.Sqrt(math.Max(1, float64(out)/float64(in)))
	few := min(out, in)
	trace, largest := 0., 0.
	for i := range few {
		trace += w.At(i, i) / root
	}
	for _, v := range w.RawMatrix().Data {
		largest = max(largest, math.Abs(v)/root)
	}
	p := math.Erfc(math.Abs(trace) * math.Sqrt(n/float64(few)) / math.Sqrt2)
	l := Law{Name: "haar", Gain: Number(gain), PValue: Number(min(1, 2*p)), Known: []string{"torch.nn.init.orthogonal_"}}
	entry := 2 * float64(len(w.RawMatrix().Data)) * tailEntry(largest, n)
	switch {
	case largest > 1-1e-3:
		l.Name, l.PValue, l.Known = "permutation", Number(min(1, 2*entry)), nil
	case 2*entry < Alpha:
		l.Name, l.PValue, l.Known = "orthogonal", Number(min(1, 2*entry)), nil
	case 2*p < Alpha && trace < 0:
		l.Name, l.PValue, l.Known = "qr", Number(2*p), nil
	case 2*p < Alpha:
		l.Name, l.PValue, l.Known = "orthogonal", Number(2*p), nil
	}
	return l, true
}

// tailEntry is the probability that an entry of a unit vector of n uniform dimensions
// exceeds x: its square is Beta(½, (n−1)/2).
func tailEntry(x, n float64) float64 {
	if x >= 1 || n < 2 {
		return 0
	}
	return distuv.Beta{Alpha: 0.5, Beta: (n - 1) / 2}.Survival(x*x) / 2
}

// gram is what matters of G, the smaller of WᵀW and WWᵀ.
type gram struct {
	mean   float64 // diagonal entry, c
	raw    float64 // the largest entry of |G − I|
	scaled float64 // the largest entry of |G/c − I|
}

// gramOf overwrites the scratch.
func gramOf(w *mat.Dense, s *scratch) (r gram) {
	out, in := w.Dims()
	few := min(out, in)
	g := s.matrix(few, few)
	if out >= in {
		g.Mul(w.T(), w)
	} else {
		g.Mul(w, w.T())
	}
	r.mean = mat.Trace(g) / float64(few)
	for i := range few {
		for j, v := range g.RawRowView(i) {
			one := 0.
			if i == j {
				one = 1
			}
			r.raw = max(r.raw, math.Abs(v-one))
			r.scaled = max(r.scaled, math.Abs(v/r.mean-one))
		}
	}
	return r
}

// nearlyOrthogonal says whether G may be a multiple of I: whether it turns a vector by
// less than a tenth.
func nearlyOrthogonal(w *mat.Dense) bool {
	out, in := w.Dims()
	m := mat.Matrix(w)
	if out < in {
		m, out, in = w.T(), in, out
	}
	r := rand.New(rand.NewPCG(3, 4))
	v := mat.NewVecDense(in, nil)
	for i := range in {
		v.SetVec(i, r.NormFloat64())
	}
	var u, g mat.VecDense
	u.MulVec(m, v)
	g.MulVec(m.T(), &u)
	cosine := mat.Dot(&g, v) / (mat.Norm(&g, 2) * mat.Norm(v, 2))
	return cosine > math.Sqrt(0.99)
}

// staleBias says why a bias is not one that a random start has: zero, constant, or
// uniform on ±1/√n_in as PyTorch has it.
func staleBias(bias []float64, in int, roundoff float64) string {
	if len(bias) == 0 {
		return ""
	}
	m := momentsOf(bias)
	if m.variance == 0 || math.IsNaN(m.variance) {
		return ""
	}
	bound := 1 / math.Sqrt(float64(in))
	if m.largest > bound*(1+2*roundoff) {
		return fmt.Sprintf("its bias, up to %s, is no start: not zero, and beyond PyTorch's ±%s", words.Number(m.largest, 3),
			words.Number(bound, 3))
	}
	if p := kolmogorov(bias, roundoff, func(x float64) float64 { return (x/bound + 1) / 2 }); p < Alpha {
		return fmt.Sprintf("its bias is no start: not zero, and not uniform on PyTorch's ±%s", words.Number(bound, 3))
	}
	if r := math.Sqrt(m.variance * float64(len(bias))); ball(len(bias), r/bound) < Alpha {
		return fmt.Sprintf("its bias is no start: not zero, and shorter than one that is uniform on PyTorch's ±%s", words.Number(bound, 3))
	}
	return ""
}

// ball bounds the probability that a point of the cube [−1, 1]ⁿ has at most a length: the
// part of the ball in the cube is no more than the ball.
func ball(n int, length float64) float64 {
	half := float64(n) / 2
	gamma, _ := math.Lgamma(half + 1)
	return math.Min(1, math.Exp(half*math.Log(math.Pi)-gamma+float64(n)*math.Log(length/2)))
}
