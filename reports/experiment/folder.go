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
	"bsnn/internal/chart"
	claims "bsnn/internal/folder"
	"bsnn/internal/journal"
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

// A folder keeps a grid, for one process at a time.
type folder struct {
	dir     string
	claim   *claims.Claim
	journal *journal.Journal
}

// A FolderError says why a folder cannot hold an experiment.
type FolderError = claims.Error

const want = "one that is new, empty or holds this experiment"

// openFolder claims a folder that is new or empty, or finds that it holds the
// same experiment. Another one is left as it is.
func openFolder(dir, kind string, spec any, data string, o Options) (*folder, error) {
	claim, err := claims.Take(dir, want)
	if err != nil {
		return nil, err
	}
	f := &folder{dir: dir, claim: claim}
	run := provenance.Run{Kind: "experiment " + kind, Asked: spec, Data: data, Environment: provenance.Now(o.BLAS)}
	if err := f.open(run, o); err != nil {
		return nil, errors.Join(err, f.close())
	}
	if err := f.prepare(header{format, kind, spec}); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// open finds the grid of a run, or an empty folder.
func (f *folder) open(run provenance.Run, o Options) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	if f.journal, err = journal.OpenIn(f.claim, journalName, run, o.policy()); err != nil {
		return err
	}
	if n := f.journal.Dropped(); n > 0 && o.Warn != nil {
		o.Warn(fmt.Sprintf("the last %d bytes of %s were not written completely; what they held is done again", n, f.journal.Path()))
	}
	return f.claim.Sweep()
}

// check says whether the folder is empty or has a journal, which will know whose
// it is.
func (f *folder) check() error {
	entries, err := f.claim.Entries()
	has := func(name string) bool {
		return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name })
	}
	switch {
	case err != nil:
		return &FolderError{Dir: f.dir, Problem: err.Error(), Want: want, Err: err}
	case len(entries) == 0 || has(journalName):
		return nil
	case has(specName):
		return &FolderError{Dir: f.dir, Problem: "holds an experiment of an older bsnn", Want: want}
	}
	return &FolderError{Dir: f.dir, Problem: "holds " + entries[0].Name() + " but no experiment", Want: want}
}

// prepare writes what people look for in the folder before there are results.
func (f *folder) prepare(h header) error {
	err := claims.Mkdir(filepath.Join(f.dir, runsName))
	if err == nil || errors.Is(err, fs.ErrExist) {
		return f.writeJSON(specName, h)
	}
	return err
}

func (f *folder) close() error {
	defer f.claim.Release()
	if f.journal == nil {
		return nil
	}
	return f.journal.Close()
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
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(f.dir, name), err)
	}
	return f.write(name, b.Bytes())
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
