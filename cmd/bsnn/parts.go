package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"bsnn/internal/journal"
	"bsnn/internal/parts"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// partFlags let any number of processes and machines share a run.
type partFlags struct {
	part, merge string
	print       int

	all *parts.Parts // those that --merge names, once its flags are adopted
}

func (f *partFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.part, "part", "",
		"compute one part of the run, as in 17/100, or some, 1-16/100, into files in the output folder; auto: as a job array says")
	c.Flags().StringVar(&f.merge, "merge", "", "folder with all parts of a run, to finish it; needs no other flags")
	c.Flags().IntVar(&f.print, "print-parts", 0, "print what each of so many parts would compute, with its cost, as JSON")
}

// partHelp is for the long help of verbs with partFlags.
const partHelp = `Many machines can share a run: --part 17/100 -o DIR computes one part of it into a file,
--part 1-16/100 some of them one after the other, and --merge DIR, with all parts in DIR
or in folders in it, gives what one machine would have given, bit for bit. Parts may be
computed in any order, again, and go on when they were killed. --part auto reads
SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX; auto/100 says how many there are where the
scheduler does not.`

// check says which of the flags exclude each other.
func (f *partFlags) check(c *cobra.Command) error {
	var given []string
	for _, name := range []string{"part", "merge", "print-parts"} {
		if c.Flags().Changed(name) {
			given = append(given, "--"+name)
		}
	}
	if len(given) > 1 {
		return fmt.Errorf("%s and %s; want one of them", given[0], given[1])
	}
	if c.Flags().Changed("print-parts") && (f.print < 1 || f.print > parts.MaxParts) {
		return fmt.Errorf("--print-parts %d; want the number of parts, 1 to %d", f.print, parts.MaxParts)
	}
	if len(given) == 0 || f.print > 0 {
		return nil
	}
	for _, name := range []string{"resume", "state"} {
		if c.Flags().Changed(name) {
			return fmt.Errorf("--%s beside %s: parts go on by themselves; want them without it", name, given[0])
		}
	}
	if f.part == "" {
		return nil
	}
	if seed := c.Flags().Lookup("seed"); seed.Value.String() == "random" {
		return errors.New("--seed random of a part; want a number, the same for all parts")
	}
	if c.Flags().Lookup("output").Value.String() == "" {
		return errors.New("--part writes a file; want its folder, with --output")
	}
	_, err := f.numbers()
	return err
}

// beside refuses flags that one part has no use for.
func (f *partFlags) beside(c *cobra.Command, names ...string) error {
	for _, name := range names {
		if f.part != "" && c.Flags().Changed(name) {
			return fmt.Errorf("--%s beside --part, which computes numbers only; want it with --merge", name)
		}
	}
	return nil
}

// A partRange is some parts of all, from 1.
type partRange struct{ first, last, of int }

// numbers reads --part.
func (f *partFlags) numbers() (r partRange, err error) {
	which, of, both := strings.Cut(f.part, "/")
	if which == "auto" {
		if r.first, r.of, err = scheduled(os.Getenv, both); err != nil {
			return r, fmt.Errorf("--part %s: %w", f.part, err)
		}
		r.last = r.first
	} else {
		first, last, several := strings.Cut(which, "-")
		r.first, err = strconv.Atoi(first)
		if r.last = r.first; several && err == nil {
			r.last, err = strconv.Atoi(last)
		}
		if err != nil || !both {
			return r, fmt.Errorf("--part %q; want a part and their number, as in 17/100, some, as in 1-16/100, or auto in a job array", f.part)
		}
	}
	if both {
		if r.of, err = strconv.Atoi(of); err != nil {
			return r, fmt.Errorf("--part %q; want a part and their number, as in 17/100", f.part)
		}
	}
	switch {
	case r.of == 0 && !both:
		return r, fmt.Errorf("--part %s: the scheduler does not say how many parts there are; want their number too, as in auto/100", f.part)
	case r.of < 1 || r.of > parts.MaxParts || r.first < 1 || r.last < r.first || r.last > r.of:
		which = strconv.Itoa(r.first)
		if r.last != r.first {
			which += "-" + strconv.Itoa(r.last)
		}
		return r, fmt.Errorf("--part %s/%d; want parts from 1 to their number, and at most %d of them", which, r.of, parts.MaxParts)
	}
	return r, nil
}

// scheduled is the part that a job array gives this process, from 1, and how many there are;
// 0 where it does not say. Where the number is known otherwise, tasks of Slurm are parts by
// their own numbers, so that some can be submitted again alone.
func scheduled(env func(string) string, known bool) (part, of int, err error) {
	number := func(name string, otherwise int) int {
		text := env(name)
		if text == "" || err != nil {
			return otherwise
		}
		n, wrong := strconv.Atoi(text)
		if wrong != nil {
			err = fmt.Errorf("%s is %q; want a whole number", name, text)
		}
		return n
	}
	switch {
	case env("SLURM_ARRAY_TASK_ID") != "" && known:
		return number("SLURM_ARRAY_TASK_ID", 0), 0, err
	case env("SLURM_ARRAY_TASK_ID") != "":
		id, first, step := number("SLURM_ARRAY_TASK_ID", 0), number("SLURM_ARRAY_TASK_MIN", 1), number("SLURM_ARRAY_TASK_STEP", 1)
		if err == nil && (step < 1 || (id-first)%step != 0) {
			err = fmt.Errorf("SLURM_ARRAY_TASK_ID %d is not in an array from %d in steps of %d", id, first, step)
		}
		if err != nil {
			return 0, 0, err
		}
		return (id-first)/step + 1, number("SLURM_ARRAY_TASK_COUNT", 0), err
	case env("JOB_COMPLETION_INDEX") != "": // of Kubernetes, from 0
		return number("JOB_COMPLETION_INDEX", 0) + 1, number("JOB_COMPLETIONS", 0), err
	}
	return 0, 0, errors.New("neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set; want a part and their number, as in 17/100")
}

// commandOf are the flags that were given, but for some.
func commandOf(c *cobra.Command, without ...string) parts.Command {
	out := parts.Command{}
	c.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains(without, f.Name) || otherName(f) {
			return
		}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			out[f.Name] = list.GetSlice()
			return
		}
		out[f.Name] = []string{f.Value.String()}
	})
	return out
}

// adopt gives flags the values that they had when parts were computed, unless they are
// given now.
func adopt(c *cobra.Command, command parts.Command, dir string) error {
	for name, values := range command {
		f := c.Flags().Lookup(name)
		if f == nil {
			return fmt.Errorf("--merge %s: its parts were computed with --%s, which this command does not have", dir, name)
		}
		if f.Changed {
			continue
		}
		for _, v := range values {
			if err := c.Flags().Set(name, v); err != nil {
				return fmt.Errorf("--merge %s: --%s: %w", dir, name, err)
			}
		}
	}
	return nil
}

// adopt reads all parts that --merge names, of runs of the command, which gets the flags that they
// were computed with.
func (f *partFlags) adopt(c *cobra.Command, policy journal.Policy) error {
	if f.merge == "" {
		return nil
	}
	p, err := awaited(c.Context(), func() (*parts.Parts, error) { return parts.Read(f.merge, policy) })
	if err != nil {
		return f.partError("merge", f.merge, err)
	}
	kind, err := p.Kind()
	if err != nil {
		return f.partError("merge", f.merge, err)
	}
	if kind != verbOf(c) {
		return fmt.Errorf("--merge %s: its parts are of bsnn %s; want: bsnn %s --merge %s", f.merge, kind, kind, shellWord(f.merge))
	}
	for _, text := range p.Notes {
		note(c.ErrOrStderr(), "%s", text)
	}
	f.all = p
	return adopt(c, p.Command, f.merge)
}

// verbOf is the command without the name of the program.
func verbOf(c *cobra.Command) string {
	_, verb, _ := strings.Cut(c.CommandPath(), " ")
	return verb
}

// A shared is a run that processes may share.
type shared struct {
	sweep    func() (parts.Sweep, error)
	output   string // folder for parts
	policy   journal.Policy
	together int // pieces that are computed at a time
}

// share does what --print-parts and --part ask for, and says so. With --merge it holds the parts against
// the run at hand.
func (f *partFlags) share(c *cobra.Command, s shared) (done bool, err error) {
	if f.print == 0 && f.part == "" && f.all == nil {
		return false, nil
	}
	sweep, err := s.sweep()
	switch {
	case err != nil:
		return true, err
	case f.print > 0:
		return true, f.show(c.OutOrStdout(), sweep.Units)
	case f.part != "":
		return true, f.compute(c, s, sweep)
	}
	if err := f.all.Of(sweep, s.policy); err != nil {
		return true, f.partError("merge", f.merge, err)
	}
	return false, nil
}

// partError is what is wrong with parts, and what would be right.
func (f *partFlags) partError(flag, value string, err error) error {
	var incomplete *parts.IncompleteError
	var foreign *parts.ForeignError
	var damage *journal.DamageError
	switch {
	case errors.As(err, &incomplete) && incomplete.Of > 0:
		return fmt.Errorf("--%s: %w; want them computed with --part %d/%d and so on", flag, err, incomplete.Missing[0], incomplete.Of)
	case errors.As(err, &incomplete):
		return fmt.Errorf("--%s: %w; want them computed with --part 1/N -o %s and so on", flag, err, shellWord(value))
	case errors.As(err, &foreign) && foreign.Around:
		return fmt.Errorf("--%s: %w; want the same one, or --mixed to go on with other last bits", flag, err)
	case errors.As(err, &foreign):
		return fmt.Errorf("--%s: %w; want parts of one run in a folder", flag, err)
	case errors.As(err, &damage):
		return fmt.Errorf("--%s: part %s is damaged: %s at byte %d; want it removed and computed again", flag, damage.Path, damage.Why,
			damage.Offset)
	}
	return fmt.Errorf("--%s: %w", flag, keptError(err, "another --output FOLDER", nil))
}

// compute computes parts of a sweep into a folder.
func (f *partFlags) compute(c *cobra.Command, s shared, sweep parts.Sweep) error {
	r, err := f.numbers()
	if err != nil {
		return err
	}
	folder, err := sweep.In(s.output, r.of, s.policy)
	if err != nil {
		return f.partError("part", f.part, err)
	}
	line := newProgress(c.ErrOrStderr())
	for i := r.first; i <= r.last; i++ {
		p, err := folder.Open(i)
		if err != nil {
			return f.partError("part", f.part, err)
		}
		if p.Journal == nil {
			note(c.ErrOrStderr(), "part %d of %d is there already", i, r.of)
		} else {
			noteDropped(c.ErrOrStderr(), p.Journal)
			err := p.Measure(c.Context(), s.together, line.counted(fmt.Sprintf("computing part %d/%d", i, r.of)))
			line.clear()
			if err != nil {
				return partFailure(p, err)
			}
			if err := p.Finish(); err != nil {
				return f.partError("part", f.part, err)
			}
		}
		if _, err := fmt.Fprintln(c.OutOrStdout(), p.Path); err != nil {
			return err
		}
	}
	return nil
}

// partFailure is why a part is not complete, and what becomes of it.
func partFailure(p *parts.Part, err error) error {
	err = errors.Join(err, p.Journal.Close())
	if errors.Is(err, context.Canceled) {
		return answer{exitUndecided, fmt.Sprintf("interrupted; what is done is kept in %s: the same command goes on from there",
			p.Journal.Path())}
	}
	return err
}

// A partPlan is what one part computes.
type partPlan struct {
	Part   string      `json:"part"`    // as --part wants it
	Cost   float64     `json:"seconds"` // about, of one processor
	Pieces []piecePlan `json:"pieces"`
}

type piecePlan struct {
	Name   string `json:"name"`
	First  int    `json:"first,omitempty"`  // trial
	Trials int    `json:"trials,omitempty"` // absent for what is no trials
}

// show prints what each part would compute.
func (f *partFlags) show(w io.Writer, units []parts.Unit) error {
	plans := []partPlan{}
	for i, pieces := range parts.Divide(units, f.print) {
		plan := partPlan{Part: fmt.Sprintf("%d/%d", i+1, f.print), Cost: parts.Cost(units, pieces), Pieces: []piecePlan{}}
		for _, p := range pieces {
			plan.Pieces = append(plan.Pieces, piecePlan{units[p.Unit].Name, p.First, p.Trials})
		}
		plans = append(plans, plan)
	}
	return writeJSON(w, map[string]any{"parts": plans})
}
