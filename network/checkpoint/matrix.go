package checkpoint

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"

	"bsnn/internal/npy"
	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/internal/words"

	"gonum.org/v1/gonum/mat"
)

// A Matrix is one matrix of a file.
type Matrix struct {
	// Name tells the matrix from others of the file: its index in a stack,
	// the name of a tensor, or both. It is empty for a file of one matrix.
	Name  string
	DType DType // of the numbers in the file
	// Dense is overwritten by the next matrix.
	Dense *mat.Dense
}

// ErrNameless is what the error of [EachMatrix] wraps for a pattern and an .npy
// file.
var ErrNameless = errors.New("the matrices of an .npy file have no names that a pattern could choose by")

// EachMatrix calls visit for every square matrix of the file at name, in order,
// and stops at the first error. The content decides the format. An .npy file
// holds n×n or a stack k×n×n, which only the empty pattern chooses; in a
// safetensors file, every tensor whose name matches pattern (as [path.Match]
// defines it; empty matches all) does. Only float32 and float64 are read, with
// the memory of one matrix. It is an error if a matrix is not square or has no
// entries, if an entry is not finite, if the stack is empty or nothing matches,
// and if name is not a regular file; it names the file and the matrix.
func EachMatrix(name, pattern string, visit func(Matrix) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := each(f, pattern, visit); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func each(f *os.File, pattern string, visit func(Matrix) error) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("not a regular file")
	}
	var start [1]byte
	if _, err := f.ReadAt(start[:], 0); err == io.EOF {
		return errors.New("empty file, want .npy or safetensors")
	} else if err != nil {
		return err
	}
	if start[0] == '\x93' {
		if pattern != "" {
			return ErrNameless
		}
		return eachNPY(f, info.Size(), visit)
	}
	return eachTensor(f, info.Size(), pattern, visit)
}

func eachNPY(r io.ReaderAt, size int64, visit func(Matrix) error) error {
	array, err := npy.NewReader(r, size)
	if err != nil {
		return err
	}
	return eachOf("", array.Shape, array.Type, array.Read, visit)
}

func eachTensor(r io.ReaderAt, size int64, pattern string, visit func(Matrix) error) error {
	file, err := safetensors.NewReader(r, size)
	if err != nil {
		return err
	}
	matched := false
	for _, t := range file.Tensors {
		if pattern != "" {
			ok, err := path.Match(pattern, t.Name)
			if err != nil {
				return fmt.Errorf("pattern %q: %w", pattern, err)
			}
			if !ok {
				continue
			}
		}
		matched = true
		stream, err := file.Open(t)
		if err != nil {
			return err
		}
		if err := eachOf(t.Name, t.Shape, stream.Type, stream.Read, visit); err != nil {
			return err
		}
	}
	if !matched {
		return fmt.Errorf("none of its %d tensors is asked for", len(file.Tensors))
	}
	return nil
}

// eachOf visits the matrices of one array. Its numbers are known to be in
// the file, so memory for one matrix is no more than the file's own size, or
// twice that for float32.
func eachOf(name string, shape []int64, t tensor.DType, read func([]float64) error, visit func(Matrix) error) error {
	count, stacked := int64(1), len(shape) == 3
	square := shape
	if stacked {
		count, square = shape[0], shape[1:]
	}
	if len(square) != 2 || square[0] != square[1] || square[0] == 0 || count == 0 {
		return fmt.Errorf("%sshape is %v, want n×n or k×n×n with k, n ≥ 1", prefix(name), tensor.Shape(shape))
	}
	n := int(square[0])
	m := mat.NewDense(n, n, nil)
	for i := range count {
		label := name
		if stacked {
			label = fmt.Sprintf("%s[%d]", name, i)
		}
		data := m.RawMatrix().Data
		if err := read(data); err != nil {
			return fmt.Errorf("%s%w", prefix(label), err)
		}
		for at, v := range data {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%sentry (%d, %d) is %v, want a finite number", prefix(label), at/n, at%n, v)
			}
		}
		if err := visit(Matrix{label, dtype(t), m}); err != nil {
			return fmt.Errorf("%s%w", prefix(label), err)
		}
	}
	return nil
}

func prefix(name string) string {
	if name == "" {
		return ""
	}
	return words.Name(name) + ": "
}
