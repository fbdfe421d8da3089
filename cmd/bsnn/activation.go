package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"bsnn/gpnorm"
	"bsnn/internal/limits"
	"bsnn/internal/parallel"
	"bsnn/internal/table"
	"bsnn/internal/words"
	"bsnn/reports"
	"bsnn/reports/page"
	"bsnn/theorem"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

type activationFlags struct {
	functionFlags
	require bool
	tableFlags
	tol                   float64
	correlation, distance float64
	emit                  string
	plotFlags
	depth, digits int
	named         string // by --activation, in the place of an argument
}

func newActivation() *cobra.Command {
	var f activationFlags
	c := &cobra.Command{
		Use:     "activation NAME|EXPRESSION",
		GroupID: groupQuestions,
		Short:   "Judge an activation: proven moments, a, b, both roots, which theorems apply",
		Long: `Judge an activation function f: whether signals and gradients keep their norm in deep
networks that use it, as it is or as φ = a·f + b with the constants a and b that make
it Gaussian–Poincaré normalised: E φ(g)² = E φ′(g)² = 1 for a standard normal g.

  κ  the slope of the length map: the factor by which a layer multiplies a
     deviation of the squared length from its fixed point; κ ≤ 1 is what deep
     networks need
  V  the variance of the limit law over depth: at width n and depth L the
     logarithm of the squared gradient ratio has variance V·(L−1)/n

Digits are proven, rounding and tails included. --verbose adds enclosures, both roots
b, variances of one layer (V_f forward, V_b backward), Lipschitz constants, the maps
Q of lengths and C of correlations with their fixed points.

Names: ` + strings.Join(gpnorm.Names(), ", ") + `.

Expressions in x: + - * / ^, cond ? a : b, pi, e, and ` + strings.Join(gpnorm.Functions(), ", ") + `.`,
		Example: `  bsnn activation gelu
  bsnn activation gelu --depth 200 --digits 12
  bsnn activation 'x*sigmoid(c*x)' --set c=1.702 --json`,
		Args: func(c *cobra.Command, args []string) error {
			if f.named != "" && len(args) == 0 {
				return nil
			}
			return exactArgs(1, "one activation, as in: bsnn activation tanh, or bsnn activation 'x*tanh(x)'")(c, args)
		},
		ValidArgsFunction: func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return completeActivation(c, args, typed)
		},
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, cmp.Or(f.named, strings.Join(args, ""))) },
	}
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		var unknown *pflag.NotExistError
		if errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "" {
			return fmt.Errorf("%sunknown flag -%s; want an expression that starts with - in parentheses, as in '(-x)'", under(c),
				unknown.GetSpecifiedShortnames())
		}
		return flagError(c, err)
	})
	f.functionFlags.register(c)
	f.registerTables(c, "print JSON")
	c.Flags().StringVar(&f.emit, "emit", "", "print the normalised activation as code instead: "+strings.Join(gpnorm.Languages(), ", "))
	oneOf(c, "emit", gpnorm.Languages()...)
	f.plotFlags.register(c, "draw f, φ and the maps Q and C to this file, name.svg")
	addActivation(c, &f.named, "", "the activation, as other verbs name it, in the place of the argument")
	c.Flags().IntVar(&f.digits, "digits", 6, "significant digits, 1 to 17; what is not proven to so many says how far it may be off")
	c.Flags().BoolVar(&f.require, "require", false, "exit 1 unless the function, as it is, is GP-normalised, 3 if that is undecided")
	c.Flags().Float64Var(&f.tol, "tolerance", theorem.NormalizedTolerance, "with --require: how far E f² and E f′² may be from 1")
	addAlias(c, "tol", "tolerance")
	c.Flags().Float64Var(&f.correlation, "correlation", 0, "ρ₀ of two inputs, for the number of layers until they merge")
	addMerged(c, &f.distance)
	c.Flags().IntVar(&f.depth, "depth", reports.DefaultSpec().Depth, "layers of the networks that norms, angles and isometry are about")
	return c
}

func (f *activationFlags) run(c *cobra.Command, spec string) error {
	if err := positive("tolerance", f.tol); err != nil {
		return err
	}
	if err := fraction("merged", f.distance); err != nil {
		return err
	}
	if err := limits.Whole("--digits", f.digits, 1, 17); err != nil {
		return err
	}
	if err := limits.Whole("--depth", f.depth, 1, limits.Depth); err != nil {
		return err
	}
	if !(f.correlation >= -1 && f.correlation <= 1) {
		return fmt.Errorf("--correlation %v; want a number from -1 to 1", f.correlation)
	}
	if err := f.plotFlags.check(); err != nil {
		return err
	}
	if f.emit != "" {
		return f.writeCode(c.OutOrStdout(), spec)
	}
	judgement, err := f.judge(spec)
	if err != nil {
		return err
	}
	if f.plot != "" {
		if err := f.plotFlags.write(func(inches float64) []byte { return page.ActivationSVG(judgement.Normalized, inches) }); err != nil {
			return err
		}
	}
	card := reports.NewCard(judgement, f.tol)
	if err := f.addMaps(c.Context(), &card, judgement.Normalized); err != nil {
		return err
	}
	if err := card.Answer(judgement.Activation, judgement.Roots[judgement.Chosen].Profile, f.depth); err != nil {
		return err
	}
	if f.asJSON {
		err = writeJSON(c.OutOrStdout(), card)
	} else {
		err = f.writeCard(f.page(c), card)
	}
	if err == nil && f.require && card.GPUndecided {
		return answer{exitUndecided, fmt.Sprintf("%s: E f² is proven to be %s and E f′² %s, which does not tell whether both are 1 within %g",
			spec, span(card.SecondMoment), span(card.DerivativeSecondMoment), f.tol)}
	}
	if err == nil && f.require && !card.GPNormalized {
		return answer{exitRefuted, fmt.Sprintf("%s, as it is, is not GP-normalised within %g%s", spec, f.tol, f.growth(card))}
	}
	return err
}

// growth is what a function that is nearly normalised does to gradients.
func (f *activationFlags) growth(c reports.Card) string {
	square, slope := float64(c.SecondMoment.Lo), float64(c.DerivativeSecondMoment.Lo)
	if !(math.Abs(square-1) < 0.1 && math.Abs(slope-1) < 0.1) {
		return ""
	}
	return fmt.Sprintf(": %s layers of it multiply the norm of gradients by %s", words.Number(float64(f.depth), 8),
		words.Number(math.Pow(slope, float64(f.depth)/2), 3))
}

// addMaps completes the card; maps that cannot be had are a warning.
func (f *activationFlags) addMaps(ctx context.Context, card *reports.Card, n gpnorm.Normalized) error {
	var unknown error
	maps, err := parallel.Beside(func() (m *reports.Maps) {
		m, unknown = reports.NewMaps(n, f.correlation, f.distance)
		return m
	})(ctx)
	if err != nil {
		return err
	}
	card.Maps = maps
	if unknown != nil {
		card.Warnings = append(card.Warnings, "the maps Q and C are unknown: "+oneLine(unknown))
	}
	return nil
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// writeCard prints a card for people: the answer, or all of it.
func (f *activationFlags) writeCard(w *table.Page, c reports.Card) error {
	if !f.verbose && f.format == string(table.Text) {
		return writeAnswer(w, c, f.digits)
	}
	return writeWholeCard(w, c)
}

// writeWholeCard prints every number of a card.
func writeWholeCard(w io.Writer, c reports.Card) error {
	t := table.New(w, table.Left)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(t, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(t, "f = %s\n\n", c.Expression)
	t.Heading("", "quantity\tvalue")
	row("as is", "%s", normalizedWords(c))
	row("  E f(g)", "%s", between(c.Proof.Mean))
	row("  E f(g)²", "%s", between(c.SecondMoment))
	row("  E f′(g)²", "%s", between(c.DerivativeSecondMoment))
	row("  gains of normal weights", "%.6g for signals, %.6g for gradients", c.Gains.Forward, c.Gains.Backward)
	row("  Poincaré quotient", "%s: layer and batch normalisation let gradients grow by its root in every layer", between(c.PoincareQuotient))
	row("normalised", "φ = a·f + b")
	row("  a", "%s", between(c.Proof.A))
	row("  b", "%s", between(chosenRoot(c)))
	row("    because it is", "%s", c.RootRule)
	if p := c.Published; p != nil {
		row("  published, rounded", "%s", publishedWords(*p))
	}
	row("  Lipschitz constant of φ", "%s", number(c.Lipschitz))
	row("  Lipschitz constant of φ′", "%s", number(c.DerivativeLipschitz))
	row("  proven of f as it is", "%s", c.Proof.Lipschitz)
	row("  proven of f′ as it is", "%s", c.Proof.DerivativeLipschitz)
	fmt.Fprintln(t)
	fmt.Fprintln(t, "root b\tκ\tV_f\tV_b\tV\t")
	for _, r := range c.Roots {
		mark := ""
		if r.B == c.B {
			mark = "← chosen"
		}
		p := proofOf(c.Proof.Roots, r.B)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", carried(r.B, p.B), carried(r.LengthMapSlope, p.LengthMapSlope),
			carried(r.ForwardVariance, p.ForwardVariance), carried(r.BackwardVariance, p.BackwardVariance),
			carried(r.DepthVariance, p.DepthVariance), mark)
	}
	fmt.Fprintln(t)
	t.Heading("", "answer\tvalue")
	row("theorem 1 (forward)", "%s", applies(c.Theorems.Forward))
	row("theorem 2 (backward)", "%s", applies(c.Theorems.Backward))
	row("depth", "%s", stability(c))
	if c.Answers != nil {
		row(fmt.Sprintf("%s layers of it", words.Number(c.Answers.Layers, 8)), "by the limits for wide networks")
		row("  norms", "%s", c.Answers.Norms())
		row("  angles", "%s", c.Answers.Angles())
		row("  isometry", "%s", c.Answers.Isometry())
	}
	if c.Maps != nil {
		mapRows(row, *c.Maps)
	}
	for _, warning := range c.Warnings {
		row("warning", "%s", warning)
	}
	return t.Flush()
}

// publishedWords are the authors' constants, and what they make of the function.
func publishedWords(p reports.Published) string {
	text := fmt.Sprintf("a = %.4f, b = %.4f: ", float64(p.A), float64(p.B))
	if p.Of != "" {
		text += fmt.Sprintf("those of %s; here ", p.Of)
	}
	return text + fmt.Sprintf("E φ² = %.6g, E φ′² = %.6g", float64(p.SecondMoment), float64(p.DerivativeSecondMoment))
}

func normalizedWords(c reports.Card) string {
	switch {
	case c.GPNormalized:
		return "GP-normalised"
	case c.GPUndecided:
		return "undecided: the enclosures are wider than the tolerance"
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
	return strconv.FormatFloat(float64(x), 'g', -1, 64)
}

func short(x reports.Number) string {
	if !x.Finite() {
		return "–"
	}
	return fmt.Sprintf("%.6g", float64(x))
}

// proofOf is the enclosure of the root that is nearest to b.
func proofOf(roots []reports.RootProof, b reports.Number) reports.RootProof {
	var best reports.RootProof
	for i, r := range roots {
		distance := func(r reports.RootProof) float64 { return math.Abs(float64(r.B.Lo+r.B.Hi)/2 - float64(b)) }
		if i == 0 || distance(r) < distance(best) {
			best = r
		}
	}
	return best
}

// mapRows prints what infinitely wide layers do.
func mapRows(row func(name, format string, args ...any), m reports.Maps) {
	var alpha []string
	for _, a := range m.Hermite {
		alpha = append(alpha, strings.Replace(fmt.Sprintf("%.5f", float64(a)), "-0.00000", "0.00000", 1))
	}
	row("Hermite coefficients", "%s …", strings.Join(alpha, ", "))
	row("length map Q", "%s", fixedPointWords(m.LengthFixedPoints, m.EveryLengthFixed, "q"))
	row("correlation map C", "%s", fixedPointWords(m.CorrelationFixedPoints, m.EveryCorrelationFixed, "ρ"))
	u := m.LayersUntil
	layers := "never"
	if u.Layers.Finite() {
		layers = fmt.Sprintf("after %.0f layers", float64(u.Layers))
		if u.Layers == 1 {
			layers = "after 1 layer"
		}
	}
	row(fmt.Sprintf("ρ = %g within %g of 1", float64(u.Correlation), float64(u.Distance)), "%s", layers)
}

func fixedPointWords(points []reports.FixedPoint, every bool, name string) string {
	if every {
		return "every " + name + " is a fixed point"
	}
	var words []string
	for _, p := range points {
		words = append(words, fmt.Sprintf("%s = %.6g (slope %.5g, %s)", name, float64(p.At), float64(p.Slope), p.Stability))
	}
	if words == nil {
		return "no fixed point found"
	}
	return "fixed points " + strings.Join(words, ", ")
}
