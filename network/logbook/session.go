package logbook

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"bsnn/internal/folder"
	"bsnn/internal/journal"
	"bsnn/internal/limits"
	"bsnn/internal/provenance"
	"bsnn/network/dataset"
	"bsnn/network/training"
)

// A Session is a run and, if it has one, its folder.
type Session struct {
	dir   string // empty: nothing is kept
	claim *folder.Claim
	store *store
	blas  string
	doc   Document
	run   *training.Run
}

// New begins a run, in a folder that does not exist or is empty, or without
// one when dir is empty. Nothing stays of a run that turns out to be impossible.
// Close the Session when it has trained.
func New(dir string, spec training.Spec, data Data, e *dataset.Examples, o Options) (*Session, error) {
	s := &Session{dir: dir, blas: o.BLAS}
	if err := s.begin(spec, data, e, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Session) begin(spec training.Spec, data Data, e *dataset.Examples, o Options) (err error) {
	if s.dir != "" {
		if s.claim, err = folder.Take(s.dir, want); err != nil {
			return err
		}
		if err := vacant(s.dir, s.claim); err != nil {
			return err
		}
	}
	if s.dir != "" {
		path := filepath.Join(s.dir, CheckpointName)
		if err := limits.FitDisk(path, spec.CheckpointSize(), "a smaller width or depth, or a folder on another disk"); err != nil {
			return err
		}
	}
	if s.run, err = training.New(spec, e.Train, e.Test); err != nil {
		return err
	}
	s.doc = Document{Format: Format, Spec: spec, Data: data, Status: Running, Records: []training.EpochRecord{}}
	if s.dir == "" {
		return nil
	}
	if err := s.claim.Sweep(); err != nil {
		return err
	}
	if Begun(s.dir) { // by a process that came no further
		if err := journal.DiscardIn(s.claim, JournalName); err != nil {
			return err
		}
	}
	if s.store, err = openStore(s.claim, spec, data, e, o); err != nil {
		return err
	}
	return s.doc.write(s.dir)
}

// Resume goes on with the run of a folder: from its checkpoint, or from the
// beginning where it was killed before the first one. The spec must be that of
// the Document except for Epochs and Steps, the rows the same, and so the build of
// the program, the processor and the BLAS library, unless the options say that
// they may differ: the error names the first thing that does. Close the Session
// when it has trained.
func Resume(dir string, spec training.Spec, data Data, e *dataset.Examples, o Options) (*Session, error) {
	if !Begun(dir) {
		_, err := Read(dir)
		if err == nil {
			err = fmt.Errorf("%s holds a training run of an older bsnn; want the program that began it, or another folder", dir)
		}
		return nil, err
	}
	s := &Session{dir: dir, blas: o.BLAS}
	if err := s.goOn(spec, data, e, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Session) goOn(spec training.Spec, data Data, e *dataset.Examples, o Options) (err error) {
	if s.claim, err = folder.Take(s.dir, "one that a run was begun in"); err != nil {
		return err
	}
	if s.store, err = openStore(s.claim, spec, data, e, o); err != nil {
		return err
	}
	if err := s.claim.Sweep(); err != nil {
		return err
	}
	return s.restore(spec, data, e)
}

func (s *Session) restore(spec training.Spec, data Data, e *dataset.Examples) (err error) {
	checkpoint := filepath.Join(s.dir, CheckpointName)
	if _, missing := os.Stat(checkpoint); errors.Is(missing, fs.ErrNotExist) {
		s.run, err = training.New(spec, e.Train, e.Test)
	} else {
		s.run, err = training.Resume(checkpoint, spec, e.Train, e.Test)
	}
	if err != nil {
		return err
	}
	if s.doc, err = s.store.document(len(s.run.Records())); err != nil {
		return err
	}
	s.doc.Format, s.doc.Spec, s.doc.Data = Format, spec, data
	if err := s.doc.checkWhole(); err != nil {
		return fmt.Errorf("%s: %s; want the file as the run wrote it", s.store.Path(), err.Error())
	}
	return nil
}

// Close lets other processes have the folder.
func (s *Session) Close() error {
	defer s.claim.Release()
	return s.store.close()
}

// An OccupiedError says why a run cannot have a folder.
type OccupiedError = folder.Error

const want = "one that is new or empty"

// vacant says whether a new run may have a folder.
func vacant(dir string, c *folder.Claim) error {
	entries, err := c.Entries()
	if err != nil {
		return &OccupiedError{Dir: dir, Problem: err.Error(), Want: want, Err: err}
	}
	if _, err := os.Lstat(c.Path(DocumentName)); err == nil {
		return &OccupiedError{Dir: dir, Problem: "holds a training run", Want: "--resume to go on with it, or " + want}
	}
	for _, f := range entries {
		if f.Name() != JournalName { // of a process that came no further
			return &OccupiedError{Dir: dir, Problem: "holds " + f.Name(), Want: want}
		}
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
// is that of the folder.
func (s *Session) Train(ctx context.Context, o training.Options) (training.Summary, error) {
	o = s.prepared(o)
	s.doc.Machine = provenance.Here(s.blas)
	s.doc.Machine.Workers, s.doc.Machine.Mixed = o.Workers, s.store.mixed()
	if err := s.measureStart(ctx, o.Workers); err != nil {
		return training.Summary{}, err
	}
	seconds := s.doc.Seconds
	report := o.Epoch
	o.Epoch = func(r training.EpochRecord) error {
		s.doc.Records = append(s.doc.Records, r)
		if err := errors.Join(s.store.putEpoch(r), s.render()); err != nil {
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
	return *s.doc.Summary, errors.Join(err, s.store.putHead(s.doc), s.render())
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
func (s *Session) measureStart(ctx context.Context, workers int) error {
	s.doc.Status, s.doc.Problem, s.doc.Divergence = Running, "", nil
	if s.run.Step() == 0 {
		start, err := s.run.Measure(ctx, startBatches, workers)
		if err != nil {
			return err
		}
		s.doc.Start = &start
		if err := s.store.putStart(start); err != nil {
			return err
		}
	}
	return errors.Join(s.store.putHead(s.doc), s.render())
}

// render writes the Document for people and programs to read.
func (s *Session) render() error {
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
	var dead *training.DeadSignalError
	switch {
	case err == nil:
		d.Status = Complete
	case errors.As(err, &dead):
		d.Status, d.Problem = Dead, dead.Error()
		d.Divergence = &Divergence{dead.Step, dead.Epoch, dead.Layer, dead.What()}
	case errors.As(err, &diverged):
		d.Status, d.Problem = Diverged, diverged.Error()
		d.Divergence = &Divergence{diverged.Step, diverged.Epoch, diverged.Layer, diverged.What}
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		d.Status = Interrupted
	default:
		d.Status, d.Problem = Failed, err.Error()
	}
}
