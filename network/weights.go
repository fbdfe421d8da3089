package network

import (
	"fmt"

	"bsnn/internal/spelling"
)

// Weights is the law of a random matrix from ℝᵐ to ℝⁿ, before a gain.
type Weights int

const (
	// Haar: uniform on O(n), assumption (2) of the paper. Between different
	// widths √max(1, n/m) times a uniform matrix with orthonormal columns
	// (widening) or rows (narrowing).
	Haar Weights = iota
	// Gaussian: independent N(0, 1/m) entries, the usual alternative.
	Gaussian
	// Uniform: independent entries, uniform on [−√(3/m), √(3/m)]; the variance
	// is 1/m as well.
	Uniform
	// TorchDefault: what torch.nn.Linear starts with, entries uniform on
	// [−1/√m, 1/√m], of variance 1/(3m); so are its biases.
	TorchDefault
	// KerasDefault: what keras.layers.Dense starts with, entries uniform on
	// [−√(6/(m+n)), √(6/(m+n))], of variance 2/(m+n) (Glorot, Bengio, AISTATS
	// 2010); its biases are zero.
	KerasDefault
	// GivenWeights are no law: they come from a file, as Linear.Explicit says.
	GivenWeights
)

var weightsNames = [...]string{"haar", "gaussian", "uniform", "torch-default", "keras-default"}

// WeightsNames lists the laws as ParseWeights reads them.
func WeightsNames() []string { return weightsNames[:] }

// ParseWeights reads what String writes, as "haar" or "torch-default".
func ParseWeights(s string) (Weights, error) {
	if s == explicitName {
		return 0, &SettingError{"weights", "\"explicit\" come from a file; want them in net.yaml, as in " +
			"linear: {to: 512, file: start.safetensors, tensor: 0.weight}"}
	}
	for i, name := range weightsNames {
		if s == name {
			return Weights(i), nil
		}
	}
	return 0, &SettingError{"weights", fmt.Sprintf("%q; %s (kaiming_normal for a rectifier is gaussian with gain √2)", s,
		spelling.Meant(s, weightsNames[:]))}
}

const explicitName = "explicit"

func (w Weights) String() string {
	if w == GivenWeights {
		return explicitName
	}
	if w < 0 || int(w) >= len(weightsNames) {
		return fmt.Sprintf("Weights(%d)", int(w))
	}
	return weightsNames[w]
}

// Variance is the mean factor from ‖x‖²/m to ‖Wx‖²/n, and that from ‖d‖² to ‖Wᵀd‖²
// for a d that does not depend on W; m times the variance of an entry, where entries
// are independent.
func (w Weights) Variance(m, n int) float64 {
	switch w {
	case TorchDefault:
		return 1. / 3
	case KerasDefault:
		return 2 * float64(m) / (float64(m) + float64(n))
	}
	return 1
}

// Simulated is an error unless networks with these weights can be simulated
// without a matrix.
func (w Weights) Simulated() error {
	if w != Haar && w != Gaussian {
		return fmt.Errorf("weights %q; want haar or gaussian: other laws cannot be simulated without a matrix", w.String())
	}
	return nil
}
