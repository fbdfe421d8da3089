package suite

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"bsnn/orthogonal"
	"bsnn/orthogonal/haartest"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// haarChecks are about the weights: sections 6 and 7 of the theory.
func haarChecks() []Check {
	return []Check{
		{ID: "isometry", Status: Exact, Source: "theory 7", Run: every(isometry),
			Claim: "‖Wx‖ = ‖x‖ = ‖Wᵀx‖ and WᵀWx = x to rounding, at any width"},
		{ID: "adjoint", Status: Exact, Source: "theory 1", Run: every(adjoint),
			Claim: "⟨Wx, y⟩ = ⟨x, Wᵀy⟩, W is linear, many columns at once are the columns one by one"},
		{ID: "determinant", Status: Exact, Source: "theory 7", Tests: 3, Run: every(determinant),
			Claim: "det W = ±1 with probability ½ each"},
		{ID: "haar-moments", Status: Exact, Source: "theory 7", Tests: 15, Run: every(haarMoments),
			Claim: "E tr W = 0, E (tr W)² = 1, E tr W² = 1, E W_ij⁴ = 3/(n(n+2)), E W₁₁²W₂₂² = (n+1)/((n−1)n(n+2))"},
		{ID: "haar-test", Status: Exact, Source: "theory 7", Tests: 3, Run: every(haarTest),
			Claim: "the matrices, also those asked for piece by piece from both sides, pass every statistic of haartest"},
		{ID: "one-column", Status: Exact, Source: "theory 3", Tests: 6, Run: every(oneColumn),
			Claim: "for fixed x, a coordinate of Wx/‖x‖ and of Wᵀx/‖x‖ has the law of a coordinate of a uniform unit vector"},
		{ID: "independent-weights", Status: Exact, Source: "assumption 2", Tests: 2, Run: independentWeights,
			Claim: "W⁽ˡ⁾x for different layers, and for different trials, are independent: E ⟨W⁽ˡ⁾x, W⁽ᵐ⁾x⟩ = 0 and E of its square is ‖x‖⁴/n"},
	}
}

// representations of weights, the simplest first.
var representations = []string{"lazy", "reflectors", "dense"}

func (d *Draw) weights(kind string, n int, src rand.Source) (orthogonal.Operator, error) {
	switch kind {
	case "dense":
		return d.Dense(n, src)
	case "reflectors":
		return d.Reflectors(n, src)
	}
	return d.Lazy(n, src)
}

// every runs an examination for each representation of the weights.
func every(examine func(d *Draw, kind string) error) func(*Draw) error {
	return func(d *Draw) error {
		for _, kind := range representations {
			if err := examine(d, kind); err != nil {
				return err
			}
		}
		return nil
	}
}

// matrixOf asks an operator for its columns one by one.
func matrixOf(w orthogonal.Operator) *mat.Dense {
	n := w.Dim()
	m := mat.NewDense(n, n, nil)
	e, col := make([]float64, n), make([]float64, n)
	for j := range n {
		e[j] = 1
		w.Apply(col, e)
		e[j] = 0
		m.SetCol(j, col)
	}
	return m
}

func isometry(d *Draw, kind string) error {
	largest := map[string]int{"lazy": 1_000_000, "reflectors": 1500, "dense": 200}[kind]
	n := d.width(1, min(largest, d.Effort.Neurons/4))
	src := d.Layers(d.seed, "isometry", 0)(1)
	w, err := d.weights(kind, n, &src)
	if err != nil {
		return err
	}
	about := fmt.Sprintf("%s W, n = %d", kind, n)
	out, back := make([]float64, n), make([]float64, n)
	for i := range 3 {
		x := d.vector("x", n, 1)
		if i == 1 {
			w.ApplyTranspose(out, x)
			w.Apply(back, out)
		} else {
			w.Apply(out, x)
			w.ApplyTranspose(back, out)
		}
		if err := d.near(about+": ‖Wx‖²/‖x‖²", square(out)/square(x), 1, 1e-12*math.Sqrt(float64(n))); err != nil {
			return err
		}
		floats.Sub(back, x)
		if err := d.near(about+": ‖WᵀWx − x‖/‖x‖", math.Sqrt(square(back)/square(x)), 0, 1e-12*math.Sqrt(float64(n))); err != nil {
			return err
		}
	}
	return nil
}

func adjoint(d *Draw, kind string) error {
	n := d.width(1, 300)
	src := d.Layers(d.seed, "adjoint", 0)(1)
	w, err := d.weights(kind, n, &src)
	if err != nil {
		return err
	}
	about := fmt.Sprintf("%s W, n = %d", kind, n)
	x, y := d.vector("x", n, 1), d.vector("y", n, 1)
	wx, wty, combined := make([]float64, n), make([]float64, n), make([]float64, n)
	w.ApplyTranspose(wty, y)
	w.Apply(wx, x)
	tol := 1e-12 * float64(n) * math.Sqrt(float64(n))
	if err := d.near(about+": ⟨Wx, y⟩ against ⟨x, Wᵀy⟩", floats.Dot(wx, y), floats.Dot(x, wty), tol); err != nil {
		return err
	}
	sum := make([]float64, n)
	floats.AddScaledTo(sum, y, 2, x)
	wy := make([]float64, n)
	w.Apply(wy, y)
	w.Apply(combined, sum)
	for i := range combined {
		if err := d.near(about+": W(y + 2x)", combined[i], wy[i]+2*wx[i], tol); err != nil {
			return err
		}
	}
	columns := mat.NewDense(n, 2, nil)
	columns.SetCol(0, x)
	columns.SetCol(1, y)
	var forward, backward mat.Dense
	w.ApplyColumns(&forward, columns)
	w.ApplyTransposeColumns(&backward, columns)
	for i := range n {
		for _, c := range [][2]float64{{forward.At(i, 0), wx[i]}, {forward.At(i, 1), wy[i]}, {backward.At(i, 1), wty[i]}} {
			if err := d.near(about+": several columns at once", c[0], c[1], tol); err != nil {
				return err
			}
		}
	}
	return nil
}

// matrices is how many n×n matrices the effort allows, cubic cost.
func (d *Draw) matrices(n int) int {
	return min(max(d.Effort.Neurons/(n*n*n/4+n*n+150)/3, 300), 40_000)
}

func (d *Draw) drawMatrix(kind string, n, trial int) (*mat.Dense, error) {
	src := d.Layers(d.seed, "matrix", trial)(1)
	w, err := d.weights(kind, n, &src)
	if err != nil {
		return nil, err
	}
	if dense, ok := w.(*orthogonal.Dense); ok {
		return dense.Matrix(), nil
	}
	return matrixOf(w), nil
}

func determinant(d *Draw, kind string) error {
	n := d.int("width", 1, 8)
	return d.fair(fmt.Sprintf("%s W, n = %d", kind, n), "det W > 0", 0.5, d.matrices(n), func(i int) (bool, error) {
		m, err := d.drawMatrix(kind, n, i)
		if err != nil {
			return false, err
		}
		return mat.Det(m) > 0, nil
	})
}

func haarMoments(d *Draw, kind string) error {
	n := d.int("width", 2, 12)
	s := float64(n)
	r := d.random("places")
	claims := []mean{
		exactly("tr W", 0, 0, -s, s, 1, "of the sd of tr W"),
		exactly("(tr W)²", 1, 0, 0, s*s, 1, "of E (tr W)²"),
		exactly("tr W²", 1, 0, -s, s, 1, "of E tr W²"),
		exactly("W_ij⁴", 3/(s*(s+2)), 0, 0, 1, 3/(s*(s+2)), "of E W_ij⁴"),
		exactly("W₁₁²W₂₂²", (s+1)/((s-1)*s*(s+2)), 0, 0, 1, 1/(s*s), "of E W₁₁²W₂₂²"),
	}
	return d.means(fmt.Sprintf("%s W, n = %d", kind, n), d.matrices(n), claims, func(i int, x []float64) error {
		m, err := d.drawMatrix(kind, n, i)
		if err != nil {
			return err
		}
		x[0] = mat.Trace(m)
		x[1] = x[0] * x[0]
		x[2] = 0
		for i := range n {
			for j := range n {
				x[2] += m.At(i, j) * m.At(j, i)
			}
		}
		x[3] = math.Pow(m.At(r.IntN(n), r.IntN(n)), 4)
		x[4] = m.At(0, 0) * m.At(0, 0) * m.At(1, 1) * m.At(1, 1)
		return nil
	})
}

func haarTest(d *Draw, kind string) error {
	n := d.int("width", 2, 10)
	if kind == "lazy" {
		kind = pick(d, "lazy asked", "column by column", "from both sides")
	}
	alpha, err := d.pay()
	if err != nil {
		return err
	}
	test, err := haartest.New(n, haartest.Options{Alpha: alpha, Seed: d.seed, Reference: 400})
	if err != nil {
		return err
	}
	count := min(d.matrices(n), 400)
	for i := range count {
		m, err := d.drawForTest(kind, n, i)
		if err != nil {
			return err
		}
		if err := test.Add(m); err != nil {
			return err
		}
	}
	d.trials += count
	result, err := test.Result(context.Background())
	if err != nil {
		return err
	}
	if result.Outcome == haartest.Refuted {
		return &Refutation{fmt.Sprintf("%s W, n = %d", kind, n), "independent Haar matrices", result.Reason, alpha, count}
	}
	if result.Reached != nil {
		d.resolve(*result.Reached, "of a distribution function")
	}
	return nil
}

// drawForTest draws a matrix, if asked by questions to W and Wᵀ in turn.
func (d *Draw) drawForTest(kind string, n, trial int) (*mat.Dense, error) {
	if kind != "from both sides" {
		return d.drawMatrix(kind, n, trial)
	}
	src := d.Layers(d.seed, "matrix", trial)(1)
	w, err := d.Lazy(n, &src)
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(d.seed, uint64(trial)))
	x, out := make([]float64, n), make([]float64, n)
	for i := range n / 2 { // adaptive: each question depends on the last answer
		uniform(r, x, 1)
		floats.Add(x, out)
		if i%2 == 0 {
			w.ApplyTranspose(out, x)
		} else {
			w.Apply(out, x)
		}
	}
	return matrixOf(w), nil
}

// oneColumn: z = Wx/‖x‖ is uniform on the unit sphere, so z_i² has the law
// Beta(½, (n−1)/2) of mean 1/n and second moment 3/(n(n+2)). The sum over i has far
// less variance than one term.
func oneColumn(d *Draw, kind string) error {
	n := d.width(2, 64)
	x := d.vector("x", n, 1)
	s := float64(n)
	transposed := pick(d, "map", "W", "Wᵀ")
	out, i := make([]float64, n), d.random("place").IntN(n)
	cost := map[string]int{"lazy": 4 * n, "reflectors": n*n + 20, "dense": n*n*n/3 + 20}[kind]
	claims := []mean{
		exactly("z_i", 0, 0, -1, 1, 1/math.Sqrt(s), "of the sd of z_i"),
		exactly("Σz_i⁴", 3/(s+2), 0, 0, 1, 3/(s+2), "of E Σz_i⁴"),
	}
	return d.means(fmt.Sprintf("z = %sx/‖x‖, %s W, n = %d", transposed, kind, n), d.Effort.trials(cost, 1, 100), claims,
		func(trial int, stat []float64) error {
			src := d.Layers(d.seed, "column", trial)(1)
			w, err := d.weights(kind, n, &src)
			if err != nil {
				return err
			}
			if transposed == "W" {
				w.Apply(out, x)
			} else {
				w.ApplyTranspose(out, x)
			}
			stat[0], stat[1] = out[i]/math.Sqrt(s), participation(out)
			return nil
		})
}

func independentWeights(d *Draw) error {
	n := d.width(2, 64)
	x := d.vector("x", n, 1)
	s := float64(n)
	l, m := d.int("layer", 1, 5), d.int("other layer", 6, 1000)
	across := pick(d, "across", "layers", "trials")
	if across == "trials" {
		m = l
	}
	claims := []mean{
		exactly("c", 0, 0, -1, 1, 1/math.Sqrt(s), "of the sd of c"),
		exactly("n·c²", 1, 0, 0, s, 1, "of E c²"),
	}
	first, second := make([]float64, n), make([]float64, n)
	ask := func(trial, layer int, out []float64) error {
		src := d.Layers(d.seed, "independence", trial)(layer)
		w, err := d.Lazy(n, &src)
		if err == nil {
			w.Apply(out, x)
		}
		return err
	}
	about := fmt.Sprintf("c = cos(W⁽ˡ⁾x, W⁽ᵐ⁾x) across %s, l = %d, m = %d, n = %d", across, l, m, n)
	return d.means(about, d.Effort.trials(6*n, 1, 100), claims, func(trial int, stat []float64) error {
		other := 2 * trial
		if across == "trials" {
			other++
		}
		if err := ask(2*trial, l, first); err != nil {
			return err
		}
		if err := ask(other, m, second); err != nil {
			return err
		}
		c := floats.Dot(first, second) / s
		stat[0], stat[1] = c, s*c*c
		return nil
	})
}
