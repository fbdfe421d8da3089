package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"bsnn/internal/journal"
	"bsnn/internal/provenance"
	"bsnn/network/dataset"
	"bsnn/reports"
	"bsnn/reports/page"
)

// A sweep measures what a report needs, and remembers what is done.
type sweep struct {
	spec    reports.Spec
	set     *dataset.Set
	workers int
	output  string // folder to write; "" for none, and no journal
	stderr  io.Writer
	blas    string
	policy  journal.Policy

	journal *journal.Journal
}

// run measures. What an interruption leaves is in the journal.
func (s *sweep) run(ctx context.Context) (*reports.Report, error) {
	options := reports.Options{Workers: s.workers, Images: s.set, BLAS: s.blas, Replay: replays(s.spec)}
	if s.output != "" {
		if err := page.CheckOutput(s.output); err != nil {
			var output *page.OutputError
			if errors.As(err, &output) {
				return nil, fmt.Errorf("--output %s: %w", output.Dir, output.Err)
			}
			return nil, err
		}
		if err := s.openJournal(); err != nil {
			return nil, err
		}
		options.Journal, options.Mixed = s.journal, s.journal.Mixed()
	}
	line := newProgress(s.stderr)
	options.Progress = line.counted("measuring")
	report, err := reports.Run(ctx, s.spec, options)
	line.clear()
	if err == nil {
		return report, nil
	}
	unfinished := s.unfinished()
	if closing := s.closeJournal(); closing != nil {
		unfinished += " (but " + oneLine(closing) + ")"
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil, answer{exitUndecided, "interrupted; " + unfinished}
	}
	return nil, fmt.Errorf("%w; %s", err, unfinished)
}

// finished is how many cells the journal holds.
func (s *sweep) finished() int { return s.journal.Len(reports.CellSection) }

// unfinished says what is kept of a run that ended early.
func (s *sweep) unfinished() string {
	if s.journal == nil || s.finished() == 0 {
		return "nothing was written"
	}
	return fmt.Sprintf("no report was written, but %d of %d cells are kept in %s: the same command goes on from there",
		s.finished(), s.spec.Cells(), s.journal.Path())
}

// provenance is everything that the numbers of the report depend on. Only
// images meet products of explicit matrices, on their way into the network.
func (s *sweep) provenance() provenance.Run {
	blas := ""
	if s.set != nil {
		blas = s.blas
	}
	asked := struct {
		Format int `json:"format"`
		reports.Spec
	}{reports.Format, s.spec}
	return provenance.Run{Kind: "report", Asked: asked, Data: s.set.Checksum(), Environment: provenance.Now(blas)}
}

func (s *sweep) openJournal() error {
	run := s.provenance()
	name, err := run.Name()
	if err != nil {
		return err
	}
	path, err := page.JournalPath(s.output, name)
	if err != nil {
		return err
	}
	if s.journal, err = journal.Open(path, run, s.policy); err != nil {
		return keptError(err, "another --output FOLDER", nil)
	}
	noteDropped(s.stderr, s.journal)
	if n := s.finished(); n > 0 {
		fmt.Fprintf(s.stderr, "going on: %d of %d cells are in %s\n", n, s.spec.Cells(), path)
	}
	return nil
}

// closeJournal keeps the journal, unless there is nothing in it.
func (s *sweep) closeJournal() error {
	switch {
	case s.journal == nil:
		return nil
	case s.finished() == 0:
		return s.journal.Remove()
	}
	return s.journal.Close()
}

// write makes the folder; then the journal has done its work.
func (s *sweep) write(r *reports.Report) error {
	if err := page.Write(s.output, r); err != nil {
		return errors.Join(err, s.closeJournal())
	}
	return s.journal.Remove()
}
