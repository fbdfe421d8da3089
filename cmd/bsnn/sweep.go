package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"bsnn/internal/journal"
	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/network/dataset"
	"bsnn/reports"
	"bsnn/reports/page"

	"github.com/spf13/cobra"
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

	all     *parts.Parts // whose report is made; nil where the sweep is measured here
	folder  *page.Output
	journal *journal.Journal
}

// run measures. What an interruption leaves is in the journal.
func (s *sweep) run(ctx context.Context) (*reports.Report, error) {
	options := reports.Options{Workers: s.workers, Images: s.set, BLAS: s.blas, Replay: replays(s.spec)}
	if s.all != nil {
		return s.merge(ctx, options)
	}
	if s.output != "" {
		if err := s.claim(); err != nil {
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
	if closing := s.close(); closing != nil {
		unfinished += " (but " + oneLine(closing) + ")"
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil, answer{exitUndecided, "interrupted; " + unfinished}
	}
	return nil, fmt.Errorf("%w; %s", err, unfinished)
}

// merge makes the report of all parts.
func (s *sweep) merge(ctx context.Context, options reports.Options) (*reports.Report, error) {
	var err error
	if s.folder, err = page.Claim(s.output); err != nil {
		return nil, outputError(err, nil)
	}
	// All parts and the whole report are in memory at once: rather more often collected than twice as large.
	defer debug.SetGCPercent(debug.SetGCPercent(mergeGarbage))
	line := newProgress(s.stderr)
	options.Journal, options.Mixed, options.Progress = s.all, s.all.Mixed(), line.counted("merging")
	report, err := reports.Merge(ctx, s.spec, options)
	line.clear()
	if err != nil {
		s.folder.Close()
	}
	return report, err
}

// mergeGarbage is how much garbage there may be beside what is in use, in per cent.
const mergeGarbage = 30

// parts is the sweep for those who share it.
func (s *sweep) parts(command parts.Command) (parts.Sweep, error) {
	units, err := reports.Units(s.spec, reports.Options{Workers: s.workers, Images: s.set, BLAS: s.blas})
	return parts.Sweep{Run: s.provenance(), Units: units, Command: command}, err
}

// dataCommand is what a command says that a specification does not.
func dataCommand(c *cobra.Command) parts.Command {
	command := commandOf(c)
	for name := range command {
		if name != "data" {
			delete(command, name)
		}
	}
	return command
}

// specOf is the specification of the sweep that parts are of.
func specOf(all *parts.Parts) (reports.Spec, error) {
	var asked struct{ reports.Spec }
	if err := all.Asked(&asked); err != nil {
		return asked.Spec, fmt.Errorf("--merge %s: %w", all.Path(), err)
	}
	return asked.Spec, nil
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

// claim takes the folder, and looks for what is done.
func (s *sweep) claim() (err error) {
	if s.folder, err = page.Claim(s.output); err != nil {
		return outputError(err, nil)
	}
	if s.journal, err = s.folder.Journal(s.provenance(), s.policy); err != nil {
		s.folder.Close()
		return outputError(err, nil)
	}
	noteDropped(s.stderr, s.journal)
	if n := s.finished(); n > 0 {
		fmt.Fprintf(s.stderr, "going on: %d of %d cells are in %s\n", n, s.spec.Cells(), s.journal.Path())
	}
	return nil
}

// close lets the folder go, and keeps the journal in it unless there is nothing
// in that.
func (s *sweep) close() error {
	if s.journal == nil {
		if s.folder != nil {
			s.folder.Close()
		}
		return nil
	}
	defer s.folder.Close()
	if s.finished() == 0 {
		return s.journal.Remove()
	}
	return s.journal.Close()
}

// write makes the page; then the journal has done its work.
func (s *sweep) write(r *reports.Report) error {
	if err := s.folder.Write(r); err != nil {
		return errors.Join(outputError(err, nil), s.close())
	}
	defer s.folder.Close()
	if s.journal == nil { // the parts stay
		return nil
	}
	return s.journal.Remove()
}
