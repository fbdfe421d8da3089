package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"bsnn/internal/atomicfile"
	"bsnn/internal/folder"
	"bsnn/internal/journal"
	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/properties"

	"github.com/spf13/cobra"
)

// stateFlags say where an unfinished run is kept.
type stateFlags struct {
	mixedFlag
	file   string
	resume bool
}

func (f *stateFlags) register(c *cobra.Command) {
	c.Flags().BoolVar(&f.resume, "resume", false, "continue an unfinished run of the same command, to the same result")
	c.Flags().StringVar(&f.file, "state", "", "file that keeps the unfinished run (default: one in the user's cache folder)")
	f.mixedFlag.register(c)
}

// stateHelp is for the long help of verbs with stateFlags.
const stateHelp = `What is done is kept until the run is complete, so a run that was interrupted or
killed continues when the same command is given with --resume, and ends with the same
result, bit for bit. Where there is nothing to resume it begins at the beginning.
Without --resume a run begins afresh; an unfinished run of the same command is set
aside and the way to continue it is printed. --state FILE keeps the run in a file of
your choice, which must not exist unless --resume is given; what is in the cache folder
and was not continued for 30 days is removed.

` + mixedHelp

// A state keeps an unfinished run, or knows one whose parts are there. One without a journal
// keeps nothing.
type state struct {
	journal *journal.Journal
	cached  string // the file in the cache folder; empty for a file the user chose
	all     *parts.Parts
}

// keep is the state of a run whose parts are there, or is opened.
func (f *stateFlags) keep(c *cobra.Command, all *parts.Parts, run provenance.Run) (*state, error) {
	if all != nil {
		return &state{all: all}, nil
	}
	return f.open(c, run)
}

// remembers is what a run looks up and records statistics in, or nil.
func (s *state) remembers() properties.Journal {
	switch {
	case s.all != nil:
		return s.all
	case s.journal != nil:
		return s.journal
	}
	return nil
}

// open finds or makes the state of a run. What is wrong with a file that the
// user asked for is an error; otherwise the run goes on without keeping anything,
// and stderr says so.
func (f *stateFlags) open(c *cobra.Command, run provenance.Run) (*state, error) {
	s := &state{}
	err := f.find(s, c, run)
	if err == nil || f.resume || f.file != "" {
		return s, err
	}
	note(c.ErrOrStderr(), "this run cannot be resumed: %s", oneLine(err))
	return &state{}, nil
}

func (f *stateFlags) find(s *state, c *cobra.Command, run provenance.Run) (err error) {
	path := f.file
	if path == "" {
		if path, err = cachedState(run); err != nil {
			return err
		}
		s.cached = path
	} else if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("--state %s is a folder; want a file", path)
	} else if err == nil && info.Size() > 0 && !f.resume {
		return fmt.Errorf("--state %s exists; want --resume to continue the run in it, or another file", path)
	}
	s.journal, err = journal.Open(path, run, f.policy())
	if err == nil {
		noteDropped(c.ErrOrStderr(), s.journal)
	}
	switch {
	case f.resume && err == nil && s.journal.Restored() == 0:
		note(c.ErrOrStderr(), "nothing to resume: no unfinished run of this command is kept; beginning at the beginning")
	case f.resume && err == nil:
		note(c.ErrOrStderr(), "resuming after %d networks", s.journal.Restored())
	case f.resume || f.file != "":
		return stateError(path, err)
	default:
		return f.setAside(s, c, path, run, err)
	}
	return nil
}

// setAside makes room for a run that begins afresh, where opening the state
// found a run or failed with err.
func (f *stateFlags) setAside(s *state, c *cobra.Command, path string, run provenance.Run, err error) error {
	if err == nil && s.journal.Restored() == 0 {
		return nil
	}
	why := ""
	var other *journal.RunError
	var damage *journal.DamageError
	switch {
	case err == nil:
		s.journal.Close()
	case errors.As(err, &other), errors.As(err, &damage):
		why = oneLine(stateError(path, err))
	default:
		return stateError(path, err)
	}
	aside, err := moveAside(path)
	if err != nil {
		return stateError(path, err)
	}
	what := "of this command is kept until this one completes, to continue it: " +
		commandLine(c, changes{"state": aside, "resume": "true"})
	if why != "" {
		what = fmt.Sprintf("is set aside as %s: %s", aside, why)
	}
	if aside != "" {
		note(c.ErrOrStderr(), "beginning afresh; an unfinished run %s", what)
	}
	if s.journal, err = journal.Open(path, run, f.policy()); err != nil {
		return stateError(path, err)
	}
	return nil
}

// previous ends the names of states that are set aside, with a number from the
// second on.
const previous = ".previous"

// moveAside gives a state a name that is free, which is empty if there was no
// state. What was set aside before stays.
func moveAside(path string) (string, error) {
	aside := path + previous
	for n := 2; ; n++ {
		there, err := journal.SetAside(path, aside)
		switch {
		case errors.Is(err, fs.ErrExist):
			aside = fmt.Sprintf("%s%s-%d", path, previous, n)
			continue
		case err != nil || !there:
			return "", err
		}
		return aside, nil
	}
}

// stateError says what is wrong with the state in a file, and what would be
// right.
func stateError(path string, err error) error {
	if err == nil {
		return nil
	}
	if clear := keptError(err, "another --state FILE", nil); clear != err {
		return clear
	}
	var file *fs.PathError
	if errors.As(err, &file) {
		return fmt.Errorf("the state in %s cannot be used: %w; want a file that can be written, with --state FILE", path, file.Err)
	}
	return fmt.Errorf("the state in %s cannot be used: %w", path, err)
}

// complete forgets a run whose result has been given.
func (s *state) complete(stderr io.Writer) {
	if s.journal == nil {
		return
	}
	if err := s.journal.Remove(); err != nil {
		note(stderr, "the state of the finished run was not removed: %s", oneLine(err))
	}
	if s.cached == "" {
		return
	}
	dir, name := filepath.Split(s.cached)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), name+previous) { // has the same result; usually there is none
			_ = journal.Discard(filepath.Join(dir, e.Name())) // stays where somebody works on it
		}
	}
}

// interrupted keeps the run and says how to continue it with the command.
func (s *state) interrupted(command string) error {
	if s.journal == nil {
		return answer{exitUndecided, "interrupted; nothing of the run is kept"}
	}
	if err := s.journal.Close(); err != nil {
		return answer{exitUndecided, "interrupted; what was done could not all be kept (" + oneLine(err) + "); to continue: " + command}
	}
	return answer{exitUndecided, "interrupted; to continue: " + command}
}

// close keeps what is done, after a failure.
func (s *state) close() {
	if s.journal != nil {
		s.journal.Close()
	}
}

// cachedState is the file for a run in the user's cache folder, which it
// makes. Its name depends on what is run, not on the environment.
func cachedState(run provenance.Run) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder: %w; want --state FILE", err)
	}
	name, err := run.Name()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "bsnn")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("the cache folder cannot be made: %w; want --state FILE", err)
	}
	path := filepath.Join(dir, run.Kind+"-"+name[:16])
	forget(dir, path)
	return path, nil
}

// abandoned is how long a state in the cache folder is kept for somebody to
// continue it.
const abandoned = 30 * 24 * time.Hour

var stateName = regexp.MustCompile(`^[a-z]+-[0-9a-f]{16}(\.previous(-[0-9]+)?)?$`)

// forget removes the states in the cache folder that nobody has continued,
// but for those of the run at hand. What cannot be removed stays.
func forget(dir, mine string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || time.Since(info.ModTime()) <= abandoned {
			continue
		}
		name, unfinished := atomicfile.Unfinished(e)
		if !unfinished {
			name = strings.TrimSuffix(e.Name(), ".lock")
		}
		path := filepath.Join(dir, name)
		if !stateName.MatchString(name) || path == mine || strings.HasPrefix(path, mine+previous) {
			continue
		}
		switch {
		case unfinished:
			_ = atomicfile.Sweep(path)
		case name == e.Name():
			_ = journal.Discard(path)
		default: // of a process that died, or of one that is at work
			if l, err := folder.LockFile(path); err == nil {
				l.Release()
			}
		}
	}
}
