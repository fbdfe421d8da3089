package training

import "math"

// score maps the worker's share of the rows to outputs and adds up their
// losses; to train, it replaces the outputs by the gradient of the mean loss.
// It ends at a barrier when it trains.
func (h *hand[T]) score(train bool) {
	e := h.e
	n, classes := e.n, e.spec.Classes
	lo, hi := share(e.rows, e.crew.size, h.id, 1)
	if lo < hi {
		h.multiply.product(false, true, hi-lo, classes, n, e.x[e.depth][lo*n:], n, e.out.w, n, 0, e.logits[lo*classes:], classes)
	}
	for r := lo; r < hi; r++ {
		out := e.logits[r*classes : (r+1)*classes]
		if e.outBias.w != nil {
			add(out, e.outBias.w)
		}
		h.correct += hit(out, e.labels[r])
		switch e.spec.Loss {
		case CrossEntropy:
			e.norms.loss[r] = crossEntropy(out, e.labels[r], 1/float64(e.rows))
		case SquaredError:
			e.norms.loss[r] = squaredError(out, e.targets[r*classes:(r+1)*classes], 1/float64(e.rows))
		}
	}
	if train {
		e.crew.wait()
	}
}

// hit is 1 when the first of the largest outputs is at the label.
func hit[T real](out []T, label int) int {
	best := 0
	for i, v := range out {
		if v > out[best] {
			best = i
		}
	}
	if best == label && out[best] == out[best] {
		return 1
	}
	return 0
}

// crossEntropy is −log softmax(out)[label]; out becomes weight times its
// gradient, softmax(out) less 1 at the label.
func crossEntropy[T real](out []T, label int, weight float64) float64 {
	largest := math.Inf(-1)
	for _, v := range out {
		largest = math.Max(largest, float64(v))
	}
	var sum float64
	for _, v := range out {
		sum += math.Exp(float64(v) - largest)
	}
	loss := largest - float64(out[label]) + math.Log(sum)
	for i, v := range out {
		p := math.Exp(float64(v)-largest) / sum
		if i == label {
			p--
		}
		out[i] = T(weight * p)
	}
	return loss
}

// squaredError is ½‖out − target‖²; out becomes weight times its gradient.
func squaredError[T real](out []T, target []float64, weight float64) (loss float64) {
	for i, v := range out {
		c := float64(v) - target[i]
		loss += c * c / 2
		out[i] = T(weight * c)
	}
	return loss
}
