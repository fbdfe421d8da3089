package parts

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"bsnn/internal/journal"
	"bsnn/internal/provenance"
)

// A Sweep is what all parts have in common.
type Sweep struct {
	Run     provenance.Run // the whole
	Units   []Unit
	Command Command
}

// A Command is how somebody asked for a run: the values of each flag that was given.
type Command map[string][]string

// A header is what was asked for in one part.
type header struct {
	Part    int     `json:"part"` // from 1
	Of      int     `json:"of"`
	Command Command `json:"command"`
	Whole   any     `json:"whole"` // what was asked for in the whole run
}

// MaxParts is the largest number of parts.
const MaxParts = 1_000_000

// about is the run that a part is of, and which part it is.
func about(r *journal.Reading) (whole provenance.Run, h header, err error) {
	whole = r.Run()
	text, err := json.Marshal(whole.Asked)
	if err != nil {
		return whole, h, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // seeds have more digits than a float64
	err = d.Decode(&h)
	kind, ok := strings.CutSuffix(whole.Kind, kindSuffix)
	if err != nil || !ok || h.Of < 1 || h.Of > MaxParts || h.Part < 1 || h.Part > h.Of || h.Whole == nil {
		return whole, h, &ForeignError{Path: r.Path(), Why: "it is of no part of a run"}
	}
	whole.Kind, whole.Asked = kind, h.Whole
	return whole, h, nil
}

// kindSuffix follows the kind of the whole run.
const kindSuffix = " part"

// completeSection is where a part says that it is complete.
const completeSection = "complete"

// Timing is a section for what differs from one computation of a part to another, as times do.
const Timing = "timing"

const unfinished = ".unfinished"

var fileName = regexp.MustCompile(`^part-(\d+)-of-(\d+)\.journal(` + regexp.QuoteMeta(unfinished) + `)?$`)

// name is that of the file of a complete part.
func name(part, of int) string {
	return fmt.Sprintf("part-%0*d-of-%d.journal", len(strconv.Itoa(of)), part, of)
}

// IsFile says whether a file with this name is a part, complete or not, or its lock.
func IsFile(name string) bool {
	return fileName.MatchString(strings.TrimSuffix(name, ".lock"))
}

// A Part is one part of a run that this process computes.
type Part struct {
	Number  int // from 1
	Of      int
	Pieces  []Piece
	Journal *journal.Journal // nil where the part was complete before
	Path    string           // the file of the complete part

	units []Unit
}

// A Folder takes the parts of a run.
type Folder struct {
	dir    string
	sweep  Sweep
	pieces [][]Piece // by part
	policy journal.Policy
}

// In makes a folder where there is none, for n parts. An error is a [*ForeignError] where it
// holds parts of another run or number, and otherwise comes from the file system.
func (s Sweep) In(dir string, n int, policy journal.Policy) (*Folder, error) {
	if n < 1 || n > MaxParts {
		return nil, fmt.Errorf("%d parts; want 1 to %d", n, MaxParts)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	if err := s.fits(dir, n, policy); err != nil {
		return nil, err
	}
	return &Folder{dir, s, Divide(s.Units, n), policy}, nil
}

// Open begins part number i, from 1, or goes on with it. Where the part is there already,
// complete, there is no journal. An error is one of [journal.Open], or of [journal.Read] and
// [*ForeignError] about a complete part.
func (f *Folder) Open(i int) (*Part, error) {
	n := len(f.pieces)
	if i < 1 || i > n {
		return nil, fmt.Errorf("part %d of %d; want a part from 1 to their number", i, n)
	}
	run := f.sweep.Run
	run.Kind += kindSuffix
	run.Asked = header{i, n, f.sweep.Command, f.sweep.Run.Asked}
	p := &Part{Number: i, Of: n, Pieces: f.pieces[i-1], Path: filepath.Join(f.dir, name(i, n)), units: f.sweep.Units}
	if _, err := os.Lstat(p.Path); err == nil {
		r, err := journal.Read(p.Path)
		if err != nil {
			return nil, err
		}
		whole, _, err := about(r)
		return p, errors.Join(err, foreign(f.sweep.Run, whole, p.Path, f.policy))
	}
	var err error
	p.Journal, err = journal.Open(p.Path+unfinished, run, f.policy)
	return p, err
}

// fits says whether the complete parts in a folder are those of a run.
func (s Sweep) fits(dir string, n int, policy journal.Policy) error {
	paths, err := files(dir)
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return nil
	}
	r, err := journal.Read(paths[0]) // Read will say where parts do not fit one another
	if err != nil {
		return err
	}
	whole, h, err := about(r)
	switch {
	case err != nil:
		return err
	case h.Of != n:
		return &ForeignError{Path: r.Path(), Why: fmt.Sprintf("it is a part of %d, not of %d", h.Of, n)}
	}
	return foreign(s.Run, whole, r.Path(), policy)
}

// A ForeignError says that a file is not a part of the run at hand.
type ForeignError struct {
	Path string
	Why  string
	// Around says that the environment alone differs: with [journal.Mixed] it belongs.
	Around bool
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s does not belong to this run: %s", e.Path, e.Why)
}

// foreign says in what the run of a part differs from the run at hand.
func foreign(here, there provenance.Run, path string, policy journal.Policy) error {
	d := here.Against(there)
	if d == nil || d.Part == provenance.Around && policy == journal.Mixed {
		return nil
	}
	return &ForeignError{path, d.Error(), d.Part == provenance.Around}
}

// Finish gives the complete part its name.
func (p *Part) Finish() error {
	if err := p.Journal.Put(completeSection, "pieces", len(p.Pieces)); err != nil {
		return err
	}
	err := p.Journal.Finish(p.Path)
	if errors.Is(err, fs.ErrExist) { // somebody else has finished it
		return p.Journal.Remove()
	}
	return err
}

// files are the complete parts in a folder, in the order of their names.
func files(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if m := fileName.FindStringSubmatch(e.Name()); m != nil && m[3] == "" {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	return out, nil
}
