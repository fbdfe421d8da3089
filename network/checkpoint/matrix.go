package checkpoint

import (
	"errors"
	"fmt"
	"math"
	"path"
	"sync"

	"bsnn/internal/tensor"
	"bsnn/internal/words"

	"gonum.org/v1/gonum/mat"
)

// A Choice says which tensors are meant, by patterns of their names as [path.Match]
// reads them: those that some pattern of Include matches, all if there is none, and no pattern of
// Exclude.
type Choice struct{ Include, Exclude []string }

// ErrNameless is what an error wraps for patterns and a file of one array.
var ErrNameless = errors.New("the matrices of an .npy file have no names that a pattern could choose by")

// Check is an error for patterns that are none.
func (c Choice) Check() error {
	for _, p := range append(append([]string{}, c.Include...), c.Exclude...) {
		if _, err := path.Match(p, ""); err != nil {
			return fmt.Errorf("pattern %q: %w", p, err)
		}
	}
	return nil
}

// Has says whether the tensor of a name is meant.
func (c Choice) Has(name string) bool {
	some := func(patterns []string) bool {
		for _, p := range patterns {
			if ok, err := path.Match(p, name); ok && err == nil {
				return true
			}
		}
		return false
	}
	return (len(c.Include) == 0 || some(c.Include)) && !some(c.Exclude)
}

// A Matrix is one matrix of a checkpoint.
type Matrix struct {
	Path string
	// Name tells the matrix from others of the file: its index in a stack,
	// the name of a tensor, or both. It is empty for a file of one matrix.
	Name  string
	DType DType // of the numbers in the file
	// Kept is the narrowest type that holds all the numbers as they are: numbers
	// that were rounded once and then stored in a wider type show it.
	Kept DType
	// Dense is overwritten when the visit has returned.
	Dense *mat.Dense
	// NotFinite counts entries that are NaN or infinite.
	NotFinite NotFinite
}

// NotFinite counts numbers that are none.
type NotFinite struct {
	NaN, Infinite int
	First         int // the index of the first in C order
}

// Any says whether there are some.
func (n NotFinite) Any() bool { return n.NaN+n.Infinite > 0 }

// String is "3 NaN and 1 infinite".
func (n NotFinite) String() string {
	switch {
	case n.Infinite == 0:
		return fmt.Sprintf("%d NaN", n.NaN)
	case n.NaN == 0:
		return fmt.Sprintf("%d infinite", n.Infinite)
	}
	return fmt.Sprintf("%d NaN and %d infinite", n.NaN, n.Infinite)
}

func countNotFinite(data []float64) NotFinite {
	n := NotFinite{First: -1}
	for i, v := range data {
		if v-v == 0 {
			continue
		}
		if math.IsNaN(v) {
			n.NaN++
		} else {
			n.Infinite++
		}
		if n.First < 0 {
			n.First = i
		}
	}
	return n
}

// Matrices is how many matrices the tensor holds and how large they are: one m×n, or a
// stack of k; the error says why it holds none.
func (t Tensor) Matrices() (k, rows, cols int, err error) {
	k, shape := 1, t.Shape
	if len(shape) == 3 {
		k, shape = shape[0], shape[1:]
	}
	switch {
	case len(shape) != 2:
		return 0, 0, 0, fmt.Errorf("shape is %v, want m×n or k×m×n", t.ShapeText())
	case t.Len() == 0:
		return 0, 0, 0, fmt.Errorf("shape is %v, without numbers", t.ShapeText())
	}
	return k, shape[0], shape[1], nil
}

// ShapeText is the shape for messages, as "512×784".
func (t Tensor) ShapeText() string {
	if len(t.Shape) == 0 {
		return "a number"
	}
	if len(t.Shape) > 8 {
		return tensor.Shape(t.array.Shape).String()
	}
	s := ""
	for i, d := range t.Shape {
		if i > 0 {
			s += "×"
		}
		s += fmt.Sprint(d)
	}
	if len(t.Shape) == 1 {
		s = "[" + s + "]"
	}
	return s
}

// scattered is how many numbers of a stack that is not in C order are read in one pass through the
// file, unless one matrix has more.
const scattered = 1 << 22

// buffers are reused, so that the memory of each matrix is not cleared anew.
var buffers = sync.Pool{New: func() any { return new([]float64) }}

// EachMatrix calls visit for the matrices of the tensor, in order, with the memory of
// one, or a little more where they are not in C order, and stops at the first error, which names the matrix.
func (t Tensor) EachMatrix(visit func(Matrix) error) error {
	k, rows, cols, err := t.Matrices()
	if err != nil {
		return fmt.Errorf("%s%w", prefix(t.Name), err)
	}
	in, err := t.array.Open()
	if err != nil {
		return fmt.Errorf("%s%w", prefix(t.Name), err)
	}
	defer in.Close()
	buffer := buffers.Get().(*[]float64)
	defer buffers.Put(buffer)
	together := 1
	if !t.array.Contiguous() {
		together = max(1, scattered/(rows*cols))
	}
	for i := 0; i < k; i += together {
		read := min(together, k-i)
		data, err := t.numbers(in, *buffer, read*rows*cols)
		if err != nil {
			return fmt.Errorf("%s%w", prefix(t.matrixName(i)), err)
		}
		*buffer = data
		for at := range read {
			if err := visit(t.matrix(i+at, rows, cols, data[at*rows*cols:(at+1)*rows*cols])); err != nil {
				return fmt.Errorf("%s%w", prefix(t.matrixName(i+at)), err)
			}
		}
	}
	return nil
}

// Matrix reads the i-th matrix of the tensor, from 0.
func (t Tensor) Matrix(i int) (Matrix, error) { return t.MatrixInto(i, nil) }

// MatrixInto is Matrix into a buffer, if that is large enough.
func (t Tensor) MatrixInto(i int, buffer []float64) (Matrix, error) {
	k, rows, cols, err := t.Matrices()
	if err == nil && (i < 0 || i >= k) {
		err = fmt.Errorf("matrix %d of %d", i, k)
	}
	if err != nil {
		return Matrix{}, fmt.Errorf("%s%w", prefix(t.Name), err)
	}
	one := t
	if len(t.Shape) == 3 {
		one.array = t.array.Slice(int64(i), int64(i+1))
		one.Shape = []int{1, rows, cols}
	}
	data, err := one.readInto(buffer)
	return t.matrix(i, rows, cols, data), err
}

func (t Tensor) matrix(i, rows, cols int, data []float64) Matrix {
	if data == nil {
		return Matrix{}
	}
	return Matrix{
		Path: t.Path, Name: t.matrixName(i), DType: t.DType, Kept: kept(t.array.Type, data), Dense: mat.NewDense(rows, cols, data),
		NotFinite: countNotFinite(data),
	}
}

// matrixName is the name of the i-th matrix.
func (t Tensor) matrixName(i int) string {
	if len(t.Shape) == 3 {
		return fmt.Sprintf("%s[%d]", t.Name, i)
	}
	return t.Name
}

// narrowing are the types to which numbers of another may have been rounded before.
var narrowing = []tensor.DType{tensor.BFloat16, tensor.Float16, tensor.Float32}

// kept is the narrowest type with all the numbers.
func kept(t tensor.DType, data []float64) DType {
	for _, narrow := range narrowing {
		if narrow.Size() < t.Size() && tensor.Represents(narrow, data) {
			return dtype(narrow)
		}
	}
	return dtype(t)
}

// Roundoff is the unit roundoff of the type.
func (t DType) Roundoff() float64 {
	for _, known := range tensor.Floats {
		if known.String() == string(t) {
			return known.Roundoff()
		}
	}
	return math.NaN()
}

// where names a matrix of a file.
func where(path, name string) string {
	if name == "" {
		return path
	}
	return path + ": " + words.Name(name)
}
