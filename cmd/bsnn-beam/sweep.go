package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

// A sweep is a run of bsnn in parts.
type sweep struct {
	config
	compute compute
	folder  folder
	submit  submitter
}

// A submitter has an engine compute parts, and returns when the engine has ended.
type submitter func(ctx context.Context, c compute, parts []int, stderr io.Writer) error

func newSweep(c config, command []string) (*sweep, error) {
	s := &sweep{config: c, compute: compute{Program: c.program, Command: command, Of: c.parts, FileAt: -1}}
	if err := s.compute.takeFile(); err != nil {
		return nil, err
	}
	s.folder = folder(c.output)
	if s.folder.local() {
		path, err := filepath.Abs(c.output)
		if err != nil {
			return nil, err
		}
		if err := os.MkdirAll(path, 0o777); err != nil {
			return nil, err
		}
		s.folder = folder(path)
	}
	s.compute.Output = string(s.folder)
	var err error
	s.submit, err = c.submitter()
	return s, err
}

// takeFile takes along the file that the command names with --spec or --net, since workers may not have it.
func (c *compute) takeFile() error {
	for i, arg := range c.Command {
		for _, flag := range []string{"--spec", "--net"} {
			path, found := strings.CutPrefix(arg, flag+"=")
			switch {
			case found:
				c.FileAt = i
			case i > 0 && c.Command[i-1] == flag:
				path, c.FileAt = arg, i
			default:
				continue
			}
			var err error
			if c.File, err = os.ReadFile(path); err != nil {
				return fmt.Errorf("%s: %w", flag, err)
			}
			if flag == "--net" {
				c.Net = path
			}
			c.Command = slices.Clone(c.Command)
			c.Command[i] = strings.TrimSuffix(arg, path) + fileName
			break
		}
	}
	return nil
}

// verb is the command without its flags.
func (c *compute) verb() []string {
	n := slices.IndexFunc(c.Command, func(arg string) bool { return strings.HasPrefix(arg, "-") })
	if n < 0 {
		n = len(c.Command)
	}
	return c.Command[:n]
}

// missing are the parts that are not in the folder; with failed or without those that bsnn refused.
func (s *sweep) missing(ctx context.Context, failed bool) ([]int, error) {
	there, err := s.folder.numbers(ctx, s.parts, "journal")
	if err != nil {
		return nil, err
	}
	refused, err := s.folder.numbers(ctx, s.parts, "error")
	if err != nil {
		return nil, err
	}
	var out []int
	for part := 1; part <= s.parts; part++ {
		if !there[part] && (failed || !refused[part]) {
			out = append(out, part)
		}
	}
	return out, nil
}

// run computes what is missing, and merges.
func (s *sweep) run(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	if err := s.check(ctx); err != nil {
		return 2, err
	}
	todo, err := s.missing(ctx, true)
	if err != nil {
		return 2, err
	}
	for _, part := range todo { // of an earlier run
		s.folder.remove(ctx, errorName(part, s.parts))
	}
	var last error
	for attempt := 1; len(todo) > 0; attempt++ {
		fmt.Fprintf(stderr, "bsnn-beam: %d of %d parts to compute\n", len(todo), s.parts)
		last = s.submit(ctx, s.compute, todo, stderr)
		if ctx.Err() != nil {
			return 1, fmt.Errorf("interrupted; finished parts are in %s, and the same command goes on from there", s.folder)
		}
		if todo, err = s.missing(ctx, false); err != nil {
			return 1, err
		}
		if attempt == s.attempts {
			break
		}
	}
	if err := s.report(ctx, todo, last, stderr); err != nil {
		return 1, err
	}
	return s.merge(ctx, stdout, stderr)
}

// report says which parts are missing, and why.
func (s *sweep) report(ctx context.Context, todo []int, last error, stderr io.Writer) error {
	refused, err := s.folder.numbers(ctx, s.parts, "error")
	if err != nil {
		return err
	}
	for _, part := range slices.Sorted(maps.Keys(refused)) {
		why, err := s.folder.read(ctx, errorName(part, s.parts))
		if err != nil {
			return err
		}
		fmt.Fprintf(stderr, "bsnn-beam: part %d of %d: %s\n", part, s.parts, strings.TrimSpace(string(why)))
	}
	switch {
	case len(todo) > 0 && last != nil:
		return fmt.Errorf("%d of %d parts are missing after %d attempts, the first is %d: %w", len(todo), s.parts, s.attempts, todo[0], last)
	case len(todo) > 0:
		return fmt.Errorf("%d of %d parts are missing after %d attempts, the first is %d", len(todo), s.parts, s.attempts, todo[0])
	case len(refused) > 0:
		return fmt.Errorf("%d of %d parts cannot be computed; the others are in %s", len(refused), s.parts, s.folder)
	}
	return nil
}

// merge has bsnn finish the run, where the parts are on this machine.
func (s *sweep) merge(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	verb := strings.Join(s.compute.verb(), " ")
	if !s.folder.local() {
		fmt.Fprintf(stdout, "all %d parts are in %s; copy them to a disk, then: bsnn %s --merge DIR\n", s.parts, s.folder, verb)
		return 0, nil
	}
	args := append(slices.Clone(s.compute.verb()), "--merge", string(s.folder))
	if s.compute.Net != "" { // results call the network so
		args = append(args, "--net", s.compute.Net)
	}
	if slices.Contains(s.compute.Command, "--mixed") {
		args = append(args, "--mixed")
	}
	command := exec.CommandContext(ctx, s.program, args...)
	command.Stdout, command.Stderr = stdout, stderr
	err := command.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) && ended.ExitCode() >= 0 {
		return ended.ExitCode(), nil // bsnn has said why
	}
	if err != nil {
		return 1, fmt.Errorf("merge: %w", err)
	}
	return 0, nil
}

// pipeline computes parts, each by itself wherever the engine likes.
func pipeline(c compute, parts []int) *beam.Pipeline {
	p, s := beam.NewPipelineWithRoot()
	list := beam.Reshuffle(s, beam.CreateList(s, parts))
	beam.ParDo0(s, &c, list)
	return p
}
