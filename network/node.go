package network

import (
	"math"

	"bsnn/gpnorm"

	"gonum.org/v1/gonum/mat"
)

// A node is blocks with their weights: it sends the rows of x forward, one for each
// input, and returns how gradients come back.
type node func(x *mat.Dense, t *Trace) (y *mat.Dense, back pullback)

// A pullback turns ∂E/∂(output) into ∂E/∂(input).
type pullback func(*mat.Dense) *mat.Dense

// sequence applies nodes one after the other.
func sequence(nodes []node) node {
	return func(x *mat.Dense, t *Trace) (*mat.Dense, pullback) {
		backs := make([]pullback, len(nodes))
		for i, n := range nodes {
			x, backs[i] = n(x, t)
		}
		return x, func(y *mat.Dense) *mat.Dense {
			for i := len(backs) - 1; i >= 0; i-- {
				y = backs[i](y)
			}
			return y
		}
	}
}

// linear is x ↦ Wx + bias; there may be no bias.
func linear(w operator, bias []float64) node {
	return func(x *mat.Dense, _ *Trace) (*mat.Dense, pullback) {
		h := w.apply(x)
		if bias != nil {
			for i := range h.RawMatrix().Rows {
				add(h.RawRowView(i), bias)
			}
		}
		return h, w.applyTranspose
	}
}

func activation(f gpnorm.Activation, m *memory) node {
	return func(x *mat.Dense, t *Trace) (*mat.Dense, pullback) {
		out, deriv := m.alike(x), m.alike(x)
		f.ValueDeriv(out.RawMatrix().Data, deriv.RawMatrix().Data, x.RawMatrix().Data)
		t.slope = deriv
		return out, func(y *mat.Dense) *mat.Dense {
			g := m.alike(y)
			for i := range g.RawMatrix().Rows {
				multiply(g.RawRowView(i), y.RawRowView(i), ofInput(deriv, i))
			}
			return g
		}
	}
}

// ofInput is what is kept of the input that the i-th gradient is about: where there was one
// input, all are about that.
func ofInput(kept *mat.Dense, i int) []float64 { return kept.RawRowView(i % kept.RawMatrix().Rows) }

// shortcut is x ↦ αx + β·branch(x).
func shortcut(alpha, beta float64, branch node, m *memory) node {
	return func(x *mat.Dense, t *Trace) (*mat.Dense, pullback) {
		h, back := branch(x, t)
		return m.combined(alpha, x, beta, h), func(y *mat.Dense) *mat.Dense {
			into := m.combined(beta, y, 0, y) // what arrives behind the branch
			return m.combined(alpha, y, 1, back(into))
		}
	}
}

// normalization divides rows by their length, or columns where a batch is
// normalised: y = √k·c/√(‖c‖² + kε) for the vector c, centred if need be, of k numbers. Its
// Jacobian is √k/√(‖c‖² + kε) times I − yyᵀ/k, and the projection onto the complement of the
// constants where they are taken away.
func normalization(kind Norm, epsilon float64, m *memory) node {
	turned := func(x *mat.Dense) *mat.Dense { return m.copyOf(x) } // to one vector in each row, and back
	if kind == Batch {
		turned = func(x *mat.Dense) *mat.Dense { return m.copyOf(x.T()) }
	}
	return func(x *mat.Dense, _ *Trace) (*mat.Dense, pullback) {
		vectors := turned(x)
		rows, k := vectors.Dims()
		lengths := make([]float64, rows)
		for i := range rows {
			v := vectors.RawRowView(i)
			if kind != RMS {
				centre(v)
			}
			lengths[i] = math.Sqrt(squaredNorm(v) + epsilon*float64(k))
			scale(v, math.Sqrt(float64(k))/lengths[i])
		}
		return turned(vectors), func(y *mat.Dense) *mat.Dense {
			g := turned(y)
			for i := range g.RawMatrix().Rows {
				d, v, length := g.RawRowView(i), ofInput(vectors, i), lengths[i%rows]
				if kind != RMS {
					centre(d)
				}
				along := dot(d, v) / float64(k)
				combine(d, math.Sqrt(float64(k))/length, d, -along*math.Sqrt(float64(k))/length, v)
			}
			return turned(g)
		}
	}
}

// centre takes the mean away.
func centre(v []float64) {
	mean := 0.
	for _, x := range v {
		mean += x
	}
	mean /= float64(len(v))
	for i := range v {
		v[i] -= mean
	}
}

// combined is αa + βb.
func (m *memory) combined(alpha float64, a *mat.Dense, beta float64, b *mat.Dense) *mat.Dense {
	out := m.alike(a)
	combine(out.RawMatrix().Data, alpha, a.RawMatrix().Data, beta, b.RawMatrix().Data)
	return out
}
