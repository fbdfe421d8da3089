package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"bsnn/internal/journal"

	"github.com/spf13/cobra"
)

// stateFlags say where an unfinished run is kept.
type stateFlags struct {
	file   string
	resume bool
}

func (f *stateFlags) register(c *cobra.Command) {
	c.Flags().BoolVar(&f.resume, "resume", false, "continue an unfinished run of the same command, to the same result")
	c.Flags().StringVar(&f.file, "state", "", "file that keeps the unfinished run (default: one in the user's cache folder)")
}

// stateHelp is for the long help of verbs with stateFlags.
const stateHelp = `What is done is kept until the run is complete, so a run that was interrupted or
killed continues when the same command is given with --resume, and ends with the same
result, bit for bit. Where there is nothing to resume it begins at the beginning.
Without --resume a run begins afresh; an unfinished run of the same command is set
aside and the way to continue it is printed. --state FILE keeps the run in a file of
your choice, which must not exist unless --resume is given.`

// An identity is everything that the numbers of a run depend on. Those of the
// environment do not name the run, but a run is only continued where all agree.
type identity struct {
	Run         any               `json:"run"`
	Environment map[string]string `json:"environment"`
}

// A state keeps an unfinished run. One without a journal keeps nothing.
type state struct {
	journal  *journal.Journal
	previous string // where a run of the same command is set aside; empty for a file the user chose
}

// open finds or makes the state of the run that id names. What is wrong with
// a file that the user asked for is an error; otherwise the run goes on
// without keeping anything, and stderr says so.
func (f *stateFlags) open(c *cobra.Command, id identity) (*state, error) {
	s := &state{}
	err := f.find(s, c, id)
	if err == nil || f.resume || f.file != "" {
		return s, err
	}
	note(c.ErrOrStderr(), "this run cannot be resumed: %s", oneLine(err))
	return &state{}, nil
}

func (f *stateFlags) find(s *state, c *cobra.Command, id identity) error {
	text, err := json.Marshal(id)
	if err != nil {
		return err
	}
	header := string(text)
	path := f.file
	if path == "" {
		if path, err = cachedState(c.Name(), id); err != nil {
			return err
		}
		s.previous = path + ".previous"
	} else if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("--state %s is a folder; want a file", path)
	} else if err == nil && info.Size() > 0 && !f.resume {
		return fmt.Errorf("--state %s exists; want --resume to continue the run in it, or another file", path)
	}
	s.journal, err = journal.Open(path, header)
	switch {
	case f.resume && err == nil && s.journal.Restored() == 0:
		note(c.ErrOrStderr(), "nothing to resume: no unfinished run of this command is kept; beginning at the beginning")
	case f.resume && err == nil:
		note(c.ErrOrStderr(), "resuming after %d networks", s.journal.Restored())
	case f.resume || f.file != "":
		return stateError(path, id, err)
	default:
		return s.setAside(c, path, header, id, err)
	}
	return nil
}

// setAside makes room for a run that begins afresh, where opening the state
// found a run or failed with err.
func (s *state) setAside(c *cobra.Command, path, header string, id identity, err error) error {
	if err == nil && s.journal.Restored() == 0 {
		return nil
	}
	what := "of this command is kept until this one completes, to continue it: " + commandLine(c, changes{"state": s.previous, "resume": "true"})
	var other *journal.HeaderError
	var damage *journal.DamageError
	switch {
	case err == nil:
		s.journal.Close()
	case errors.As(err, &other), errors.As(err, &damage):
		what = fmt.Sprintf("is set aside as %s, which cannot be continued: %s", s.previous, oneLine(stateError(path, id, err)))
	default:
		return stateError(path, id, err)
	}
	there, err := journal.SetAside(path, s.previous)
	if err != nil {
		return stateError(path, id, err)
	}
	if there {
		note(c.ErrOrStderr(), "beginning afresh; an unfinished run %s", what)
	}
	if s.journal, err = journal.Open(path, header); err != nil {
		return stateError(path, id, err)
	}
	return nil
}

// complete forgets a run whose result has been given.
func (s *state) complete(stderr io.Writer) {
	if s.journal == nil {
		return
	}
	if err := s.journal.Remove(); err != nil {
		note(stderr, "the state of the finished run was not removed: %s", oneLine(err))
	}
	if s.previous != "" {
		os.Remove(s.previous) // has the same result; usually there is none
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
func cachedState(verb string, id identity) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder: %w; want --state FILE", err)
	}
	run, err := json.Marshal(id.Run)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "bsnn")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("the cache folder cannot be made: %w; want --state FILE", err)
	}
	digest := sha256.Sum256(run)
	return filepath.Join(dir, verb+"-"+hex.EncodeToString(digest[:8])), nil
}
