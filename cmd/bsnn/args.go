package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// exactArgs wants n arguments and says in words which.
func exactArgs(n int, want string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != n {
			return fmt.Errorf("%s%d arguments given; want %s", under(c), len(args), want)
		}
		return nil
	}
}

// noArgs refuses arguments.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		instead := ""
		if c.Flags().Lookup("activation") != nil {
			instead = ", as in: --activation " + shellWord(args[0])
		}
		return fmt.Errorf("%sno arguments are taken, got %q; want flags only%s", under(c), args[0], instead)
	}
	return nil
}
