package gpnorm

import (
	"fmt"
	"io"
	"regexp"

	"bsnn/internal/emit"
	"bsnn/internal/provenance"
)

// Languages lists what WriteCode writes: Go, and Python for two libraries.
func Languages() []string { return emit.Languages() }

// WriteCode writes the normalised function as source code in one of the
// Languages, to be pasted into another project: φ = a·f + b, and in Go φ′. Go
// code starts the name with an upper-case letter, Python with a lower-case one;
// an empty name is that of the function with an ending, gelu_gp or GeluGP. A comment
// says which version wrote it and what is proven of the constants.
//
// The error reports an unknown language, a name that is no ASCII identifier or
// has another use in the code, and what w reports.
func (j Judgement) WriteCode(w io.Writer, language, name string) error {
	if j.Expression.program == nil {
		return fmt.Errorf("WriteCode: empty judgement; want one made by Judge")
	}
	if name == "" {
		name = emit.Named(language, j.ShortName(), false)
	}
	return emit.Write(w, language, j.Code(name, false))
}

// named is a function by its name alone, or of x, or with numbers for parameters.
var named = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9]*)(\((x(, )?)?[-+.0-9e, ]*\))?$`)

// ShortName is a word for the function: its name if it has one, without parameters, else
// "activation".
func (j Judgement) ShortName() string {
	m := named.FindStringSubmatch(j.Expression.Name())
	if m == nil || m[1] == "x" || m[1] == "e" || m[1] == "pi" {
		return "activation"
	}
	return m[1]
}

// Code is the function under a name, normalised or as it is, for source code of which
// it is a part.
func (j Judgement) Code(name string, asIs bool) emit.Function {
	return emit.Function{
		Program: j.Expression.floats, Formula: j.Expression.String(), A: j.A, B: j.B, Name: name, AsIs: asIs,
		Origin: "bsnn " + provenance.Version(), Proven: j.proven(),
	}
}

// proven says what the certificate knows of the constants.
func (j Judgement) proven() []string {
	c := j.Certificate
	if len(c.Roots) == 0 || !(c.A.Lo <= j.A && j.A <= c.A.Hi) {
		return nil
	}
	lines := []string{
		"Proven by interval arithmetic, tails and rounding included:",
		"",
		"\ta" + enclosed(c.A) + ",",
	}
	if b := nearest(c.Roots, j.B).B; b.Lo <= j.B && j.B <= b.Hi {
		lines = append(lines, "\tb"+enclosed(b)+",")
	}
	return append(lines, "\tE f(g)²"+enclosed(c.SecondMoment)+",", "\tE f′(g)²"+enclosed(c.DerivSecondMoment)+".")
}

func enclosed(i Interval) string { return fmt.Sprintf(" in [%.17g, %.17g]", i.Lo, i.Hi) }
