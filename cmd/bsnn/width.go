package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"bsnn/gpnorm"
	"bsnn/internal/limits"
	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/internal/words"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/reports"

	"github.com/spf13/cobra"
)

type widthFlags struct {
	runFlags
	subjectFlags
	stateFlags
	partFlags
	architectureFlags
	depth, weights        string
	output                string
	width                 int
	tolerance, confidence float64
	simulate              bool
	maxWork               float64
	tableFlags
}

func newWidth() *cobra.Command {
	var f widthFlags
	c := &cobra.Command{
		Use:     "width",
		GroupID: groupQuestions,
		Short:   "Say how wide a network must be to keep its norms, or what a width keeps",
		Long: `Say how wide networks of one activation and depth must be for their norms (not their
squares) to lie within a tolerance with a confidence: forward ‖x⁽ᴸ⁺¹⁾‖/√n, from
‖x⁽¹⁾‖ = √n, and backward ‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖, for an error in a uniformly random direction.
Three widths are given: with --simulate, between which widths the truth was measured to
lie; the one that follows from the limit laws, asymptotic; and one that is proven to be
enough.

With --net, --layers or what adds to plain networks (--shortcut, --norm, --gain, --bias,
--weights) the question is about an architecture, and the answer is by limit laws alone.
Of --shortcut rotated, with nothing else added, all three widths are given, beside those
of plain networks.

--width asks the other way round: I have this width, what do I get? The answer is the
tolerance that so many of the networks keep, for each depth.

Exit code 1 if nothing is proven or predicted, as for a function that is not normalised
or whose deviations grow with depth, or if norms vanish or explode at the --width; 3 if
no width is proven, or if the measurement did not enclose the answer on both sides.

What --simulate measures can be continued. ` + stateHelp + `

` + partHelp + ` A search chooses its widths by what it
finds; its parts are of the widths that it visits if the answer is where the limit law says,
and what is missing then is drawn by --merge.`,
		Example: `  bsnn width --activation tanh --depth 200
  bsnn width --activation tanh --depth 50,100,200 --tolerance 0.05 --confidence 0.99
  bsnn width --width 512 --depth 24,48,96 --activation elu
  bsnn width --activation tanh --depth 10,1000,100000 --shortcut rotated --tolerance 0.05
  bsnn width --activation relu --depth 10 --simulate`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := f.partFlags.check(c); err != nil {
				return err
			}
			if err := f.adopt(c, f.policy()); err != nil {
				return err
			}
			if f.architectureFlags.asked() || f.architectureFlags.changed("weights") && f.weights != "haar" {
				return f.runArchitecture(c)
			}
			return f.run(c)
		},
	}
	f.subjectFlags.register(c)
	f.architectureFlags.register(c)
	c.Flags().StringVar(&f.weights, "weights", "haar", "law of the weights: "+strings.Join(network.WeightsNames(), ", "))
	oneOf(c, "weights", network.WeightsNames()...)
	f.stateFlags.register(c)
	f.partFlags.register(c)
	c.Flags().StringVarP(&f.output, "output", "o", "", "folder for --part")
	f.runFlags.register(c, 1e-3,
		"most networks at each width (default 40/(1 − confidence)); with --width, networks of each depth (100/(1 − confidence))")
	c.Flags().StringVar(&f.depth, "depth", "50", "layers L, or a list of depths")
	addAlias(c, "depths", "depth")
	c.Flags().IntVar(&f.width, "width", 0, "the width at hand: asks for the tolerance that it keeps")
	c.Flags().Float64Var(&f.tolerance, "tolerance", 0.3, toleranceHelp)
	c.Flags().Float64Var(&f.confidence, "confidence", 0.9, "share of the networks within the tolerance, in each direction")
	c.Flags().BoolVar(&f.simulate, "simulate", false, "also measure on random networks")
	c.Flags().Float64Var(&f.maxWork, "max-work", 2e9, "most neurons × layers to simulate; 1e9 take a minute or two")
	f.registerTables(c, "print JSON")
	return c
}

// A widthTask is what was asked, read.
type widthTask struct {
	function gpnorm.Activation
	title    string
	depths   []int
	seed     uint64
	trials   int // in a measurement
}

func (f *widthFlags) run(c *cobra.Command) error {
	t, err := f.task()
	if err != nil {
		return err
	}
	keeping, done, err := f.keeping(c, t, f.units)
	if done || err != nil {
		return err
	}
	defer keeping.close()
	line := newProgress(c.ErrOrStderr())
	update := line.counted("measuring " + t.title)
	ask := f.widths
	if f.width > 0 {
		ask = f.tolerances
	}
	answers, err := ask(c.Context(), t, keeping, update)
	line.clear()
	interrupted := errors.Is(err, context.Canceled)
	if err != nil && !interrupted {
		return err
	}
	if f.asJSON {
		err = writeJSON(c.OutOrStdout(), answers.document())
	} else {
		err = answers.write(f.page(c))
	}
	if err != nil {
		return err
	}
	if interrupted {
		if !f.simulate {
			return keeping.interrupted(commandLine(c, nil))
		}
		return keeping.interrupted(commandLine(c, changes{"seed": fmt.Sprint(t.seed), "resume": "true"}))
	}
	keeping.complete(c.ErrOrStderr())
	if code := answers.code(); code != exitDone {
		return answer{code: code}
	}
	return nil
}

// answers to either question.
type widthAnswers interface {
	document() any // for programs
	write(w io.Writer) error
	code() int
}

// keeping opens the state of a measurement, if there is one, or finds its parts. It is done where parts
// were asked for.
func (f *widthFlags) keeping(c *cobra.Command, t widthTask, units func(widthTask) ([]parts.Unit, error)) (s *state, done bool, err error) {
	if !f.simulate {
		if f.part != "" || f.merge != "" || f.print > 0 {
			return nil, true, errors.New("parts without --simulate, which alone takes long; want both or neither")
		}
		return &state{}, false, nil
	}
	if f.seed == "random" {
		if f.resume {
			return nil, true, errors.New("--resume with --seed random; want the seed of the run to continue, which it printed when it began")
		}
		note(c.ErrOrStderr(), "seed %d", t.seed)
	}
	run := provenance.Run{
		Kind: "width",
		Asked: map[string]any{
			"activation": f.activation, "set": f.set, "as-is": f.asIs, "other-root": f.otherRoot,
			"width": f.width, "depth": t.depths, "tolerance": f.tolerance, "confidence": f.confidence,
			"seed": t.seed, "trials": t.trials, "alpha": f.alpha, "max-work": f.maxWork,
		},
		Environment: provenance.Now(""),
	}
	if f.architectureFlags.asked() {
		run.Asked.(map[string]any)["network"] = f.architectureFlags.name(network.Activation{}, f.weights)
	}
	shared := shared{func() (parts.Sweep, error) {
		all, err := units(t)
		return parts.Sweep{Run: run, Units: all, Command: commandOf(c, stayHere...)}, err
	}, f.output, f.policy(), 1}
	if done, err := f.share(c, shared); done || err != nil {
		return nil, true, err
	}
	s, err = f.keep(c, f.all, run)
	return s, false, err
}

// units are what a measurement can be divided into.
func (f *widthFlags) units(t widthTask) ([]parts.Unit, error) {
	if f.width > 0 {
		return f.toleranceQuestion(t).Units(f.toleranceMeasurement(t, nil))
	}
	return unitsOf(t.depths, func(depth int) ([]parts.Unit, error) {
		return f.widthQuestion(t, depth).Units(f.widthMeasurement(t, nil))
	})
}

// task reads the flags.
func (f *widthFlags) task() (t widthTask, err error) {
	for _, flag := range []string{"trials", "max-work", "alpha", "seed", "workers", "resume", "state", "mixed"} {
		if !f.simulate && f.runFlags.changed(flag) {
			return t, fmt.Errorf("--%s needs --simulate: without it nothing is measured; want both or neither", flag)
		}
	}
	if err := f.runFlags.check(); err != nil {
		return t, err
	}
	if t.depths, err = parseDepths(f.depth); err != nil {
		return t, err
	}
	switch {
	case f.runFlags.changed("width") && f.runFlags.changed("tolerance"):
		return t, errors.New("--width asks for the tolerance, and --tolerance for the width; want one of them")
	case f.runFlags.changed("width"):
		err = limits.Whole("--width", f.width, reports.MinWidth, reports.MaxWidth)
	case !(f.tolerance > 0 && f.tolerance < 1):
		err = fmt.Errorf("--tolerance %v; want a number above 0 and below 1", f.tolerance)
	}
	if err != nil {
		return t, err
	}
	if err := probability("confidence", f.confidence); err != nil {
		return t, err
	}
	if err := positive("max-work", f.maxWork); err != nil {
		return t, err
	}
	if t.seed, err = parseSeed(f.seed); err != nil {
		return t, err
	}
	if t.trials = f.trials; t.trials == 0 {
		networks := 40.0
		if f.width > 0 {
			networks = 100
		}
		t.trials = int(math.Min(limits.Trials, math.Round(networks/(1-f.confidence))))
	}
	t.function, t.title, err = f.function()
	return t, err
}

// parseDepths reads --depth where it may be a list.
func parseDepths(s string) ([]int, error) {
	var out []int
	for field := range strings.SplitSeq(s, ",") {
		depth, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil {
			return nil, fmt.Errorf("--depth %q; want a whole number, or a list as in 24,48,96", words.Shorten(s, 60))
		}
		if err := limits.Whole("--depth", depth, 1, limits.Depth); err != nil {
			return nil, err
		}
		out = append(out, depth)
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) > limits.Sizes {
		return nil, fmt.Errorf("--depth with %d depths; want %d or fewer", len(out), limits.Sizes)
	}
	return out, nil
}

// widthResolution is the ratio of widths at which the measurement stops.
const widthResolution = 1.1

func (f *widthFlags) widthQuestion(t widthTask, depth int) properties.WidthQuestion {
	return properties.WidthQuestion{Activation: t.function, Depth: depth, Tolerance: f.tolerance, Confidence: f.confidence}
}

// widthMeasurement is that of one of the depths. The work, and the chance to be wrong, are divided evenly
// between them.
func (f *widthFlags) widthMeasurement(t widthTask, j properties.Journal) properties.WidthMeasurement {
	share := float64(len(t.depths))
	return properties.WidthMeasurement{
		Seed: t.seed, Trials: t.trials, Alpha: f.alpha / share, Workers: f.workers, Resolution: widthResolution, MaxWork: f.maxWork / share,
		Journal: j,
	}
}

// widths answers how wide, for each depth.
func (f *widthFlags) widths(ctx context.Context, t widthTask, s *state, update func(done, total int)) (widthAnswers, error) {
	out := widthList{Activation: t.function.Name, Tolerance: f.tolerance, Confidence: f.confidence, alpha: f.alpha, seed: t.seed}
	for _, depth := range t.depths {
		var measured *properties.WidthMeasurement
		if f.simulate {
			m := f.widthMeasurement(t, s.remembers())
			m.Progress = func(_, done, total int) { update(done, total) }
			measured = &m
		}
		a, err := f.widthQuestion(t, depth).Answer(ctx, measured)
		if err != nil && !errors.Is(err, context.Canceled) {
			return out, err
		}
		out.Depths = append(out.Depths, a)
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

func (f *widthFlags) toleranceQuestion(t widthTask) properties.ToleranceQuestion {
	return properties.ToleranceQuestion{Activation: t.function, Width: f.width, Depths: t.depths, Confidence: f.confidence}
}

func (f *widthFlags) toleranceMeasurement(t widthTask, j properties.Journal) properties.ToleranceMeasurement {
	return properties.ToleranceMeasurement{Seed: t.seed, Trials: t.trials, Alpha: f.alpha, Workers: f.workers, MaxWork: f.maxWork, Journal: j}
}

// tolerances answers what a width keeps.
func (f *widthFlags) tolerances(ctx context.Context, t widthTask, s *state, update func(done, total int)) (widthAnswers, error) {
	var measured *properties.ToleranceMeasurement
	if f.simulate {
		m := f.toleranceMeasurement(t, s.remembers())
		m.Progress = func(_, done, total int) { update(done, total) }
		measured = &m
	}
	a, err := f.toleranceQuestion(t).Answer(ctx, measured)
	return toleranceList{a}, err
}
