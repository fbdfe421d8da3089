package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"bsnn/internal/fserror"
	"bsnn/internal/table"
	"bsnn/internal/words"
	"bsnn/properties/audit"

	"github.com/spf13/cobra"
)

// emitProbe prints a script that records norms.
func (f *auditFlags) emitProbe(c *cobra.Command) error {
	if !slices.Contains(audit.Frameworks, f.probe) {
		return fmt.Errorf("--emit-probe %q; want %s", f.probe, strings.Join(audit.Frameworks, ", "))
	}
	text, err := audit.Probe(f.probe)
	if err != nil {
		return err
	}
	_, err = io.WriteString(c.OutOrStdout(), text)
	return err
}

// runNorms audits norms that somebody recorded.
func (f *auditFlags) runNorms(c *cobra.Command, name string, folder *auditFolder) error {
	r, err := awaited(c.Context(), func() (audit.Audit, error) {
		in, err := os.Open(name)
		if err != nil {
			return audit.Audit{}, fmt.Errorf("%s: %w", name, fserror.Cause(err))
		}
		defer in.Close()
		return audit.ReadRecorded(name, in, f.tolerance, f.alpha)
	})
	if err != nil {
		return err
	}
	return f.finish(c, r, folder, writeNorms)
}

func writeNorms(w io.Writer, r audit.Audit) error {
	t := table.New(w, table.Left)
	fmt.Fprintln(t, "module\tkind\tsignal\t5 %\t95 %\tgradient\t5 %\t95 %")
	for _, l := range r.Layers {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", words.Name(l.Name), words.Name(l.Kind), digits(l.Forward.Q50), digits(l.Forward.Q05),
			digits(l.Forward.Q95), digits(l.Backward.Q50), digits(l.Backward.Q05), digits(l.Backward.Q95))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	p := r.Propagation
	fmt.Fprintf(w, "\n%s; squared norms, medians over %d repetitions, gradients against the last of them\n", r.Assumed, p.Inputs)
	fmt.Fprintf(w, "forward  × %s, × %s a module with weights [%s, %s]%s\n", digits(r.ForwardFactor), digits(p.ForwardRate.Rate),
		digits(p.ForwardRate.Lo), digits(p.ForwardRate.Hi), firstBad(p.FirstForward))
	fmt.Fprintf(w, "backward × %s, × %s a module with weights [%s, %s]%s\n", digits(r.BackwardFactor), digits(p.BackwardRate.Rate),
		digits(p.BackwardRate.Lo), digits(p.BackwardRate.Hi), firstBad(p.FirstBackward))
	writeCauses(w, r)
	_, err := fmt.Fprintf(w, "\nverdict: forward %s, backward %s: %s; wrong with probability %g at most\n", r.Verdict.Forward,
		r.Verdict.Backward, r.Verdict.Reason, r.Verdict.Alpha)
	return err
}

func firstBad(name string) string {
	if name == "" {
		return ""
	}
	return "; leaves the tolerance at " + words.Name(name)
}
