package main

import (
	"fmt"
	"io"
	"regexp"

	"bsnn/internal/table"
)

var identifier = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)

// writeCode prints the normalised activation in a programming language.
func (f *activationFlags) writeCode(w io.Writer, spec string) error {
	if f.asJSON || f.plot != "" || f.require || f.format != string(table.Text) {
		return fmt.Errorf("--emit prints code alone; want it without --json, --format, --plot and --require")
	}
	j, err := f.judge(spec)
	if err != nil {
		return err
	}
	name := ""
	if identifier.MatchString(spec) && spec != "x" {
		name = spec
	}
	if err := j.WriteCode(w, f.emit, name); err != nil {
		return fmt.Errorf("--emit: %w", err)
	}
	return nil
}
