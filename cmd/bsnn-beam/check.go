package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// check finds mistakes in the command before anything is submitted, and parts in the folder that are not
// of this run. Where bsnn is not on this machine, and need not be since the folder is elsewhere, workers
// will find them.
func (s *sweep) check(ctx context.Context) error {
	if _, err := exec.LookPath(s.program); err != nil {
		if s.folder.local() {
			return fmt.Errorf("%w; want bsnn on this machine too, by that name or by -bsnn", err)
		}
		return nil
	}
	dir, err := os.MkdirTemp("", "bsnn-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	command, err := s.compute.with(dir, "--print-parts", strconv.Itoa(s.parts))
	if err != nil {
		return err
	}
	if err := refusal(ctx, command); err != nil {
		return err
	}
	there, err := s.folder.numbers(ctx, s.parts, "journal")
	if err != nil {
		return err
	}
	for part := range there { // any: bsnn looks at one that is complete, and refuses it or has nothing to do
		content, err := s.folder.read(ctx, partName(part, s.parts))
		if err != nil {
			return err
		}
		if err := os.Mkdir(filepath.Join(dir, "out"), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "out", partName(part, s.parts)), content, 0o600); err != nil {
			return err
		}
		if command, err = s.compute.command(dir, part); err != nil {
			return err
		}
		if err := refusal(ctx, command); err != nil {
			return fmt.Errorf("part %d in %s: %w", part, s.folder, err)
		}
		break
	}
	return nil
}

// refusal is what a command says where it fails.
func refusal(ctx context.Context, command *exec.Cmd) error {
	var stderr bytes.Buffer
	command.Stderr = &stderr
	err := run(ctx, command)
	var refused *exec.ExitError
	if errors.As(err, &refused) {
		return errors.New(strings.TrimPrefix(strings.TrimSpace(stderr.String()), "bsnn: "))
	}
	return err
}
