package logbook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"bsnn/internal/atomicfile"
	"bsnn/internal/bounded"
	"bsnn/internal/fserror"
	"bsnn/internal/parallel"
	"bsnn/internal/provenance"
	"bsnn/internal/words"
	"bsnn/network/dataset"
	"bsnn/network/training"
)

// Names of the files in a folder.
const (
	DocumentName   = "training.json"
	CheckpointName = "checkpoint"
	JournalName    = "training.journal"
)

// Format is the value of Document.Format.
const Format = "bsnn training 1"

// Status is how a run stands.
type Status string

const (
	Running     Status = "running" // or killed
	Interrupted Status = "interrupted"
	Complete    Status = "complete"
	Diverged    Status = "diverged"
	Dead        Status = "dead" // a signal was: nothing arrives
	Failed      Status = "failed"
)

// A Document is the content of training.json.
type Document struct {
	Format     string                 `json:"format"`
	Spec       training.Spec          `json:"spec"`
	Data       Data                   `json:"data"`
	Status     Status                 `json:"status"`
	Problem    string                 `json:"problem,omitempty"`
	Divergence *Divergence            `json:"divergence,omitempty"`
	Machine    provenance.Machine     `json:"machine"`
	Start      *training.EpochRecord  `json:"start,omitempty"`
	Records    []training.EpochRecord `json:"records"`
	Summary    *training.Summary      `json:"summary,omitempty"`
	Seconds    float64                `json:"seconds"`
}

// Data says which rows a run is trained on. Source, TrainSize, TestSize and
// Seed are what [Data.Open] needs; the rest describes what it found.
type Data struct {
	Source    string `json:"source"`               // "synthetic", "mnist:DIR" or "cifar10:DIR"
	TrainSize int    `json:"train_size,omitempty"` // as asked for; 0 is all
	TestSize  int    `json:"test_size,omitempty"`
	Seed      uint64 `json:"seed"` // of the subset or of the synthetic set

	Standardize dataset.Standardization `json:"standardize,omitempty"` // of images; all pixels together where it is empty

	Name        string        `json:"name"` // "synthetic", "mnist" or "cifar10"
	Description string        `json:"description"`
	TrainRows   int           `json:"train_rows"`
	TestRows    int           `json:"test_rows"`
	Shell       dataset.Shell `json:"shell"` // of the training rows: assumption (1)
	Warnings    []string      `json:"warnings,omitempty"`
}

// Open reads or makes the rows, and describes them.
func (d Data) Open(ctx context.Context) (*dataset.Examples, Data, error) {
	e, err := parallel.Until(ctx, func() (*dataset.Examples, error) {
		return dataset.Open(d.Source, dataset.Sizes{Train: d.TrainSize, Test: d.TestSize, Seed: d.Seed, Standardize: d.Standardize})
	})
	if err != nil {
		return nil, d, err
	}
	d.Name, d.Description, d.Shell, d.Warnings = e.Name, e.Description, e.Shell, e.Warnings
	d.TrainRows, d.TestRows = e.Train.Len(), e.Test.Len()
	return e, d, nil
}

// A Divergence says where numbers first left the range of the precision, or where a
// signal is dead.
type Divergence struct {
	Step  int    `json:"step"`
	Epoch int    `json:"epoch"`
	Layer int    `json:"layer"` // 0 is the embedding, Depth+1 the output map and the loss
	What  string `json:"what"`
}

// Read reads the Document of a folder. Errors name the file and what is wrong
// with it.
func Read(dir string) (*Document, error) {
	path := filepath.Join(dir, DocumentName)
	raw, err := bounded.ReadJSON(path, bounded.Document)
	if errors.Is(err, fs.ErrNotExist) && Begun(dir) {
		return nil, fmt.Errorf("%s holds a run that ended before it wrote %s; want it begun again, by the same command without --resume",
			dir, DocumentName)
	}
	if err != nil {
		return nil, fmt.Errorf("%s holds no training run (%s: %w); want a folder that bsnn train -o wrote", dir, DocumentName, fserror.Cause(err))
	}
	return decode(path, raw)
}

// decode takes the content of a file, which may come from anyone.
func decode(path string, raw []byte) (*Document, error) {
	var d Document
	if err := bounded.DecodeJSON(raw, &d); err != nil {
		return nil, fmt.Errorf("%s: %w; want the file as bsnn train wrote it", path, err)
	}
	if d.Format != Format {
		return nil, fmt.Errorf("%s: format %q; want %q", path, words.Shorten(d.Format, 60), Format)
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("%s: %s; want the file as bsnn train wrote it", path, err.Error()) // which is not about a flag
	}
	return &d, nil
}

func (d *Document) write(dir string) error {
	path := filepath.Join(dir, DocumentName)
	err := atomicfile.Write(path, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		return e.Encode(d)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
