package checkpoint

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"bsnn/internal/npy"
	"bsnn/internal/npz"
	"bsnn/internal/onnx"
	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/internal/torchfile"
	"bsnn/internal/words"
	"bsnn/internal/zipfile"
)

// A File is a checkpoint: the named tensors of one file, or of several that belong
// together. Their numbers are read when they are asked for.
type File struct {
	// Paths are the files, shards instead of their index.
	Paths []string
	// Tensors are in the order of the files.
	Tensors []Tensor
	// Skipped says what else is in the files.
	Skipped []Skipped

	arrays []tensor.Array    // all of them, in the order of the files
	said   map[string]string // by a single safetensors file of itself
	graph  *onnx.Model       // of a single ONNX file
	biases map[string]string // of the graph, once they are asked for
	// fromRight are the tensors that the graph multiplies from the right as they
	// stand, once they are asked for.
	fromRight map[string]bool
	opened    map[string]opened                 // by path
	open      func(path string) (opened, error) // openRegular, but for tests
}

// opened is a file that is open.
type opened struct {
	io.ReaderAt
	io.Closer
	size int64
}

// Skipped is something in a file that is no tensor of floating-point numbers.
type Skipped struct {
	Name string `json:"name"` // as a Tensor's
	Why  string `json:"why"`
}

// A Tensor is one array of floating-point numbers in a file.
type Tensor struct {
	Path  string // the file that holds it
	Name  string // empty where a file holds one array
	DType DType
	Shape []int

	array tensor.Array
}

// Open reads what the files say of themselves: safetensors, .npy and .npz of NumPy,
// what torch.save wrote since PyTorch 1.6, and ONNX. The content decides the format. Several files are the
// shards of one checkpoint; an index, as model.safetensors.index.json, stands for the
// shards beside it. No pickle is executed. It is an error if a file is of another format, which the error
// names where it is known, together with the line of Python that converts it; if a file is damaged, or
// holds more than it can; and if two tensors have one name. The caller closes the
// File.
func Open(paths ...string) (*File, error) { return openBy(openRegular, paths) }

func openBy(open func(string) (opened, error), paths []string) (*File, error) {
	f := &File{open: open, opened: map[string]opened{}}
	if len(paths) == 0 {
		return nil, errors.New("no files")
	}
	for _, path := range paths {
		if err := f.add(path, false); err != nil {
			f.Close()
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if len(f.Paths) > 1 {
		f.graph, f.said = nil, nil
	}
	if err := f.checkNames(); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Close closes the files.
func (f *File) Close() error {
	var errs []error
	for _, o := range f.opened {
		errs = append(errs, o.Close())
	}
	f.opened = nil
	return errors.Join(errs...)
}

// checkNames refuses names that come twice, in one file or in several.
func (f *File) checkNames() error {
	type place struct{ path, name string }
	seen := map[string]place{}
	for _, t := range f.Tensors {
		key := t.Name
		if key == "" {
			key = "\x00" + t.Path
		}
		if p, ok := seen[key]; ok {
			return fmt.Errorf("%s and %s both hold a tensor %s; want each name once", p.path, t.Path, words.Name(t.Name))
		}
		seen[key] = place{t.Path, t.Name}
	}
	return nil
}

const maxFiles = 1 << 14

// openFile opens a file, which Close will close; one that is open already, only once.
func (f *File) openFile(path string) (opened, error) {
	if o, ok := f.opened[path]; ok {
		return o, nil
	}
	if len(f.opened) >= maxFiles {
		return opened{}, fmt.Errorf("more than %d files", maxFiles)
	}
	o, err := f.open(path)
	if err == nil {
		f.opened[path] = o
	}
	return o, err
}

func openRegular(path string) (opened, error) {
	info, err := os.Stat(path)
	if err != nil {
		return opened{}, err
	}
	if !info.Mode().IsRegular() { // before it is opened: a pipe would wait
		return opened{}, errors.New("not a regular file")
	}
	in, err := os.Open(path)
	if err != nil {
		return opened{}, err
	}
	return opened{in, in, info.Size()}, nil
}

// add reads one file; a shard may be no index.
func (f *File) add(path string, shard bool) error {
	in, err := f.openFile(path)
	if err != nil {
		return err
	}
	size := in.size
	head := make([]byte, min(size, headSize))
	if _, err := in.ReadAt(head, 0); err != nil && err != io.EOF {
		return err
	}
	var arrays []tensor.Array
	switch kind := sniff(head, size, path); kind {
	case formatNPY:
		var a tensor.Array
		a, err = npy.Read(tensor.Section(in, 0, size))
		arrays = []tensor.Array{a}
	case formatZIP:
		arrays, err = f.fromZIP(path, in, size)
	case formatONNX:
		arrays, err = f.fromONNX(path, in, size)
	case formatJSON:
		if shard {
			return errors.New("a shard that is an index; want files with tensors")
		}
		return f.fromIndex(path, io.NewSectionReader(in, 0, size), size)
	case formatSafetensors:
		var s safetensors.File
		s, err = safetensors.Read(in, size)
		arrays, f.said = s.Arrays, s.Metadata
	default:
		err = foreign(kind, filepath.Base(path))
	}
	if err != nil {
		return err
	}
	if !slices.Contains(f.Paths, path) {
		f.Paths = append(f.Paths, path)
	}
	f.take(path, arrays)
	return nil
}

// take sorts out what can be read.
func (f *File) take(path string, arrays []tensor.Array) {
	f.arrays = append(f.arrays, arrays...)
	for _, a := range arrays {
		if err := a.Readable(); err != nil {
			f.Skipped = append(f.Skipped, Skipped{a.Name, err.Error()})
			continue
		}
		t := Tensor{Path: path, Name: a.Name, DType: dtype(a.Type), array: a}
		for _, d := range a.Shape {
			t.Shape = append(t.Shape, int(d))
		}
		f.Tensors = append(f.Tensors, t)
	}
}

func (f *File) fromZIP(path string, in io.ReaderAt, size int64) ([]tensor.Array, error) {
	files, err := zipfile.Read(in, size)
	switch {
	case err != nil:
		return nil, err
	case torchfile.Is(files):
		c, err := torchfile.Read(files)
		for _, name := range c.Skipped {
			f.Skipped = append(f.Skipped, Skipped{name, "the state of an optimiser"})
		}
		return c.Arrays, named(err, path)
	case slices.ContainsFunc(files, func(z zipfile.File) bool { return z.Name == "model.weights.h5" }):
		return nil, foreign(formatKeras, filepath.Base(path))
	}
	return npz.Arrays(files)
}

func (f *File) fromONNX(path string, in io.ReaderAt, size int64) ([]tensor.Array, error) {
	m, err := onnx.Read(in, size, func(name string) (tensor.Source, error) {
		place, err := beside(path, name)
		if err != nil {
			return nil, err
		}
		other, err := f.openFile(place)
		if err != nil {
			return nil, err
		}
		return tensor.Section(other, 0, other.size), nil
	})
	f.graph = &m
	return m.Arrays, err
}

// Len is how many numbers the tensor has.
func (t Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// Read reads all numbers of the tensor, in C order.
func (t Tensor) Read() ([]float64, error) {
	in, err := t.array.Open()
	if err != nil {
		return nil, fmt.Errorf("%s%w", prefix(t.Name), err)
	}
	defer in.Close()
	data, err := t.numbers(in, nil, t.Len())
	if err != nil {
		return nil, fmt.Errorf("%s%w", prefix(t.Name), err)
	}
	return data, nil
}

// numbers reads the next ones into data, and takes memory as they come: what is packed may
// hold less than it claims.
func (t Tensor) numbers(in *tensor.Stream, data []float64, count int) ([]float64, error) {
	if cap(data) >= count {
		return data[:count], in.Read(data[:count])
	}
	step := 1 << 20
	if !t.array.Contiguous() { // of which the file is known to hold all
		step = count
	}
	data = make([]float64, 0, min(count, step))
	for len(data) < count {
		k := min(step, count-len(data))
		data = slices.Grow(data, k)[:len(data)+k]
		if err := in.Read(data[len(data)-k:]); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func prefix(name string) string {
	if name == "" {
		return ""
	}
	return words.Name(name) + ": "
}
