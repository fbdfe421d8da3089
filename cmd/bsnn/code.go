package main

import (
	"fmt"
	"io"

	"bsnn/internal/table"
)

// writeCode prints the normalised activation in a programming language.
func (f *activationFlags) writeCode(w io.Writer, spec string) error {
	if f.asJSON || f.plot != "" || f.require || f.format != string(table.Text) {
		return fmt.Errorf("--emit prints code alone; want it without --json, --format, --plot and --require")
	}
	j, err := f.judge(spec)
	if err != nil {
		return err
	}
	if err := j.WriteCode(w, f.emit, ""); err != nil {
		return fmt.Errorf("--emit: %w", err)
	}
	return nil
}
