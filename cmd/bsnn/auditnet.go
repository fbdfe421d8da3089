package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"

	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/network/checkpoint"
	"bsnn/network/dataset"
	"bsnn/properties/audit"

	"github.com/spf13/cobra"
)

// propagate sends inputs through the network in the file, where it is known how its
// layers are connected.
func (f *auditFlags) propagate(c *cobra.Command, file *checkpoint.File, r *audit.Audit) error {
	net, err := f.net(c, r, file)
	if err != nil {
		return err
	}
	if r.NotPropagated != "" {
		return nil
	}
	s := audit.Sending{Net: net, CrossEntropy: f.crossEntropy, Tolerance: f.tolerance, Alpha: f.alpha, Most: f.inputs}
	if s.Seed, err = parseSeed(f.seed); err != nil {
		return err
	}
	if s.Input, err = f.input(c.Context(), net.Architecture.Input); err != nil {
		return err
	}
	line := newProgress(c.ErrOrStderr())
	s.Progress = line.counted("sending inputs")
	err = r.Propagate(c.Context(), s)
	line.clear()
	if err != nil || r.Propagation == nil {
		return err
	}
	return r.Compare(c.Context(), net)
}

// net is how the layers are connected; what is not known is said in the audit.
func (f *auditFlags) net(c *cobra.Command, r *audit.Audit, file *checkpoint.File) (audit.Net, error) {
	for _, l := range r.Layers {
		if l.NotFinite != "" {
			r.NotPropagated = fmt.Sprintf("%s has entries that are not finite", words.Name(l.Name))
			return audit.Net{}, nil
		}
	}
	if f.netFile != "" {
		a, err := readNet(c.Context(), f.netFile)
		if err != nil {
			return audit.Net{}, err
		}
		net, err := audit.Match(r.Layers, f.norms(file), a)
		if err != nil {
			return net, fmt.Errorf("%s: %w", f.netFile, err)
		}
		return net, nil
	}
	if g, err := file.Graph(); err == nil && f.activation == "" {
		net, err := audit.FromGraph(file, r.Layers, g)
		if err != nil {
			r.NotPropagated = err.Error()
		}
		return net, nil
	} else if !errors.Is(err, checkpoint.ErrNoGraph) && f.activation == "" {
		r.NotPropagated = fmt.Sprintf("%v; want --activation, or --net with the architecture", err)
		return audit.Net{}, nil
	}
	a, said, err := f.of(c, file)
	if err != nil {
		return audit.Net{}, err
	}
	if a.Spec == "" {
		r.NotPropagated = "the function between the layers is not known; want --activation, or --net with the architecture"
		return audit.Net{}, nil
	}
	net, err := audit.Follow(r.Layers, f.norms(file), a)
	if err != nil {
		r.NotPropagated = err.Error()
	}
	if said {
		net.Assumed += "; the function is what the file says"
	}
	return net, nil
}

// norms are the normalisations of the file that are asked for.
func (f *auditFlags) norms(file *checkpoint.File) []audit.Norm {
	return audit.Norms(file, checkpoint.Choice{Exclude: f.exclude})
}

// input is what --data names; nil for the shell.
func (f *auditFlags) input(ctx context.Context, n int) (func(int, montecarlo.Stream, []float64) error, error) {
	kind, dir, isSet := strings.Cut(f.data, ":")
	switch {
	case f.data == "shell" || f.data == "synthetic":
		return nil, nil
	case isSet && (kind == "mnist" || kind == "cifar10"):
		set, err := loadData(ctx, f.data)
		if err != nil {
			return nil, err
		}
		scaling, err := dataset.Standardize(set.Train)
		if err != nil {
			return nil, fmt.Errorf("--data: %w", err)
		}
		rows := set.Train.Rows(set.Classes, scaling)
		return rowsOf(rows.Row, rows.Len(), rows.Inputs(), n, dir)
	case strings.HasSuffix(f.data, ".npy"):
		file, err := checkpoint.Open(f.data)
		if err != nil {
			return nil, fmt.Errorf("--data: %w", err)
		}
		defer file.Close()
		if len(file.Tensors) != 1 || len(file.Tensors[0].Shape) != 2 {
			return nil, fmt.Errorf("--data %s; want one array with a row for each input", f.data)
		}
		data, err := file.Tensors[0].Read()
		if err != nil {
			return nil, fmt.Errorf("--data: %w", err)
		}
		width := file.Tensors[0].Shape[1]
		row := func(dst []float64, i int) { copy(dst, data[i*width:(i+1)*width]) }
		return rowsOf(row, file.Tensors[0].Shape[0], width, n, f.data)
	}
	return nil, fmt.Errorf("--data %q; want shell, FILE.npy with a row for each input, mnist:DIR or cifar10:DIR", f.data)
}

// rowsOf draws rows at random.
func rowsOf(row func(dst []float64, i int), count, width, n int, name string) (func(int, montecarlo.Stream, []float64) error, error) {
	if width != n || count == 0 {
		return nil, fmt.Errorf("--data %s has %d rows of %d numbers; want some of %d, as many as enter the network", name, count, width, n)
	}
	return func(_ int, s montecarlo.Stream, dst []float64) error {
		k := rand.New(&s).IntN(count)
		row(dst, k)
		norm := 0.
		for _, v := range dst {
			norm += v * v
		}
		if !(norm > 0) || math.IsInf(norm, 1) {
			return fmt.Errorf("row %d of %s is zero or not finite", k, name)
		}
		return nil
	}, nil
}

// writePropagation prints what happened to signals and gradients.
func writePropagation(w io.Writer, r audit.Audit) error {
	p := r.Propagation
	if p == nil {
		_, err := fmt.Fprintf(w, "\nnothing was sent through it: %s\n", r.NotPropagated)
		return err
	}
	if r.Assumed != "" {
		fmt.Fprintf(w, "\nassumed: %s\n", r.Assumed)
	}
	fmt.Fprintf(w, "\nfactors of squared norms, medians over %d inputs and %s:\n", p.Inputs, p.Gradients)
	for _, d := range []struct {
		name, first       string
		measured, predict audit.Number
		rate              audit.Rate
	}{
		{"forward ", p.FirstForward, r.ForwardFactor, r.Predicted.ForwardFactor, p.ForwardRate},
		{"backward", p.FirstBackward, r.BackwardFactor, r.Predicted.BackwardFactor, p.BackwardRate},
	} {
		theory := r.Predicted.Of()
		if r.Predicted.Why == "" {
			theory += ": " + digits(d.predict)
		}
		fmt.Fprintf(w, "%s × %s (%s), × %s a layer [%s, %s]", d.name, digits(d.measured), theory, digits(d.rate.Rate),
			digits(d.rate.Lo), digits(d.rate.Hi))
		if d.first != "" {
			fmt.Fprintf(w, "; leaves [%s, %s] at %s", words.Number(1/r.Verdict.Tolerance, 3), words.Number(r.Verdict.Tolerance, 3),
				words.Name(d.first))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "inputs    cosine %s at the beginning, %s at the end\n", digits(p.Cosines[0]), digits(p.Cosines[len(p.Cosines)-1]))
	for _, idle := range p.Idle() {
		fmt.Fprintf(w, "units     %s\n", idle)
	}
	writeCauses(w, r)
	_, err := fmt.Fprintf(w, "\nverdict: forward %s, backward %s: %s\n", r.Verdict.Forward, r.Verdict.Backward, r.Verdict.Reason)
	return err
}

// writeCauses prints why norms are not kept.
func writeCauses(w io.Writer, r audit.Audit) {
	for i, c := range r.Causes {
		if i == 0 {
			fmt.Fprintln(w, "\nWhat to know, and what would mend it:")
		}
		fmt.Fprintf(w, "%2d. %s.\n    → %s.\n", i+1, c.Text, c.Cure)
	}
}

// auditAnswer is the exit code of an audit.
func auditAnswer(r audit.Audit) error {
	switch v := r.Verdict; {
	case r.Propagation == nil && v.Forward != audit.Refuted:
		for _, l := range r.Layers {
			if l.NotFinite != "" {
				return answer{code: exitRefuted}
			}
		}
		return nil
	case v.Forward == audit.Refuted || v.Backward == audit.Refuted:
		return answer{code: exitRefuted}
	case v.Forward == audit.Undecided || v.Backward == audit.Undecided:
		return answer{code: exitUndecided}
	}
	return nil
}
