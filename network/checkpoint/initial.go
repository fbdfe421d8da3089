package checkpoint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"bsnn/internal/disk"
	"bsnn/internal/folder"
	"bsnn/internal/limits"
	"bsnn/internal/npy"
	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/montecarlo"
	"bsnn/orthogonal"
)

// Initial is a file of initial weights: a Haar-distributed n×n matrix for each
// layer.
type Initial struct {
	Path  string // ends in .safetensors or .npy
	Depth int    // layers
	Width int    // n
	DType DType  // empty means Float32
	Seed  uint64

	// The activation φ = A·f + B, for the metadata. The weights do not
	// depend on it.
	Activation string // f, by name
	A, B       float64

	// Progress, if set, is told how many layers are written.
	Progress func(done, total int)
}

// Written says what was written.
type Written struct {
	Path     string   `json:"path"`
	Sidecar  string   `json:"sidecar,omitempty"` // metadata of an .npy file
	Format   string   `json:"format"`            // "safetensors" or "npy"
	Bytes    int64    `json:"bytes"`             // of Path
	Tensors  int      `json:"tensors"`
	First    string   `json:"first_tensor,omitempty"`
	Last     string   `json:"last_tensor,omitempty"`
	Metadata Metadata `json:"metadata"`
}

// Metadata is what a file of initial weights says of itself, in the form in
// which it does.
type Metadata struct {
	Format     string `json:"format"`     // "pt", which loaders of safetensors ask for
	Ensemble   string `json:"ensemble"`   // "haar"
	Activation string `json:"activation"` // f by name
	A          string `json:"a"`          // φ = a·f + b
	B          string `json:"b"`
	Seed       string `json:"seed"`
	Depth      string `json:"depth"`
	Width      string `json:"width"`
	DType      string `json:"dtype"`
}

// What every file of initial weights says of itself.
const (
	formatName   = "pt"
	ensembleName = "haar"
)

// Write draws the weights and writes them as they are drawn, with the memory
// of one layer. Layer l comes from the stream (seed, "init", 0, l), l = 1, 2, …, so a
// deeper network begins with the layers of a shallower one. The file appears
// when it is complete; if Write fails or ctx ends, whatever Path held remains. The
// sidecar of an .npy file never speaks of other weights than are there, and never
// replaces a file that is no sidecar.
func (o Initial) Write(ctx context.Context) (Written, error) {
	dtype, write, r, err := o.plan()
	if err != nil {
		return r, err
	}
	weights, err := folder.Begin(o.Path)
	if err != nil {
		return r, err
	}
	defer weights.Close()
	var sidecar *folder.File
	if r.Sidecar != "" {
		if sidecar, err = beginSidecar(r.Sidecar, r.Metadata); err != nil {
			return r, err
		}
		defer sidecar.Close()
	}
	counted := &counter{w: weights}
	err = write(counted, dtype, func(sink func([]float64) error) error { return o.layers(ctx, sink) })
	if err == nil {
		err = weights.Flush()
	}
	if err == nil && sidecar != nil {
		if err = disk.Remove(r.Sidecar); errors.Is(err, fs.ErrNotExist) { // it is of the former weights
			err = nil
		}
	}
	if err == nil {
		err = weights.Commit()
	}
	if err != nil {
		return r, fmt.Errorf("%s: %w", o.Path, err)
	}
	r.Bytes = counted.n
	if sidecar != nil {
		if err := sidecar.Commit(); err != nil {
			return r, fmt.Errorf("%s: %w", r.Sidecar, err)
		}
	}
	return r, nil
}

// Feasible refuses weights that do not fit into the memory of this machine or on
// the disk, before anything is written. Write does so too.
func (o Initial) Feasible() error {
	_, _, _, err := o.plan()
	return err
}

// A writer writes the header of a format and then what layers sends it.
type writer func(w io.Writer, t tensor.DType, layers func(sink func([]float64) error) error) error

// plan checks the options and says what will be written.
func (o Initial) plan() (tensor.DType, writer, Written, error) {
	r := Written{Path: o.Path}
	if o.Depth < 1 || o.Width < 1 {
		return 0, nil, r, fmt.Errorf("depth %d and width %d, want at least 1", o.Depth, o.Width)
	}
	dtype, err := o.DType.format()
	if err != nil {
		return 0, nil, r, err
	}
	count, err := tensor.Count([]int64{int64(o.Depth), int64(o.Width), int64(o.Width)}, 8)
	if err != nil {
		return 0, nil, r, err
	}
	n := float64(o.Width)
	if err := limits.Fit(fmt.Sprintf("a layer of width %d", o.Width), 4*n*n*8, "a smaller width"); err != nil {
		return 0, nil, r, err
	}
	bytes := float64(count) * float64(dtype.Size())
	if err := limits.FitDisk(o.Path, bytes, "a smaller width or depth, or a place on another disk"); err != nil {
		return 0, nil, r, err
	}
	if o.Activation == "" || math.IsNaN(o.A) || math.IsInf(o.A, 0) || math.IsNaN(o.B) || math.IsInf(o.B, 0) {
		return 0, nil, r, errors.New("want the name of the activation and finite constants a and b")
	}
	r.Metadata = o.metadata(dtype)
	switch extension := filepath.Ext(o.Path); extension {
	case ".safetensors":
		r.Format, r.Tensors = "safetensors", o.Depth
		r.First, r.Last = tensorName(0), tensorName(o.Depth-1)
		return dtype, o.safetensors, r, nil
	case ".npy":
		r.Format, r.Tensors, r.Sidecar = "npy", 1, o.Path+".json"
		return dtype, o.npy, r, nil
	default:
		return 0, nil, r, fmt.Errorf("output %q ends in %q, want .safetensors or .npy", o.Path, extension)
	}
}

// tensorName is the name of the weight of layer l = 0, 1, … in a Sequential
// where an activation follows each layer.
func tensorName(l int) string { return strconv.Itoa(2*l) + ".weight" }

func (o Initial) metadata(t tensor.DType) Metadata {
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	return Metadata{
		Format: formatName, Ensemble: ensembleName, Activation: o.Activation, A: number(o.A), B: number(o.B),
		Seed: strconv.FormatUint(o.Seed, 10), Depth: strconv.Itoa(o.Depth), Width: strconv.Itoa(o.Width), DType: t.String(),
	}
}

// asMap is the metadata as a safetensors header holds it.
func (m Metadata) asMap() (map[string]string, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	var all map[string]string
	return all, json.Unmarshal(text, &all)
}

// layers draws one layer after the other into the same memory and sends
// each to the sink.
func (o Initial) layers(ctx context.Context, sink func([]float64) error) error {
	trial := montecarlo.NewExperiment(o.Seed, "init").Trial(0)
	var w *orthogonal.Dense
	for l := range o.Depth {
		if err := ctx.Err(); err != nil {
			return err
		}
		src := trial.Layer(l + 1)
		var err error
		if w == nil {
			w, err = orthogonal.NewDense(o.Width, &src)
		} else {
			err = w.Redraw(&src)
		}
		if err != nil {
			return fmt.Errorf("layer %d: %w", l+1, err)
		}
		if err := sink(w.Matrix().RawMatrix().Data); err != nil { // no padding between rows
			return fmt.Errorf("layer %d: %w", l+1, err)
		}
		if o.Progress != nil {
			o.Progress(l+1, o.Depth)
		}
	}
	return nil
}

func (o Initial) safetensors(w io.Writer, t tensor.DType, layers func(func([]float64) error) error) error {
	metadata, err := o.metadata(t).asMap()
	if err != nil {
		return err
	}
	specs := make([]safetensors.Spec, o.Depth)
	for l := range specs {
		specs[l] = safetensors.Spec{Name: tensorName(l), Type: t, Shape: []int64{int64(o.Width), int64(o.Width)}}
	}
	out, err := safetensors.NewWriter(w, metadata, specs...)
	if err != nil {
		return err
	}
	if err := layers(out.Write); err != nil {
		return err
	}
	return out.Close()
}

func (o Initial) npy(w io.Writer, t tensor.DType, layers func(func([]float64) error) error) error {
	out, err := npy.NewWriter(w, t, int64(o.Depth), int64(o.Width), int64(o.Width))
	if err != nil {
		return err
	}
	if err := layers(out.Write); err != nil {
		return err
	}
	return out.Close()
}

// beginSidecar begins the metadata beside an .npy file, unless another file has its
// name.
func beginSidecar(path string, m Metadata) (*folder.File, error) {
	if !isSidecar(path) {
		return nil, fmt.Errorf("%s exists and does not describe initial weights; want it moved away, or another name for the weights", path)
	}
	f, err := folder.Begin(path)
	if err != nil {
		return nil, err
	}
	e := json.NewEncoder(f)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// isSidecar says whether nothing is at path but what was written as the metadata of
// initial weights.
func isSidecar(path string) bool {
	const most = 1 << 20 // bytes: formulas may be long
	info, err := os.Lstat(path)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return false
	}
	text, err := os.ReadFile(path)
	var former Metadata
	return err == nil && json.Unmarshal(text, &former) == nil && former.Format == formatName && former.Ensemble == ensembleName
}

// counter counts bytes on their way.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
