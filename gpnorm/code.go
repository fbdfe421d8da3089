package gpnorm

import (
	"fmt"
	"io"

	"bsnn/internal/emit"
)

// Languages lists what WriteCode writes: Go, and Python for two libraries.
func Languages() []string { return emit.Languages() }

// WriteCode writes the normalised function as source code in one of the
// Languages, to be pasted into another project: φ = a·f + b, and in Go φ′. Go
// code starts the name with an upper-case letter, Python with a lower-case one;
// an empty name is "activation".
//
// The error reports an unknown language, a name that is no ASCII identifier or
// has another use in the code, and what w reports.
func (j Judgement) WriteCode(w io.Writer, language, name string) error {
	if j.Expression.program == nil {
		return fmt.Errorf("WriteCode: empty judgement; want one made by Judge")
	}
	return emit.Write(w, language, j.Code(name, false))
}

// Code is the function under a name, normalised or as it is, for source code of which
// it is a part.
func (j Judgement) Code(name string, asIs bool) emit.Function {
	return emit.Function{Program: j.Expression.floats, Formula: j.Expression.String(), A: j.A, B: j.B, Name: name, AsIs: asIs}
}
