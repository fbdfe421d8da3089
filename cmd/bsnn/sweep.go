package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

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
	machine reports.Machine

	journal *reports.Journal
}

// run measures. What an interruption leaves is in the journal.
func (s *sweep) run(ctx context.Context) (*reports.Report, error) {
	if s.output != "" {
		if err := page.CheckOutput(s.output); err != nil {
			return nil, fmt.Errorf("--output %s", strings.TrimPrefix(oneLine(err), "output folder "))
		}
		if err := s.openJournal(); err != nil {
			return nil, err
		}
	}
	line := newProgress(s.stderr)
	report, err := reports.Run(ctx, s.spec, reports.Options{
		Workers: s.workers, Images: s.set, Journal: s.journal, Machine: s.machine, Replay: replays(s.spec), Progress: line.counted("measuring"),
	})
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

// unfinished says what is kept of a run that ended early.
func (s *sweep) unfinished() string {
	if s.journal == nil || s.journal.Finished() == 0 {
		return "nothing was written"
	}
	return fmt.Sprintf("no report was written, but %d of %d cells are kept in %s: the same command goes on from there",
		s.journal.Finished(), s.spec.Cells(), s.journal.Path())
}

func (s *sweep) openJournal() error {
	digest, err := programDigest()
	if err != nil {
		return err
	}
	fingerprint, err := reports.Fingerprint(s.spec, reports.Checksum(s.set), digest)
	if err != nil {
		return err
	}
	path, err := page.JournalPath(s.output, fingerprint)
	if err != nil {
		return err
	}
	if s.journal, err = reports.OpenJournal(path); err != nil {
		return err
	}
	if n := s.journal.Finished(); n > 0 {
		fmt.Fprintf(s.stderr, "going on: %d of %d cells are in %s\n", n, s.spec.Cells(), path)
	}
	return nil
}

func (s *sweep) closeJournal() error {
	if s.journal == nil {
		return nil
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

// programDigest identifies this very program: cells that another one measured
// may differ in the last bits.
func programDigest() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("which program this is: %w", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("which program this is: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("which program this is: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)) + " " + runtime.GOOS + "/" + runtime.GOARCH, nil
}
