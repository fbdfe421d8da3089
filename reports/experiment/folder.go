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
	"bsnn/network/logbook"
)

const (
	specName    = "experiment.json"
	resultsName = "results.json"
	csvName     = "results.csv"
	cellsName   = "cells"
	runsName    = "runs"
)

// format is written to experiment.json.
const format = "bsnn experiment 1"

// header is the content of experiment.json.
type header[S any] struct {
	Format string `json:"format"`
	Kind   string `json:"kind"` // "norms" or "accuracy"
	Spec   S      `json:"spec"`
}

// A folder keeps a grid.
type folder string

// A FolderError says why a folder cannot hold an experiment.
type FolderError struct{ Dir, Problem, Want string }

// Error is one line.
func (e *FolderError) Error() string {
	return "folder " + e.Dir + ": " + e.Problem + "; want " + e.Want
}

// openFolder claims a folder that is new or empty, or finds that it holds the
// same experiment. Another one is left as it is.
func openFolder[S any](dir, kind string, spec S) (folder, error) {
	if err := checkFolder(dir, kind, spec); err != nil {
		return "", err
	}
	for _, sub := range []string{cellsName, runsName} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o777); err != nil {
			return "", &FolderError{dir, cause(err), "one that can be written"}
		}
	}
	f := folder(dir)
	return f, f.writeJSON(specName, header[S]{format, kind, spec})
}

func checkFolder[S any](dir, kind string, spec S) error {
	if dir == "" {
		return &FolderError{`""`, "has no name", "the name of a folder"}
	}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &FolderError{dir, cause(err), "one that is new, empty or holds this experiment"}
	case len(entries) == 0:
		return nil
	}
	raw, err := os.ReadFile(filepath.Join(dir, specName))
	if err != nil {
		return &FolderError{dir, "holds " + entries[0].Name() + " but no experiment", "one that is new, empty or holds this experiment"}
	}
	var begun header[S]
	if err := json.Unmarshal(raw, &begun); err != nil || begun.Format != format {
		return &FolderError{dir, specName + " is damaged or something else", "one that is new, empty or holds this experiment"}
	}
	if begun.Kind != kind {
		return &FolderError{dir, "holds the experiment " + begun.Kind, "another folder"}
	}
	if field, has, asked := logbook.Differs(begun.Spec, spec); field != "" {
		return &FolderError{dir, fmt.Sprintf("holds an experiment with %s %s, not %s", field, has, asked), "the same flags to go on with it, or another folder"}
	}
	return nil
}

// readCell reads a finished cell, if there is one. A damaged one is an error:
// it is not silently computed again.
func readCell[R any](f folder, key string, cell *Cell[R]) (found bool, err error) {
	path := filepath.Join(string(f), cellsName, key+".json")
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%s: %s; want a finished cell", path, cause(err))
	}
	if err := json.Unmarshal(raw, cell); err != nil || cell.Key != key || cell.Result == nil {
		return false, fmt.Errorf("%s: damaged; want a finished cell, or no file to compute it again", path)
	}
	return true, nil
}

func writeCell[R any](f folder, cell Cell[R]) error {
	return f.writeJSON(filepath.Join(cellsName, cell.Key+".json"), cell)
}

// run is the folder of a training.
func (f folder) run(key string) string { return filepath.Join(string(f), runsName, key) }

func (f folder) writeJSON(name string, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(string(f), name), err)
	}
	return f.write(name, b.Bytes())
}

func (f folder) write(name string, data []byte) error {
	path := filepath.Join(string(f), name)
	err := atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
