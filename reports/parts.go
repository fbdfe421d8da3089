package reports

import (
	"context"
	"errors"

	"bsnn/internal/journal"
	"bsnn/internal/parts"
	"bsnn/network"
	"bsnn/properties"
)

// About how long things take one processor, in seconds, for dividing a sweep into parts of
// roughly equal cost.
const (
	groundworkSeconds = 0.3
	cellSeconds       = 0.005 // theory
)

// A place is what one unit of a sweep is about: an activation, or a cell of it.
type place struct {
	subject      int
	width, depth int // 0: the activation without any network
}

// Units are what a sweep can be divided into: the groundwork of each activation, and cells,
// which are networks. A cell that fails is a failure of the sweep's report. An error of a unit
// means that the sweep cannot go on: ctx was cancelled, a function cannot be resolved, or the
// journal cannot be kept. Journal and Progress of the options are not used.
func Units(spec Spec, opt Options) ([]parts.Unit, error) {
	opt.Journal, opt.Progress = nil, nil
	s, err := newSweep(spec, opt)
	if err != nil {
		return nil, err
	}
	return s.units(), nil
}

func (s *sweep) units() (units []parts.Unit) {
	add := func(at place, u parts.Unit) {
		u.Measure = func(ctx context.Context, j *journal.Journal, p parts.Piece, progress func(float64)) error {
			own := s.apart(j)
			own.total = cellWork(at.width, at.depth, p.Trials)
			own.opt.Progress = func(done, total int) { progress(float64(done) / float64(max(1, total))) }
			return own.piece(ctx, at, u, p)
		}
		units = append(units, u)
	}
	for i, subject := range s.spec.Subjects {
		add(place{subject: i}, parts.Unit{Name: subject.Key, Cost: groundworkSeconds})
		for _, n := range s.spec.Widths {
			for _, l := range s.spec.Depths() {
				trials := s.spec.TrialsAt(n, l)
				cost := cellSeconds + float64(trials)*properties.Ensemble{Width: n, Depth: l, Weights: s.weights}.Seconds()
				add(place{i, n, l}, parts.Unit{Name: cellKey(subject, n, l), Cost: cost, Trials: trials})
			}
		}
	}
	return units
}

// apart is the sweep with a journal of its own, for one piece of a part.
func (s *sweep) apart(j *journal.Journal) *sweep {
	own := *s
	own.opt.Journal, own.cells, own.failures, own.done = j, map[string]cellResult{}, nil, 0
	return &own
}

// piece measures one.
func (s *sweep) piece(ctx context.Context, at place, u parts.Unit, p parts.Piece) error {
	var err error
	switch {
	case u.Trials == 0:
		_, err = s.groundwork(ctx, at.subject)
		return err
	case p.Trials == u.Trials:
		if err := s.remember(s.spec.Subjects[at.subject], at.width, at.depth); err != nil {
			return err
		}
		_, err = s.cell(ctx, at.subject, at.width, at.depth)
	default:
		err = s.record(ctx, at, u.Name, p)
	}
	if err == nil || stopped(ctx, err) {
		return err
	}
	if _, unresolved := s.resolved(at.subject); unresolved != nil {
		return unresolved
	}
	return s.opt.Journal.Put(failureSection, u.Name, err.Error())
}

// record measures some trials of a cell, those that the journal does not have, and keeps
// them one by one.
func (s *sweep) record(ctx context.Context, at place, key string, p parts.Piece) error {
	res, err := s.resolved(at.subject)
	if err != nil {
		return err
	}
	e, err := s.ensemble(res, at.width, at.depth)
	if err != nil {
		return err
	}
	section := trialSection(key)
	first := p.First
	for ; first < p.First+p.Trials; first++ {
		if _, ok := s.opt.Journal.Lookup(section, first); !ok {
			break
		}
	}
	left := p.First + p.Trials - first
	if left == 0 {
		return nil
	}
	trials, err := s.measure(ctx, e, first, left)
	if err != nil {
		return err
	}
	for i, t := range trials {
		s.opt.Journal.Record(section, first+i, flat(t))
	}
	return nil
}

// trialSection is where a journal has the networks of a cell one by one.
func trialSection(cell string) string { return "networks of " + cell }

// recorded are the networks of a cell, if the journal has all of them one by one.
func (s *sweep) recorded(cell string, depth, trials int) ([]network.Norms, bool) {
	if s.opt.Journal == nil {
		return nil, false
	}
	var out []network.Norms
	for i := range trials {
		v, ok := s.opt.Journal.Lookup(trialSection(cell), i)
		if !ok || len(v) != 3*depth+2 {
			return nil, false
		}
		out = append(out, network.Norms{X: v[:depth+1], D: v[depth+1 : 2*depth+1], Y: v[2*depth+1:]})
	}
	return out, true
}

// flat are the norms of a network in one vector.
func flat(n network.Norms) []float64 {
	v := make([]float64, 0, len(n.X)+len(n.D)+len(n.Y))
	return append(append(append(v, n.X...), n.D...), n.Y...)
}

// failedInPart is why a cell could not be measured where a part of the sweep tried, or nil.
func (s *sweep) failedInPart(cell string) error {
	if s.opt.Journal == nil {
		return nil
	}
	var why string
	found, err := s.opt.Journal.Get(failureSection, cell, &why)
	if err != nil {
		return &journalError{err}
	}
	if found {
		return errors.New(why)
	}
	return nil
}

// Merge is the report of a sweep whose parts are in the journal.
func Merge(ctx context.Context, spec Spec, opt Options) (*Report, error) {
	s, err := newSweep(spec, opt)
	if err != nil {
		return nil, err
	}
	return s.report(ctx)
}
