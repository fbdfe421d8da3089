package training

import (
	"math"
	"slices"
	"testing"

	"bsnn/network"
	"bsnn/orthogonal"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// reference computes the outputs of the network by the definition, a matrix of
// one row for each sample.
func reference(e *engine[float64], train bool) *mat.Dense {
	s := e.spec
	of := func(m matrix[float64]) *mat.Dense { return mat.NewDense(m.rows, m.cols, m.w) }
	var x, out mat.Dense
	x.Mul(mat.NewDense(e.rows, s.Inputs, e.input[:e.rows*s.Inputs]), of(e.embed).T())
	for r := range e.rows {
		row := x.RawRowView(r)
		if s.EndBiases {
			floats.Add(row, e.embedBias.w)
		}
		if s.EntryActivation {
			e.activation.Value(row, row)
		}
		if s.Sphere {
			if norm := floats.Norm(row, 2); norm > 0 {
				floats.Scale(math.Sqrt(float64(e.n))/norm, row)
			}
		}
	}
	for l := range e.layers {
		p := &e.layers[l]
		var h mat.Dense
		w := mat.DenseCopyOf(mat.NewDense(e.n, e.n, p.w))
		if s.Constraint == UnitRows {
			for i := range e.n {
				floats.Scale(1/floats.Norm(w.RawRowView(i), 2), w.RawRowView(i))
			}
		}
		h.Mul(&x, w.T())
		for j := range e.n {
			column := mat.Col(nil, j, &h)
			if s.Bias {
				floats.AddConst(p.bias.w[j], column)
			}
			if s.BatchNorm {
				mean, variance := p.mean[j], p.spread[j]
				if train {
					mean = floats.Sum(column) / float64(e.rows)
					variance = 0
					for _, v := range column {
						variance += (v - mean) * (v - mean) / float64(e.rows)
					}
				}
				for i, v := range column {
					column[i] = p.scale.w[j]*(v-mean)/math.Sqrt(variance+1e-5) + p.shift.w[j]
				}
			}
			h.SetCol(j, column)
		}
		for r := range e.rows {
			row := h.RawRowView(r)
			e.activation.Value(row, row)
			for i, below := range x.RawRowView(r) {
				switch s.Shortcut {
				case PlainShortcut:
					row[i] += below
				case ScaledShortcut:
					row[i] = (row[i] + below) / math.Sqrt2
				}
			}
		}
		x.CloneFrom(&h)
	}
	out.Mul(&x, of(e.out).T())
	for r := range e.rows {
		if s.Bias || s.EndBiases {
			floats.Add(out.RawRowView(r), e.outBias.w)
		}
	}
	return &out
}

// referenceScore is the sum of the losses and the number of hits.
func referenceScore(e *engine[float64], data Data, train bool) (loss float64, correct int) {
	out := reference(e, train)
	for r := range e.rows {
		row, label := out.RawRowView(r), data.Label(r)
		if floats.MaxIdx(row) == label {
			correct++
		}
		if e.spec.Loss == CrossEntropy {
			loss += floats.LogSumExp(row) - row[label]
			continue
		}
		target := make([]float64, len(row))
		target[label] = 1
		if d, ok := data.(Targets); ok {
			d.Target(target, r)
		}
		floats.Sub(row, target)
		loss += floats.Dot(row, row) / 2
	}
	return loss, correct
}

// Losses in training and in evaluation mode against the definition, for every
// combination of the baselines.
func TestForwardAgreesWithTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, data := drawEngine(t, drawSpec(t))
		for _, train := range []bool{true, false} {
			run := e.score
			if train {
				run = e.look
			}
			got := run()
			loss, correct := referenceScore(e, data, train)
			require.InEpsilon(t, 1+loss, 1+got.loss, 1e-9, "training mode: %v", train)
			require.Equal(t, correct, got.correct)
		}
	})
}

// A step at learning rate 0 leaves the gradient in the momentum. It is compared
// with central differences of the loss along a random direction in the space
// of all parameters that are trained.
func TestGradientsAgreeWithFiniteDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t)
		s.Optimizer.WeightDecay, s.Optimizer.Method = 0, SGD
		if s.BatchNorm { // rows that differ only in sign have no variance
			s.Inputs = max(s.Inputs, 4)
		}
		e, data := drawEngine(t, s)
		_, err := e.train(0, 1)
		require.NoError(t, err)
		directions := newTeacher(s.Seed^1, 1, 100_000, 1).rows[0]
		parameters := e.trained()
		var slope, size float64
		for _, p := range parameters {
			require.LessOrEqual(t, len(p.w), len(directions))
			slope += floats.Dot(p.v, directions[:len(p.v)])
			size += floats.Dot(p.v, p.v)
		}
		move := func(by float64) float64 {
			for _, p := range parameters {
				floats.AddScaled(p.w, by, directions[:len(p.w)])
			}
			loss, _ := referenceScore(e, data, true)
			return loss / float64(e.rows)
		}
		difference := func(h float64) float64 {
			up := move(h)
			down := move(-2 * h)
			move(h)
			return (up - down) / (2 * h)
		}
		// Differences at two distances show how much the curvature matters: that
		// of a batch normalisation with a variance near 0 is the worst.
		wide, narrow := difference(1e-7), difference(5e-8)
		require.InDelta(t, narrow, slope, 1e-4*(1+math.Sqrt(size)+math.Abs(slope))+2*math.Abs(wide-narrow))
	})
}

// trained are the parameters that a step changes.
func (e *engine[T]) trained() (all []parameter[T]) {
	if !e.spec.FixedOutput {
		all = append(all, e.out.parameter, e.outBias)
	}
	if e.spec.TrainEmbedding {
		all = append(all, e.embed.parameter, e.embedBias)
	}
	for i := range e.layers {
		p := &e.layers[i]
		all = append(all, p.parameter, p.bias, p.scale, p.shift)
	}
	return all
}

// The norms of the plain model are those of package network, sample by sample.
func TestNormsAreThoseOfNetwork(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t)
		s.BatchNorm, s.Bias, s.Shortcut, s.Loss, s.Constraint = false, false, NoShortcut, CrossEntropy, Free
		e, _ := drawEngine(t, s)
		got := e.look()
		layers := make([]orthogonal.Operator, s.Depth)
		for l := range layers {
			w, err := orthogonal.DenseOf(e.weights(l + 1))
			require.NoError(t, err)
			layers[l] = w
		}
		net, err := network.New(e.activation.Activation, layers...)
		require.NoError(t, err)
		x, d := make([]float64, s.Depth+1), make([]float64, s.Depth)
		grads := make([]*mat.Dense, s.Depth)
		for r := range e.rows {
			pass, err := net.Forward(e.x[0][r*s.Width : (r+1)*s.Width])
			require.NoError(t, err)
			y := mat.NewVecDense(s.Width, nil)
			y.MulVec(e.weights(s.Depth+1).T(), mat.NewVecDense(s.Classes, e.logits[r*s.Classes:(r+1)*s.Classes]))
			require.NoError(t, pass.Backward(y.RawVector().Data))
			norms := pass.Norms()
			floats.Add(x, norms.X)
			floats.Add(d, norms.D)
			for l := range grads {
				g := pass.WeightGradient(l + 1)
				if grads[l] == nil {
					grads[l] = g
				} else {
					grads[l].Add(grads[l], g)
				}
			}
		}
		sums := newSums(s.Depth, 0)
		sums.add(got, e.rows, s.Width, 1)
		record := sums.record()
		for l := range d {
			// d of one sample's own loss is rows times that of the mean.
			rms := float64(e.rows) * math.Sqrt(d[l]/float64(e.rows))
			require.InDelta(t, rms, float64(record.Layers[l].D), 1e-9*(1e-9+rms))
			require.InDelta(t, x[l]/float64(e.rows*s.Width), float64(record.Layers[l].X), 1e-9*(1+x[l]))
			require.InEpsilon(t, 1e-30+x[l], 1e-30+got.x[l], 1e-9)
			require.InEpsilon(t, 1e-30+d[l], 1e-30+got.d[l], 1e-9)
			require.InDelta(t, math.Sqrt(got.grad[l]), mat.Norm(grads[l], 2), 1e-9*math.Sqrt(x[l]*d[l]))
		}
	})
}

// A measurement and an evaluation change nothing that a step depends on.
func TestLookingChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, _ := drawEngine(t, drawSpec(t))
		before := bits(t, e.tensors())
		e.look()
		e.score()
		require.Equal(t, before, bits(t, e.tensors()))
	})
}

// Running statistics are those of PyTorch: an exponential mean with weight 0.1
// of the batch's mean and of its unbiased variance.
func TestRunningStatistics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t)
		s.BatchNorm, s.Bias, s.Constraint = true, false, Free
		e, _ := drawEngine(t, s)
		mean, spread := e.layers[0].mean[0], e.layers[0].spread[0]
		w := append([]float64(nil), e.layers[0].w[:s.Width]...)
		_, err := e.train(0, 1)
		require.NoError(t, err)
		h := make([]float64, e.rows)
		for r := range h {
			h[r] = floats.Dot(w, e.x[0][r*s.Width:(r+1)*s.Width])
		}
		m := floats.Sum(h) / float64(len(h))
		floats.AddConst(-m, h)
		v := floats.Dot(h, h) / float64(len(h)-1)
		require.InDelta(t, 0.9*mean+0.1*m, e.layers[0].mean[0], 1e-12*(1+math.Abs(m)))
		require.InDelta(t, 0.9*spread+0.1*v, e.layers[0].spread[0], 1e-12*(1+v))
	})
}

// One step by hand, for every parameter: V ← μV + (G + λW), W ← W − ηV, with λ for
// matrices only. G is what a step at rate 0 leaves in V when it was 0.
func TestStepIsMomentumWithDecay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t)
		s.Optimizer.Method, s.Constraint = SGD, Free
		o := s.Optimizer
		e, _ := drawEngine(t, s)
		parameters := e.trained()
		start := make([]parameter[float64], len(parameters))
		for i, p := range parameters {
			start[i] = parameter[float64]{w: slices.Clone(p.w), v: make([]float64, len(p.v))}
		}
		_, err := e.train(0, 1)
		require.NoError(t, err)
		for i, p := range parameters {
			for j := range p.v {
				start[i].v[j] = p.v[j] // G + λW for a matrix, G for a vector
				if e.isMatrix(p) {
					start[i].v[j] -= o.WeightDecay * start[i].w[j]
				}
				p.v[j] = 0.01 * float64((i+j)%5)
			}
			copy(p.w, start[i].w)
		}
		got, err := e.train(o.LearningRate, 2)
		require.NoError(t, err)
		for i, p := range parameters {
			for j, w := range start[i].w {
				v := o.Momentum*0.01*float64((i+j)%5) + start[i].v[j]
				if e.isMatrix(p) {
					v += o.WeightDecay * w
				}
				require.InDelta(t, v, p.v[j], 1e-9*(1+math.Abs(v)))
				require.InDelta(t, w-o.LearningRate*p.v[j], p.w[j], 1e-14*(1+math.Abs(w)))
			}
			if l := slices.IndexFunc(e.layers, func(l layer[float64]) bool { return len(p.w) > 0 && &l.w[0] == &p.w[0] }); l >= 0 {
				norm := floats.Norm(start[i].v, 2)
				require.InDelta(t, norm, math.Sqrt(got.grad[l]), 1e-9*(1+norm))
			}
		}
	})
}

// isMatrix is whether the parameter is one that decays.
func (e *engine[T]) isMatrix(p parameter[T]) bool {
	same := func(x []T) bool { return len(x) > 0 && len(p.w) > 0 && &x[0] == &p.w[0] }
	return same(e.embed.w) || same(e.out.w) || slices.ContainsFunc(e.layers, func(l layer[T]) bool { return same(l.w) })
}

// With a constraint, W moves by the retraction of −ηV and by nothing else.
func TestConstrainedStepIsTheRetraction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t)
		s.Optimizer.Method = SGD
		s.Weights, s.Constraint = Haar, rapid.SampledFrom([]Constraint{QR, Cayley, Polar}).Draw(t, "constraint")
		e, _ := drawEngine(t, s)
		before := e.weights(1)
		_, err := e.train(s.Optimizer.LearningRate, 1)
		require.NoError(t, err)
		step := mat.NewDense(s.Width, s.Width, nil)
		step.Scale(-s.Optimizer.LearningRate, mat.NewDense(s.Width, s.Width, e.layers[0].v))
		retract := map[Constraint]orthogonal.Retraction{QR: orthogonal.RetractQR, Cayley: orthogonal.RetractCayley,
			Polar: orthogonal.RetractPolar}[s.Constraint]
		want := new(mat.Dense)
		require.NoError(t, retract(want, before, step))
		require.True(t, mat.EqualApprox(want, e.weights(1), 1e-12))
	})
}
