package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"bsnn/internal/limits"
	"bsnn/internal/parts"
	"bsnn/internal/table"
	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/reports"
	"bsnn/theorem"

	"github.com/spf13/cobra"
)

// architectureWidths are the answers about an architecture: how wide, where it has a width to
// choose, and what is kept at a width. All are by limit laws, and nothing is proven but of
// rotated shortcuts.
type architectureWidths struct {
	Network    string              `json:"network"`
	Tolerance  float64             `json:"tolerance"` // on norms
	Confidence float64             `json:"confidence"`
	Answers    []architectureWidth `json:"answers"`
}

// architectureWidth is the answer for one depth. Absent numbers do not exist: there is
// no limit law, or norms vanish or explode in the limit.
type architectureWidth struct {
	Depth int `json:"depth,omitempty"` // of layers of one width

	// The widths that are enough, also for plain networks of the same function and
	// weights.
	Width *directionWidths `json:"width,omitempty"`
	Plain *directionWidths `json:"plain_width,omitempty"`

	// Where the layers are rotated shortcuts with α² + β² = 1 around Haar maps and a normalised
	// function: all that is known, in each direction, and the same of plain networks.
	Rotated       *properties.WidthAnswer `json:"rotated,omitempty"`
	PlainNetworks *properties.WidthAnswer `json:"plain_networks,omitempty"`

	// The tolerance that is kept at the widths that are given, and by how much all of
	// them must be multiplied for the one that is asked for.
	Kept  *directionNumbers `json:"kept_tolerance,omitempty"`
	Scale *directionNumbers `json:"scale,omitempty"`
}

// directionWidths are widths in each direction; 0 for none.
type directionWidths struct {
	Forward  int `json:"forward"`
	Backward int `json:"backward"`
	Both     int `json:"both"`
}

// directionNumbers are a number in each direction.
type directionNumbers struct {
	Forward  montecarlo.Real `json:"forward"`
	Backward montecarlo.Real `json:"backward"`
}

func numbers(forward, backward float64) *directionNumbers {
	return &directionNumbers{montecarlo.Real(forward), montecarlo.Real(backward)}
}

func (f *widthFlags) runArchitecture(c *cobra.Command) error {
	m, finish, done, err := f.measureRotated(c)
	if done || err != nil {
		return err
	}
	a, err := f.architectureAnswers(c.Context(), m)
	if err := finish(err); err != nil {
		return err
	}
	if f.asJSON {
		err = writeJSON(c.OutOrStdout(), a)
	} else {
		err = a.write(f.page(c))
	}
	if err == nil && a.missing() {
		err = answer{code: exitRefuted}
	}
	return err
}

// errOnlyRotated says which architectures have widths that are measured.
var errOnlyRotated = errors.New("--simulate of an architecture; want \"bsnn verify\" with the same flags, which draws its networks")

// measureRotated is the measurement that was asked for, or nil, and what ends it. It is done where parts
// were asked for.
func (f *widthFlags) measureRotated(c *cobra.Command) (m *properties.WidthMeasurement, finish func(error) error, done bool, err error) {
	if f.simulate && (f.shortcut != "rotated" || f.architectureFlags.fixed() || f.width > 0) {
		return nil, nil, true, errOnlyRotated
	}
	var t widthTask
	if f.simulate {
		if t, err = f.task(); err != nil {
			return nil, nil, true, err
		}
	}
	keeping, done, err := f.keeping(c, t, f.rotatedUnits)
	if done || err != nil {
		return nil, nil, true, err
	}
	if !f.simulate {
		return nil, func(err error) error { return err }, false, nil
	}
	line := newProgress(c.ErrOrStderr())
	update := line.counted("measuring " + t.title)
	measured := f.widthMeasurement(t, keeping.remembers())
	measured.Progress = func(_, done, total int) { update(done, total) }
	return &measured, func(err error) error {
		defer keeping.close()
		line.clear()
		if errors.Is(err, context.Canceled) {
			return keeping.interrupted(commandLine(c, changes{"seed": fmt.Sprint(t.seed), "resume": "true"}))
		}
		if err == nil {
			keeping.complete(c.ErrOrStderr())
		}
		return err
	}, false, nil
}

// rotatedUnits are what a measurement can be divided into.
func (f *widthFlags) rotatedUnits(t widthTask) ([]parts.Unit, error) {
	parameters, err := f.parameters()
	if err != nil {
		return nil, err
	}
	function := network.Activation{Spec: f.activation, Parameters: parameters, AsIs: f.asIs}
	return unitsOf(t.depths, func(depth int) ([]parts.Unit, error) {
		a, err := f.architectureFlags.of(function, f.weights, theorem.MinWidth, depth)
		if err != nil {
			return nil, err
		}
		question, _, is, err := properties.RotatedWidthQuestions(a, f.tolerance, f.confidence)
		switch {
		case err != nil:
			return nil, err
		case !is:
			return nil, errOnlyRotated
		}
		return question.Units(f.widthMeasurement(t, nil))
	})
}

func (f *widthFlags) architectureAnswers(ctx context.Context, m *properties.WidthMeasurement) (out architectureWidths, err error) {
	beside, own := "an architecture", []string{"other-root"}
	switch {
	case f.net != "":
		beside, own = "--net", append(append(own, "activation", "set", "as-is", "weights", "width", "depth"), shapeNames...)
	case f.layers != "":
		beside, own = "--layers", append(own, "width", "depth")
	}
	if err := f.architectureFlags.refuse(beside, own...); err != nil {
		return out, err
	}
	if err := fraction("tolerance", f.tolerance); err != nil {
		return out, err
	}
	if err := probability("confidence", f.confidence); err != nil {
		return out, err
	}
	if f.architectureFlags.changed("width") {
		if f.architectureFlags.changed("tolerance") {
			return out, errors.New("--width asks for the tolerance, and --tolerance for the width; want one of them")
		}
		if err := limits.Whole("--width", f.width, reports.MinWidth, reports.MaxWidth); err != nil {
			return out, err
		}
	}
	parameters, err := f.parameters()
	if err != nil {
		return out, err
	}
	function := network.Activation{Spec: f.activation, Parameters: parameters, AsIs: f.asIs}
	out.Network = f.architectureFlags.name(function, f.weights)
	out.Tolerance, out.Confidence = f.tolerance, f.confidence
	depths := []int{0}
	if !f.architectureFlags.fixed() {
		if depths, err = parseDepths(f.depth); err != nil {
			return out, err
		}
	}
	for _, depth := range depths {
		next := architectureWidth{Depth: depth}
		of := func(width int) (network.Architecture, error) {
			return f.architectureFlags.of(function, f.weights, width, depth)
		}
		if f.architectureFlags.fixed() || f.width > 0 {
			err = next.kept(ctx, of, f)
		} else {
			err = next.needed(ctx, of, f, function)
			if err == nil {
				err = next.aboutRotated(ctx, of, f, m)
			}
		}
		if err != nil {
			return out, err
		}
		out.Answers = append(out.Answers, next)
	}
	return out, nil
}

// kept is what is kept at widths that are given, and by how much they would have to
// grow.
func (w *architectureWidth) kept(ctx context.Context, of func(int) (network.Architecture, error), f *widthFlags) error {
	a, err := of(f.width)
	if err != nil {
		return err
	}
	p, err := theorem.Predict(ctx, a, theorem.Question{})
	if err != nil {
		return err
	}
	t, err := p.Tolerances(f.confidence)
	if err != nil {
		return err
	}
	w.Kept = numbers(t.Forward, t.Backward)
	if !f.architectureFlags.fixed() {
		return nil
	}
	forward, backward, err := p.Scales(f.tolerance, f.confidence)
	w.Scale = numbers(forward, backward)
	return err
}

// needed is the width that is enough, beside that of plain networks.
func (w *architectureWidth) needed(ctx context.Context, of func(int) (network.Architecture, error), f *widthFlags,
	function network.Activation) error {
	plain := architectureFlags{shapeFlags: shapeFlags{gain: f.gain, bias: f.bias, norm: "none", shortcut: "none"}}
	for _, q := range []struct {
		of  func(int) (network.Architecture, error)
		out **directionWidths
	}{
		{of, &w.Width},
		{func(n int) (network.Architecture, error) { return plain.of(function, f.weights, n, w.Depth) }, &w.Plain},
	} {
		found, err := theorem.WidthOf(ctx, q.of, f.tolerance, f.confidence)
		var beyond *theorem.LengthError
		if err != nil && !errors.As(err, &beyond) {
			return err
		}
		*q.out = &directionWidths{found.Forward, found.Backward, found.Both()}
	}
	return nil
}

// aboutRotated answers all that is known where the layers are rotated shortcuts that theorems
// speak of.
func (w *architectureWidth) aboutRotated(ctx context.Context, of func(int) (network.Architecture, error), f *widthFlags,
	m *properties.WidthMeasurement) error {
	a, err := of(theorem.MinWidth)
	if err != nil {
		return err
	}
	question, without, is, err := properties.RotatedWidthQuestions(a, f.tolerance, f.confidence)
	switch {
	case err != nil:
		return err
	case !is && m != nil:
		return errOnlyRotated
	case !is:
		return nil
	}
	plain, err := without.Theory()
	if err != nil {
		return err
	}
	answer, err := question.Answer(ctx, m)
	w.Rotated, w.PlainNetworks = &answer, &plain
	return err
}

// writeRotated prints what is known of networks of rotated shortcuts, and then of plain
// ones.
func (a architectureWidths) writeRotated(out io.Writer) error {
	fmt.Fprintf(out, "%s: widths n from which on norms are within ±%s %% of 1 in at least %s %% of the networks\n\n", a.Network,
		perCent(a.Tolerance), perCent(a.Confidence))
	for k, title := range []string{"", "\nwithout shortcuts\n\n"} {
		fmt.Fprint(out, title)
		var rows []depthRow
		said := map[string]bool{}
		for _, w := range a.Answers {
			answer := []*properties.WidthAnswer{w.Rotated, w.PlainNetworks}[k]
			row := depthRow{depth: w.Depth}
			for i, d := range []properties.DirectionWidth{answer.Forward, answer.Backward} {
				row.cells[i] = kindsOf(d.Measured != nil, width(d.LimitLaw), width(d.Proven), func() string { return measured(*d.Measured) })
			}
			rows = append(rows, row)
		}
		if err := writeDepths(out, rows); err != nil {
			return err
		}
		for _, w := range a.Answers {
			writeReasons(out, said, *[]*properties.WidthAnswer{w.Rotated, w.PlainNetworks}[k])
		}
		if len(said) > 0 {
			fmt.Fprintln(out)
		}
	}
	return nil
}

// missing says whether some question has no answer.
func (a architectureWidths) missing() bool {
	for _, w := range a.Answers {
		if w.Width != nil && w.Width.Both == 0 || w.Kept != nil && !(w.Kept.Forward.Finite() && w.Kept.Backward.Finite()) {
			return true
		}
	}
	return false
}

func (a architectureWidths) write(out io.Writer) error {
	if len(a.Answers) > 0 && a.Answers[0].Rotated != nil {
		return a.writeRotated(out)
	}
	fmt.Fprintf(out, "%s: by limit laws (asymptotic); nothing is proven of architectures\n\n", a.Network)
	t := table.New(out, table.Right)
	if len(a.Answers) > 0 && a.Answers[0].Width != nil {
		fmt.Fprintf(out, "widths n from which on norms are within ±%s %% of 1 in at least %s %% of the networks\n\n",
			perCent(a.Tolerance), perCent(a.Confidence))
		fmt.Fprintln(t, "depth\tforward\tbackward\tboth\tplain networks\t")
		for _, w := range a.Answers {
			fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t\n", w.Depth, width(w.Width.Forward), width(w.Width.Backward), width(w.Width.Both),
				width(w.Plain.Both))
		}
		return t.Flush()
	}
	fmt.Fprintf(out, "the tolerance on norms that %s %% of the networks keep\n\n", perCent(a.Confidence))
	t.Heading("\tforward\tbackward\t", "of\tforward\tbackward\t")
	for _, w := range a.Answers {
		name := "these widths"
		if w.Depth > 0 {
			name = fmt.Sprintf("depth %d", w.Depth)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t\n", name, tolerance(w.Kept.Forward), tolerance(w.Kept.Backward))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, w := range a.Answers {
		if w.Scale != nil {
			fmt.Fprintf(out, "\nfor ±%s %% all widths would have to be multiplied by: forward %s, backward %s\n", perCent(a.Tolerance),
				scale(w.Scale.Forward), scale(w.Scale.Backward))
		}
	}
	return nil
}

func scale(x montecarlo.Real) string {
	switch {
	case math.IsNaN(float64(x)):
		return "– (there is no law)"
	case !x.Finite():
		return "– (no width is enough)"
	}
	return words.Number(float64(x), 3)
}
