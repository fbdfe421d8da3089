package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"bsnn/internal/limits"
	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/internal/table"
	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/network/dataset"
	"bsnn/properties"
	"bsnn/reports"

	"github.com/spf13/cobra"
)

type verifyFlags struct {
	runFlags
	subjectFlags
	claimFlags
	stateFlags
	partFlags
	architectureFlags
	angleFlags
	spectrumFlags
	output        string
	sampler, data string
	inputs        int
	tableFlags
}

func newVerify() *cobra.Command {
	var f verifyFlags
	c := &cobra.Command{
		Use:     "verify",
		GroupID: groupQuestions,
		Short:   "Test the theory's claims on random networks of one activation",
		Long: `Test the theory's claims on random networks of one activation: norms kept by
one layer, forward (Theorem 1) and backward (Theorem 2), and through the whole
depth (Definition 1). Every verdict is anytime-valid: all of them together are
wrong with probability at most --alpha. A claim is refuted if it is refuted at the
widest width, and confirmed if it is confirmed at the widest width that has an
answer.

Tolerances are about norms: with --tolerance 0.25 a norm may be off by 25 %. In the
table, mean square and sd are those of squared norms, outside is how many of the networks
used by the verdict had a norm that was off by the tolerance or more, and δ is the
resolution: had the true rate been the limit plus δ, the claim would have been refuted.
Where a claim is not confirmed, the width that the limit law asks for stands behind its
answer. The commands that repeat the verdicts at one width are at the end, and in
--json beside each verdict.

Limit laws are for Haar weights and for independent entries of variance 1/n: gaussian,
and uniform and keras-default up to terms of order 1/n. torch-default has variance
1/(3n), which keeps no norm. What is proven is about Haar weights. Matrices of laws
other than haar and gaussian are formed entry by entry, which takes long at large widths.

With --net, --layers or what adds to plain networks (--shortcut, --norm, --gain, --bias) the
question is about an architecture: whether its random networks keep norms, within 30 % of
the norm unless --tolerance says otherwise, and whether theory describes them, as a
whole and up to each block. "bsnn help net" shows what a file may say.

Keeping norms is one question of three. With --inputs 2 --correlation ρ the question is
what becomes of the angle between two inputs, in plain networks or an architecture: the
correlation map, the law of the angle and of both lengths through the depth, the same
of the gradients that one error at the output leaves at both inputs, the law by which
all inputs merge, and the depth at which 90 % of the networks have merged them. With
--spectrum it is how far the Jacobian J is from an isometry: moments of JᵀJ by random
vectors that go back through the network (--probes), and quantiles of its squared
singular values; --tolerance is then about the second moment (20 %).

` + partHelp + `

` + stateHelp,
		Example: `  bsnn verify --activation gelu --widths 64:4096 --depth 50
  bsnn verify --widths 400 --depth 50 --shortcut rotated --branch 1/L
  bsnn verify --net net.yaml
  bsnn verify --inputs 2 --correlation 0.5 --widths 128:1024 --depth 100
  bsnn verify --spectrum --widths 400 --depth 20
  bsnn verify --spectrum --widths 256 --depth 50 --sampler dense --plot spectrum.svg
  bsnn verify --activation tanh --as-is --widths 1024`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.subjectFlags.register(c)
	f.claimFlags.register(c, reports.DefaultSpec(), "64:4096", network.WeightsNames()...)
	f.runFlags.register(c, 1e-6, "most networks for each width and depth (default 1000)")
	f.stateFlags.register(c)
	f.partFlags.register(c)
	c.Flags().StringVarP(&f.output, "output", "o", "", "folder for --part")
	f.architectureFlags.register(c)
	f.angleFlags.register(c)
	f.spectrumFlags.register(c)
	c.Flags().IntVar(&f.inputs, "inputs", 0, "inputs that go through a network at once (default 1; 2 for angles, 64 for batches)")
	c.Flags().StringVar(&f.data, "data", "synthetic", "input x⁽¹⁾: synthetic, mnist:DIR or cifar10:DIR")
	c.Flags().StringVar(&f.sampler, "sampler", "lazy", "how weight matrices are represented: lazy, dense or reflectors")
	oneOf(c, "sampler", "lazy", "dense", "reflectors")
	f.registerTables(c, "print JSON")
	return c
}

func (f *verifyFlags) run(c *cobra.Command) error {
	if err := f.partFlags.check(c); err != nil {
		return err
	}
	if err := f.adopt(c, f.policy()); err != nil {
		return err
	}
	changed := f.architectureFlags.changed
	switch {
	case f.spectrum:
		return f.verifySpectrum(c)
	case changed("probes"):
		return errors.New("--probes without --spectrum; want both")
	case changed("plot") || changed("plot-width"):
		return errors.New("--plot without --spectrum; want both")
	case f.asksAngles():
		return f.verifyAngles(c)
	case f.architectureFlags.asked():
		return f.verifyArchitecture(c)
	}
	v, set, err := f.verification(c.Context())
	if err != nil {
		return err
	}
	if f.seed == "random" {
		if f.resume {
			return errors.New("--resume with --seed random; want the seed of the run to continue, which it printed when it began")
		}
		note(c.ErrOrStderr(), "seed %d", v.Budget.Seed)
	}
	run := f.provenance(c, v, set)
	shared := shared{func() (parts.Sweep, error) {
		units, err := v.Units()
		return parts.Sweep{Run: run, Units: units, Command: commandOf(c, stayHere...)}, err
	}, f.output, f.policy(), 1}
	if done, err := f.share(c, shared); done || err != nil {
		return err
	}
	state, err := f.keep(c, f.all, run)
	if err != nil {
		return err
	}
	defer state.close()
	v.Budget.Journal = state.remembers()
	line := newProgress(c.ErrOrStderr())
	subject, err := f.subject()
	if err != nil {
		return err
	}
	v.Progress = line.verifying("verifying " + subject.Title)
	result, err := v.Run(c.Context())
	line.clear()
	interrupted := errors.Is(err, context.Canceled)
	if err != nil && !interrupted {
		return err
	}
	addReplays(c, result)
	if !f.asJSON {
		err = writeVerification(f.page(c), result, interrupted)
	} else if !interrupted { // half a result is none for a program
		err = writeJSON(c.OutOrStdout(), result)
	}
	switch {
	case interrupted:
		return state.interrupted(commandLine(c, changes{"seed": fmt.Sprint(v.Budget.Seed), "resume": "true"}))
	case err != nil:
		return err
	}
	state.complete(c.ErrOrStderr())
	switch result.Outcome {
	case montecarlo.Refuted:
		return answer{code: exitRefuted}
	case montecarlo.Undecided:
		return answer{code: exitUndecided}
	}
	return nil
}

// stayHere are flags that say how one process works, not what is asked.
var stayHere = []string{"part", "merge", "output", "workers", "json", "format", "resume", "state", "mixed"}

// provenance is everything that the numbers of the verification depend on.
// Explicit weights are multiplied by the BLAS library, and images on their way
// into the network.
func (f *verifyFlags) provenance(c *cobra.Command, v properties.Verification, set *dataset.Set) provenance.Run {
	blas := ""
	if v.Sampler != properties.Lazy || v.Weights.Simulated() != nil || set != nil {
		blas = blasWords(c.Context())
	}
	return provenance.Run{
		Kind: "verify",
		Asked: map[string]any{
			"activation": f.activation, "set": f.set, "as-is": f.asIs, "other-root": f.otherRoot,
			"weights": f.weights, "sampler": f.sampler, "widths": v.Widths, "depth": f.depth, "data": setName(set),
			"tolerance": f.tolerance, "layer-tolerance": f.layerTolerance, "limit": f.limit,
			"seed": v.Budget.Seed, "trials": v.Budget.Trials, "alpha": f.alpha,
		},
		Data: set.Checksum(), Environment: provenance.Now(blas),
	}
}

// addReplays gives every verdict the command that repeats it.
func addReplays(c *cobra.Command, r properties.VerificationResult) {
	for _, claim := range r.Claims {
		for i := range claim.Widths {
			w := &claim.Widths[i]
			w.Replay = commandLine(c, changes{
				"seed": fmt.Sprint(r.Seed), "widths": fmt.Sprint(w.Width), "alpha": fmt.Sprint(w.Verdict.Alpha * float64(len(r.Claims))),
			}, stayHere...)
		}
	}
}

func (f *verifyFlags) verification(ctx context.Context) (properties.Verification, *dataset.Set, error) {
	var v properties.Verification
	if err := f.runFlags.check(); err != nil {
		return v, nil, err
	}
	if err := f.claimFlags.check(); err != nil {
		return v, nil, err
	}
	var err error
	if v.Budget.Seed, err = parseSeed(f.seed); err != nil {
		return v, nil, err
	}
	if v.Widths, err = parseWidths(f.widths); err != nil {
		return v, nil, err
	}
	if v.Weights, err = network.ParseWeights(f.weights); err != nil {
		return v, nil, fmt.Errorf("--%w", err)
	}
	if v.Sampler, err = parseSampler(f.sampler); err != nil {
		return v, nil, err
	}
	widest := v.Widths[len(v.Widths)-1]
	switch {
	case widest <= limits.ExplicitWidth:
	case v.Weights.Simulated() != nil:
		return v, nil, fmt.Errorf("--widths up to %d with --weights %s, whose matrices must be formed; want at most %d, "+
			"or haar or gaussian weights", widest, f.weights, limits.ExplicitWidth)
	case v.Sampler != properties.Lazy:
		return v, nil, fmt.Errorf("--widths up to %d with --sampler %s; want at most %d, or the lazy sampler", widest, f.sampler,
			limits.ExplicitWidth)
	}
	if v.Activation, _, err = f.function(); err != nil {
		return v, nil, err
	}
	set, err := loadData(ctx, f.data)
	if err != nil {
		return v, nil, err
	}
	if v.Input, err = inputs(set, v.Budget.Seed); err != nil {
		return v, nil, err
	}
	v.Claims = properties.Claims(f.depth, f.layerTolerance, f.tolerance, f.limit)
	v.Budget.Trials, v.Budget.Alpha, v.Budget.Workers = f.trials, f.alpha, f.workers
	if v.Budget.Trials == 0 {
		v.Budget.Trials = 1000
	}
	return v, set, nil
}

// writeVerification prints a table for people; soFar means that the run was
// interrupted.
func writeVerification(w io.Writer, r properties.VerificationResult, soFar bool) error {
	fmt.Fprintf(w, "φ = %s, %s weights, seed %d, α = %g for all verdicts together\n", r.Activation, r.Weights, r.Seed, r.Alpha)
	for _, a := range r.Assumptions {
		if !a.Holds {
			fmt.Fprintf(w, "assumption fails: %s: %s\n", a.Name, a.Reason)
		}
	}
	fmt.Fprintln(w, verifyColumns)
	var widths []int // of the commands
	commands := map[string]int{}
	for _, c := range r.Claims {
		replayed, err := writeClaim(w, c)
		if err != nil {
			return err
		}
		if replayed == nil {
			continue
		}
		if _, said := commands[replayed.Replay]; !said {
			commands[replayed.Replay] = len(widths)
			widths = append(widths, replayed.Width)
		}
	}
	fmt.Fprintln(w)
	for _, command := range slices.SortedFunc(maps.Keys(commands), func(a, b string) int { return commands[a] - commands[b] }) {
		if err := writeCommand(w, fmt.Sprintf("replay of width %d: ", widths[commands[command]]), command); err != nil {
			return err
		}
	}
	if soFar {
		_, err := fmt.Fprintf(w, "interrupted; so far: %s\n", r.Outcome)
		return err
	}
	_, err := fmt.Fprintf(w, "verdict: %s\n", r.Outcome)
	return err
}

// verifyColumns say what the columns are.
const verifyColumns = `mean square, sd: of the squared norms; limit law sd: what theory predicts
proven ≤: bound on the probability; outside: networks off by ε, of those that decided
δ: resolution: had the probability been larger by δ, the claim would be refuted`

// writeClaim prints what was found at each width, and returns the width that decides.
func writeClaim(w io.Writer, c properties.ClaimResult) (*properties.WidthResult, error) {
	fmt.Fprintf(w, "\n%s: %s", c.Name, c.Claim)
	if len(c.Widths) == 0 {
		_, err := fmt.Fprintln(w)
		return nil, err
	}
	fmt.Fprintf(w, ", α = %s for each width\n", words.Number(c.Widths[0].Verdict.Alpha, 3))
	t := table.New(w, table.Right)
	t.Spare("networks", "δ")
	fmt.Fprintln(t, "width\tnetworks\tmean square\tsd\tlimit law sd\tproven ≤\toutside\tof\tδ\tverdict\t")
	outcomes := make([]montecarlo.Outcome, len(c.Widths))
	for i, row := range c.Widths {
		v := row.Verdict
		outcomes[i] = v.Outcome
		fmt.Fprintf(t, "%d\t%d\t%s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\t\n", row.Width, row.Networks, brief(row.Mean), brief(row.SD),
			brief(row.PredictedSD),
			brief(row.Bound), v.Events, v.Trials, words.Number(v.Resolution, 3), v.Outcome)
	}
	if err := t.Flush(); err != nil {
		return nil, err
	}
	_, at := properties.OutcomeOverWidths(outcomes)
	if at < 0 {
		at = len(outcomes) - 1
	}
	_, err := fmt.Fprintf(w, "→ %s\n", answerWords(c))
	return &c.Widths[at], err
}

// answerWords are the outcome of a claim and, where it is not confirmed, the width
// that the limit law asks for.
func answerWords(c properties.ClaimResult) string {
	outcome := outcomeWords(c)
	advice := properties.WidthAdvice(c.Outcome, c.Widths[len(c.Widths)-1].Width, c.LimitLawWidth)
	switch {
	case advice == "":
		return outcome
	case outcome == c.Outcome.String():
		return advice
	}
	_, asks, _ := strings.Cut(advice, ": ")
	return outcome + "; " + asks
}

// outcomeWords are the outcome of a claim, the widths at which it was found
// and, where others differ, the widest of those.
func outcomeWords(c properties.ClaimResult) string {
	width := func(i int) int { return c.Widths[i].Width }
	outcome := func(i int) montecarlo.Outcome { return c.Widths[i].Verdict.Outcome }
	last := len(c.Widths) - 1
	until := last
	for until >= 0 && outcome(until) != c.Outcome {
		until--
	}
	from := until
	for from > 0 && outcome(from-1) == c.Outcome {
		from--
	}
	switch {
	case until < 0 || from == 0 && until == last:
		return c.Outcome.String()
	case until < last: // what is wider has no answer
		return fmt.Sprintf("%s at width %d (%s at width %d)", c.Outcome, width(until), outcome(last), width(last))
	}
	other := from - 1
	for i := other; i >= 0; i-- {
		if o := outcome(i); o != c.Outcome && o != montecarlo.Undecided {
			other = i
			break
		}
	}
	return fmt.Sprintf("%s from width %d on (%s up to %d)", c.Outcome, width(from), outcome(other), width(other))
}

// rough prints a number in three digits, as many as quantiles over hundreds of networks have.
func rough(x *float64) string {
	if x == nil {
		return brief(nil)
	}
	return fmt.Sprintf("%.3g", *x)
}

// brief prints a number in few digits, or a dash where there is none.
func brief(x *float64) string {
	if x == nil {
		return "–"
	}
	return words.Number(*x, 4)
}
