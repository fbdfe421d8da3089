package logbook

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"bsnn/internal/fserror"
	"bsnn/network/dataset"
	"bsnn/network/training"
)

// A Session is a run and, if it has one, its folder.
type Session struct {
	dir string // empty: nothing is kept
	doc Document
	run *training.Run
}

// New begins a run, in a folder that does not exist or is empty, or without
// one when dir is empty. Nothing is written before the run turns out to be
// possible.
func New(dir string, spec training.Spec, data Data, e *dataset.Examples) (*Session, error) {
	if err := vacant(dir); err != nil {
		return nil, err
	}
	run, err := training.New(spec, e.Train, e.Test)
	if err != nil {
		return nil, err
	}
	s := &Session{dir: dir, run: run}
	s.doc = Document{Format: Format, Spec: spec, Data: data, Status: Running, Records: []training.EpochRecord{}}
	if dir == "" {
		return s, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, &OccupiedError{dir, fserror.Cause(err).Error(), "one that can be written"}
	}
	return s, s.doc.write(dir)
}

// Resume goes on with the run of a folder: from its checkpoint, or from the
// beginning where it was killed before the first one. The spec must be that of
// the Document except for Epochs and Steps, and the rows the same; [Differs]
// says in detail what is not.
func Resume(dir string, spec training.Spec, data Data, e *dataset.Examples) (*Session, error) {
	doc, err := Read(dir)
	if err != nil {
		return nil, err
	}
	s := &Session{dir: dir, doc: *doc}
	if err := s.doc.accept(dir, spec, data); err != nil {
		return nil, err
	}
	checkpoint := filepath.Join(dir, CheckpointName)
	if _, err := os.Stat(checkpoint); errors.Is(err, fs.ErrNotExist) {
		s.run, err = training.New(spec, e.Train, e.Test)
		if err != nil {
			return nil, err
		}
	} else if s.run, err = training.Resume(checkpoint, spec, e.Train, e.Test); err != nil {
		return nil, err
	}
	s.doc.Spec, s.doc.Data.Source = spec, data.Source
	s.doc.Records = append([]training.EpochRecord{}, s.run.Records()...)
	return s, nil
}

// An OccupiedError says why a new run cannot have a folder.
type OccupiedError struct{ Dir, Problem, Want string }

// Error is one line.
func (e *OccupiedError) Error() string {
	return "folder " + e.Dir + ": " + e.Problem + "; want " + e.Want
}

// vacant says whether a new run may have the folder.
func vacant(dir string) error {
	if dir == "" {
		return nil
	}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &OccupiedError{dir, fserror.Cause(err).Error(), "one that is new or empty"}
	}
	for _, f := range entries {
		if f.Name() == DocumentName {
			return &OccupiedError{dir, "holds a training run", "--resume to go on with it, or one that is new or empty"}
		}
	}
	if len(entries) > 0 {
		return &OccupiedError{dir, "holds " + entries[0].Name(), "one that is new or empty"}
	}
	return nil
}

// Document is the state of the run. The caller must not change it.
func (s *Session) Document() *Document { return &s.doc }

// Run is the network in training.
func (s *Session) Run() *training.Run { return s.run }

// startBatches is how many batches the norms before the first step are
// measured on.
const startBatches = 1

// Train trains to the end of the Spec and writes down what happens: see
// [training.Run.Train], whose errors it returns. The checkpoint of the options
// is that of the folder. blas names the matrix library.
func (s *Session) Train(ctx context.Context, o training.Options, blas string) (training.Summary, error) {
	o = s.prepared(o)
	s.doc.Machine = Machine{Workers: o.Workers, BLAS: blas, CPUs: runtime.NumCPU()}
	if err := s.measureStart(ctx); err != nil {
		return training.Summary{}, err
	}
	seconds := s.doc.Seconds
	report := o.Epoch
	o.Epoch = func(r training.EpochRecord) error {
		s.doc.Records = append(s.doc.Records, r)
		if err := s.save(); err != nil {
			return err
		}
		if report == nil {
			return nil
		}
		return report(r)
	}
	summary, err := s.run.Train(ctx, o)
	s.doc.adopt(summary)
	s.doc.Seconds = seconds + summary.Speed.Seconds
	s.doc.conclude(err)
	return *s.doc.Summary, errors.Join(err, s.save())
}

func (s *Session) prepared(o training.Options) training.Options {
	if s.dir != "" {
		o.Checkpoint = filepath.Join(s.dir, CheckpointName)
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o
}

// measureStart records the norms before the first step.
func (s *Session) measureStart(ctx context.Context) error {
	s.doc.Status, s.doc.Problem, s.doc.Divergence = Running, "", nil
	if s.run.Step() == 0 {
		start, err := s.run.Measure(ctx, startBatches)
		if err != nil {
			return err
		}
		s.doc.Start = &start
	}
	return s.save()
}

func (s *Session) save() error {
	if s.dir == "" {
		return nil
	}
	return s.doc.write(s.dir)
}

// adopt takes the summary of a call. One that had no step left to do, because
// the run was complete or was stopped during its last test, keeps the speed that
// was measured before, and what it does not say anew.
func (d *Document) adopt(s training.Summary) {
	if former := d.Summary; former != nil && s.Speed.Steps == 0 {
		if s.Test == nil {
			former.Complete = s.Complete
			return
		}
		s.Speed = former.Speed
	}
	d.Summary = &s
}

// conclude sets the status from what Train returned.
func (d *Document) conclude(err error) {
	var diverged *training.DivergenceError
	switch {
	case err == nil:
		d.Status = Complete
	case errors.As(err, &diverged):
		d.Status, d.Problem = Diverged, diverged.Error()
		d.Divergence = &Divergence{diverged.Step, diverged.Epoch, diverged.Layer, diverged.What}
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		d.Status = Interrupted
	default:
		d.Status, d.Problem = Failed, err.Error()
	}
}
