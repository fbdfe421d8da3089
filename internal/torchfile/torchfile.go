// Package torchfile reads the tensors of files that torch.save wrote, since PyTorch
// 1.6: ZIP archives with a pickle that says what there is, and one file for each storage of
// numbers. The pickle is read as data; nothing in it is executed.
package torchfile

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"bsnn/internal/limits"
	"bsnn/internal/pickle"
	"bsnn/internal/tensor"
	"bsnn/internal/words"
	"bsnn/internal/zipfile"
)

// maxPickle bounds the pickle, which describes tensors and holds no numbers.
const maxPickle = 64 << 20

// Is says whether the files of an archive are those of torch.save, or of TorchScript.
func Is(files []zipfile.File) bool { return pickleOf(files) != nil }

func pickleOf(files []zipfile.File) *zipfile.File {
	for i, f := range files {
		if path.Base(f.Name) == "data.pkl" && strings.Count(f.Name, "/") <= 1 {
			return &files[i]
		}
	}
	return nil
}

// Checkpoint is what a file holds.
type Checkpoint struct {
	Arrays []tensor.Array
	// Skipped are states of optimisers, by their names: their tensors are no weights.
	Skipped []string
}

// Read lists the tensors of an archive, in the order of its dictionaries; their names
// are the keys, those of dictionaries in dictionaries with dots between them.
func Read(files []zipfile.File) (Checkpoint, error) {
	main := pickleOf(files)
	if main == nil {
		return Checkpoint{}, errors.New("no data.pkl in the archive")
	}
	folder := strings.TrimSuffix(main.Name, "data.pkl")
	r := reader{storages: map[string]tensor.Source{}, open: map[any]bool{}}
	for _, f := range files {
		switch name, ours := strings.CutPrefix(f.Name, folder); {
		case !ours:
		case name == "constants.pkl":
			return Checkpoint{}, errors.New(`a TorchScript program; to convert it: torch.save(torch.jit.load("FILE").state_dict(), "state.pt")`)
		case name == "byteorder":
			order, err := content(f, 16)
			if err != nil {
				return Checkpoint{}, err
			}
			r.bigEndian = string(order) == "big"
		default:
			if key, is := strings.CutPrefix(name, "data/"); is {
				r.storages[key] = f
			}
		}
	}
	text, err := content(*main, maxPickle)
	if err != nil {
		return Checkpoint{}, err
	}
	v, _, err := pickle.Decode(text, known)
	var global *pickle.GlobalError
	switch {
	case errors.As(err, &global) && strings.HasPrefix(global.Global.Module, "torch.nn."):
		return Checkpoint{}, fmt.Errorf(`a whole model, not its weights: %w; to convert it: `+
			`torch.save(torch.load("FILE").state_dict(), "state.pt")`, err)
	case err != nil:
		return Checkpoint{}, err
	}
	err = r.walk("", v, 0)
	return Checkpoint{r.arrays, r.skipped}, err
}

func content(f zipfile.File, most int64) ([]byte, error) {
	if f.Size() > most {
		return nil, fmt.Errorf("%s has %s, want at most %s", words.Name(f.Name), limits.Bytes(float64(f.Size())), limits.Bytes(float64(most)))
	}
	in, err := f.Open(0)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, most))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", words.Name(f.Name), err)
	}
	return text, nil
}

// reader turns what a pickle describes into arrays.
type reader struct {
	storages  map[string]tensor.Source
	bigEndian bool
	arrays    []tensor.Array
	skipped   []string

	open    map[any]bool // containers that are being walked through
	visited int
}

const (
	maxName    = 1 << 12
	maxNested  = 64
	maxVisited = 1 << 21 // values, those in shared containers as often as they are shared
)

// walk collects the tensors in a value, whose name is a path.
func (r *reader) walk(name string, v any, depth int) error {
	if r.visited++; r.visited > maxVisited {
		return fmt.Errorf("more than %d values", maxVisited)
	}
	if len(name) > maxName { // before all that it holds has it in its name
		return fmt.Errorf("%s: a name of more than %d bytes", words.Name(name), maxName)
	}
	if depth > maxNested {
		return fmt.Errorf("%s: containers inside each other more than %d times", words.Name(name), maxNested)
	}
	switch v := v.(type) {
	case *pickle.Dict:
		if isOptimizer(v) {
			r.skipped = append(r.skipped, name)
			return nil
		}
		return r.inside(v, name, func() error {
			for i, k := range v.Keys {
				if err := r.walk(join(name, k), v.Values[i], depth+1); err != nil {
					return err
				}
			}
			return nil
		})
	case *pickle.List:
		return r.inside(v, name, func() error { return r.items(name, v.Items, depth) })
	case pickle.Tuple:
		return r.items(name, v, depth)
	case *pickle.Call:
		a, ok, err := r.tensor(v)
		if err != nil {
			return fmt.Errorf("%s: %w", words.Name(name), err)
		}
		if ok {
			a.Name = name
			r.arrays = append(r.arrays, a)
		}
	}
	return nil
}

// inside walks through a container, unless that is going on already.
func (r *reader) inside(v any, name string, walk func() error) error {
	if r.open[v] {
		return fmt.Errorf("%s holds itself", words.Name(name))
	}
	r.open[v] = true
	defer delete(r.open, v)
	return walk()
}

func (r *reader) items(name string, items []any, depth int) error {
	for i, v := range items {
		if err := r.walk(join(name, int64(i)), v, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func join(name string, key any) string {
	k := "?"
	switch key := key.(type) {
	case string:
		k = key
	case int64:
		k = fmt.Sprint(key)
	}
	if name == "" {
		return k
	}
	return name + "." + k
}

// isOptimizer recognises the state of torch.optim.Optimizer by its two keys.
func isOptimizer(d *pickle.Dict) bool {
	return slices.Contains(d.Keys, any("state")) && slices.Contains(d.Keys, any("param_groups"))
}
