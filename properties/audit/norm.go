package audit

import (
	"fmt"
	"slices"
	"strings"

	"bsnn/internal/words"
	"bsnn/network"
	"bsnn/network/checkpoint"
)

// A Norm is a normalisation in a file, with what it learnt: numbers that its output is multiplied by, and
// numbers that are added.
type Norm struct {
	Name  string // of its scale, or of its shift where there is no scale
	Kind  network.Norm
	Width int

	scale, shift *checkpoint.Tensor
}

// scaleNames are what the scale of a normalisation is called, with what its shift is.
var scaleNames = [][2]string{{"weight", "bias"}, {"gamma", "beta"}, {"scale", "bias"}, {"scale", "offset"}}

// Norms finds the normalisations of a file by their names: vectors called weight, gamma or scale that go with no matrix. Of
// batches are those with a running mean, of layers others with a shift, and of the root of the mean square those without,
// whose name says so.
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
		for _, names := range scaleNames {
			stem, is := strings.CutSuffix(t.Name, names[0])
			if !is {
				continue
			}
			n := Norm{Name: t.Name, Kind: network.RMS, Width: t.Shape[0], scale: t, shift: vector(stem+names[1], t.Shape[0])}
			switch {
			case byName[stem+"running_mean"] != nil || byName[stem+"moving_mean"] != nil:
				n.Kind = network.Batch
			case n.shift != nil:
				n.Kind = network.Layer
			case names[0] == "weight" && !saysNorm(stem):
				continue // a learnt slope, perhaps
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

// read gives the scale and the shift; nil for none.
func (n Norm) read() (scale, shift []float64, err error) {
	for i, t := range []*checkpoint.Tensor{n.scale, n.shift} {
		if t == nil {
			continue
		}
		v, err := t.Read()
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.Path, err)
		}
		if i == 0 {
			scale = v
		} else {
			shift = v
		}
	}
	return scale, shift, nil
}

// scales gives what stands behind the normalisations of the network, each read once.
func (n Net) scales() network.ScaleSource {
	if len(n.Norms) == 0 {
		return nil
	}
	kept := map[int][2][]float64{}
	return func(k int) ([]float64, []float64, error) {
		if k > len(n.Norms) {
			return nil, nil, nil
		}
		if v, ok := kept[k]; ok {
			return v[0], v[1], nil
		}
		scale, shift, err := n.Norms[k-1].read()
		kept[k] = [2][]float64{scale, shift}
		return scale, shift, err
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
		kinds := map[network.Norm]int{}
		for _, n := range norms {
			kinds[n.Kind]++
		}
		var list []string
		for _, kind := range []network.Norm{network.Layer, network.RMS, network.Batch} {
			if kinds[kind] > 0 {
				list = append(list, fmt.Sprintf("%s of kind %s", plural(kinds[kind], "normalisation"), kind))
			}
		}
		s = "; " + words.List(list) + ", with what they learnt, in the order of their names too"
	}
	if left > 0 {
		s += fmt.Sprintf("; %s left out", plural(left, "normalisation"))
	}
	return s
}
