package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"bsnn/internal/atomicfile"
	"bsnn/internal/bounded"
	"bsnn/internal/chart"
	claims "bsnn/internal/folder"
	"bsnn/internal/journal"
	"bsnn/internal/parts"
	"bsnn/internal/provenance"
)

const (
	specName    = "experiment.json"
	resultsName = "results.json"
	csvName     = "results.csv"
	journalName = "cells.journal"
	runsName    = "runs"
)

// format is written to experiment.json.
const format = "bsnn experiment 2"

// header is the content of experiment.json, for people.
type header struct {
	Format string `json:"format"`
	Kind   string `json:"kind"` // "norms" or "accuracy"
	Spec   any    `json:"spec"`
}

// Sections of the journal.
const (
	cellSection = "cell"
	rateSection = "rates" // what the pilots of a cell showed
)

// A keeper remembers what is finished: a journal, or all parts of a grid.
type keeper interface {
	Path() string
	Mixed() bool
	Names(section string) []string
	Get(section, name string, v any) (bool, error)
	Put(section, name string, v any) error
	Lookup(section string, index int) ([]float64, bool)
	Record(section string, index int, values []float64)
}

// A folder keeps a grid, for one process at a time.
type folder struct {
	dir     string
	header  header
	asked   provenance.Run
	claim   *claims.Claim      // nil where parts of the grid are computed
	journal keeper             // nil where none is open
	seconds map[string]float64 // that parts took, by cell
}

// A FolderError says why a folder cannot hold an experiment.
type FolderError = claims.Error

const want = "one that is new, empty or holds this experiment"

// openFolder claims a folder that is new or empty, or finds that it holds the
// same experiment. Another one is left as it is.
func openFolder(dir, kind string, spec any, data string, o Options) (*folder, error) {
	f := &folder{dir: dir, header: header{format, kind, spec}}
	f.asked = provenance.Run{Kind: "experiment " + kind, Asked: spec, Data: data, Environment: provenance.Now(o.BLAS)}
	if o.Share != nil && o.Parts == nil {
		return f, nil
	}
	var err error
	if f.claim, err = claims.Take(dir, want); err != nil {
		return nil, err
	}
	if err := f.open(o); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// open finds the grid of a run, or an empty folder.
func (f *folder) open(o Options) error {
	if err := f.check(o.Parts != nil); err != nil {
		return err
	}
	if o.Parts != nil { // it is prepared when they are known to be of this grid
		f.journal = o.Parts
		return nil
	}
	j, err := journal.OpenIn(f.claim, journalName, f.asked, o.policy())
	if err != nil {
		return err
	}
	f.journal = j
	if n := j.Dropped(); n > 0 && o.Warn != nil {
		o.Warn(fmt.Sprintf("the last %d bytes of %s were not written completely; what they held is done again", n, j.Path()))
	}
	if err := f.claim.Sweep(); err != nil {
		return err
	}
	return f.prepare()
}

// check says whether the folder is empty or has a journal, which will know whose
// it is. Results of parts may replace those of the same experiment.
func (f *folder) check(ofParts bool) error {
	entries, err := f.claim.Entries()
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return parts.IsFile(e.Name()) || ofParts && e.IsDir()
	})
	has := func(name string) bool {
		return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name })
	}
	switch {
	case err != nil:
		return &FolderError{Dir: f.dir, Problem: err.Error(), Want: want, Err: err}
	case len(entries) == 0 || has(journalName) && !ofParts:
		return nil
	case ofParts && has(specName) && !has(journalName) && f.same():
		return nil
	case has(journalName):
		return &FolderError{Dir: f.dir, Problem: "holds a grid that was not computed in parts", Want: want}
	case has(specName) && ofParts:
		return &FolderError{Dir: f.dir, Problem: "holds another experiment", Want: want}
	case has(specName):
		return &FolderError{Dir: f.dir, Problem: "holds an experiment of an older bsnn", Want: want}
	}
	return &FolderError{Dir: f.dir, Problem: "holds " + entries[0].Name() + " but no experiment", Want: want}
}

// same says whether the folder says that it holds this experiment.
func (f *folder) same() bool {
	there, err := bounded.Read(filepath.Join(f.dir, specName), bounded.Document)
	here, wrong := indented(f.header)
	return err == nil && wrong == nil && bytes.Equal(there, here)
}

// prepare writes what people look for in the folder before there are results.
func (f *folder) prepare() error {
	if err := f.makeRuns(); err != nil {
		return err
	}
	return f.writeJSON(specName, f.header)
}

// makeRuns makes the place of trainings.
func (f *folder) makeRuns() error {
	err := claims.Mkdir(filepath.Join(f.dir, runsName))
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

func (f *folder) close() error {
	if f.claim == nil {
		return nil
	}
	defer f.claim.Release()
	if j, ok := f.journal.(*journal.Journal); ok {
		return j.Close()
	}
	return nil
}

// run is the folder of a training.
func (f *folder) run(key string) string { return filepath.Join(f.dir, runsName, key) }

// machine is what the results say of where they were made.
func (f *folder) machine(o Options) provenance.Machine {
	m := provenance.Here(o.BLAS)
	m.Workers, m.Mixed = workers(o.Workers), f.journal.Mixed()
	return m
}

// writeResults makes results.json, results.csv and pictures.
func (f *folder) writeResults(results any, table []byte, figures map[string]chart.Figure) error {
	if err := f.writeJSON(resultsName, results); err != nil {
		return err
	}
	files := map[string][]byte{csvName: table}
	for name, figure := range figures {
		files[name] = figure.Document()
	}
	for name, data := range files {
		if err := f.write(name, data); err != nil {
			return err
		}
	}
	return nil
}

func (f *folder) writeJSON(name string, v any) error {
	text, err := indented(v)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(f.dir, name), err)
	}
	return f.write(name, text)
}

// indented is JSON for people.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(v)
	return b.Bytes(), err
}

func (f *folder) write(name string, data []byte) error {
	path := filepath.Join(f.dir, name)
	err := atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
