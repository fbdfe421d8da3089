package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/internal/table"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/reports"
	"bsnn/reports/page"

	"github.com/spf13/cobra"
)

// reportArchitecture writes a page about an architecture.
func (f *reportFlags) reportArchitecture(c *cobra.Command) error {
	own := []string{"spec", "print-spec", "from", "compare", "training", "data", "layer-tolerance", "widths"}
	beside := "--layers"
	switch {
	case f.net != "":
		beside, own = "--net", append(append(own, "activation", "set", "as-is", "weights", "depth"), shapeNames...)
	case f.layers == "":
		return errors.New("a page about an architecture needs its widths; want --layers, as in --layers 400x50, or --net")
	default:
		own = append(own, "depth")
	}
	if err := f.architectureFlags.refuse(beside, own...); err != nil {
		return err
	}
	v, name, err := f.architectureVerification()
	if err != nil {
		return err
	}
	blas := blasWords(c.Context())
	shared := shared{func() (parts.Sweep, error) { return f.architectureSweep(c, v, blas) }, f.output, f.policy(), 1}
	if done, err := f.share(c, shared); done || err != nil {
		return err
	}
	if f.all != nil {
		v.Budget.Journal = f.all
	}
	folder, err := page.Claim(f.output)
	if err != nil {
		return outputError(err, nil)
	}
	defer folder.Close()
	line := newProgress(c.ErrOrStderr())
	v.Budget.Progress = line.counted("measuring " + name)
	r, err := reports.RunArchitecture(c.Context(), name, blas, v)
	line.clear()
	if err != nil {
		return architectureError(name, err)
	}
	r.Machine.Mixed = f.all != nil && f.all.Mixed()
	r.Command = commandLine(c, changes{"seed": fmt.Sprint(v.Budget.Seed)}, stayHere...)
	if err := folder.WriteArchitecture(r); err != nil {
		return outputError(err, nil)
	}
	if f.asJSON {
		return writeJSON(c.OutOrStdout(), r)
	}
	w := pageOf(c.OutOrStdout(), table.Text)
	for _, k := range r.Result.Kept {
		fmt.Fprintf(w, "%s: %s: %s\n", k.Direction, k.Claim, k.Kept.Outcome)
	}
	fmt.Fprintf(w, "theory describes these networks: %s\n", r.Result.Theory)
	_, err = fmt.Fprintln(w, filepath.Join(f.output, "index.html"))
	return err
}

// architectureSweep is the report for those who share it.
func (f *reportFlags) architectureSweep(c *cobra.Command, v properties.ArchitectureVerification, blas string) (parts.Sweep, error) {
	description, err := text(v.Architecture)
	if err != nil {
		return parts.Sweep{}, err
	}
	units, err := reports.ArchitectureUnits(c.Context(), v)
	return parts.Sweep{Units: units, Command: commandOf(c, stayHere...), Run: provenance.Run{
		Kind: "report", Environment: provenance.Now(blas), Asked: map[string]any{
			"architectures": []string{description}, "inputs": v.Inputs, "tolerance": v.Tolerance, "limit": v.Limit, "seed": v.Budget.Seed,
			"trials": v.Budget.Trials, "alpha": v.Budget.Alpha,
		},
	}}, architectureError(f.architectureFlags.net, err)
}

// simulable refuses weights that a sweep cannot have.
func (f *reportFlags) simulable() error {
	w, err := network.ParseWeights(f.weights)
	if err == nil && w.Simulated() != nil {
		err = fmt.Errorf("--weights %s of a sweep over plain networks; want haar or gaussian, or --layers, as in --layers 400x50, "+
			"for one network whose matrices are formed", f.weights)
	}
	return err
}

// architectureVerification reads the flags.
func (f *reportFlags) architectureVerification() (v properties.ArchitectureVerification, name string, err error) {
	if err := f.runFlags.check(); err != nil {
		return v, "", err
	}
	if err := f.claimFlags.check(); err != nil {
		return v, "", err
	}
	if len(f.activations) > 1 {
		return v, "", fmt.Errorf("%d activations in one network; want one, or --net for a file that has several", len(f.activations))
	}
	if err := f.fromParts(f.all); err != nil {
		return v, "", err
	}
	parameters, err := f.parameters()
	if err != nil {
		return v, "", err
	}
	function := network.Activation{Spec: "tanh", Parameters: parameters, AsIs: f.asIs}
	if len(f.activations) > 0 {
		function.Spec = f.activations[0]
	}
	seed, err := parseSeed(f.seed)
	if err != nil {
		return v, "", err
	}
	a, err := f.architectureFlags.of(function, f.weights, 0, 0)
	if err != nil {
		return v, "", err
	}
	v = architectureQuestion(a, false, 0, f.runFlags, f.claimFlags, seed)
	return v, f.architectureFlags.name(function, f.weights), nil
}

// architectureQuestion is what is asked about an architecture unless flags say
// otherwise.
func architectureQuestion(a network.Architecture, explicit bool, inputs int, run runFlags, claim claimFlags,
	seed uint64) properties.ArchitectureVerification {
	v := properties.ArchitectureVerification{
		Architecture: a, Explicit: explicit, Inputs: inputs, Limit: claim.limit, Tolerance: properties.ArchitectureTolerance,
		Budget: properties.Budget{Seed: seed, Trials: run.trials, Alpha: run.alpha, Workers: run.workers},
	}
	if run.changed("tolerance") {
		v.Tolerance = claim.tolerance
	}
	if v.Inputs == 0 && properties.UsesBatches(a) {
		v.Inputs = properties.ArchitectureBatch
	}
	switch {
	case v.Budget.Trials > 0:
	case explicit || a.Formed():
		v.Budget.Trials = properties.ArchitectureFormed
	default:
		v.Budget.Trials = properties.ArchitectureTrials
	}
	return v
}
