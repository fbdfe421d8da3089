package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// exactArgs wants n arguments and says in words which.
func exactArgs(n int, want string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return fmt.Errorf("%d arguments given; want %s", len(args), want)
		}
		return nil
	}
}

// noArgs refuses arguments.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments, only flags; got %q", c.CommandPath(), args[0])
	}
	return nil
}
