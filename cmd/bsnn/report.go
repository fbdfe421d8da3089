package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"bsnn/internal/bounded"
	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/internal/table"
	"bsnn/network"
	"bsnn/network/dataset"
	"bsnn/reports"
	"bsnn/reports/page"

	"github.com/spf13/cobra"
)

type reportFlags struct {
	runFlags
	functionFlags
	claimFlags
	mixedFlag
	partFlags
	architectureFlags
	output, data  string
	specFile      string
	from, compare string
	activations   []string
	training      []string
	asIs, asJSON  bool
	printSpec     bool
}

func newReport() *cobra.Command {
	var f reportFlags
	d := reports.DefaultSpec()
	c := &cobra.Command{
		Use:     "report",
		GroupID: groupPages,
		Short:   "Measure concentration against width and write a page about it",
		Long: `Measure how norms concentrate as width grows, forward and backward, through one
layer and through a deep network, and write a self-contained page: index.html,
report.json, data.csv and every picture as SVG. Without --activation it shows
tanh, ReLU, ELU and GELU beside two negative controls.

With --net or --layers the page is about the random networks of one architecture: squared
norms along its blocks, predicted and measured, verdicts, what is wrong and what would
mend it.

A larger sweep is described by a file: --print-spec shows what may be in it,
--spec runs it. With more than 30 activations the page is a ranking that sorts and
filters, and ranking.csv holds the same. A sweep that is interrupted keeps what it has measured in the output
folder; the same command goes on from there.

` + partHelp + `

` + mixedHelp + `

--from repeats the run of a report.json and says whether the numbers are the same,
bit for bit: exit 0 if they are, 1 if not. --compare marks what changed against an
older report, and whether the change is larger than chance: exit 1 if so. Otherwise the
exit code is 0 whenever the page is written, whatever it says of the activations, and 3
if some of its cells failed.`,
		Example: `  bsnn report -o report
  bsnn report -o report --activation silu --widths 64:4096
  bsnn report -o report --layers 400x50 --shortcut rotated
  bsnn report --print-spec --activation silu > sweep.yaml
  bsnn report -o report --spec sweep.yaml
  bsnn report --from report/report.json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.functionFlags.register(c)
	f.claimFlags.register(c, d, "64:65536", network.Haar.String(), network.Gaussian.String())
	f.runFlags.register(c, d.Alpha, "networks in each cell (default: falls with the width)")
	f.mixedFlag.register(c)
	f.partFlags.register(c)
	f.architectureFlags.register(c)
	oneOf(c, "weights", network.WeightsNames()...)
	c.Flags().StringVarP(&f.output, "output", "o", "report", "folder to write")
	addActivations(c, &f.activations, "activation", nil,
		"name or expression of an activation to show, normalised first; repeat for more (default: four and two controls)")
	c.Flags().BoolVar(&f.asIs, "as-is", false, "take the activations as they are, not normalised")
	c.Flags().StringVar(&f.data, "data", "synthetic", "input x⁽¹⁾: synthetic, mnist:DIR or cifar10:DIR")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print report.json on stdout too")
	c.Flags().StringVar(&f.specFile, "spec", "", "YAML file that describes the sweep")
	c.Flags().BoolVar(&f.printSpec, "print-spec", false, "print the sweep that the other flags describe as such a file, and do nothing else")
	c.Flags().StringVar(&f.from, "from", "", "report.json to repeat; writes the repetition only where -o is given")
	c.Flags().StringArrayVar(&f.training, "training", nil, "folder of a run of bsnn train to show too; repeat for more")
	c.Flags().StringVar(&f.compare, "compare", "", "report.json of an older report to compare with")
	return c
}

func (f *reportFlags) run(c *cobra.Command) error {
	if err := f.partFlags.check(c); err != nil {
		return err
	}
	if err := f.partFlags.beside(c, "training", "compare"); err != nil {
		return err
	}
	if err := f.adopt(c, f.policy()); err != nil {
		return err
	}
	if f.merge != "" && !c.Flags().Changed("output") {
		f.output = f.merge
	}
	if f.architectureFlags.asked() {
		return f.reportArchitecture(c)
	}
	if err := f.simulable(); err != nil {
		return err
	}
	var old *reports.Report
	for _, path := range []string{f.from, f.compare} {
		if path == "" {
			continue
		}
		var err error
		if old, err = awaited(c.Context(), func() (*reports.Report, error) { return reports.Read(path) }); err != nil {
			return err
		}
	}
	spec, err := f.spec(c, old)
	if err != nil {
		return err
	}
	if f.printSpec {
		text, err := reports.SpecText(spec)
		if err != nil {
			return err
		}
		_, err = io.WriteString(c.OutOrStdout(), text)
		return err
	}
	set, err := f.images(c.Context(), &spec)
	if err != nil {
		return err
	}
	if f.compare != "" {
		if err := reports.Comparable(old, spec); err != nil {
			return fmt.Errorf("--compare %s: %w", f.compare, err)
		}
	}
	s := sweep{spec: spec, set: set, workers: f.workers, stderr: c.ErrOrStderr(), blas: blasWords(c.Context()), policy: f.policy()}
	shared := shared{func() (parts.Sweep, error) { return s.parts(dataCommand(c)) }, f.output, f.policy(), 1}
	if done, err := f.share(c, shared); done || err != nil {
		return err
	}
	s.all = f.all
	var runs []reports.TrainingRun
	for _, dir := range f.training {
		run, err := awaited(c.Context(), func() (reports.TrainingRun, error) { return reports.ReadTraining(dir) })
		if err != nil {
			return fmt.Errorf("--training: %w", err)
		}
		runs = append(runs, run)
	}
	if f.from != "" {
		return f.repeat(c, s, old)
	}
	s.output = f.output
	report, err := s.run(c.Context())
	if err != nil {
		return err
	}
	report.Training = runs
	if f.compare != "" {
		report.Comparison = reports.Compare(old, report)
	}
	if err := s.write(report); err != nil {
		return err
	}
	return f.answer(c, report)
}

// answer prints what the report found. Changes beyond chance, and cells that
// failed, have an exit code.
func (f *reportFlags) answer(c *cobra.Command, r *reports.Report) error {
	w := pageOf(c.OutOrStdout(), table.Text)
	if f.asJSON {
		if err := writeJSON(c.OutOrStdout(), r); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(w, page.Answer(r))
		if r.Comparison != nil {
			fmt.Fprintln(w, page.Summary(r.Comparison))
		}
		if _, err := fmt.Fprintln(w, filepath.Join(f.output, "index.html")); err != nil {
			return err
		}
	}
	switch {
	case len(r.Failures) > 0:
		first := r.Failures[0]
		return answer{exitUndecided, fmt.Sprintf("%d of %d cells failed, the others are in the report; the first is %s at width %d, depth %d: %s",
			len(r.Failures), r.Spec.Cells(), first.Subject, first.Width, first.Depth, oneLine(errors.New(first.Error)))}
	case r.Comparison != nil && !r.Comparison.Same():
		return answer{code: exitRefuted}
	case r.Comparison != nil && r.Comparison.Tests == 0:
		return answer{exitUndecided,
			"nothing was compared: no measured number of the older report answers the same question; want the same ε, widths and depth"}
	}
	return nil
}

// repeat runs a report again.
func (f *reportFlags) repeat(c *cobra.Command, s sweep, old *reports.Report) error {
	if got := s.set.Checksum(); got != old.Input.SHA256 {
		return fmt.Errorf("--data: these are not the images of %s: their SHA-256 is %s, want %s", f.from, got, old.Input.SHA256)
	}
	if c.Flags().Changed("output") {
		s.output = f.output
	}
	report, err := s.run(c.Context())
	if err != nil {
		return err
	}
	repetition, err := reports.CompareBits(old, report)
	if err != nil {
		return err
	}
	if s.output != "" {
		if err := s.write(report); err != nil {
			return err
		}
	}
	w := pageOf(c.OutOrStdout(), table.Text)
	fmt.Fprintln(w, repetition)
	if old.Machine != report.Machine {
		fmt.Fprintf(w, "made by %s on %s, repeated by %s on %s\n", machineWords(old.Machine), old.Machine.System,
			machineWords(report.Machine), report.Machine.System)
	}
	if !repetition.Identical() {
		return answer{code: exitRefuted}
	}
	return nil
}

func machineWords(m provenance.Machine) string {
	return fmt.Sprintf("bsnn %s, %s", m.Program, m.Go)
}

// images loads what --data names, and holds it against the specification.
func (f *reportFlags) images(ctx context.Context, spec *reports.Spec) (*dataset.Set, error) {
	set, err := loadData(ctx, f.data)
	if err != nil {
		return nil, err
	}
	fixed := f.specFile != "" || f.from != "" || f.merge != ""
	switch {
	case fixed && set == nil && spec.Input != "synthetic":
		return nil, fmt.Errorf("%s wants %s as input; give its folder, as in --data %s:DIR", f.source(), spec.Input, spec.Input)
	case fixed && set != nil && set.Name != spec.Input:
		return nil, fmt.Errorf("--data %s: %s wants %s as input", f.data, f.source(), spec.Input)
	case set != nil:
		spec.Input = set.Name
	}
	return set, spec.Validate()
}

// source is the file that the specification comes from.
func (f *reportFlags) source() string {
	switch {
	case f.from != "":
		return f.from
	case f.merge != "":
		return f.merge
	}
	return f.specFile
}

// spec is what to measure.
func (f *reportFlags) spec(c *cobra.Command, old *reports.Report) (reports.Spec, error) {
	if f.merge != "" && (f.specFile != "" || f.from != "" || f.printSpec) {
		return reports.Spec{}, errors.New("--merge finishes one run as its parts were asked for; want it without --spec, --from and --print-spec")
	}
	if f.from != "" && (f.part != "" || f.partFlags.print > 0) {
		return reports.Spec{}, errors.New("--from repeats a report on one machine; want --part and --print-parts without it")
	}
	if f.from != "" && (f.specFile != "" || f.compare != "" || f.printSpec) {
		return reports.Spec{}, errors.New("--from repeats one report as it was; want it without --spec, --compare and --print-spec")
	}
	if err := f.runFlags.check(); err != nil {
		return reports.Spec{}, err
	}
	if f.from == "" && f.specFile == "" && f.all == nil {
		return f.flagSpec()
	}
	for _, name := range []string{"activation", "as-is", "set", "widths", "depth", "weights", "layer-tolerance", "tolerance", "limit",
		"seed", "trials", "alpha"} {
		if c.Flags().Changed(name) {
			return reports.Spec{}, fmt.Errorf("--%s: %s says that already; want one of them", name, f.source())
		}
	}
	if f.from != "" {
		return old.Spec, nil
	}
	if f.all != nil {
		return specOf(f.all)
	}
	data, err := awaited(c.Context(), func() ([]byte, error) { return bounded.Read(f.specFile, bounded.Settings) })
	if err != nil {
		return reports.Spec{}, fmt.Errorf("--spec: %w; want a file as bsnn report --print-spec prints it", err)
	}
	if f.part != "" || f.partFlags.print > 0 {
		return reports.ReadSharedSpec(f.specFile, data)
	}
	return reports.ReadSpec(f.specFile, data)
}

// flagSpec is the sweep that flags describe.
func (f *reportFlags) flagSpec() (reports.Spec, error) {
	spec := reports.DefaultSpec()
	if err := f.claimFlags.check(); err != nil {
		return spec, err
	}
	var err error
	if spec.Seed, err = parseSeed(f.seed); err != nil {
		return spec, err
	}
	if spec.Widths, err = parseWidths(f.widths); err != nil {
		return spec, err
	}
	if f.runFlags.changed("activation") && len(f.activations) == 0 {
		return spec, errors.New("--activation is empty; want a name or an expression, or leave it out")
	}
	if f.asIs && len(f.activations) == 0 {
		return spec, errors.New("--as-is speaks of the functions that --activation names; want at least one")
	}
	if len(f.activations) > 0 {
		spec.Subjects = nil
	}
	parameters, err := f.parameters()
	if err != nil {
		return spec, err
	}
	for _, name := range f.activations {
		s := reports.NewSubject(name, parameters, f.asIs)
		if slices.ContainsFunc(spec.Subjects, func(o reports.Subject) bool { return o.Key == s.Key }) {
			return spec, fmt.Errorf("--activation %s is given twice; want each once", shellWord(name))
		}
		spec.Subjects = append(spec.Subjects, s)
	}
	spec.Depth, spec.Trials, spec.Alpha, spec.Weights = f.depth, f.trials, f.alpha, f.weights
	spec.LayerTolerance, spec.DepthTolerance, spec.Limit = f.layerTolerance, f.tolerance, f.limit
	return spec, nil
}
