package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"bsnn/internal/atomicfile"
	"bsnn/internal/fserror"
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
	journal *journal.Journal
}

// A FolderError says why a folder cannot hold an experiment.
type FolderError struct{ Dir, Problem, Want string }

// Error is one line.
func (e *FolderError) Error() string {
	return "folder " + e.Dir + ": " + e.Problem + "; want " + e.Want
}

// openFolder claims a folder that is new or empty, or finds that it holds the
// same experiment. Another one is left as it is.
func openFolder(dir, kind string, spec any, data string, o Options) (*folder, error) {
	if err := checkFolder(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, &FolderError{dir, fserror.Cause(err).Error(), "one that can be written"}
	}
	run := provenance.Run{Kind: "experiment " + kind, Asked: spec, Data: data, Environment: provenance.Now(o.BLAS)}
	j, err := journal.Open(filepath.Join(dir, journalName), run, o.policy())
	if err != nil {
		return nil, err
	}
	f := &folder{dir, j}
	if n := j.Dropped(); n > 0 && o.Warn != nil {
		o.Warn(fmt.Sprintf("the last %d bytes of %s were not written completely; what they held is done again", n, j.Path()))
	}
	if err := os.MkdirAll(filepath.Join(dir, runsName), 0o777); err != nil {
		return nil, errors.Join(&FolderError{dir, fserror.Cause(err).Error(), "one that can be written"}, f.close())
	}
	if err := f.writeJSON(specName, header{format, kind, spec}); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// checkFolder says whether a folder is new, is empty or has a journal, which
// will know whose it is.
func checkFolder(dir string) error {
	const want = "one that is new, empty or holds this experiment"
	if dir == "" {
		return &FolderError{`""`, "has no name", "the name of a folder"}
	}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &FolderError{dir, fserror.Cause(err).Error(), want}
	case len(entries) == 0:
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, journalName)); err == nil {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, specName)); err == nil {
		return &FolderError{dir, "holds an experiment of an older bsnn", want}
	}
	return &FolderError{dir, "holds " + entries[0].Name() + " but no experiment", want}
}

func (f *folder) close() error { return f.journal.Close() }

// run is the folder of a training.
func (f *folder) run(key string) string { return filepath.Join(f.dir, runsName, key) }

// machine is what the results say of where they were made.
func (f *folder) machine(o Options) provenance.Machine {
	m := provenance.Here(o.BLAS)
	m.Workers, m.Mixed = workers(o.Workers), f.journal.Mixed()
	return m
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
