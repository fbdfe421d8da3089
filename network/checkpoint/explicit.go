package checkpoint

import (
	"fmt"
	"path/filepath"
	"slices"

	"bsnn/internal/spelling"
	"bsnn/network"

	"gonum.org/v1/gonum/mat"
)

// Explicit reads the explicit weights of an architecture, from every format that Open reads. Names
// of files are relative to the folder.
func Explicit(folder string) network.WeightReader {
	return func(e network.Explicit) ([]*mat.Dense, [][]float64, error) {
		path := e.File
		if !filepath.IsAbs(path) {
			path = filepath.Join(folder, path)
		}
		f, err := Open(path)
		if err != nil {
			return nil, nil, err
		}
		defer f.Close()
		w, z, err := f.explicit(e)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", e.File, err)
		}
		return w, z, nil
	}
}

// explicit are the matrices that are meant, and their biases if they are asked for.
func (f *File) explicit(e network.Explicit) (w []*mat.Dense, z [][]float64, err error) {
	meant, err := f.meant(e.Tensor)
	if err != nil {
		return nil, nil, err
	}
	total := 0
	for _, t := range meant {
		k, _, _, err := t.Matrices()
		if err != nil {
			return nil, nil, fmt.Errorf("%s%w; want a matrix", prefix(t.Name), err)
		}
		if total += t.Len(); total > network.MostWeights {
			return nil, nil, fmt.Errorf("%d weights match %q; want at most %d, so that they fit into memory", total, e.Tensor, network.MostWeights)
		}
		for i := range k {
			m, err := t.Matrix(i)
			if err != nil {
				return nil, nil, err
			}
			if m.NotFinite.Any() {
				return nil, nil, fmt.Errorf("%s%s; want finite numbers", prefix(m.Name), m.NotFinite)
			}
			if f.Transposed(t.Name) {
				m.Dense = mat.DenseCopyOf(m.Dense.T())
			}
			w = append(w, m.Dense)
		}
		if !e.Bias {
			continue
		}
		if k > 1 {
			return nil, nil, fmt.Errorf("%sa stack of %d matrices has no bias that is known; want bias: false", prefix(t.Name), k)
		}
		bias, err := f.biasOf(t.Name)
		if err != nil {
			return nil, nil, err
		}
		z = append(z, bias)
	}
	return w, z, nil
}

// meant are the tensors of a name or pattern, in the order in which the numbers in their
// names count.
func (f *File) meant(pattern string) ([]Tensor, error) {
	if pattern == "" && len(f.Tensors) == 1 {
		return f.Tensors, nil
	}
	if pattern == "" {
		return nil, fmt.Errorf("%d tensors; want tensor: with the name of one, or a pattern", len(f.Tensors))
	}
	var out []Tensor
	for _, t := range f.Tensors {
		if t.Name == pattern {
			return []Tensor{t}, nil
		}
		if (Choice{Include: []string{pattern}}).Has(t.Name) {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		var names []string
		for _, t := range f.Tensors {
			names = append(names, t.Name)
		}
		return nil, fmt.Errorf("tensor %q; %s", pattern, spelling.Meant(pattern, names))
	}
	slices.SortStableFunc(out, func(a, b Tensor) int { return CompareNames(a.Name, b.Name) })
	return out, nil
}

// biasOf reads the bias that goes with a weight.
func (f *File) biasOf(weight string) ([]float64, error) {
	name := f.Bias(weight)
	for _, t := range f.Tensors {
		if t.Name == name {
			return t.Read()
		}
	}
	return nil, fmt.Errorf("no bias that goes with %q; want bias: false", weight)
}
