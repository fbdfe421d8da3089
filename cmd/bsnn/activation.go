package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"bsnn/gpnorm"
	"bsnn/reports"

	"github.com/spf13/cobra"
)

func newActivation() *cobra.Command {
	var asJSON, require bool
	var tol float64
	c := &cobra.Command{
		Use:   "activation NAME",
		Short: "Judge an activation: moments, a, b, both roots, which theorems apply",
		Long: `Judge an activation function f: its Gaussian moments, the constants a and b
that make af + b Gaussian–Poincaré normalised, both roots b with the slope κ of
their length maps, and which of the theorems apply.

Known names: ` + strings.Join(gpnorm.Names(), ", ") + `.`,
		Example: `  bsnn activation gelu
  bsnn activation --json 'leakyrelu(0.2)'`,
		Args: exactArgs(1, "one activation, as in: bsnn activation tanh"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := positive("tol", tol); err != nil {
				return err
			}
			card, err := describe(args[0], tol)
			if err != nil {
				return err
			}
			if asJSON {
				err = writeJSON(c.OutOrStdout(), card)
			} else {
				err = writeCard(c.OutOrStdout(), card)
			}
			if err == nil && require && !card.GPNormalized {
				return answer{exitRefuted, fmt.Sprintf("%s as given is not GP-normalised within %g", args[0], tol)}
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&require, "require", false, "exit 1 unless the function, as given, is GP-normalised")
	c.Flags().Float64Var(&tol, "tol", 1e-6, "tolerance on E f² = 1 and E f′² = 1")
	return c
}

func describe(name string, tol float64) (reports.Card, error) {
	raw, err := gpnorm.Lookup(name)
	if err != nil {
		return reports.Card{}, err
	}
	n, err := gpnorm.Normalize(raw)
	if err != nil {
		return reports.Card{}, err
	}
	return reports.NewCard(n, tol), nil
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// writeCard prints a card for people.
func writeCard(w io.Writer, c reports.Card) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(t, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(t, "f = %s\n\n", c.Expression)
	row("as given", "%s", normalizedWords(c.GPNormalized))
	row("  E f(g)", "%s", number(c.Mean))
	row("  E f(g)²", "%s", between(c.SecondMoment))
	row("  E f′(g)²", "%s", between(c.DerivativeSecondMoment))
	row("normalised", "φ = a·f + b")
	row("  a", "%s", number(c.A))
	row("  b", "%s", number(c.B))
	row("  Lipschitz constant of φ, φ′", "%s, %s", number(c.Lipschitz), number(c.DerivativeLipschitz))
	fmt.Fprintln(t)
	fmt.Fprintln(t, "root b\tκ\tV_f\tV_b\tV\t")
	for _, r := range c.Roots {
		mark := ""
		if r.B == c.B {
			mark = "← chosen"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", short(r.B), short(r.LengthMapSlope), short(r.ForwardVariance), short(r.BackwardVariance), short(r.DepthVariance), mark)
	}
	fmt.Fprintln(t)
	row("theorem 1 (forward)", "%s", applies(c.Theorems.Forward))
	row("theorem 2 (backward)", "%s", applies(c.Theorems.Backward))
	row("depth", "%s", stability(c))
	for _, warning := range c.Warnings {
		row("warning", "%s", warning)
	}
	return t.Flush()
}

func normalizedWords(ok bool) string {
	if ok {
		return "GP-normalised"
	}
	return "not GP-normalised"
}

func applies(a reports.Applicability) string {
	if a.Applies {
		return "applies: " + a.Reason
	}
	return "does not apply: " + a.Reason
}

func stability(c reports.Card) string {
	if c.Stable {
		return "stable: κ ≤ 1, deviations of the length do not grow"
	}
	return "unstable: κ > 1, every layer multiplies deviations of the length"
}

func number(x reports.Number) string {
	if math.IsInf(float64(x), 1) {
		return "none"
	}
	if !x.Finite() {
		return "unknown"
	}
	return fmt.Sprintf("%.15g", float64(x))
}

func short(x reports.Number) string {
	if !x.Finite() {
		return "–"
	}
	return fmt.Sprintf("%.6g", float64(x))
}

func between(r reports.Range) string {
	return fmt.Sprintf("%.15g ± %.1g", float64(r.Lo+r.Hi)/2, float64(r.Hi-r.Lo)/2)
}
