package audit

import (
	"fmt"
	"slices"
	"strings"

	"bsnn/internal/words"
	"bsnn/network"
	"bsnn/network/checkpoint"
)

// A Norm is a normalisation in a file: numbers that its output is multiplied by, numbers that are added, and for one of batches
// the mean and the variance that were stored in training, by which it divides in evaluation.
type Norm struct {
	Name    string // of its scale, or of its mean where there is no scale
	Kind    network.Norm
	Width   int
	Epsilon float64 // added to what is divided by the root of

	scale, shift, mean, variance *checkpoint.Tensor
}

// Stored says whether a normalisation of batches divides by what was stored in training.
func (n Norm) Stored() bool { return n.variance != nil }

// called is how a framework calls what belongs to a normalisation, and the ε that it has where nobody says otherwise.
type called struct {
	scale, shift     string
	mean, variance   string
	batch, layer, of float64 // ε of normalisations of batches, of layers, and of the root of the mean square
}

// frameworks are PyTorch, Keras, Flax and Haiku. PyTorch's ε for the root of the mean square is the smallest step of float32.
var frameworks = []called{
	{"weight", "bias", "running_mean", "running_var", 1e-5, 1e-5, 0x1p-23},
	{"gamma", "beta", "moving_mean", "moving_variance", 1e-3, 1e-3, 1e-6},
	{"scale", "bias", "mean", "var", 1e-5, 1e-6, 1e-6},
	{"scale", "offset", "mean", "var", 1e-5, 1e-5, 1e-5},
}

// Norms finds the normalisations of a file by their names: vectors called weight, gamma or scale that go with no matrix, and
// stored means and variances. Of batches are those with a mean, of layers others with a shift, and of the root of the mean square
// those without, whose name says so. ε, which such files do not hold, is what the framework with these names has.
func Norms(f *checkpoint.File, choice checkpoint.Choice) []Norm {
	byName := map[string]*checkpoint.Tensor{}
	for i := range f.Tensors {
		byName[f.Tensors[i].Name] = &f.Tensors[i]
	}
	vector := func(name string, width int) *checkpoint.Tensor {
		if t := byName[name]; t != nil && len(t.Shape) == 1 && t.Shape[0] == width {
			return t
		}
		return nil
	}
	var norms []Norm
	for i := range f.Tensors {
		t := &f.Tensors[i]
		if len(t.Shape) != 1 || t.Shape[0] < 2 || !choice.Has(t.Name) {
			continue
		}
		for _, names := range frameworks {
			stem, scales := strings.CutSuffix(t.Name, names.scale)
			bare := false // statistics alone
			if !scales {
				stem, bare = strings.CutSuffix(t.Name, names.mean)
				bare = bare && names.mean != "mean" && vector(stem+names.variance, t.Shape[0]) != nil && byName[stem+names.scale] == nil
			}
			if !scales && !bare {
				continue
			}
			statistics := stem
			if names.mean == "mean" { // Flax keeps them apart
				statistics = strings.Replace(stem, "params", "batch_stats", 1)
			}
			n := Norm{Name: t.Name, Kind: network.RMS, Width: t.Shape[0], Epsilon: names.of, shift: vector(stem+names.shift, t.Shape[0]),
				mean: vector(statistics+names.mean, t.Shape[0]), variance: vector(statistics+names.variance, t.Shape[0])}
			if scales {
				n.scale = t
			}
			switch {
			case n.mean != nil:
				n.Kind, n.Epsilon = network.Batch, names.batch
			case n.shift != nil:
				n.Kind, n.Epsilon = network.Layer, names.layer
			case names.scale == "weight" && !saysNorm(stem):
				continue // a learnt slope, perhaps
			}
			if n.mean == nil || n.variance == nil {
				n.mean, n.variance = nil, nil
			}
			norms = append(norms, n)
			break
		}
	}
	slices.SortStableFunc(norms, func(a, b Norm) int { return checkpoint.CompareNames(a.Name, b.Name) })
	return norms
}

func saysNorm(stem string) bool {
	stem = strings.ToLower(stem)
	return strings.Contains(stem, "norm") || strings.Contains(stem, "ln") || strings.Contains(stem, "rms")
}

// read gives the numbers.
func (n Norm) read() (w network.NormWeights, err error) {
	w.Epsilon = n.Epsilon
	for _, part := range []struct {
		from *checkpoint.Tensor
		to   *[]float64
	}{{n.scale, &w.Scale}, {n.shift, &w.Shift}, {n.mean, &w.Mean}, {n.variance, &w.Variance}} {
		if part.from == nil {
			continue
		}
		if *part.to, err = part.from.Read(); err != nil {
			return w, fmt.Errorf("%s: %w", part.from.Path, err)
		}
	}
	return w, nil
}

// atRest says whether a normalisation of batches has the numbers of a start, and changes nothing in evaluation.
func (n Norm) atRest() (bool, error) {
	w, err := n.read()
	for value, of := range map[float64][][]float64{0: {w.Shift, w.Mean}, 1: {w.Scale, w.Variance}} {
		for _, v := range of {
			if slices.ContainsFunc(v, func(x float64) bool { return x != value }) {
				return false, err
			}
		}
	}
	return true, err
}

// notFinite names a normalisation with numbers that are not finite; empty for none.
func (n Net) notFinite() (string, error) {
	for _, norm := range n.Norms {
		w, err := norm.read()
		if err != nil {
			return "", err
		}
		count := 0
		for _, v := range slices.Concat(w.Scale, w.Shift, w.Mean, w.Variance) {
			if v-v != 0 {
				count++
			}
		}
		if count > 0 {
			return fmt.Sprintf("the normalisation %s has %s that are not finite", words.Name(norm.Name), plural(count, "number")), nil
		}
	}
	return "", nil
}

// uses says whether a tensor belongs to one of the normalisations.
func (n Net) uses(name string) bool {
	return slices.ContainsFunc(n.Norms, func(n Norm) bool {
		return slices.ContainsFunc([]*checkpoint.Tensor{n.scale, n.shift, n.mean, n.variance}, func(t *checkpoint.Tensor) bool {
			return t != nil && t.Name == name
		})
	})
}

// numbers gives those of the normalisations of the network, each read once.
func (n Net) numbers() network.NormSource {
	if len(n.Norms) == 0 {
		return nil
	}
	kept := map[int]network.NormWeights{}
	return func(k int) (network.NormWeights, error) {
		if k > len(n.Norms) {
			return network.NormWeights{}, nil
		}
		if w, ok := kept[k]; ok {
			return w, nil
		}
		w, err := n.Norms[k-1].read()
		kept[k] = w
		return w, err
	}
}

// between are the normalisations whose names stand between those of two matrices, and whose width is that
// there; before says which of them stand in front of the activation: those that follow the matrix at once, by the numbers in
// the names where they have some.
func between(norms []Norm, from, to *Layer) (before, after []Norm) {
	for _, n := range norms {
		if n.Width != from.Out || checkpoint.CompareNames(from.Name, n.Name) >= 0 || to != nil && checkpoint.CompareNames(n.Name, to.Name) >= 0 {
			continue
		}
		here, fine := lastNumber(n.Name)
		next, also := 0, false
		if to != nil {
			next, also = lastNumber(to.Name)
		}
		first, third := lastNumber(from.Name)
		if fine && also && third && here > first+1 && here+1 == next {
			after = append(after, n)
		} else {
			before = append(before, n)
		}
	}
	return before, after
}

// lastNumber is the last number in a name.
func lastNumber(name string) (n int, ok bool) {
	end := strings.LastIndexAny(name, "0123456789") + 1
	begin := end
	for begin > 0 && name[begin-1] >= '0' && name[begin-1] <= '9' {
		begin--
	}
	_, err := fmt.Sscan(name[begin:end], &n)
	return n, err == nil && end > 0
}

// normWords say which normalisations were taken to be where.
func normWords(norms []Norm, left int) string {
	s := ""
	if len(norms) > 0 {
		kinds := map[string]int{}
		var order []string
		for _, n := range norms {
			kind := n.Kind.String()
			if n.Stored() {
				kind += " with stored mean and variance"
			}
			kind += fmt.Sprintf(" (ε = %s)", words.Number(n.Epsilon, 3))
			if kinds[kind]++; kinds[kind] == 1 {
				order = append(order, kind)
			}
		}
		var list []string
		for _, kind := range order {
			list = append(list, fmt.Sprintf("%s of kind %s", plural(kinds[kind], "normalisation"), kind))
		}
		s = "; " + words.List(list) + ", with what they learnt, in the order of their names too"
	}
	if left > 0 {
		s += fmt.Sprintf("; %s left out", plural(left, "normalisation"))
	}
	return s
}
