package network

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"path"
	"path/filepath"

	"gonum.org/v1/gonum/mat"
)

// Explicit are the weights of linear maps that come from a file. In a repetition the
// matrices that a pattern matches are those of its maps, one after the other; a single one is
// that of all.
type Explicit struct {
	File   string // as the description has it
	Tensor string // its name, or a pattern as path.Match reads them; empty for a file of one matrix
	Bias   bool   // the file has a bias for each, too

	matrices []*mat.Dense
	biases   [][]float64
}

// A WeightReader reads the weights of a file: W of h = Wx + z, n_out×n_in, and z where one is asked
// for, of every tensor that is meant, in the order in which numbers in their names count.
type WeightReader func(e Explicit) (w []*mat.Dense, z [][]float64, err error)

// MissingWeightsError is about weights of a file that was not read.
type MissingWeightsError struct{ Explicit Explicit }

// Error names the file.
func (e *MissingWeightsError) Error() string {
	return fmt.Sprintf("the weights in %s were not read; want a command that takes explicit weights", e.Explicit.File)
}

// read fills e, which is used so many times.
func (e *Explicit) read(from WeightReader, uses float64) error {
	w, z, err := from(*e)
	if err != nil {
		return err
	}
	if n := float64(len(w)); n != 1 && n != uses {
		return fmt.Errorf("%s: %d matrices match %q; want one, or %.10g as the map is applied so often", e.File, len(w), e.Tensor, uses)
	}
	e.matrices, e.biases = w, z
	return nil
}

// fits says whether the matrices lead from one width to another.
func (e *Explicit) fits(in, out int) error {
	for k, w := range e.matrices {
		var z []float64
		if e.biases != nil {
			z = e.biases[k]
		}
		if err := fits(w, z, in, out); err != nil {
			return fmt.Errorf("%s: %w", e, err)
		}
	}
	return nil
}

// Use is the matrix and the bias of the k-th use, k = 0, 1, …; the bias may be nil. Weights that were not
// read are a *MissingWeightsError. The caller must not change them.
func (e *Explicit) Use(k int) (*mat.Dense, []float64, error) {
	if len(e.matrices) == 0 {
		return nil, nil, &MissingWeightsError{*e}
	}
	k %= len(e.matrices)
	if e.biases == nil {
		return e.matrices[k], nil, nil
	}
	return e.matrices[k], e.biases[k], nil
}

// check is an error for what names no weights.
func (e *Explicit) check() error {
	if e.File == "" {
		return errors.New("explicit weights without a file; want one, as in linear: {to: 512, file: start.safetensors, tensor: 0.weight}")
	}
	if _, err := path.Match(e.Tensor, ""); err != nil {
		return fmt.Errorf("tensor %q: %w", e.Tensor, err)
	}
	return nil
}

// String is the file and the tensor.
func (e *Explicit) String() string {
	if e.Tensor == "" {
		return e.File
	}
	return e.File + ": " + e.Tensor
}

// uses counts which linear maps were applied before, for those that share explicit weights.
type uses map[*Explicit]int

// next is the matrix of the next use, times a gain, and its bias.
func (u uses) next(l Linear) (*mat.Dense, []float64, error) {
	w, z, err := l.Explicit.Use(u[l.Explicit])
	u[l.Explicit]++
	if err == nil && l.Scale() != 1 {
		var scaled mat.Dense
		scaled.Scale(l.Scale(), w)
		w = &scaled
	}
	return w, z, err
}

// ExplicitWeights gives gW and the bias, which may be nil, of one linear map with explicit weights after the other, in
// the order in which they are applied.
func (a Architecture) ExplicitWeights() (next func() (*mat.Dense, []float64, error)) {
	var maps []Linear
	var walk func(blocks []Block)
	walk = func(blocks []Block) {
		for _, b := range blocks {
			switch b := b.(type) {
			case Linear:
				if b.Explicit != nil {
					maps = append(maps, b)
				}
			case Shortcut:
				walk(b.Blocks)
			case Repeat:
				for range b.Times {
					walk(b.Blocks)
				}
			}
		}
	}
	walk(a.Blocks)
	used := uses{}
	return func() (*mat.Dense, []float64, error) {
		if len(maps) == 0 {
			return nil, nil, errors.New("no more explicit weights")
		}
		l := maps[0]
		maps = maps[1:]
		return used.next(l)
	}
}

// LocateExplicit makes the names of files with explicit weights, which are relative to the folder,
// absolute, so that the description means the same elsewhere.
func (a Architecture) LocateExplicit(folder string) error {
	var err error
	eachLinear(a.Blocks, 1, func(l Linear, _ float64) {
		if l.Explicit == nil || filepath.IsAbs(l.Explicit.File) || err != nil {
			return
		}
		var full string
		if full, err = filepath.Abs(filepath.Join(folder, l.Explicit.File)); err == nil {
			l.Explicit.File = full
		}
	})
	return err
}

// HasExplicit says whether some linear map has explicit weights, and names the first.
func (a Architecture) HasExplicit() (e *Explicit, found bool) {
	eachLinear(a.Blocks, 1, func(l Linear, _ float64) {
		if e == nil && l.Weights == GivenWeights {
			e = l.Explicit
		}
	})
	return e, e != nil
}

// ExplicitDigest tells the explicit weights that were read from others; it is empty where
// there are none.
func (a Architecture) ExplicitDigest() string {
	if _, has := a.HasExplicit(); !has {
		return ""
	}
	h := sha256.New()
	number := make([]byte, 8)
	write := func(data []float64) {
		for _, v := range data {
			binary.LittleEndian.PutUint64(number, math.Float64bits(v))
			h.Write(number)
		}
	}
	eachLinear(a.Blocks, 1, func(l Linear, _ float64) {
		if l.Weights != GivenWeights {
			return
		}
		for k, w := range l.Explicit.matrices {
			write(w.RawMatrix().Data)
			if l.Explicit.biases != nil {
				write(l.Explicit.biases[k])
			}
		}
	})
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// eachLinear visits the linear maps, and says how often each is applied.
func eachLinear(blocks []Block, times float64, visit func(l Linear, times float64)) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Linear:
			visit(b, times)
		case Shortcut:
			eachLinear(b.Blocks, times, visit)
		case Repeat:
			eachLinear(b.Blocks, times*float64(b.Times), visit)
		}
	}
}
