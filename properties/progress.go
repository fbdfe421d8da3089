package properties

import "sync/atomic"

// meter follows a verification from ensemble to ensemble.
type meter struct {
	report   func(Progress)
	journal  Journal
	trials   int      // at most, in each ensemble
	begun    Progress // when the ensemble under way began
	now      Progress
	restored atomic.Int64 // trials of it that the journal had
}

func (v Verification) newMeter(all []Ensemble) *meter {
	m := &meter{report: v.Progress, journal: v.Budget.Journal, trials: v.Budget.Trials}
	for _, e := range all {
		m.now.Total += e.Width * e.Depth * m.trials
	}
	return m
}

// begin is what the next ensemble reports to and remembers with.
func (m *meter) begin(e Ensemble) (progress func(done, total int), journal Journal) {
	m.now.Width, m.now.Depth = e.Width, e.Depth
	m.begun = m.now
	m.restored.Store(0)
	if m.journal != nil {
		journal = countingJournal{m.journal, &m.restored}
	}
	return func(done, _ int) { m.update(done, int(m.restored.Load()), e.Width*e.Depth) }, journal
}

// update takes the trials of the ensemble under way; each is some work.
func (m *meter) update(done, restored, work int) {
	m.now.Networks, m.now.Restored = m.begun.Networks+done, m.begun.Restored+restored
	m.now.Done, m.now.Saved = m.begun.Done+work*done, m.begun.Saved+work*restored
	if m.report != nil {
		m.report(m.now)
	}
}

// end counts the trials that were planned but not needed as done.
func (m *meter) end(e Ensemble) {
	skipped := m.begun.Done + e.Width*e.Depth*m.trials - m.now.Done
	m.now.Done += skipped
	m.now.Saved += skipped
}

// countingJournal counts the trials that a journal had.
type countingJournal struct {
	Journal
	found *atomic.Int64
}

func (j countingJournal) Lookup(address string, trial int) ([]float64, bool) {
	v, ok := j.Journal.Lookup(address, trial)
	if ok {
		j.found.Add(1)
	}
	return v, ok
}
