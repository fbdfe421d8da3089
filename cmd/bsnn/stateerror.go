package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"bsnn/internal/journal"
)

// stateError says what is wrong with the state in a file, and what would be
// right.
func stateError(path string, id identity, err error) error {
	if err == nil {
		return nil
	}
	var other *journal.HeaderError
	var damage *journal.DamageError
	var file *fs.PathError
	switch {
	case errors.As(err, &other):
		return fmt.Errorf("the state in %s is of another run: %s", path, difference(other.Found, id))
	case errors.As(err, &damage):
		return fmt.Errorf("the state in %s is damaged or not one of bsnn: %s at byte %d; want another file, or this one removed", path, damage.Why, damage.Offset)
	case errors.Is(err, journal.ErrLocked):
		return fmt.Errorf("the state in %s is in use by another process; want it to end first, or another --state FILE", path)
	case errors.As(err, &file):
		return fmt.Errorf("the state in %s cannot be used: %w; want a file that can be written, with --state FILE", path, file.Err)
	}
	return fmt.Errorf("the state in %s cannot be used: %w", path, err)
}

// difference names the first thing in which a state's identity is not that
// of the run.
func difference(found string, id identity) string {
	var there, here struct{ Run, Environment map[string]json.RawMessage }
	text, err := json.Marshal(id)
	if err != nil || json.Unmarshal(text, &here) != nil || json.Unmarshal([]byte(found), &there) != nil {
		return "it is described in another way; want the version of bsnn that wrote it"
	}
	if name := firstDifference(there.Run, here.Run); name != "" {
		return fmt.Sprintf("its %s is %s, here it is %s; want the same command as before, or another file", name, value(there.Run[name]), value(here.Run[name]))
	}
	if name := firstDifference(there.Environment, here.Environment); name != "" {
		return fmt.Sprintf("it was written with another %s; want the same one, or begin afresh without --resume", name)
	}
	return "it is written in another way; want the version of bsnn that wrote it"
}

func firstDifference(a, b map[string]json.RawMessage) string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !bytes.Equal(a[name], b[name]) {
			return name
		}
	}
	return ""
}

func value(raw json.RawMessage) string {
	if raw == nil {
		return "not given"
	}
	return string(raw)
}
