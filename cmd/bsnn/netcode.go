package main

import (
	"errors"
	"fmt"

	"bsnn/internal/words"
	"bsnn/network"
	"bsnn/network/netcode"
	"bsnn/theorem"

	"github.com/spf13/cobra"
)

// writeCode prints the network as source code, which says what is predicted of it.
func (f *predictFlags) writeCode(c *cobra.Command, a network.Architecture, q theorem.Question) error {
	note := []string{"Made by", "    " + commandLine(c, nil)}
	p, err := theorem.Predict(c.Context(), a, q)
	var beyond *theorem.LengthError
	switch {
	case errors.As(err, &beyond):
		note = append(note, "Predicted: "+beyond.Error()+".")
	case err != nil:
		return err
	default:
		note = append(note, "Predicted of squared norms at the start, in the mean of the networks:",
			fmt.Sprintf("    forward  × %s%s, from the input to the output,", words.Number(p.ForwardFactor, 4), rangeOf(p.ForwardLog)),
			fmt.Sprintf("    backward × %s%s, from the last linear map to the first.", words.Number(p.BackwardFactor, 4), rangeOf(p.BackwardLog)),
			fmt.Sprintf("Two inputs that are not related end with 1 − ρ = %s.", words.Number(p.Separation, 3)))
	}
	if err := netcode.Write(c.OutOrStdout(), f.emit, a, note); err != nil {
		return fmt.Errorf("--emit %s: %w", f.emit, err)
	}
	return nil
}
